"""Pull requests: open ones for those who ask whether a release is ready, merged ones for its notes."""

from __future__ import annotations

from collections.abc import Callable

from pmhub.engine.mentions import Patterns, Pull, Reason, mentions
from pmhub.errors import ConnectorError, Denied, Refused
from pmhub.sdk import PullRequest
from pmhub.store.pull_requests import MergedPull, OpenPull
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import CodeLane

BELONGS = (Reason.BRANCH, Reason.CLOSES, Reason.PULL_TITLE)
"""A ticket that a body only mentions is none that it is for."""
TOLD = "pull requests"
"""Key of the meta table: another value whenever merged ones came in."""
YEAR = 366 * 86_400_000
"""So far back they are read the first time."""


def read_pull_requests(hub: Hub) -> None:
    """Open ones. Last in a run: nothing else waits for them."""
    for lane in hub.code:
        if lane.open:
            _tried(hub, lane, _read_open)


def read_merged(hub: Hub) -> None:
    """Those that came in since the last run, before notes are composed of them."""
    for lane in hub.code:
        if lane.merged:
            _tried(hub, lane, _read_merged)


def _tried(hub: Hub, lane: CodeLane, read: Callable[[Hub, CodeLane], None]) -> None:
    """Where they may not be read they stay unknown, as whoever asks for them is told: syncs need no such right."""
    remote = lane.place.remote
    if remote.id in hub.report.down:
        return
    hub.store.validators.forget_pending()
    try:
        read(hub, lane)
    except (Denied, Refused) as error:
        hub.log.info("%s: pull requests are not known: %s", remote.connection, error.message)
    except ConnectorError as error:
        hub.report.fail(remote.id, error)


def _read_open(hub: Hub, lane: CodeLane) -> None:
    store, place = hub.store, lane.place
    found = [as_open(lane.patterns, pull) for pull in place.remote.connector.open_pull_requests(place.scope)]
    with store.transaction():
        store.pull_requests.replace(place.remote.id, place.scope.key, found, hub.clock())
        store.validators.keep()


def _read_merged(hub: Hub, lane: CodeLane) -> None:
    store, place = hub.store, lane.place
    key = f"{TOLD} {place.remote.id} {place.scope.key}"
    since = int(store.meta.get(key) or hub.clock() - YEAR)
    found = [
        MergedPull(place.remote.id, place.scope.key, pull, tickets_of(lane.patterns, pull))
        for pull in place.remote.connector.pull_requests(place.scope, since)
    ]
    newest = max((each.pull.merged_at for each in found), default=since)
    with store.transaction():
        store.pull_requests.add_merged(found)
        if newest > since or store.meta.get(key) is None:
            store.meta.put(key, str(newest))
            store.meta.put(TOLD, f"{newest} {len(found)}")
        store.validators.keep()


def as_open(patterns: Patterns, pull: PullRequest) -> OpenPull:
    return OpenPull(
        key=pull.key, title=pull.title, url=pull.url, tickets=tickets_of(patterns, pull), releases=pull.releases
    )


def tickets_of(patterns: Patterns, pull: PullRequest) -> tuple[str, ...]:
    """Those that it says it closes, and those whose key is in its title or its branch."""
    found = mentions(patterns, branch=pull.branch, pulls=[Pull(pull.title, pull.body)])
    return tuple(dict.fromkeys([*pull.closes, *(each.ticket for each in found if each.reason in BELONGS)]))
