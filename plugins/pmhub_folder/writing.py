"""What is written into a file: a new one whole, of one that is there only what changes. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pmhub.sdk import (
    ABSENT,
    Absent,
    Changes,
    Draft,
    Ref,
    Refused,
    Scope,
    SetChange,
    Value,
    kind_of,
    marked_item,
    values,
)
from pmhub_folder import editing, mapping, release_notes, texts
from pmhub_folder.front_matter import Document, Stored
from pmhub_folder.natives import KEY, KIND, PARENT, Name, name_in

PathOf = Callable[[str], str]
"""`<kind>:<id>` of a parent → the path that is written for it."""
TYPED: Final = editing.TYPED


def drafted(draft: Draft, name: Name, path_of: PathOf) -> tuple[Document, str]:
    """The new file, and what it is called by. Raises Refused for a draft without a name."""
    scope, kind, present = draft.scope, kind_of(draft.record), values(draft.record)
    title = texts.line(str(present.get(mapping.NAMED_BY[kind]) or ""))
    if not title:
        raise Refused(f"a {kind} needs a {mapping.NAMED_BY[kind]}", field=mapping.NAMED_BY[kind])
    lines: dict[str, Stored] = {KIND: str(kind)}
    for field, value in present.items():
        stored = _stored(scope, field, value, path_of)
        if field not in mapping.TEXTS and not isinstance(stored, Absent) and stored:
            lines[mapping.key_of(scope, field)] = stored
    document = editing.new_document({**lines, KEY: str(name)}, texts.body(_text(present.get("body"))))
    if notes := texts.body(_text(present.get("notes"))):
        document = editing.with_body(document, lambda text: release_notes.with_notes(text, notes))
    return document, title


def edited(document: Document, scope: Scope, ref: Ref, changes: Changes, path_of: PathOf) -> Document:
    """Raises Refused, naming the field, where a value cannot be put there without touching more."""
    for field, change in changes.items():
        try:
            document = _with_field(document, scope, field, change, path_of)
        except Refused as error:
            raise Refused(f"{ref.key}: {error.message}", field=field, hint=error.hint, lasting=error.lasting) from None
    return document if name_in(document) else editing.with_value(document, KEY, ref.id)


def marked(document: Document, ref: Ref, marker: str) -> Document:
    name = name_in(document) or Name(ref.id)
    if name.made:
        return document
    return editing.with_value(document, KEY, str(Name(name.id, marked_item(marker))))


def _with_field(document: Document, scope: Scope, field: str, change: Value | SetChange, path_of: PathOf) -> Document:
    if field == "body":
        said = texts.body(_text(change))
        return editing.with_body(document, lambda text: texts.with_body(text, said))
    if field == "notes":
        notes = texts.body(_text(change))
        return editing.with_body(document, lambda text: release_notes.with_notes(text, notes))
    key = mapping.key_of(scope, field)
    if isinstance(change, SetChange):
        return editing.with_value(document, key, _changed(scope, field, document.value(key), change))
    stored = _stored(scope, field, change, path_of)
    if isinstance(stored, Absent):
        return document
    return editing.with_value(document, key, stored, typed=field in TYPED)


def _stored(scope: Scope, field: str, value: Value, path_of: PathOf) -> Stored | Absent:
    if field == PARENT:
        return path_of(str(value)) if value else None
    return ABSENT if field in mapping.TEXTS else mapping.lower(scope, field, value)


def _changed(scope: Scope, field: str, held: Stored, change: SetChange) -> tuple[str, ...]:
    """Members stay in their order; new ones come last."""
    members = held if isinstance(held, tuple) else (held,) if held else ()
    said = {one: mapping.lift(scope, field, (one,)) for one in members}
    kept = [one for one in members if not set(said[one] or ()) & set(change.remove)]  # type: ignore[arg-type]
    there = {name for one in kept for name in said[one] or ()}  # type: ignore[union-attr]
    new = [mapping.lower_member(scope, field, one) for one in change.add if one not in there]
    return tuple(dict.fromkeys([*kept, *filter(None, new)]))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
