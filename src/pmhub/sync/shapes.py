"""Are the answers of a connector what the SDK says they are? Nothing of another shape is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, get_args

from pmhub.model.records import Record, kind_of, schema, values
from pmhub.sdk import Cursor, Fitted, Kind, Observation, Page, Ref, Tombstone, Visibility

_RECORDS: Final = get_args(Record)
_PARTS: Final[tuple[tuple[str, tuple[type[Any], ...]], ...]] = (
    ("updated_at", (int,)),
    ("created_at", (int,)),
    ("author", (str,)),
    ("native", (Mapping,)),
    ("on", (str, type(None))),
    ("marker", (str, type(None))),
    ("visibility", (Visibility,)),
)


class WrongShape(TypeError):
    """What is wrong with an answer, in words for its author."""


@cache
def a(*types: type[Any]) -> Callable[[Any], None]:
    """`a(Page)(answer)` raises WrongShape where the answer is none."""

    def shape(answer: Any) -> None:  # noqa: ANN401 - what the connector gave
        _among(types, answer)

    return shape


def _among(types: tuple[type[Any], ...], answer: Any) -> None:  # noqa: ANN401
    if not isinstance(answer, types):
        names = " or ".join(type_.__name__ for type_ in types)
        raise WrongShape(f"{type(answer).__name__} where {names} belongs")


def paged(page: Any) -> None:  # noqa: ANN401 - what the connector gave
    a(Page)(page)
    a(tuple, list)(page.observations)
    for one in page.observations:
        observed(one)
        if one.ref.kind is not page.stream.kind:
            raise WrongShape(f"a {one.ref.kind} on a page of {page.stream.kind}s")
    if page.cursor is not None:
        a(Cursor)(page.cursor)
        a(int)(page.cursor.since)


def observed(one: Any) -> None:  # noqa: ANN401 - what the connector gave
    a(Observation, Tombstone)(one)
    a(Ref)(one.ref)
    a(Kind)(one.ref.kind)
    a(str)(one.ref.id)
    if isinstance(one, Tombstone):
        if one.moved is not None:
            a(Ref)(one.moved)
        return
    _recorded(one.ref.kind, one.record)
    for name, types in _PARTS:
        _among(types, getattr(one, name))
    one.native_text  # noqa: B018 - raises what is wrong with it


def checked_fit(given: Record, fitted: Any) -> None:  # noqa: ANN401 - what the connector gave
    a(Fitted)(fitted)
    _recorded(kind_of(given), fitted.record)


def _recorded(kind: Kind, record: Any) -> None:  # noqa: ANN401 - what the connector gave
    a(*_RECORDS)(record)
    if kind_of(record) is not kind:
        raise WrongShape(f"a {kind_of(record)} where a {kind} belongs")
    fits(kind, values(record))


def fits(kind: Kind, fields: Any) -> None:  # noqa: ANN401 - what a plugin gave
    """Raises WrongShape for a field the kind does not have, or a value that is none of its."""
    a(Mapping)(fields)
    sets = _sets(kind)
    for name, value in fields.items():
        if not (_is_set(value) if sets.get(name) else _is_single(value)) or name not in sets:
            raise WrongShape(_what_is_wrong(kind, name, value))


@cache
def _sets(kind: Kind) -> Mapping[str, bool]:
    """Which fields the kind has, and whether they are sets."""
    return {name: spec.is_set for name, spec in schema(kind).items()}


def _what_is_wrong(kind: Kind, name: str, value: object) -> str:
    if name not in _sets(kind):
        return f"{name!r} is no field of a {kind}"
    belongs = "a tuple of text" if _sets(kind)[name] else "text, a number or None"
    return f"{name} = {value!r} where {belongs} belongs"


def _is_set(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(member, str) for member in value)


def _is_single(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float))  # a union takes thrice as long
