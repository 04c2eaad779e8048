"""Versions as releases: listed whole, dated by the server's time of the answer, written field by field."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jira_connection import PEOPLE, Connection, connect, scope, shop

from pmhub.sdk import (
    ABSENT,
    Created,
    Cursor,
    Denied,
    Kind,
    Listing,
    Observation,
    Refused,
    Release,
    Scope,
    SetChange,
    Stream,
    Target,
    Ticket,
    Tombstone,
    Vocabulary,
    Words,
)
from pmhub_jira.simulator import Fault


@pytest.fixture
def jira() -> Iterator[Connection]:
    with connect() as connection:
        yield connection


def stream(at: Scope | None = None, since: int | None = None) -> Stream:
    return Stream(Kind.RELEASE, at or shop(), None if since is None else Cursor(since))


def update(jira: Connection, seen: Observation, at: Scope | None = None, **changes: Any) -> Observation:
    answered = jira.connector.update(Target(at or shop(), seen.ref), seen, changes)
    assert answered is not None
    there = jira.seen(seen.ref, at)
    assert answered.record == there.record
    return there


def refusal(jira: Connection, seen: Observation, **changes: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        jira.connector.update(Target(shop(), seen.ref), seen, changes)
    return caught.value


def sent(jira: Connection) -> Any:
    """The body of the last write."""
    return next(each.request_json for each in reversed(jira.simulator.requests) if each.method in ("POST", "PUT"))


# reading


def test_a_version_is_a_release_in_our_words(jira: Connection) -> None:
    jira.simulator.add_version(
        "SHOP", "1.0", description="Spring\nRelease notes: Faster checkout", release="2026-12-24"
    )
    jira.simulator.user_edit_version("SHOP", "1.0", startDate="2026-11-01", released=True)
    [seen] = jira.fetch(stream())[Kind.RELEASE, "SHOP"]
    assert seen.record == Release(
        version="1.0", status="released", start="2026-11-01", date="2026-12-24", notes="Faster checkout"
    )
    number = jira.simulator.version("SHOP", "1.0").id
    assert (seen.ref, seen.ref.key) == (jira.version("1.0"), "SHOP@1.0")
    assert seen.ref.url == f"{jira.site.server.url}/projects/SHOP/versions/{number}"
    assert (seen.author, seen.marker, seen.created_at) == ("", None, 0)
    assert seen.originals == {"status": "Released"}
    assert jira.connector.normalise(Kind.RELEASE, shop(), seen.native) == seen
    assert "prerelease" not in jira.connector.capabilities.fields[Kind.RELEASE]


@pytest.mark.parametrize(
    ("facts", "word"),
    [
        ({}, "planned"),
        ({"released": True}, "released"),
        ({"archived": True}, "archived"),
        ({"released": True, "archived": True}, "archived"),
    ],
)
def test_archived_wins_over_released(jira: Connection, facts: dict[str, bool], word: str) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    jira.simulator.user_edit_version("SHOP", "1.0", **facts)
    assert jira.seen(jira.version("1.0")).record.status == word


def test_a_listing_is_one_request_a_project_however_many_versions(jira: Connection) -> None:
    jira.simulator.add_project("APP")
    names = {str(number) for number in range(230)}
    for name in names:
        jira.simulator.add_version("SHOP", name)
    pages = list(jira.connector.fetch([stream(since=0), stream(scope("APP"))]))
    assert {each.record.version for page in pages for each in page.observations} == names
    assert [(page.stream.scope.key, page.complete, page.cursor is not None) for page in pages] == [
        ("APP", True, True),
        ("SHOP", False, False),
        ("SHOP", False, False),
        ("SHOP", True, True),
    ]
    assert jira.requests() == ["GET project/APP/versions", "GET project/SHOP/versions"]
    assert len(list(jira.connector.sweep(stream()))) == 230
    assert jira.connector.capabilities.listing[Kind.RELEASE] is Listing.STRONG
    assert Kind.RELEASE not in jira.connector.capabilities.incremental


def test_releases_ride_beside_the_one_search_of_the_site(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    jira.simulator.user_create_issue("SHOP", "T")
    now = jira.simulator.now()
    streams = [
        stream(since=now),
        Stream(Kind.TICKET, shop(), Cursor(now)),
        Stream(Kind.ROADMAP_ITEM, shop(), Cursor(now)),
    ]
    found = jira.fetch(*streams)
    assert [len(each) for each in found.values()] == [1, 1, 0]
    assert sorted(jira.requests()) == ["GET project/SHOP/versions", "POST search/jql"]


def test_a_project_that_cannot_be_listed_delays_nobody(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    jira.simulator.user_create_issue("SHOP", "T")
    pages = jira.connector.fetch([Stream(Kind.TICKET, scope("GONE")), stream(), Stream(Kind.TICKET, shop())])
    seen = []
    with pytest.raises(Refused, match="GONE cannot be searched"):
        for page in pages:
            seen += [page.stream.kind] if page.observations else []
    assert sorted(seen) == [Kind.RELEASE, Kind.TICKET]


def test_an_unknown_project_is_refused_and_deletes_nothing(jira: Connection) -> None:
    with pytest.raises(Refused, match="the versions of GONE cannot be listed") as caught:
        list(jira.connector.fetch([stream(scope("GONE"))]))
    assert "Check that the project exists" in caught.value.hint
    jira.simulator.add_version("SHOP", "1.0")
    jira.simulator.deny("bot", "BROWSE_PROJECTS", "SHOP")
    with pytest.raises(Refused):
        list(jira.connector.read([Target(shop(), jira.version("1.0"))]))


def test_each_answer_is_later_than_the_one_before_even_when_the_clock_stands(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    first = jira.seen(jira.version("1.0"))
    second = update(jira, first, notes="x")
    assert second.updated_at > first.updated_at
    jira.site.clock.pass_time(60)
    assert 0 <= jira.simulator.now() - jira.seen(first.ref).updated_at < 1000  # its Date knows whole seconds


def test_the_time_of_an_answer_is_the_servers(jira: Connection) -> None:
    jira.simulator.clock_skew = 3600
    jira.simulator.add_version("SHOP", "1.0")
    assert abs(jira.seen(jira.version("1.0")).updated_at - jira.simulator.now()) <= 2000


def test_many_versions_are_read_in_one_request_and_what_is_not_listed_is_gone(jira: Connection) -> None:
    for name in ("1.0", "2.0"):
        jira.simulator.add_version("SHOP", name)
    refs = [jira.version("1.0"), jira.version("2.0")]
    jira.simulator.user_delete_version("SHOP", "2.0")
    jira.requests()
    first, second = jira.connector.read([Target(shop(), ref) for ref in refs])
    assert jira.requests() == ["GET project/SHOP/versions"]
    assert isinstance(first, Observation)
    assert second == Tombstone(refs[1])


def test_a_renamed_version_is_known_by_its_id(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    issue = jira.simulator.user_create_issue("SHOP", "T", fixVersions=[{"name": "1.0"}])
    ref, updated = jira.version("1.0"), jira.simulator.issue(issue.key).updated
    jira.site.clock.pass_time(60)
    jira.simulator.user_edit_version("SHOP", "1.0", name="1.1")
    seen = jira.seen(ref)
    assert (seen.ref, seen.ref.key, seen.record.version) == (ref, "SHOP@1.1", "1.1")
    ticket = jira.seen(jira.ticket(issue.key))
    assert (ticket.record.releases, ticket.updated_at) == (("1.1",), updated)


def test_a_ticket_leaves_the_old_name_of_a_renamed_version_behind(jira: Connection) -> None:
    made = jira.create(Ticket(title="A", releases=("1.0", "2.0")))
    over = jira.seen(made.ref)
    jira.simulator.user_edit_version("SHOP", "1.0", name="1.1")
    jira.connector.update(Target(shop(), made.ref), over, {"releases": SetChange(("1.1",), ("1.0", "2.0"))})
    assert jira.seen(made.ref).record.releases == ("1.1",)
    assert [each.name for each in jira.simulator.state.versions.values()] == ["1.1", "2.0"]


def test_a_version_that_came_after_we_looked_is_taken_from_a_ticket_all_the_same(jira: Connection) -> None:
    made = jira.create(Ticket(title="A", releases=("1.0",)))
    jira.simulator.add_version("SHOP", "2.0")
    jira.simulator.user_edit_issue(made.ref.key, fixVersions=[{"name": "2.0"}])
    jira.connector.update(Target(shop(), made.ref), jira.seen(made.ref), {"releases": SetChange((), ("2.0",))})
    assert jira.seen(made.ref).record.releases == ()


def test_the_tickets_of_a_renamed_version_are_read_again_once(jira: Connection) -> None:
    for name in ("1.0", "2.0"):
        jira.simulator.add_version("SHOP", name)
        jira.simulator.user_create_issue("SHOP", f"For {name}", fixVersions=[{"name": name}])
    jira.fetch(stream())
    jira.site.clock.pass_time(3600)
    streams = [
        stream(),
        Stream(Kind.TICKET, shop(), Cursor(jira.simulator.now(), {"asked": str(jira.simulator.now())})),
    ]
    assert jira.fetch(*streams)[Kind.TICKET, "SHOP"] == []
    jira.simulator.user_edit_version("SHOP", "1.0", name="1.1")
    assert [each.record.releases for each in jira.fetch(*streams)[Kind.TICKET, "SHOP"]] == [("1.1",)]
    jira.requests()
    assert jira.fetch(*streams)[Kind.TICKET, "SHOP"] == []
    assert sorted(jira.requests()) == ["GET project/SHOP/versions", "POST search/jql"]


@pytest.mark.parametrize(
    ("text", "key"), [("SHOP@1.0 beta", "SHOP@1.0 beta"), ("SHOP@", None), ("ann@example.com", None)]
)
def test_keys_of_versions_are_recognised(jira: Connection, text: str, key: str | None) -> None:
    assert jira.connector.parse_key(text) == key


# creating


def test_a_new_release_is_one_call_answered_with_the_whole_version(jira: Connection) -> None:
    jira.connector.check([shop()])
    jira.requests()
    wanted = Release(
        version="1.0", status="released", start="2026-11-01", date="2026-12-24", notes="**New**: a\n\nmore"
    )
    made = jira.create(wanted)
    assert isinstance(made, Created)
    assert jira.requests() == ["POST version"]
    assert made.observation == replace(
        jira.seen(made.ref), updated_at=made.observation.updated_at, native=made.observation.native
    )
    assert made.observation.record == replace(wanted, status="planned", notes="New: a")
    assert "status" in jira.connector.capabilities.later[Kind.RELEASE]
    assert update(jira, made.observation, status="released").record.status == "released"


def test_a_taken_name_is_refused_and_nothing_is_adopted(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "v1")
    refused = jira.create(Release(version="V1"))
    assert (type(refused), refused.field) == (Refused, "version")
    assert "same name" in refused.hint
    assert len(jira.simulator.state.versions) == 1


def test_who_does_not_administer_the_project_is_told_what_to_do(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    jira.simulator.deny("bot", "ADMINISTER_PROJECTS", "SHOP")
    refused = jira.create(Release(version="2.0"))
    assert isinstance(refused, Refused)
    assert "administer the project SHOP" in refused.hint
    error = refusal(jira, jira.seen(jira.version("1.0")), status="released")
    assert "permission to administer" in error.message


def test_a_refusal_told_as_absence_is_no_deletion(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    seen = jira.seen(jira.version("1.0"))
    body = {"errorMessages": ["Could not find version."], "errors": {}}
    jira.simulator.fault(Fault("status", method="PUT", path="version/", status=404, body=body, times=2))
    error = refusal(jira, seen, status="released")
    assert type(error) is Refused
    assert "administer the project SHOP" in error.hint
    jira.simulator.user_delete_version("SHOP", "1.0")
    assert type(refusal(jira, seen, status="released")).__name__ == "Gone"


def test_a_wrong_token_is_everybodys_trouble(jira: Connection) -> None:
    jira.connector.check([shop()])
    jira.simulator.fault(Fault("status", method="POST", path="version", status=401, body={"errorMessages": ["who?"]}))
    with pytest.raises(Denied):
        jira.create(Release(version="1.0"))


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 256])
def test_a_release_without_a_name_that_jira_can_hold_is_refused(jira: Connection, name: str | None) -> None:
    refused = jira.create(Release(version=name))
    assert (type(refused), refused.field) == (Refused, "version")
    assert jira.connector.fit(shop(), Release(version=name)).record.version is ABSENT
    jira.simulator.add_version("SHOP", "1.0")
    assert refusal(jira, jira.seen(jira.version("1.0")), version=name).field == "version"


def test_a_ticket_finds_the_version_that_was_just_made(jira: Connection) -> None:
    jira.create(Ticket(title="A", releases=("0.9",)))
    jira.create(Release(version="1.0"))
    made = jira.create(Ticket(title="B", releases=("1.0",)))
    assert jira.seen(made.ref).record.releases == ("1.0",)
    assert [each.name for each in jira.simulator.state.versions.values()] == ["0.9", "1.0"]


def test_a_listing_lets_tickets_know_of_a_rename(jira: Connection) -> None:
    jira.create(Ticket(title="A", releases=("1.0",)))
    jira.simulator.user_edit_version("SHOP", "1.0", name="1.1")
    jira.fetch(stream())
    jira.requests()
    made = jira.create(Ticket(title="B", releases=("1.1",)))
    assert jira.requests() == ["POST issue/bulk"]
    assert jira.seen(made.ref).record.releases == ("1.1",)


# changing


def test_only_what_changes_is_sent(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0", description="Ours", release="2026-12-24")
    seen = jira.seen(jira.version("1.0"))
    seen = update(jira, seen, version="1.1", date="2026-12-31", start="2026-11-01", status="planned")
    assert sent(jira) == {"name": "1.1", "releaseDate": "2026-12-31", "startDate": "2026-11-01"}
    jira.requests()
    assert jira.connector.update(Target(shop(), seen.ref), seen, {"date": "2026-12-31", "notes": None}) == seen
    assert jira.requests() == []


@pytest.mark.parametrize(
    ("before", "wanted", "body"),
    [
        ({}, "released", {"released": True}),
        ({}, "archived", {"archived": True}),
        ({"released": True}, "archived", {"archived": True}),
        ({"released": True}, "planned", {"released": False}),
        ({"released": True}, "draft", {"released": False}),
        ({"released": True, "archived": True}, "released", {"archived": False}),
        ({"archived": True}, "planned", {"archived": False}),
    ],
)
def test_each_status_is_what_the_two_flags_say(jira: Connection, before: Any, wanted: str, body: Any) -> None:
    jira.simulator.add_version("SHOP", "1.0")
    jira.simulator.user_edit_version("SHOP", "1.0", **before)
    shown = jira.connector.fit(shop(), Release(status=wanted)).record.status
    assert update(jira, jira.seen(jira.version("1.0")), status=wanted).record.status == shown
    assert sent(jira) == body


def test_configured_words_win(jira: Connection) -> None:
    words = {"status": Words({"Unreleased": "draft", "Released": "out", "Archived": "archived"})}
    mine = scope(vocabulary=Vocabulary(people=PEOPLE, words=words))
    jira.simulator.add_version("SHOP", "1.0")
    seen = jira.seen(jira.version("1.0"), mine)
    assert seen.record.status == "draft"
    assert update(jira, seen, mine, status="out").record.status == "out"
    assert jira.simulator.version("SHOP", "1.0").released
    assert jira.connector.fit(mine, Release(status="out")).record.status == "out"


def test_a_date_can_be_taken_away(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0", release="2026-12-24")
    assert update(jira, jira.seen(jira.version("1.0")), date=None).record.date is None


def test_a_date_that_jira_keeps_is_said_so(jira: Connection) -> None:
    jira.simulator.keeps_version_dates = True
    jira.simulator.add_version("SHOP", "1.0", release="2026-12-24")
    error = refusal(jira, jira.seen(jira.version("1.0")), date=None)
    assert (error.field, "2026-12-24" in error.message) == ("date", True)


def test_a_start_after_the_end_is_refused_by_our_name(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0", release="2026-12-24")
    assert refusal(jira, jira.seen(jira.version("1.0")), start="2027-01-01").field == "start"


def test_renaming_to_a_taken_name_is_refused_with_a_hint(jira: Connection) -> None:
    for name in ("1.0", "2.0"):
        jira.simulator.add_version("SHOP", name)
    error = refusal(jira, jira.seen(jira.version("2.0")), version="1.0")
    assert (error.field, "SHOP" in error.hint) == ("version", True)


# notes


@pytest.mark.parametrize(
    ("before", "notes", "after"),
    [
        ("", "New", "Release notes: New"),
        ("Theirs", "New", "Theirs\nRelease notes: New"),
        ("A\n\nRelease notes: Old\nB\n", "New", "A\n\nRelease notes: New\nB\n"),
        ("A\r\nRelease notes: Old\r\nB", "New", "A\r\nRelease notes: New\r\nB"),
        ("A\nRelease notes: Old\nB", None, "A\nB"),
        ("A\r\nRelease notes: Old\r\nB", "", "A\r\nB"),
        ("Release notes: Old\nB", None, "B"),
        ("Release notes: Old", None, ""),
        ("See Release notes: here", "New", "See Release notes: here\nRelease notes: New"),
    ],
)
def test_what_people_wrote_around_the_notes_stays(jira: Connection, before: str, notes: str | None, after: str) -> None:
    jira.simulator.add_version("SHOP", "1.0", description=before)
    seen = update(jira, jira.seen(jira.version("1.0")), notes=notes)
    assert jira.simulator.version("SHOP", "1.0").description == after
    assert seen.record.notes == (notes or None)


@pytest.mark.parametrize(
    ("notes", "line"),
    [
        ("# 1.0\n\nFaster **checkout**,\nsee [docs](https://example.com).\n\n- one", "Faster checkout, see docs."),
        ("- one\n- two", "one two"),
        ("# Only a title", "Only a title"),
        ("1\\. first", "1. first"),
        ("a_b_c `x*y`", "a_b_c x*y"),
    ],
)
def test_the_short_form_is_the_first_paragraph_as_one_plain_line(jira: Connection, notes: str, line: str) -> None:
    made = jira.create(Release(version="1.0", notes=notes))
    assert jira.simulator.version("SHOP", "1.0").description == f"Release notes: {line}"
    assert jira.connector.fit(shop(), Release(notes=notes)).record.notes == made.observation.record.notes


@pytest.mark.parametrize(
    "line", ["1. first", "# not a title", "a *b* c_d_ `e`", "- dash", "<b>x</b> & y", "[x](y)", "> so"]
)
def test_what_a_person_types_as_the_notes_is_plain_words(jira: Connection, line: str) -> None:
    jira.simulator.add_version("SHOP", "1.0", description=f"Release notes: {line}")
    seen = jira.seen(jira.version("1.0"))
    notes = seen.record.notes
    assert jira.connector.fit(shop(), Release(notes=notes)).record.notes == notes
    jira.simulator.requests.clear()
    assert jira.connector.update(Target(shop(), seen.ref), seen, {"notes": notes}) == seen
    assert jira.requests() == []


def test_long_notes_are_cut_and_said_to_be(jira: Connection) -> None:
    fitted = jira.connector.fit(shop(), Release(notes="word " * 400))
    assert "notes" in fitted.lost
    made = jira.create(Release(version="1.0", notes="word " * 400))
    assert made.observation.record.notes == fitted.record.notes
    assert len(jira.simulator.version("SHOP", "1.0").description) <= 520


def test_a_description_that_would_be_too_long_is_refused_by_our_name(jira: Connection) -> None:
    jira.simulator.add_version("SHOP", "1.0", description="x" * 16_380)
    assert refusal(jira, jira.seen(jira.version("1.0")), notes="New").field == "notes"


# days


@pytest.fixture(params=["Pacific/Kiritimati", "America/Los_Angeles"])
def _elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("account_zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_days_stay_the_same_days_everywhere(jira: Connection, account_zone: str) -> None:
    bot = jira.simulator.state.users["bot"]
    jira.simulator.state.users["bot"] = replace(bot, time_zone=account_zone)
    made = jira.create(Release(version="1.0", start="2026-02-28", date="2026-12-31"))
    version = jira.simulator.version("SHOP", "1.0")
    assert (version.start, version.release) == ("2026-02-28", "2026-12-31")
    [seen] = jira.fetch(stream())[Kind.RELEASE, "SHOP"]
    assert (seen.record.start, seen.record.date) == ("2026-02-28", "2026-12-31")
    assert update(jira, made.observation, date="2027-01-01").record.date == "2027-01-01"
