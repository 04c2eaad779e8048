"""`[heartbeat]` and `[metrics]`: how those who watch pmhub from outside learn how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pmhub.config.problems import Problems
from pmhub.config.shape import HeartbeatTable, MetricsTable
from pmhub.config.validation import salvaged
from pmhub.http.urls import problem_with
from pmhub.sdk.secret import Secret

_HINT = 'url = "https://watcher.example.com/ping/1234", or where it is kept: { env = "NAME" }'


def read_heartbeat(raw: Mapping[str, Any] | None, problems: Problems) -> Secret | None:
    """The address to ping. Whoever knows it can ping in our place, so it may be kept like a token, and is never shown."""
    if raw is None:
        return None
    url, at = salvaged(HeartbeatTable, raw, ("heartbeat",), problems).url, ("heartbeat", "url")
    if isinstance(url, Mapping):
        try:
            return Secret.from_table(url)
        except ValueError as error:
            problems.add(at, str(error))
    elif not isinstance(url, str):
        problems.add(at, "is missing" if url is None else "must be text, or a secret", _HINT)
    elif wrong := problem_with(url) or ("it holds a query" if set("?#") & set(url) else ""):
        problems.add(at, f"cannot be used: {wrong}", _HINT)
    else:
        return Secret({"text": "heartbeat.url"}, url)
    return None


def read_metrics(raw: Mapping[str, Any] | None, folder: Path, problems: Problems) -> Path | None:
    if raw is None:
        return None
    file = salvaged(MetricsTable, raw, ("metrics",), problems).file
    if not file:
        problems.add(("metrics", "file"), "is missing", 'file = "/var/lib/node_exporter/pmhub.prom"')
        return None
    return folder / Path(file).expanduser()
