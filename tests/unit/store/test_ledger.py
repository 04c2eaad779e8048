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


@pytest.fixture
def two_workspaces(postgres, request):
    """Of one account: the ledger of one with much to make, and of one that needs little; and the address of the latter's store."""
    addresses = [postgres(), postgres()]
    found = [SharedLedger(Server.from_address(address), request.node.name) for address in addresses]
    yield *found, addresses[1]
    for each in found:
        each.close()


LITTLE = Budget(per_minute=8, per_hour=50)


def looked_in(ledger, file, address):
    """As a run of it begins."""
    store = Store(file, server=address)
    ledger.turn(0, NOW)  # the tables are there
    ledger.known(store.database, NOW)
    store.close()


def taken_by(ledger, pieces, beside=lambda now: None, until=100 * HOUR):
    """When each of so many was taken, a second after the other and as soon as it may. `beside` is called every five minutes."""
    now, taken, due = NOW, [], NOW
    while len(taken) < pieces and now < NOW + until:
        moment = ledger.spend(1, LITTLE, now)
        if moment <= now:
            taken.append(now)
        now = max(now + 1000, moment)
        for tick in range(due, now + 1, 5 * MINUTE):
            beside(tick)
            due = tick + 5 * MINUTE
    return taken


def most_in_an_hour(moments):
    return max(sum(at - HOUR < each <= at for each in moments) for at in moments)


def test_who_needs_little_finds_room_beside_who_makes_much_and_both_together_use_up_the_limit(two_workspaces):
    much, little, _ = two_workspaces
    wanted, made, waited = [], [], []

    def looks_in(now):
        if (now - NOW) % (25 * MINUTE) == 0:
            wanted.append(now)
        while wanted and little.spend(1, LITTLE, now) <= now:
            waited.append(now - wanted.pop(0))
            made.append(now)

    taken = taken_by(much, 200, beside=looks_in)
    waited += [taken[-1] - since for since in wanted]
    assert max(waited) <= 5 * MINUTE, "the minute's limit, at worst: it looks in again five minutes later"
    assert most_in_an_hour([*taken, *made]) <= 50
    assert len(taken) + len(made) >= 0.95 * 50 * (taken[-1] - NOW) / HOUR


def test_room_is_kept_for_who_only_looked_in_so_far(two_workspaces, tmp_path):
    much, little, address = two_workspaces
    looked_in(little, tmp_path / "pmhub.db", address)
    assert len(taken_by(much, 200, until=HOUR)) == 48
    assert little.spend(2, LITTLE, NOW + HOUR // 2) == NOW + HOUR // 2


def test_who_is_alone_leaves_nothing(two_workspaces, tmp_path):
    _, alone, address = two_workspaces
    looked_in(alone, tmp_path / "pmhub.db", address)
    assert len(taken_by(alone, 200, until=HOUR)) == 50


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
