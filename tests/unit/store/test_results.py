"""Test runs are facts: told twice they are there once, and the latest has the word."""

from __future__ import annotations

from pmhub.model.results import Case, Identity, Outcome, TestRun

CART = Identity("shop", "test_cart")
PAY = Identity("shop", "test_pay")


def case(identity=CART, outcome=Outcome.PASSED, **more):
    return Case(suite=identity.suite, name=identity.name, outcome=outcome, **more)


def add(store, run="1", *, attempt=1, environment="", finished=1_000, cases=None, mentions=(), **more):
    told = TestRun(run=run, attempt=attempt, environment=environment, finished=finished, suite="shop", **more)
    with store.transaction():
        id_ = store.results.add("ingest", told, cases or {CART: case()}, 5_000)
        for ticket, test, reason in mentions:
            store.results.mention(id_, ticket, test, reason)
    return id_


def test_a_run_told_five_times_is_there_once(store):
    ids = {add(store, mentions=[("SHOP-1", CART, "its name")]) for _ in range(5)}
    assert len(ids) == 1
    assert store.results.count() == 1
    (result,) = store.results.of_tickets(["SHOP-1"])
    assert (result.test, result.outcome, result.reasons) == (CART, Outcome.PASSED, ("its name",))


def test_another_attempt_is_another_run(store):
    add(store, attempt=1)
    add(store, attempt=2)
    assert store.results.count() == 2


def test_the_latest_run_of_a_test_has_the_word_though_it_does_not_name_the_ticket_again(store):
    add(store, "1", finished=1_000, cases={CART: case(outcome=Outcome.FAILED)}, mentions=[("SHOP-1", CART, "its name")])
    add(store, "2", finished=2_000, cases={CART: case(outcome=Outcome.PASSED)})
    (result,) = store.results.of_tickets(["SHOP-1"])
    assert (result.outcome, result.run.run.run) == (Outcome.PASSED, "2")


def test_each_environment_has_its_own_result(store):
    add(store, "1", environment="linux", mentions=[("SHOP-1", CART, "its name")])
    add(store, "2", environment="windows", cases={CART: case(outcome=Outcome.FAILED)})
    found = {r.run.run.environment: r.outcome for r in store.results.of_tickets(["SHOP-1"])}
    assert found == {"linux": Outcome.PASSED, "windows": Outcome.FAILED}


def test_of_whole_runs_only_those_that_speak_of_the_ticket_count(store):
    add(store, "1", finished=1_000, outcome=Outcome.FAILED, mentions=[("SHOP-1", None, "branch")])
    add(store, "2", finished=2_000, outcome=Outcome.PASSED, mentions=[("SHOP-1", None, "commit")])
    add(store, "3", finished=3_000, outcome=Outcome.FAILED)
    (result,) = store.results.of_tickets(["SHOP-1"])
    assert (result.test, result.outcome, result.reasons) == (None, Outcome.PASSED, ("commit", "branch"))


def test_a_renamed_test_keeps_its_history_under_its_oldest_name(store):
    keyed = {"properties": {"test_key": ("T-1",)}}
    add(store, "1", finished=1_000, cases={CART: case(**keyed)})
    assert store.results.known_keys() == {"T-1": {CART}}
    now = Case(suite="shop", name="test_basket", outcome=Outcome.FAILED, **keyed)
    add(store, "2", finished=2_000, cases={CART: now})
    assert store.results.renamed() == {now.identity: CART}
    assert [result.outcome for result in store.results.history(CART, "")] == [Outcome.FAILED, Outcome.PASSED]


def test_a_ticket_is_found_by_any_of_its_names(store):
    add(store, mentions=[("example/shop#7", CART, "its name"), ("SHOP-1", PAY, "unknown test")])
    assert [r.test for r in store.results.of_tickets(["SHOP-1", "example/shop#7"])] == [CART]
