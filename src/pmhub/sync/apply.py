"""Send what was planned. `sent` is committed before the first byte leaves and means: outcome unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pmhub.engine.plan import Action, Op, mark_of, still_valid
from pmhub.engine.state import Counterpart, Item
from pmhub.engine.verify import agreed_at_birth, created_values, told_by_answer
from pmhub.errors import Ambiguous, ConnectorError, Refused
from pmhub.model.codec import fingerprint
from pmhub.model.exchange import Created, Draft, Observation
from pmhub.model.lean import dataclass
from pmhub.model.records import record, values
from pmhub.model.refs import Ref, marker
from pmhub.sdk import Target
from pmhub.store.intents import Intent
from pmhub.store.items import Bound
from pmhub.sync.changes import changes_of
from pmhub.sync.destination import destination
from pmhub.sync.history import history_of
from pmhub.sync.hooks import restored
from pmhub.sync.hub import Hub
from pmhub.sync.journal import note_write
from pmhub.sync.lanes import Lane, Place, Remote
from pmhub.sync.plan import WHOLE
from pmhub.sync.pull import observe, read, targets, understood
from pmhub.sync.recover import lane_of
from pmhub.sync.report import Problem, refused_key
from pmhub.sync.said import said
from pmhub.sync.sides import depth, lifted, lowered
from pmhub.sync.steps import Doing, Step

FOREVER = 1_000_000_000


@dataclass(frozen=True)
class _Job:
    intent: Intent
    item: Item
    lane: Lane
    place: Place


def apply(hub: Hub, remote: Remote) -> None:
    """Creates first, containers before what is on them; then updates against targets read just before."""
    planned = [w for w in hub.store.intents.in_state("planned", remote=remote.id) if _may_be_sent(hub, w)]
    jobs = [job for w in planned if (job := _job(hub, w))]
    try:
        creates = [j for j in jobs if j.intent.action.op is Op.CREATE]
        done = 0
        for batch in _batches(hub, creates):
            if _is_late(hub):
                return
            _tell(hub, remote, done, len(jobs))
            _create(hub, remote, batch)
            done += len(batch)
        _update_all(hub, remote, [j for j in jobs if j.intent.action.op is Op.UPDATE], after=len(creates))
        if jobs and not hub.report.out_of_time:
            _tell(hub, remote, len(jobs), len(jobs))
    except ConnectorError as error:
        hub.report.fail(remote.id, error)


def _tell(hub: Hub, remote: Remote, done: int, total: int) -> None:
    refused = hub.report.refused
    last = refused[-1].where if refused else ""
    hub.watch(Step(Doing.WRITING, remote.connection, done, total, len(refused), last))


def _is_late(hub: Hub) -> bool:
    """What is not sent by then is derived anew by the next run. What was sent is still verified."""
    hub.report.out_of_time |= hub.is_late()
    return hub.report.out_of_time


def _may_be_sent(hub: Hub, intent: Intent) -> bool:
    """With an approved plan: exactly its rows, and the fields that could only follow what they created."""
    if hub.approved is None:
        return True
    return mark_of(intent.action) in hub.approved or (intent.item, intent.remote) in hub.made


def _job(hub: Hub, intent: Intent) -> _Job | None:
    item, lane = hub.store.items.get(intent.item), lane_of(hub, intent.item)
    place = _place(hub, intent, lane, item) if lane and item else None
    return _Job(intent, item, lane, place) if item and lane and place else None


def _place(hub: Hub, intent: Intent, lane: Lane, item: Item) -> Place | None:
    if intent.action.op is Op.CREATE:
        return destination(hub, lane, item, intent.remote)
    return lane.target(intent.remote, _scope(hub, intent))


def _scope(hub: Hub, intent: Intent) -> str | None:
    bound = hub.store.items.bound_on(intent.item, intent.remote)
    seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing) if bound and bound.thing else None
    return seen.scope if seen else None


# Creates.


def _batches(hub: Hub, jobs: Sequence[_Job]) -> Iterator[list[_Job]]:
    """As many of one kind and place as fit in one call; a parent in an earlier call than its children."""

    def order(job: _Job) -> tuple[int, int, int]:
        return (job.item.kind.order, depth(hub.store, job.item.record.get("parent")), job.place.rank)

    for _, group in groupby(sorted(jobs, key=lambda job: (order(job), job.intent.id)), order):
        batch = list(group)
        size = batch[0].place.remote.connector.capabilities.bulk_create.get(batch[0].item.kind, 1)
        for start in range(0, len(batch), size):
            yield batch[start : start + size]


def _create(hub: Hub, remote: Remote, batch: Sequence[_Job]) -> None:
    ready = [(job, draft) for job in batch if (draft := _draft(hub, remote, job))]
    if not ready:
        return
    intents = [job.intent.id for job, _ in ready]
    with hub.store.transaction():
        hub.store.intents.mark_sent(intents, read_at=hub.clock(), seen_at=0, sent_at=hub.clock())
    remote.requests.clear()
    try:
        answers = remote.connector.create([draft for _, draft in ready])
    except Ambiguous:
        hub.report.unknown += len(ready)
        return
    except Refused as refusal:
        answers = [refusal] * len(ready)
    except ConnectorError:
        _unsend(hub, intents)
        raise
    with hub.store.transaction():
        for (job, _), answer in zip(ready, answers, strict=True):
            _created(hub, remote, job, answer)


def _unsend(hub: Hub, intents: Sequence[int]) -> None:
    """The server did nothing, by its own word or because nothing reached it."""
    with hub.store.transaction():
        for id_ in intents:
            hub.store.intents.mark(id_, "planned")


def _draft(hub: Hub, remote: Remote, job: _Job) -> Draft | None:
    """None when what it is on, or what it names, did not come to be: the next plan knows."""
    on = None
    if job.item.on is not None:
        bound = hub.store.items.bound_on(job.item.on, remote.id)
        if bound is None or bound.thing is None or bound.gone:
            return None
        container = hub.store.observations.get(remote.id, bound.kind, bound.thing)
        on = container.ref if container else Ref(bound.kind, bound.thing)
    data = lowered(hub.store, remote.id, job.item.kind, job.intent.action.data)
    if data.keys() != job.intent.action.data.keys():
        hub.progress = True
        return None
    data = dict(restored(hub.hooks, job.item.kind, remote.id, data))
    when = said(hub.store, job.item) if job.lane.says_when else ""
    return Draft(job.place.scope, record(job.item.kind, data), marker(job.item.id), on, when)


def _created(hub: Hub, remote: Remote, job: _Job, answer: Created | Refused) -> None:
    action = job.intent.action
    if isinstance(answer, Refused):
        _refused(hub, remote, job, answer)
        return
    agreed = {}
    if answer.observation is not None:
        seen = understood(hub, remote, job.place.scope.key, answer.observation)
        observe(hub, remote, job.place.scope.key, seen, direct=True)
        now = lifted(hub.store, remote.id, job.item.kind, values(seen.record))
        side = hub.sides.of(job.lane, job.place)
        agreed = created_values(side, action.data, now, [], frozenset(now))  # the answer tells all
    local = agreed_at_birth(job.item, hub.sides.of(job.lane, job.place), action.data, agreed)
    counterpart = Counterpart(job.item.id, remote.id, answer.ref.id, local=local, agreed=agreed)
    hub.store.items.bind(Bound(counterpart, job.item.kind, answer.ref.id))
    hub.store.intents.mark(
        job.intent.id, "done" if answer.observation else "acked", answered=answer.observation is not None
    )
    hub.store.failures.settle(job.item.id, remote.id, Op.CREATE)
    note_write(hub, job.item.id, remote.id, Op.CREATE, {}, action.data, "done")
    hub.report.done[f"created {job.item.kind}"] += 1
    hub.made.add((job.item.id, remote.id))
    hub.progress = True


def _refused(hub: Hub, remote: Remote, job: _Job, refusal: Refused) -> None:
    """One more try counted; the rest of the item goes on. What was refused alone after it was refused with others is dead."""
    action, name = job.intent.action, _culprit(job.intent.action, refusal)
    value = fingerprint(action.data[name] if name else dict(action.data))
    known = hub.store.failures.of(job.item.id, remote.id)
    limit = 1 if name and any((op, field) == (action.op, WHOLE) for op, field, _ in known) else hub.pace.tries
    limit = limit if refusal.lasting else FOREVER
    hub.store.failures.add(action, name, value, (refusal.message, refusal.hint), hub.clock(), limit)
    hub.refused.add((job.item.id, remote.id, action.op, name, value))
    hub.store.intents.mark(job.intent.id, "dropped")
    hub.store.items.touch([job.item.id])
    note_write(hub, job.item.id, remote.id, action.op, action.pre, action.data, "refused")
    where, key = f"{remote.connection}: {job.item.id}", refused_key(remote.id, job.item.id, action.op)
    hub.report.refused.append(Problem(where, refusal.message, refusal.hint, key, refusal.code, name))


def _culprit(action: Action, refusal: Refused) -> str:
    if refusal.field in action.data:
        return refusal.field
    return next(iter(action.data)) if len(action.data) == 1 and action.op is Op.UPDATE else WHOLE


# Updates.


def _update_all(hub: Hub, remote: Remote, jobs: Sequence[_Job], *, after: int) -> None:
    """Targets of a kind with a change log are read in bulk; of others one by one, just before each write. `after`: so many
    creates.
    """
    logged = [job for job in jobs if history_of(remote, job.item.kind)]
    began = hub.clock()
    fresh = read(hub, remote, _targets(hub, remote, logged))
    for done, job in enumerate(jobs, after):
        if _is_late(hub):
            return
        _tell(hub, remote, done, after + len(jobs))
        at = began
        if not history_of(remote, job.item.kind):
            at = hub.clock()
            fresh |= read(hub, remote, _targets(hub, remote, [job]))
        _update(hub, remote, job, fresh, at)


def _targets(hub: Hub, remote: Remote, jobs: Sequence[_Job]) -> list[Target]:
    refs = {Ref(b.kind, b.thing) for j in jobs if (b := hub.store.items.bound_on(j.item.id, remote.id)) and b.thing}
    return targets(hub, remote, sorted(refs, key=lambda r: (r.kind, r.id)))


def _update(hub: Hub, remote: Remote, job: _Job, fresh: dict[Ref, Observation | None], read_at: int) -> None:
    bound = hub.store.items.bound_on(job.item.id, remote.id)
    found = fresh.get(Ref(bound.kind, bound.thing or "")) if bound else None
    if found is None or not _as_planned(hub, remote, job, found):
        _drop(hub, job)
        return
    action, side = job.intent.action, hub.sides.of(job.lane, job.place)
    changes = changes_of(hub, remote, action, side)
    with hub.store.transaction():
        seen_at = hub.ours(remote.id, found.updated_at)
        hub.store.intents.mark_sent([job.intent.id], read_at=read_at, seen_at=seen_at, sent_at=hub.clock())
    remote.requests.clear()
    try:
        answer = remote.connector.update(Target(job.place.scope, found.ref), found, changes)
    except Ambiguous:
        hub.report.unknown += 1
        return
    except Refused as refusal:
        with hub.store.transaction():
            _refused(hub, remote, job, refusal)
        return
    except ConnectorError:
        _unsend(hub, [job.intent.id])
        raise
    with hub.store.transaction():
        _updated(hub, remote, job, answer)


def _as_planned(hub: Hub, remote: Remote, job: _Job, found: Observation) -> bool:
    """Does it still stand as the plan believed? The plan may be minutes old."""
    seen = understood(hub, remote, job.place.scope.key, found)
    now = lifted(hub.store, remote.id, job.item.kind, values(seen.record))
    return still_valid(hub.sides.of(job.lane, job.place), job.intent.action.pre, now)


def _drop(hub: Hub, job: _Job) -> None:
    with hub.store.transaction():
        hub.store.intents.mark(job.intent.id, "dropped")
        hub.store.items.touch([job.item.id])
    hub.progress = True


def _updated(hub: Hub, remote: Remote, job: _Job, answer: Observation | None) -> None:
    action = job.intent.action
    if answer is not None:
        answer = understood(hub, remote, job.place.scope.key, answer)
        _believe(hub, remote, job.place.scope.key, answer)
        _agree_on_answer(hub, remote, job, answer)
    hub.store.intents.mark(job.intent.id, "acked", answered=answer is not None)
    hub.store.failures.settle(job.item.id, remote.id, Op.UPDATE)
    note_write(hub, job.item.id, remote.id, Op.UPDATE, action.pre, action.data, "done")
    hub.report.done[f"updated {job.item.kind}"] += 1
    hub.progress = True


def _agree_on_answer(hub: Hub, remote: Remote, job: _Job, answer: Observation) -> None:
    """Where no change log will tell, the answer itself says what the server made of our values."""
    bound, told = hub.store.items.bound_on(job.item.id, remote.id), history_of(remote, job.item.kind)
    side, now = hub.sides.of(job.lane, job.place), lifted(hub.store, remote.id, job.item.kind, values(answer.record))
    made = {n: now[n] for n in job.intent.action.data if n in now and told_by_answer(side, n, told)}
    if bound is not None and made:
        agreed = {**bound.counterpart.agreed, **made}
        hub.store.items.agree(replace(bound.counterpart, agreed=agreed))


def _believe(hub: Hub, remote: Remote, scope: str, answer: Observation) -> None:
    """The answer of the write itself is as true as can be, also within one tick of the server's clock."""
    old = hub.store.observations.get(remote.id, answer.ref.kind, answer.ref.id)
    if old is None or answer.updated_at >= old.updated_at:
        hub.store.observations.put(remote.id, scope, answer, hub.clock())
