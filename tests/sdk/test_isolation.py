"""A connector that breaks its rules is named, harms no other connection and no row of the store."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import ClassVar

import pytest

from pmhub.config import Connection, Endpoint, Sync, Workspace
from pmhub.errors import Ambiguous, ConfigError, PluginError, Unavailable
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.sdk import Draft, Observation, Ref, Stream, Target, Ticket
from pmhub.store import Store
from pmhub.sync.assemble import Options, assembled
from pmhub.sync.contained import contained
from pmhub.sync.run import run
from pmhub.testing.choke import SECOND, Choke
from pmhub.testing.dialects import DIALECTS
from pmhub.testing.memory import MemoryConnector, MemoryScope, MemorySettings
from pmhub.testing.server import MemoryRemote

PATIENCE = 0.3
SCOPE = Scope("all", MemoryScope())


class Faulty(MemoryConnector):
    """Does `fault` in the method it names, and all else well."""

    name: ClassVar[str] = "faulty"
    breaks: ClassVar[dict] = {}


def breaking(method, fault):
    def broken(self, *given):
        return fault(self, *given)

    return type("Faulty", (Faulty,), {method: broken})


def raises(self, *given):
    raise KeyError("nobody thought of this")


def hangs(self, *given):
    while True:
        time.sleep(0.01)


def swallows_everything(self, *given):
    while True:
        try:
            time.sleep(0.01)
        except Exception:  # noqa: BLE001 - as a careless author would
            continue


def answers_nonsense(self, *given):
    return iter([object()])


def answers_numbers(self, *given):
    return 7


FAULTS = [raises, hangs, swallows_everything, answers_nonsense, answers_numbers]


@pytest.fixture
def plant(tmp_path):
    return Plant(tmp_path)


class Plant:
    """A sound pair of remotes, A and C, and the faulty one, X, in one sync."""

    def __init__(self, folder):
        self.choke = Choke(tick=10)
        self.folder = folder
        self.remotes = {name: MemoryRemote(name, self.choke, DIALECTS["A"], lag=1) for name in "ACX"}
        for name, remote in self.remotes.items():
            remote.person_creates(Kind.TICKET, {"title": f"Made on {name}", "status": "todo"})

    def run(self, faulty):
        self.choke.now += 400 * SECOND
        types = {"A": MemoryConnector, "C": MemoryConnector, "X": faulty}
        connections = {
            name: Connection(name, type_, MemorySettings(self.remotes[name])) for name, type_ in types.items()
        }
        sync = Sync("backlog", Kind.TICKET, tuple(Endpoint(name, SCOPE) for name in types), comments=False)
        file = self.folder / "pmhub.db"
        workspace = Workspace(self.folder / "pmhub.toml", self.folder, file, connections, {"backlog": sync})
        store = Store(file, durable=False)
        options = Options(clock=self.choke.clock, sleep=lambda _: None, patience=PATIENCE)
        try:
            with assembled(replace(workspace, fingerprint="1"), store, options) as hub:
                return run(hub)
        finally:
            store.check()
            store.close()

    def titles(self, name):
        return sorted(held.fields["title"] for held in self.remotes[name].live(Kind.TICKET))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("method", ["check", "fetch", "read", "sweep"])
def test_a_connector_that_breaks_while_it_looks_harms_no_other(plant, method, fault):
    report = plant.run(breaking(method, fault))
    assert {"Made on A", "Made on C"} <= set(plant.titles("A")) & set(plant.titles("C"))
    if method in {"check", "fetch"}:
        (told,) = report.down.values()
        assert f"the connector `faulty` broke in {method}: " in told.message
        assert "tell its author" in told.hint


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("method", ["fit", "later"])
def test_a_connector_that_breaks_while_the_hub_decides_is_left_alone(plant, method, fault):
    before = plant.titles("X")
    for _ in range(2):
        report = plant.run(breaking(method, fault))
    assert set(plant.titles("A")) == set(plant.titles("C")) == {"Made on A", "Made on C", "Made on X"}
    assert plant.titles("X") == before
    (told,) = report.down.values()
    assert f"the connector `faulty` broke in {method}: " in told.message


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("method", ["create", "update"])
def test_a_write_that_breaks_is_unknown_and_is_settled_once_the_plugin_is_mended(plant, method, fault):
    plant.run(Faulty)
    plant.remotes["A"].person_creates(Kind.TICKET, {"title": "Another", "status": "todo"})
    plant.remotes["A"].person_edits("A1", title="Edited on A")
    report = plant.run(breaking(method, fault))
    assert report.unknown >= 1
    everything = ["Another", "Edited on A", "Made on C", "Made on X"]
    assert plant.titles("C") == everything
    for _ in range(4):
        plant.run(Faulty)
    assert plant.titles("X") == plant.titles("A") == everything


def acts_and_breaks(self, drafts):
    MemoryConnector.create(self, drafts)
    return []


def test_a_create_that_was_done_before_it_broke_is_not_done_twice(plant):
    plant.run(breaking("create", acts_and_breaks))
    for _ in range(4):
        plant.run(Faulty)
    assert plant.titles("X") == plant.titles("A") == ["Made on A", "Made on C", "Made on X"]


def test_a_connector_that_cannot_be_made_is_named(plant):
    with pytest.raises(PluginError, match="the connector `faulty` broke when it was made: KeyError"):
        plant.run(breaking("site", raises))


WRONG = {
    "a list for a set": lambda one: replace(one, record=Ticket(title="x", labels=["a"])),
    "a number for the server's time": lambda one: replace(one, updated_at="today"),
    "a native that is no JSON": lambda one: replace(one, native={"at": object()}),
    "no author": lambda one: replace(one, author=None),
    "a record of another kind": lambda one: replace(one, ref=Ref(Kind.COMMENT, "1")),
    "a record that is a dict": lambda one: replace(one, record={"title": "x"}),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nothing_of_a_wrong_shape_is_stored(plant, wrong):
    def fetch(self, streams):
        for page in MemoryConnector.fetch(self, streams):
            yield replace(page, observations=tuple(wrong(one) for one in page.observations))

    report = plant.run(breaking("fetch", fetch))
    (told,) = report.down.values()
    assert "the connector `faulty` broke in fetch: " in told.message
    assert plant.titles("A") == plant.titles("C") == ["Made on A", "Made on C"]


def test_what_a_connector_prints_goes_to_the_log(plant, capsys, caplog):
    def check(self, scopes):
        print("hello")  # noqa: T201
        return MemoryConnector.check(self, scopes)

    plant.run(breaking("check", check))
    assert capsys.readouterr().out == ""
    assert "the plugin `faulty` printed: hello" in caplog.text


def test_a_thread_that_a_connector_leaves_behind_is_told(plant, caplog):
    ended = threading.Event()

    def check(self, scopes):
        threading.Thread(target=ended.wait).start()
        return MemoryConnector.check(self, scopes)

    plant.run(breaking("check", check))
    ended.set()
    assert "the plugin `faulty` left 1 of its threads running" in caplog.text


@pytest.fixture
def walled(plant):
    def made(method, fault):
        connector = breaking(method, fault)(MemorySettings(plant.remotes["X"]), None)
        return contained(connector, lambda _: None, PATIENCE)

    return made


def test_an_error_in_a_read_is_unavailable_and_in_a_write_ambiguous(walled):
    with pytest.raises(Unavailable, match="broke in sweep: KeyError"):
        list(walled("sweep", raises).sweep(Stream(Kind.TICKET, SCOPE)))
    with pytest.raises(Unavailable, match="broke in places: KeyError"):
        list(walled("places", raises).places())
    with pytest.raises(Ambiguous, match="broke in create: KeyError"):
        walled("create", raises).create([Draft(SCOPE, Ticket(title="x"), "pmhub:0")])
    with pytest.raises(Ambiguous, match="broke in mark: KeyError"):
        walled("mark", raises).mark(Target(SCOPE, Ref(Kind.TICKET, "X1")), "pmhub:0")


def test_what_a_person_can_mend_is_told_as_it_is(walled):
    def misconfigured(self, *given):
        raise ConfigError("the url is no address")

    with pytest.raises(ConfigError, match="the url is no address"):
        walled("check", misconfigured).check([SCOPE])


def test_a_generator_that_hangs_between_two_pages_is_ended(walled):
    def fetch(self, streams):
        yield from MemoryConnector.fetch(self, streams)
        hangs(self)

    pages = walled("fetch", fetch).fetch([Stream(Kind.TICKET, SCOPE)])
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"took longer than 0\.3 seconds"):
        assert all(isinstance(one, Observation) for page in pages for one in page.observations)
    assert time.monotonic() - began < 30
