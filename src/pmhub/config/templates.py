"""`[templates.NAME]`: what several syncs have in common. A sync's own word wins, of `fields` field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pmhub.config.problems import Problems, meant
from pmhub.config.shape import Tables

_OF_A_SYNC_ALONE = ("endpoints", "from", "to", "template")
FIELDS = "fields"


def expanded(syncs: Tables, templates: Tables, problems: Problems) -> Tables:
    for name, template in templates.items():
        for key in _OF_A_SYNC_ALONE:
            if key in template:
                problems.add(
                    ("templates", name, key), "belongs to one sync", f"write it in [syncs.NAME] that uses {name}"
                )
    return {name: _filled(name, table, templates, problems) for name, table in syncs.items()}


def _filled(name: str, table: Mapping[str, Any], templates: Tables, problems: Problems) -> dict[str, Any]:
    wanted = table.get("template")
    if wanted is None:
        return dict(table)
    template = templates.get(wanted) if isinstance(wanted, str) else None
    if template is None:
        problems.add(
            ("syncs", name, "template"), f"there is no template called `{wanted}`", meant(str(wanted), templates)
        )
        return dict(table)
    shared = {key: value for key, value in template.items() if key not in _OF_A_SYNC_ALONE}
    own, common = table.get(FIELDS), shared.get(FIELDS)
    fields = {FIELDS: {**common, **own}} if isinstance(own, Mapping) and isinstance(common, Mapping) else {}
    return {**shared, **table, **fields}
