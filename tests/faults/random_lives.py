"""People, clocks, faults, kills, outages, restores and changes of the configuration in any order; the oracles at rest."""

from __future__ import annotations

from dataclasses import asdict

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from pmhub.engine.state import HOLD, NEWEST, Policy
from pmhub.model.kinds import Kind
from pmhub.sync.preview import preview
from pmhub.testing.choke import SECOND, Fault
from pmhub.testing.losses import forgive
from pmhub.testing.oracles import Expected, violations
from pmhub.testing.people import DEEDS
from pmhub.testing.trials.creating import clone_of_a_copy
from pmhub.testing.world import LOCAL, PACE, World

DAY = 86_400 * SECOND
MOST_DELETED = 2
"""A third would be an outage to the sync, not a deletion."""
MOST_RESTS = 2
"""Besides the last: a rest takes a dozen runs."""
UNMOVED = ("item", "counterpart", "intent", "conflict", "journal")
CLOCK_STEPS = (1, 5, 60, 300, 2000)


class Machine(RuleBasedStateMachine):
    @initialize(
        seed=st.integers(0, 999),
        tickets=st.integers(0, 4),
        stale=st.sampled_from([0.0, 0.4]),
        grain=st.sampled_from([1, 6000]),
        names=st.sampled_from(["AB", "BC", "ABC"]),
        order=st.permutations("ABC"),
    )
    def start(self, seed, tickets, stale, grain, names, order) -> None:
        self.world = World(seed, tickets, names, order="".join(order), stale=stale, grain=grain)
        self.backups, self.deleted, self.restored, self.rests = [], 0, False, 0
        self.lost, self.learning = False, False

    @property
    def choke(self):
        return self.world.choke

    def remote(self, number):
        return self.world.remotes[sorted(self.world.remotes)[number % len(self.world.remotes)]]

    # People.

    @rule(deed=st.sampled_from((*DEEDS, LOCAL)), seed=st.integers(0, 99))
    def somebody_acts(self, deed, seed) -> None:
        self.world.rng.seed(seed)
        self.world.act(deed)

    @rule(number=st.integers(0, 2))
    def somebody_clones(self, number) -> None:
        if self.world.people.made[Kind.TICKET] < self.world.people.most_tickets:
            clone_of_a_copy(self.world, self.remote(number).name)

    @rule(number=st.integers(0, 2))
    def somebody_wipes_the_markers(self, number) -> None:
        for held in self.remote(number).live(Kind.TICKET):
            if held.shown.marker:
                self.remote(number).person_wipes_marker(held.shown.id)

    @precondition(lambda self: self.deleted < MOST_DELETED and not self.restored)
    @rule(number=st.integers(0, 2), kind=st.sampled_from([Kind.TICKET, Kind.COMMENT]), which=st.integers(0, 9))
    def somebody_deletes(self, number, kind, which) -> None:
        things = self.remote(number).live(kind)
        if things:
            self.remote(number).person_deletes(things[which % len(things)].shown.id)
            self.deleted += 1

    @rule()
    def somebody_resolves(self) -> None:
        self.world.resolve_holds()

    # Time, outages and runs.

    @rule(seconds=st.sampled_from(CLOCK_STEPS))
    def time_goes_on(self, seconds) -> None:
        self.world.wait(seconds * SECOND)

    @rule(number=st.integers(0, 2), days=st.integers(0, 3))
    def outage_begins_or_ends(self, number, days) -> None:
        self.remote(number).down = not self.remote(number).down
        self.world.wait(days * DAY)

    @rule(
        crash=st.none() | st.integers(1, 150),
        fault=st.sampled_from([0.0, 0.1, 0.5]),
        agitation=st.sampled_from([0.0, 0.05, 0.2]),
    )
    def cron(self, crash, fault, agitation) -> None:
        choke = self.choke
        choke.fault, choke.agitation = fault, agitation
        choke.crash_at = choke.steps + crash if crash else None
        self.world.run()
        choke.fault, choke.agitation, choke.crash_at = 0.0, 0.0, None

    @rule(faults=st.dictionaries(st.integers(1, 40), st.sampled_from(list(Fault)), max_size=4))
    def cron_with_exact_faults(self, faults) -> None:
        self.choke.forced = {self.choke.calls + call: fault for call, fault in faults.items()}
        self.world.run()
        self.choke.forced = {}

    # The database.

    @rule()
    def backup_is_made(self) -> None:
        self.backups.append(self.world.backup())

    @precondition(lambda self: self.backups and not self.deleted and not self.restored)
    @rule(which=st.integers(0, 9), noticed=st.booleans())
    def database_is_restored(self, which, noticed) -> None:
        """Once a life, and not where things were deleted: what was agreed and buried since the backup it knows wrongly, which
        is worse than a lost database that knows nothing and asks the change logs.
        """
        self.restored = True
        forgive(self.world, restored=True)
        self.world.restore(self.backups[which % len(self.backups)], noticed=noticed)

    @precondition(lambda self: not self.learning)
    @rule()
    def database_is_lost(self) -> None:
        """That something was deleted before is lost too: where its copies stand it may be made again, so nothing is counted."""
        self.lost = True
        forgive(self.world)
        self.world.restore(None)

    # The configuration.

    @rule(title=st.sampled_from([NEWEST, HOLD, "memory:B"]), priority=st.sampled_from([NEWEST, HOLD, "memory:A"]))
    def policies_change(self, title, priority) -> None:
        policies = {"title": Policy(title), "estimate": Policy(HOLD), "priority": Policy(priority)}
        meaning = f"{title} {priority}"
        self.world._policies = lambda: policies
        self.world._meaning = lambda: f"{meaning} {World._meaning(self.world)}"

    @precondition(lambda self: "B" in self.world.remotes and not self.lost)
    @rule()
    def b_learns_estimates(self) -> None:
        """Not after a loss, nor just before: what copies were made with while B could not hold it stays where it stands, but
        nobody knows any more that it is not what their server gave them.
        """
        self.learning, remote = True, self.world.remotes["B"]
        if "estimate" not in remote.dialect.holds(Kind.TICKET):
            remote.admin_adds_a_field("estimate")

    @precondition(lambda self: len(self.world.remotes) == 2)
    @rule()
    def a_remote_joins(self) -> None:
        (name,) = set("ABC") - set(self.world.remotes)
        self.world.remotes[name] = self.world.make_remote(name)

    # What must hold.

    @precondition(lambda self: not any(remote.down for remote in self.world.remotes.values()))
    @rule()
    def planned_twice_it_is_the_same_and_nothing_moves(self) -> None:
        self.world.wait(PACE.settle)  # every index has caught up, and no lost create is about to be given up
        with self.choke.calm():
            before = self._tables()
            first, second = ([asdict(row) for row in preview(self.world.hub()).rows] for _ in "ab")
        assert first == second
        assert self._tables() == before

    def _tables(self):
        rows = self.world.store.database.rows
        return {table: [tuple(row) for row in rows(f"SELECT * FROM {table}")] for table in UNMOVED}

    @precondition(lambda self: self.rests < MOST_RESTS)
    @rule()
    def at_rest_nothing_is_broken(self) -> None:
        self.rests, self.learning = self.rests + 1, False
        self.world.settle()
        found = violations(self.world, Expected(counts=not self.deleted, values=not self.deleted))
        for text in found:
            note(text)
        assert not found, found[:3]

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.at_rest_nothing_is_broken()
            finally:
                self.world.close()
