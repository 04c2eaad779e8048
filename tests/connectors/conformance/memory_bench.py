"""A memory remote for the conformance kit."""

from __future__ import annotations

from contextlib import contextmanager
from typing import ClassVar

from pmhub.sdk import Kind, Ref, Scope
from pmhub.testing import Bench, Failure
from pmhub.testing.choke import Fault
from pmhub.testing.dialects import DIALECTS, PLAN
from pmhub.testing.memory import MemoryConnector, MemoryScope, MemorySettings
from pmhub.testing.server import POISON, MemoryRemote

FAULTS = {Failure.LIMITED: Fault.LIMITED, Failure.DOWN: Fault.BEFORE, Failure.LOST: Fault.AFTER}


class Always(dict):
    """A fault for every call."""

    def __init__(self, fault):
        super().__init__()
        self.fault = fault

    def pop(self, call, default=None):
        return self.fault


class MemoryBench(Bench):
    connector_type = MemoryConnector
    kinds: ClassVar[tuple[Kind, ...]] = PLAN
    page: ClassVar[int] = 4

    def __init__(self, clock):
        super().__init__(clock)
        self.remote = MemoryRemote("M", clock.choke, DIALECTS["A"], lag=0, kinds=PLAN, bulk=3)

    def connector(self, context):
        return MemoryConnector(MemorySettings(self.remote), context)

    def scope(self, kind):
        return Scope("all", MemoryScope())

    def create(self, kind, fields, on=None):
        id_ = self.remote.person_creates(kind, fields, on.id if on else None)
        return Ref(kind, id_, id_)

    def edit(self, ref, fields):
        self.remote.person_edits(ref.id, **fields)

    def delete(self, ref):
        self.remote.person_deletes(ref.id)

    def look(self, ref):
        held = self.remote.things[ref.id]
        return None if held.deleted else held.fields

    def refused(self, kind):
        return {"title": POISON} if kind is Kind.TICKET else {}

    def samples(self, kind):
        return {"status": ("todo", "done")} if kind is Kind.ROADMAP_ITEM else {}

    def lag(self, milliseconds):
        self.remote.lag = milliseconds

    @contextmanager
    def failing(self, failure):
        if failure not in FAULTS:
            raise NotImplementedError
        choke, before = self.clock.choke, self.clock.choke.forced
        choke.forced = Always(FAULTS[failure])
        try:
            yield
        finally:
            choke.forced = before
