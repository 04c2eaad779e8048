"""What a cursor remembers of each file. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from pmhub.model.codec import dump
from pmhub.sdk import Cursor, Stream
from pmhub_folder.natives import Entry


def remembered(stream: Stream) -> Iterator[Entry]:
    for path, told in (stream.cursor.state if stream.cursor else {}).items():
        stamp, digest, id_, at, born, kind, is_told, why = json.loads(told)
        yield Entry(path, stamp, digest, id_, at, born, kind, is_told, why)


def cursor_over(entries: Iterable[Entry], stream: Stream) -> Cursor:
    since, state = stream.cursor.since if stream.cursor else 0, {}
    for entry in entries:
        since = max(since, entry.at)
        told = [entry.stamp, entry.digest, entry.id, entry.at, entry.born, entry.kind, entry.told, entry.why]
        state[entry.path] = dump(told)
    return Cursor(since, state)
