"""Reads that leave before they are asked for: several at once, each answer its own reader's, nothing stored on the way."""

from __future__ import annotations

import gc
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from pmhub.errors import Gone, Limited
from pmhub.http import Account, MemoryValidators
from pmhub.http.client import AT_ONCE
from pmhub.http.waits import FIRST_GUESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.http.conftest import Answers, Clock, Script

    from pmhub.http import Answer, Client

TEMPLATE = "/page"
ETAG = '"abc"'


def path(number: int) -> str:
    return f"/page?page={number}"


def asked(server: Script) -> list[str]:
    return sorted(seen.path for seen in server.seen)


def tells_its_path(request: Answers) -> None:
    request.send(200, json.dumps(request.path).encode())


def begun(client: Client, numbers: range, **more: Any) -> None:
    for number in numbers:
        client.get_ahead(path(number), template=TEMPLATE, **more)


def taken(client: Client, number: int, **more: Any) -> Any:
    return client.get(path(number), template=TEMPLATE, **more)


def test_as_many_are_under_way_at_once_as_may_be(server: Script, client: Client) -> None:
    together = threading.Barrier(AT_ONCE)

    def waits_for_the_others(request: Answers) -> None:
        together.wait(timeout=10)
        tells_its_path(request)

    server.does(waits_for_the_others)
    begun(client, range(AT_ONCE))
    assert [taken(client, number).data for number in range(AT_ONCE)] == [path(number) for number in range(AT_ONCE)]


def test_never_more_than_that(server: Script, client: Client) -> None:
    lock, here, most, never = threading.Lock(), [0], [0], threading.Event()

    def counts(request: Answers) -> None:
        with lock:
            here[0] += 1
            most[0] = max(most[0], here[0])
        never.wait(0.01)
        with lock:
            here[0] -= 1  # before the answer, as the next request may come before this thread goes on
        tells_its_path(request)

    server.does(counts)
    begun(client, range(20))
    for number in range(20):
        taken(client, number)
    assert most[0] <= AT_ONCE


def test_each_is_sent_once_however_often_it_is_begun(server: Script, client: Client) -> None:
    server.does(tells_its_path)
    begun(client, range(3))
    begun(client, range(5))
    assert [taken(client, number).data for number in (4, 0, 2, 1, 3)] == [path(number) for number in (4, 0, 2, 1, 3)]
    assert asked(server) == [path(number) for number in range(5)]


def test_an_answer_is_taken_once_and_then_asked_for_again(server: Script, client: Client) -> None:
    server.does(tells_its_path)
    begun(client, range(1))
    taken(client, 0)
    taken(client, 0)
    assert asked(server) == [path(0)] * 2


def names_the_next(request: Answers) -> None:
    number = int(request.path.rpartition("=")[2])
    link = f'<{request.script.url}{path(number + 1)}>; rel="next"'
    request.send(200, json.dumps(request.path).encode(), {"Link": link})


def next_of(answer: Answer) -> str:
    return answer.links.get("next", "")


def walked(client: Client, pages: int) -> list[Any]:
    """Each page is begun with the one behind it, as soon as it is known, and then taken."""
    found = []
    for number in range(pages):
        client.get_ahead(path(number), template=TEMPLATE, then=next_of)
        found.append(taken(client, number).data)
    return found


def test_the_page_behind_one_is_asked_for_before_that_one_is_taken(server: Script, client: Client) -> None:
    both, seen = threading.Event(), []

    def tells(request: Answers) -> None:
        seen.append(request.path)
        if len(seen) == 2:
            both.set()
        names_the_next(request)

    server.does(tells)
    client.get_ahead(path(0), template=TEMPLATE, then=next_of)
    assert both.wait(10)
    assert seen == [path(0), path(1)]


def test_however_far_ahead_each_page_is_asked_for_once(server: Script, client: Client) -> None:
    server.does(names_the_next)
    assert walked(client, 5) == [path(number) for number in range(5)]
    client.drop_ahead()
    assert asked(server)[:5] == [path(number) for number in range(5)]
    assert len(asked(server)) <= 6


def test_a_failure_is_told_to_its_reader_and_to_no_other(server: Script, client: Client) -> None:
    def second_is_missing(request: Answers) -> None:
        request.send(404 if request.path == path(1) else 200, b"{}")

    server.does(second_is_missing)
    begun(client, range(3))
    taken(client, 0)
    with pytest.raises(Gone):
        taken(client, 1)
    taken(client, 2)


