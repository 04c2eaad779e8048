"""Put other values in the place of named attributes, for a while."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

Patch = tuple[object, str, object]
"""owner (a module or a class), attribute, what stands there meanwhile"""


@contextmanager
def replaced(patches: Sequence[Patch]) -> Iterator[None]:
    """Raises AttributeError where a name does not exist: a guard that was renamed is not quietly left on."""
    with ExitStack() as stack:
        for owner, name, value in patches:
            stack.callback(setattr, owner, name, vars(owner)[name] if name in vars(owner) else _missing(owner, name))
            setattr(owner, name, value)
        yield


def _missing(owner: object, name: str) -> object:
    raise AttributeError(f"{owner!r} has no {name!r} to replace")
