"""What a run covered: which syncs it read whole, where, and which it brought up to date everywhere."""

from __future__ import annotations

from pmhub.model.kinds import Kind
from pmhub.sync.hub import Hub


def read_whole(hub: Hub) -> dict[str, list[str]]:
    """Sync → the remotes whose part of it was read and taken in. A run for some items only takes in nothing else."""
    if hub.only is not None:
        return {}
    merged = {lane.sync: _pulled(hub, lane.remotes) for lane in hub.lanes if lane.kind is not Kind.COMMENT}
    runs = {lane.sync: [lane.source.remote.id] for lane in hub.ci if lane.source and lane.sync in hub.ci_read}
    return {sync: remotes for sync, remotes in (merged | runs).items() if remotes}


def complete(hub: Hub) -> list[str]:
    """Those that were read whole and written to on every remote, as far as there was something to write."""
    if hub.report.stopped or hub.report.out_of_time or hub.only is not None:
        return []
    merged = [lane.sync for lane in hub.lanes if lane.kind is not Kind.COMMENT and _reached(hub, lane.remotes)]
    runs = [lane.sync for lane in hub.ci if not any(place.remote.id in hub.report.down for place in lane.places)]
    return sorted({*merged, *runs})


def _pulled(hub: Hub, remotes: tuple[str, ...]) -> list[str]:
    return sorted(remote for remote in remotes if remote in hub.pulled)


def _reached(hub: Hub, remotes: tuple[str, ...]) -> bool:
    return all(remote in hub.pulled and remote not in hub.report.down for remote in remotes)