def test_a_validator_is_stored_with_the_answer_that_somebody_took(
    server: Script, make_client: Callable[..., Client]
) -> None:
    validators = MemoryValidators()
    client = make_client(validators=validators)
    server.says(200, [1], {"ETag": ETAG})
    begun(client, range(2), conditional=True)
    taken(client, 0, conditional=True)
    assert len(validators) == 1


def test_a_begun_read_asks_with_the_validator_that_is_held(server: Script, make_client: Callable[..., Client]) -> None:
    client = make_client(validators=MemoryValidators())
    server.says(200, [1], {"ETag": ETAG}).says(304, headers={"ETag": ETAG})
    taken(client, 0, conditional=True)
    begun(client, range(1), conditional=True)
    answer = taken(client, 0, conditional=True)
    assert (answer.not_modified, answer.data) == (True, [1])
    assert server.seen[1].headers["if-none-match"] == ETAG


def test_searches_by_post_are_begun_as_well(server: Script, client: Client) -> None:
    server.says(200, {"issues": []})
    client.read_ahead("/search", template="/search", json={"token": "a"})
    client.read("/search", template="/search", json={"token": "a"})
    client.read("/search", template="/search", json={"token": "b"})
    assert [json.loads(seen.body)["token"] for seen in server.seen] == ["a", "b"]


def test_after_a_write_nothing_is_believed_that_was_begun_before_it(server: Script, client: Client) -> None:
    reached = threading.Event()

    def tells_that_it_is_there(request: Answers) -> None:
        reached.set()
        tells_its_path(request)

    server.does(tells_that_it_is_there)
    begun(client, range(1))
    assert reached.wait(10)
    client.write("POST", "/page", template=TEMPLATE)
    taken(client, 0)
    assert [seen.path for seen in server.seen if seen.method == "GET"] == [path(0)] * 2


def test_credentials_are_asked_for_by_the_thread_that_begins(
    server: Script, make_client: Callable[..., Client]
) -> None:
    threads: list[str] = []

    def token() -> str:
        threads.append(threading.current_thread().name)
        return "Bearer fake-token-1"

    server.does(tells_its_path)
    client = make_client(account=Account(server.url, token, "me"))
    begun(client, range(3))
    for number in range(3):
        taken(client, number)
    assert set(threads) == {threading.current_thread().name}


def test_what_nobody_takes_keeps_no_program_alive(server: Script, client: Client) -> None:
    released = threading.Event()

    def waits(request: Answers) -> None:
        released.wait(10)
        tells_its_path(request)

    server.does(waits)
    left_by_others = set(threading.enumerate())
    begun(client, range(2))
    ours = [each for each in set(threading.enumerate()) - left_by_others if each.name == "pmhub-ahead"]
    assert ours
    assert all(thread.daemon for thread in ours)
    released.set()
    for thread in ours:
        thread.join(10)
    assert not any(thread.is_alive() for thread in ours)


def test_what_is_under_way_when_its_client_ends_asks_nothing_more(server: Script, client: Client) -> None:
    reached, released = threading.Event(), threading.Event()

    def is_down(request: Answers) -> None:
        reached.set()
        released.wait(10)
        request.send(503)

    server.does(is_down)
    left_by_others = set(threading.enumerate())
    begun(client, range(1))
    assert reached.wait(10)
    ours = [each for each in set(threading.enumerate()) - left_by_others if each.name == "pmhub-ahead"]
    client.close()
    released.set()
    for thread in ours:
        thread.join(10)
    assert asked(server) == [path(0)]


def test_a_client_that_ends_while_it_connects_leaves_no_connection_open(
    server: Script, make_client: Callable[..., Client]
) -> None:
    """An open socket that nobody holds any more is told by the collector, and fails the test."""
    server.does(tells_its_path)
    for _ in range(5):
        left_by_others = set(threading.enumerate())
        client = make_client(account=Account(server.url, "Bearer fake-token", "me", timeout=0.2))
        begun(client, range(3))
        client.close()
        for thread in set(threading.enumerate()) - left_by_others:
            if thread.is_alive():  # the server may be about to start one
                thread.join(0.5)
    del client
    gc.collect()


def test_a_limit_that_meets_several_at_once_counts_as_one(
    server: Script, make_client: Callable[..., Client], clock: Clock
) -> None:
    together = threading.Barrier(3)

    def refuses(request: Answers) -> None:
        together.wait(timeout=10)
        request.send(429, b"{}")

    server.does(refuses)
    client = make_client(deadline=clock.now)
    begun(client, range(3))
    for number in range(3):
        with pytest.raises(Limited) as told:
            taken(client, number)
        assert told.value.retry_at == clock.now + FIRST_GUESS
