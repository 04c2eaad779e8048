"""A test that is broken opens a ticket of ours, once, and its recovery closes it. Flaky ones open none."""

from __future__ import annotations

from dataclasses import replace

from pmhub.config.workspace import TestTickets
from pmhub.engine.result_history import Result, TicketChange, Verdict, by_environment, ticket_change
from pmhub.engine.state import HUB, Item, Stamp
from pmhub.model.kinds import Kind
from pmhub.model.records import Fields, Value
from pmhub.model.refs import Ref, item_id
from pmhub.model.results import Identity
from pmhub.model.vocabulary import TICKET_WORDS, Category
from pmhub.sync.hub import Hub
from pmhub.sync.ingest import INGESTED
from pmhub.sync.journal import note_absorbed
from pmhub.sync.lanes import CiLane, Lane

OPEN, CLOSED = "open", "closed"
LONGEST_NAME = 180


def keep_test_tickets(hub: Hub) -> None:
    """Inside a transaction. A person who closes or reopens such a ticket is right until the test changes its mind."""
    for lane in hub.ci:
        tickets = hub.lane_of(lane.tickets.sync, Kind.TICKET) if lane.tickets else None
        key, mark = f"test tickets {lane.sync}", hub.store.results.mark()
        if lane.tickets and tickets and hub.only is None and hub.store.meta.get(key) != mark:
            _keep(hub, lane, lane.tickets, tickets)
            hub.store.meta.put(key, mark)


def _keep(hub: Hub, lane: CiLane, rules: TestTickets, tickets: Lane) -> None:
    for source in dict.fromkeys((INGESTED, lane.source.remote.id if lane.source else INGESTED)):
        for test in hub.store.results.ever_failed(source):
            past = hub.store.results.past_of(test, source, rules.branches)
            verdicts = {health.verdict for health in by_environment(past).values()}
            item = item_id(f"tests:{lane.sync}", Ref(Kind.TICKET, f"{test.suite}\n{test.name}"))
            is_open = hub.store.meta.get(_key(item)) == OPEN
            change = ticket_change(verdicts, is_open=is_open)
            if change is TicketChange.OPEN:
                _open(hub, item, _ticket(test, past, rules), tickets)
            elif change is TicketChange.CLOSE:
                _set_status(hub, item, Category.DONE)
                hub.store.meta.put(_key(item), CLOSED)


def _key(item: str) -> str:
    return f"test ticket {item}"


def _open(hub: Hub, item: str, fields: Fields, tickets: Lane) -> None:
    if hub.store.items.get(item) is None:
        stamp = Stamp(HUB, hub.clock(), by_us=True, sure=True)
        new = Item(item, Kind.TICKET, fields, dict.fromkeys(fields, stamp))
        hub.store.items.add(new, tickets.sync, HUB)
    else:
        _set_status(hub, item, Category.TODO)
    hub.store.meta.put(_key(item), OPEN)


def _ticket(test: Identity, past: list[Result], rules: TestTickets) -> Fields:
    broken = [health.since for health in by_environment(past).values() if health.verdict is Verdict.BROKEN]
    since = min((result.at for result in broken if result), default=0)
    commits = sorted({result.commit for result in broken if result and result.at == since and result.commit})
    name = test.name if len(test.name) <= LONGEST_NAME else f"{test.name[: LONGEST_NAME - 1]}…"
    places = ", ".join(sorted({f"`{result.environment}`" for result in broken if result and result.environment}))
    lines = [f"The test `{name}` of `{test.suite}` fails" + (f" on {places}" if places else "") + "."]
    lines += [f"It began with commit `{commit}`." for commit in commits]
    fields: dict[str, Value] = {
        "title": f"Test fails: {name}",
        "body": "\n\n".join([*lines, "This ticket closes when the test passes again."]),
        "status": TICKET_WORDS[Category.TODO],
        "labels": tuple(sorted(rules.labels)),
    }
    return fields | ({"type": rules.type} if rules.type else {})


def _set_status(hub: Hub, item: str, category: Category) -> None:
    found, status = hub.store.items.get(item), TICKET_WORDS[category]
    if found is None or found.record.get("status") == status:
        return
    stamp = Stamp(HUB, hub.clock(), sure=True)
    note_absorbed(hub, item, "status", found.record.get("status"), status, HUB)
    hub.store.items.put(
        replace(found, record={**found.record, "status": status}, stamps={**found.stamps, "status": stamp})
    )
