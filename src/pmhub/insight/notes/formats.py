"""Composed notes as Markdown, HTML, Confluence's storage format, Slack's blocks, or JSON.

All but JSON start from the one Markdown text, in which whatever people wrote is escaped: what a template says in Markdown is
formatting everywhere, and what it fills in is words everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from pmhub.engine.notes.compose import Notes
from pmhub.engine.notes.entries import Entry, PullRequest
from pmhub.engine.notes.escape import address
from pmhub.insight.notes.drafting import Draft

SCHEMA_VERSION: Final = 1


def render_as(draft: Draft, format_: str) -> str:
    return _RENDERERS[format_](draft)


def _html(draft: Draft) -> str:
    from pmhub.insight.notes.markup import as_html  # noqa: PLC0415 - brings in the Markdown parser

    return as_html(draft.text)


def _confluence(draft: Draft) -> str:
    from pmhub.insight.notes.markup import as_confluence  # noqa: PLC0415

    return as_confluence(draft.text)


def _slack(draft: Draft) -> str:
    from pmhub.insight.notes.slack import as_slack  # noqa: PLC0415

    return _json(as_slack(draft.text, f"{draft.notes.release.version}: {draft.notes.summary}"))


def _document(draft: Draft) -> str:
    notes = draft.notes
    return _json(
        {
            "schema_version": SCHEMA_VERSION,
            "document": "notes",
            "release": {
                "version": notes.release.version,
                "status": notes.release.status,
                "date": notes.release.date,
            },
            "audience": str(notes.audience),
            "summary": notes.summary,
            "counts": dict(notes.counts),
            "groups": [_group(notes, number) for number in range(len(notes.groups))],
        }
    )


def _group(notes: Notes, number: int) -> dict[str, Any]:
    group = notes.groups[number]
    return {"heading": group.heading, "entries": [_entry(entry) for entry in group.entries]}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "title": entry.title,
        "url": entry.url if address(entry.url) else "",
        "type": entry.type,
        "labels": list(entry.labels),
        "components": list(entry.components),
        "status": str(entry.status_category),
        "pull_requests": [_pull_request(each) for each in entry.pull_requests],
    }


def _pull_request(pull_request: PullRequest) -> dict[str, str]:
    url = pull_request.url if address(pull_request.url) else ""
    return {"key": pull_request.key, "title": pull_request.title, "url": url}


def _json(value: object) -> str:
    return json.dumps(value, indent=2)


_RENDERERS: Final[Mapping[str, Callable[[Draft], str]]] = {
    "md": lambda draft: draft.text,
    "html": _html,
    "confluence": _confluence,
    "slack": _slack,
    "json": _document,
}
FORMATS: Final = tuple(_RENDERERS)
