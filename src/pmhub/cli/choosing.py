"""From the options of a command to what a run is narrowed to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from pmhub.cli.items import item_meant
from pmhub.cli.logs import log_run
from pmhub.cli.opening import Opened
from pmhub.cli.progress import with_progress
from pmhub.cli.session import Session
from pmhub.errors import UnknownName
from pmhub.http import Metrics, Secrets
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.sync.assemble import Options, assembled, system_clock
from pmhub.sync.hub import Hub


@dataclass(frozen=True)
class Choice:
    """As typed, and as a plan file keeps it: the plan is only the same plan under the same choice."""

    syncs: Sequence[str] = ()
    only: Sequence[str] = ()
    kinds: Sequence[str] = ()
    prefer: str | None = None
    max_changes: int | None = None
    allow_public: bool = False
    deep: bool = False

    @classmethod
    def of_file(cls, kept: Mapping[str, Any]) -> Choice:
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


@contextmanager
def chosen_hub(session: Session, opened: Opened, choice: Choice, *, max_time: float | None = None) -> Iterator[Hub]:
    """`max_time`: seconds after which no write is begun any more; None for no limit."""
    options = Options(
        syncs=choice.syncs,
        kinds=[_kind(name) for name in choice.kinds],
        prefer=choice.prefer,
        max_changes=choice.max_changes,
        allow_public=choice.allow_public,
        hooks=session.hooks,
        deep=choice.deep,
        deadline=None if max_time is None else system_clock() + round(max_time * 1000),
        metrics=Metrics(),
        secrets=session.secrets or Secrets(),
    )
    only = frozenset(item_meant(opened, text) for text in choice.only)
    with assembled(opened.workspace, opened.store, options) as hub:
        hub.only = only or None
        log_run(hub)
        with with_progress(session, hub):
            yield hub


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        known = ", ".join(Kind)
        raise UnknownName(f"there is no kind {name!r}", hint=f"Known: {known}.") from None
