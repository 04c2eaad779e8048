"""Limits of an account that several machines share: kept by all of them together, first come, first served."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pmhub.http.pace import MINUTE, Budget
from pmhub.store.ledger import SharedLedger
from pmhub.store.server import Server

NOW = 1_780_000_000_000


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
