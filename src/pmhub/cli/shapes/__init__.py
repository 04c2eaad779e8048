"""What `--format json` says, document by document: docs/schemas is made of these, and a test holds every command to them.

Keys may be added in any version; `schema_version` moves when one changes its meaning or goes. Times are UTC, as
`2026-05-31 12:00:00Z`. A field with a default here is only told where there is something to tell.
"""

from __future__ import annotations

from collections.abc import Mapping

from pmhub.cli.shapes import books, items, releases, runs, setup

DOCUMENTS: Mapping[str, type] = {
    "plan": runs.Plan,
    "run": runs.Run,
    "ingest": releases.Totals,
    "status": runs.Status,
    "schedule": runs.Schedule,
    "scheduled": runs.Scheduled,
    "item": items.Item,
    "why": items.Why,
    "runs": books.Runs,
    "run-log": books.RunLog,
    "item-log": books.ItemLog,
    "conflicts": books.Conflicts,
    "errors": books.Errors,
    "gate": releases.Gate,
    "notes": releases.Notes,
    "undo": books.Undo,
    "repair": books.Repair,
    "doctor": setup.Doctor,
    "projects": setup.Places,
    "fields": setup.NativeFields,
    "statuses": setup.NativeStatuses,
    "people": setup.People,
    "plugins": setup.Plugins,
    "matrix": setup.Matrix,
    "config": setup.Configuration,
    "settings": setup.Settings,
    "explain": setup.Explanation,
}
"""By the name that a document gives itself."""
