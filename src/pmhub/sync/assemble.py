"""From a checked configuration to a hub that can run: clients, connectors, remotes, lanes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import field, replace
from typing import Any

from pmhub.config.edge import PATIENCE
from pmhub.config.sources import account_mark
from pmhub.config.workspace import Connection, Workspace
from pmhub.engine.guard import Limits
from pmhub.engine.state import Policy
from pmhub.errors import ConnectorError, UnknownName
from pmhub.http import Account, Client, Exchange, Metrics, Secrets
from pmhub.http.hourly import HOUR, Hourly
from pmhub.model.kinds import Kind
from pmhub.model.lean import dataclass
from pmhub.model.records import schema
from pmhub.sdk import Context
from pmhub.store import Store
from pmhub.store.history import Memory
from pmhub.sync.assemble_lanes import ci_lanes, code_lanes, lanes
from pmhub.sync.contained import contained, made
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane, Remote
from pmhub.sync.people import with_people
from pmhub.sync.rederive import rederive

READS = frozenset({"GET", "HEAD", "OPTIONS"})
ASKED = "requests of the last hour"


def system_clock() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True)
class Options:
    """What a command may narrow or override. `syncs`, `kinds`: empty for all. `prefer`: a connection that wins clashes.

    `deep`: list and read everything now. `patience`: seconds that one call of a connector may take.
    """

    syncs: Sequence[str] = ()
    kinds: Collection[Kind] = ()
    prefer: str | None = None
    max_changes: int | None = None
    allow_public: bool = False
    hooks: Any = None
    deep: bool = False
    deadline: int | None = None
    patience: float = PATIENCE
    clock: Callable[[], int] = system_clock
    sleep: Callable[[float], None] = time.sleep
    metrics: Metrics = field(default_factory=Metrics)
    secrets: Secrets = field(default_factory=Secrets)


@contextmanager
def assembled(workspace: Workspace, store: Store, options: Options) -> Iterator[Hub]:
    """A hub over the whole workspace, narrowed to what the options choose. Its connections are closed at the end."""
    with ExitStack() as stack:
        remotes = _remotes(workspace, store, options, stack)
        workspace = with_people(workspace, remotes, store, options.clock())
        every = lanes(workspace, remotes)
        rederive(store, every, workspace.fingerprint, options.clock(), options.hooks)
        check_syncs(workspace, options.syncs)
        chosen = tuple(
            _preferring(lane, remotes, options.prefer) for lane in every if _is_chosen(lane.sync, lane.kind, options)
        )
        ci = tuple(lane for lane in ci_lanes(workspace, remotes) if _is_chosen(lane.sync, Kind.TEST_RUN, options))
        places = [place for lane in chosen for place in lane.places] + [place for lane in ci for place in lane.places]
        used = {place.remote.id for place in places}
        yield Hub(
            store=store,
            clock=options.clock,
            remotes={remote.id: remote for remote in remotes.values() if remote.id in used},
            lanes=chosen,
            ci=ci,
            code=code_lanes(workspace, chosen),
            limits=_limits(workspace, options),
            allow_public=options.allow_public,
            hooks=options.hooks,
            metrics=options.metrics,
            deep=options.deep,
            deadline=options.deadline,
        )


@contextmanager
def connected(workspace: Workspace, store: Store, options: Options) -> Iterator[dict[str, Remote]]:
    """Every connection by its name, also those that no sync uses. Closed at the end."""
    with ExitStack() as stack:
        yield {name: _remote(connection, store, options, stack) for name, connection in workspace.connections.items()}


def _limits(workspace: Workspace, options: Options) -> Limits:
    guards = workspace.guards
    changes = guards.max_changes if options.max_changes is None else options.max_changes
    return Limits(changes, guards.max_close.count, guards.max_close.percent)


def _remotes(workspace: Workspace, store: Store, options: Options, stack: ExitStack) -> dict[str, Remote]:
    """Connection name → remote, for the connections that a sync uses."""
    used = {endpoint.connection for sync in workspace.syncs.values() for endpoint in sync.places}
    return {
        name: _remote(workspace.connections[name], store, options, stack)
        for name in workspace.connections
        if name in used
    }


def _remote(connection: Connection, store: Store, options: Options, stack: ExitStack) -> Remote:
    requests: list[str] = []

    def note(exchange: Exchange) -> None:
        if exchange.method not in READS and exchange.request_id:
            requests.append(exchange.request_id)

    def open_client(account: Account, **more: Any) -> Client:  # noqa: ANN401 - the client's own options
        client = Client(
            account,
            clock=options.clock,
            sleep=options.sleep,
            deadline=options.deadline,
            validators=store.validators,
            metrics=options.metrics,
            secrets=options.secrets,
            log=logging.getLogger(f"pmhub.http.{connection.name}"),
            on_exchange=note,
            hourly=hourly,
            **more,
        )
        if ledger:
            client.pace.share(ledger, account.base_url, waits.get(account.base_url, {}), options.clock())
        stack.callback(client.close)
        return client

    ledger = store.ledger(account_mark(connection.settings))
    waits: Mapping[str, Mapping[str, int]] = {}
    if ledger:
        stack.callback(ledger.close)
        waits = ledger.known(store.database, options.clock())

    memory = Memory(store.database, connection.name, options.clock)
    hourly = Hourly(connection.budget, memory.get(ASKED) or ()) if connection.budget else None
    if hourly:
        stack.callback(lambda: memory.put(ASKED, hourly.asked(), until=options.clock() + HOUR))
    context = Context(
        open=open_client,
        clock=options.clock,
        sleep=options.sleep,
        memory=memory,
        log=logging.getLogger(f"pmhub.connector.{connection.name}"),
        deadline=options.deadline,
    )
    connector, remote = made(connection.connector, connection.settings, context)
    broken: list[ConnectorError] = []
    walled = contained(connector, broken.append, options.patience)
    return Remote(remote, connection.name, walled, requests=requests, broken=broken, budget=connection.budget)


def check_syncs(workspace: Workspace, names: Iterable[str]) -> None:
    """Raises UnknownName."""
    unknown = [name for name in names if name not in workspace.syncs]
    if unknown:
        known = ", ".join(sorted(workspace.syncs)) or "none"
        raise UnknownName(f"there is no sync named {unknown[0]!r}", hint=f"The configuration has: {known}.")


def _is_chosen(sync: str, kind: Kind, options: Options) -> bool:
    return (not options.syncs or sync in options.syncs) and (not options.kinds or kind in options.kinds)


def _preferring(lane: Lane, remotes: Mapping[str, Remote], prefer: str | None) -> Lane:
    if prefer is None:
        return lane
    if prefer not in remotes:
        raise UnknownName(
            f"--prefer names no connection of this workspace: {prefer!r}", hint=f"Known: {', '.join(sorted(remotes))}."
        )
    winner = remotes[prefer].id
    policies = {name: replace(lane.policies.get(name, Policy()), conflict=winner) for name in schema(lane.kind)}
    return replace(lane, policies=policies)
