"""How the last run went and how everything stands, as Prometheus reads it from a file of node_exporter's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from pmhub.config.workspace import Workspace
from pmhub.insight.freshness import down
from pmhub.insight.syncs import SyncState, sync_states
from pmhub.model.lean import dataclass
from pmhub.store import Store

Labels = Mapping[str, str]
FOREVER: Final = 2**62
HELP: Final[Mapping[str, str]] = {
    "pmhub_last_run_timestamp_seconds": "When the last run ended.",
    "pmhub_last_run_duration_seconds": "How long it took.",
    "pmhub_last_run_exit_code": "How it ended: see the page on operations.",
    "pmhub_last_run_requests": "Requests that it sent.",
    "pmhub_last_run_done": "What it did, by what.",
    "pmhub_connection_up": "0 where a connection did not answer the last run that asked it.",
    "pmhub_sync_last_complete_timestamp_seconds": "When a run last brought the sync up to date everywhere; 0 for never.",
    "pmhub_sync_items": "Items of the sync, by kind.",
    "pmhub_sync_conflicts_open": "Conflicts that wait for a person.",
    "pmhub_sync_dead_letters": "Writes that a tool refused for good.",
    "pmhub_sync_unknown_writes": "Writes whose outcome is not known yet.",
}
"""Of every metric there is; all of them are gauges."""


@dataclass(frozen=True)
class Sample:
    name: str
    value: float
    labels: Labels


def metrics(workspace: Workspace, store: Store, connections: Mapping[str, str]) -> str:
    """The exposition format, version 0.0.4. `connections`: remote id → name."""
    samples = [
        *_of_last_run(store),
        *_of_connections(store, connections),
        *(each for state in sync_states(workspace, store, FOREVER) for each in _of_sync(state)),
    ]
    return "".join(f"{line}\n" for line in _lines(samples))


def _of_last_run(store: Store) -> Iterator[Sample]:
    run = next(store.runs.ended(FOREVER), None)
    if run is not None:
        outcome = run["outcome"]
        yield Sample("pmhub_last_run_timestamp_seconds", run["ended"] / 1000, {})
        yield Sample("pmhub_last_run_duration_seconds", (run["ended"] - run["started"]) / 1000, {})
        yield Sample("pmhub_last_run_exit_code", outcome["code"], {})
        yield Sample("pmhub_last_run_requests", outcome.get("requests", 0), {})
        yield from (Sample("pmhub_last_run_done", number, {"what": what}) for what, number in outcome["done"].items())


def _of_connections(store: Store, connections: Mapping[str, str]) -> Iterator[Sample]:
    failed = down(store)
    for remote, name in connections.items():
        yield Sample("pmhub_connection_up", remote not in failed, {"connection": name})


def _of_sync(state: SyncState) -> Iterator[Sample]:
    of = {"sync": state.sync}
    yield Sample("pmhub_sync_last_complete_timestamp_seconds", (state.complete or 0) / 1000, of)
    yield from (Sample("pmhub_sync_items", number, {**of, "kind": kind}) for kind, number in state.items.items())
    yield Sample("pmhub_sync_conflicts_open", state.conflicts_open, of)
    yield Sample("pmhub_sync_dead_letters", state.dead_letters, of)
    yield Sample("pmhub_sync_unknown_writes", state.unknown_writes, of)


def _lines(samples: list[Sample]) -> Iterator[str]:
    """All of one metric stand together."""
    for name, told in HELP.items():
        mine = [each for each in samples if each.name == name]
        if mine:
            yield f"# HELP {name} {told}"
            yield f"# TYPE {name} gauge"
            yield from (f"{name}{_labelled(each.labels)} {float(each.value)!r}" for each in mine)


def _labelled(labels: Labels) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
