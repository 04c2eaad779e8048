"""The report as one self-contained file: no script, no request, and a policy that holds a browser to it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pmhub.config.workspace import Workspace
from pmhub.engine.notes.escape import address
from pmhub.insight.freshness import by_connection, down, freshness
from pmhub.insight.picture import Picture, picture_of
from pmhub.insight.report.backlog import backlog
from pmhub.insight.report.changes import changes
from pmhub.insight.report.ci import ci
from pmhub.insight.report.lead import Sections, lead, many
from pmhub.insight.report.releases import upcoming
from pmhub.insight.report.roadmap import roadmap
from pmhub.insight.report.waiting import Source, waiting
from pmhub.model.lean import dataclass
from pmhub.store import Store
from pmhub.sync.hub import Hub

_FOLDER: Final = Path(__file__).resolve().parents[1] / "render"
_MADE_AT: Final = re.compile(r'<meta name="pmhub-report-at" content="(\d{1,16})">')
_HEAD: Final = 4_000
WEEK: Final = 7 * 86_400_000


@dataclass(frozen=True)
class Window:
    """`at`: the moment to show, None for now. `since`: from when on changes are told, None for a week before."""

    at: int | None = None
    since: int | None = None


def report(workspace: Workspace, hub: Hub, window: Window) -> str:
    """HTML. Of the past it tells what the journal knows, and names what it does not."""
    now = hub.clock() if window.at is None else window.at
    since = window.since if window.since is not None and window.since < now else now - WEEK
    picture = picture_of(workspace, hub, window.at, since)
    told = sections(picture, hub.store)
    style = (_FOLDER / "report.css").read_text("utf-8")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            name=workspace.folder.name,
            picture=picture,
            at=picture.at,
            since=since,
            told=told,
            lead=lead(told),
            changes=changes(picture, since),
            style=Markup(style),  # noqa: S704 - our own file
            style_hash=_hash(style),
        )
    )


def sections(picture: Picture, store: Store) -> Sections:
    past = picture.is_past
    return Sections(
        roadmap=roadmap(picture),
        releases=None if past else upcoming(picture, store),
        backlog=backlog(picture),
        ci=ci(picture, store),
        waiting=None if past else waiting(picture, store),
        sources=[] if past else _sources(picture, store),
    )


def _sources(picture: Picture, store: Store) -> list[Source]:
    items = Counter(thing.remote for things in picture.things.values() for thing in things)
    remotes = {name: remote for remote, name in picture.connections.items()}
    failed = down(store)
    return [
        Source(fresh, items[remotes[name]], remotes[name] in failed)
        for name, fresh in by_connection(freshness(picture, store)).items()
    ]


def made_at(file: Path) -> int | None:
    """When the report in this file was made, or None where there is none."""
    try:
        with file.open(encoding="utf-8") as page:
            found = _MADE_AT.search(page.read(_HEAD))
    except (OSError, ValueError):
        return None
    return int(found[1]) if found else None


def _hash(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "address": address,
        "moment": _moment,
        "day": _day,
        "short_day": _short_day,
        "many": many,
        "age": _age,
    }
    environment.filters.update(filters)
    return environment


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%-d %B %Y, %H:%M} UTC"


def _day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%-d %B %Y}"


def _short_day(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%-d %b %Y}"


def _age(seconds: float) -> str:
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return many(int(seconds // size), unit)
    return many(max(0, int(seconds)), "second")
