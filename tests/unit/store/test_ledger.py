"""Limits of an account that several machines share: kept by all of them together, first come, first served."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pmhub.http.pace import HOUR, LOOK_EVERY, MINUTE, Budget, Pace, scopes
from pmhub.store import Store
from pmhub.store.ledger import SharedLedger
from pmhub.store.server import Server

NOW = 1_780_000_000_000
SITE, OTHER_SITE = "https://api.example.com", "https://plans.example.com"
LIST = scopes("GET", "/things", f"{SITE}/things")


@pytest.fixture
def machines(postgres, request):
    """Three, with sessions of their own, and one account."""
    server, account = Server.from_address(postgres()), request.node.name
    found = [SharedLedger(server, account) for _ in range(3)]
    yield found
    for each in found:
        each.close()


def test_together_they_spend_no_more_than_one_may(machines):
    def spend(ledger):
        return [ledger.spend(1, Budget(per_minute=20), NOW) for _ in range(10)]

    with ThreadPoolExecutor(3) as threads:
        moments = [moment for told in threads.map(spend, machines) for moment in told]
    assert moments.count(NOW) == 20
    assert {moment for moment in moments if moment != NOW} == {NOW + MINUTE}
    assert machines[0].spend(20, Budget(per_minute=20), NOW + MINUTE) == NOW + MINUTE


def test_each_write_has_a_turn_of_its_own(machines):
    def turns(ledger):
        return [ledger.turn(1000, NOW) for _ in range(5)]

    with ThreadPoolExecutor(3) as threads:
        moments = [moment for told in threads.map(turns, machines) for moment in told]
    assert sorted(moments) == [NOW + 1000 * n for n in range(15)]


def test_who_comes_after_a_pause_goes_at_once(machines):
    machines[0].turn(1000, NOW)
    assert machines[1].turn(1000, NOW + 5000) == NOW + 5000


def test_accounts_do_not_wait_for_each_other(machines):
    machines[0].turn(60_000, NOW)
    stranger = replace(machines[0], account="another")
    assert stranger.turn(60_000, NOW) == NOW
    stranger.close()


def paces(machines, site=SITE):
    found = [Pace(), Pace()]
    for pace, ledger in zip(found, machines, strict=False):
        pace.share(ledger, site, {}, NOW)
    return found


def test_what_a_server_asks_of_one_the_others_wait_for_too(machines):
    one, other = paces(machines)
    one.limited("*", {"retry-after": "600"}, NOW)
    assert other.free_at(LIST, NOW + LOOK_EVERY) == NOW + 600_000
    assert other.free_at(LIST, NOW + 600_001) == NOW + 600_001


def test_who_begins_later_knows_it_before_its_first_request(machines, tmp_path, postgres):
    [one, _] = paces(machines)
    one.limited("GET /things", {"retry-after": "600"}, NOW)
    store = Store(tmp_path / "pmhub.db", server=postgres())
    late, known = Pace(), machines[2].known(store.database, NOW + 1)
    late.share(machines[2], SITE, known[SITE], NOW + 1)
    assert late.free_at(LIST, NOW + 1) == NOW + 600_000
    assert late.free_at(scopes("POST", "/things", f"{SITE}/things"), NOW + 1) == NOW + 1
    store.close()


def test_another_site_of_the_same_account_is_not_held_back(machines):
    paces(machines)[0].limited("*", {"retry-after": "600"}, NOW)
    other = paces(machines, OTHER_SITE)[1]
    assert other.free_at(LIST, NOW + LOOK_EVERY) == NOW + LOOK_EVERY


def test_others_ask_a_server_again_after_an_hour_whatever_it_said(machines):
    one, other = paces(machines)
    one.limited("*", {"retry-after": "80000"}, NOW)
    assert other.free_at(LIST, NOW + LOOK_EVERY) == NOW + HOUR


def test_the_limit_of_one_object_is_its_own(machines):
    one, other = paces(machines)
    one.limited(LIST[2], {"retry-after": "600"}, NOW)
    assert other.free_at(LIST, NOW + LOOK_EVERY) == NOW + LOOK_EVERY
