"""The keys of front matter and where their values stand, as the events of a YAML parser tell it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import yaml  # type: ignore[import-untyped,unused-ignore]

from pmhub_folder.front_matter import Malformed, Pair

NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})


def pairs_of(front: str, offset: int) -> Iterator[Pair]:
    """`offset`: where the front matter begins in the text, on its second line. Raises Malformed."""
    events = _events(front)
    if not isinstance(next(events, None), yaml.StreamStartEvent) or not front.strip():
        return
    first = next(events)
    if isinstance(first, yaml.StreamEndEvent):
        return
    top = next(events)
    if not isinstance(top, yaml.MappingStartEvent) or top.flow_style:
        raise Malformed(2, "has front matter that is no list of `key: value` lines")
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            return
        yield _pair(event, events, offset)


def _events(front: str) -> Iterator[Any]:
    try:
        for event in yaml.parse(front, Loader=yaml.BaseLoader):
            if getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None:
                raise Malformed(_line(event), "uses an anchor, an alias or a tag: write the value itself")
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Malformed(mark.line + 2 if mark else 2, f"cannot be read as YAML: {error.problem}") from None
    except yaml.reader.ReaderError as error:
        line = front.count("\n", 0, error.position) + 2
        raise Malformed(line, "holds a character that YAML does not allow") from None


def _line(event: Any) -> int:  # noqa: ANN401 - the library has no types
    return int(event.start_mark.line) + 2


def _pair(name: Any, events: Iterator[Any], offset: int) -> Pair:  # noqa: ANN401
    if not isinstance(name, yaml.ScalarEvent):
        raise Malformed(_line(name), "has a key that is not a plain word")
    event = next(events)
    start, line = event.start_mark.index + offset, _line(name)
    if isinstance(event, yaml.ScalarEvent):
        end = event.end_mark.index + offset
        return Pair(name.value, line, start, end, _scalar(event))
    members = list(_inside(event, events))
    end, opaque = members.pop()[1] + offset, not isinstance(event, yaml.SequenceStartEvent)
    if opaque or any(text is None for _, _, text in members):
        return Pair(name.value, line, start, end, opaque=True)
    spans = tuple((begin + offset, stop + offset) for begin, stop, _ in members)
    texts = tuple(text or "" for _, _, text in members)
    return Pair(name.value, line, start, end, texts, flow=bool(event.flow_style), members=spans)


def _inside(opening: Any, events: Iterator[Any]) -> Iterator[tuple[int, int, str | None]]:  # noqa: ANN401
    """What a list holds, None for what is no text; last of all where it ends."""
    depth = 1
    for event in events:
        begins = isinstance(event, yaml.CollectionStartEvent)
        depth += begins - isinstance(event, yaml.CollectionEndEvent)
        begin, stop = event.start_mark.index, event.end_mark.index
        if depth == 0:
            yield begin, stop if opening.flow_style else begin, None
            return
        if isinstance(event, yaml.ScalarEvent):
            text = (_scalar(event) or "") if event.style not in ("|", ">") else None
            yield begin, stop, text if depth == 1 else None
        elif begins:
            yield begin, stop, None


def _scalar(event: Any) -> str | None:  # noqa: ANN401
    return None if event.style is None and event.value in NOTHING else str(event.value)
