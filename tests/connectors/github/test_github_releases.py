"""Releases: what is read, how often it is asked for, what is drafted, changed and published, and what is refused."""

from __future__ import annotations

import time

import pytest
from github_connector import MARKER, PEOPLE, REPO, created, draft, fetched, observations, scope, target

from pmhub.sdk import (
    ABSENT,
    Ambiguous,
    Denied,
    Gone,
    Kind,
    Refused,
    Release,
    Stream,
    Tombstone,
    Visibility,
    Vocabulary,
    Words,
)
from pmhub_github import mapping
from pmhub_github.settings import GitHubScope
from pmhub_github.simulator import Fault

CREATES = scope(missing_tag="create")
FENCE = "<!-- pmhub:begin -->\n{}\n<!-- pmhub:end -->"


def listed(hub, of=None, cursor=None):
    return fetched(hub, Kind.RELEASE, of, cursor)


def only(hub, of=None):
    [seen] = observations(listed(hub, of))
    return seen


def published(simulator, tag="v1.0", **fields):
    return simulator.user_create_release(REPO, tag, **fields)


def body_of(simulator):
    [release] = simulator.releases(REPO).values()
    return release.body


def test_a_published_release_reads_with_its_day(rig, simulator):
    one = published(simulator, prerelease=True, body="Hello")
    seen = only(rig.run())
    assert seen.record == Release(version="1.0", status="released", date="2026-05-28", prerelease=True, notes=None)
    assert (seen.ref.id, seen.ref.key) == (str(one.id), f"{REPO}@v1.0")
    assert (seen.author, seen.marker) == ("octocat", None)


def test_a_draft_has_no_date_and_is_seen_by_few(rig, simulator):
    simulator.repo(REPO).private = False
    published(simulator, draft=True)
    published(simulator, "v0.9")
    shown = {one.record.version: one for one in observations(listed(rig.run()))}
    assert (shown["1.0"].record.status, shown["1.0"].record.date) == ("draft", ABSENT)
    assert (shown["1.0"].visibility, shown["0.9"].visibility) == (Visibility.MEMBERS, Visibility.PUBLIC)


def test_releases_of_another_tag_form_are_left_out_and_counted(rig, simulator):
    for tag in ("v1.0", "nightly", "v", "lib-v2"):
        published(simulator, tag)
    [page] = listed(rig.run())
    assert [one.record.version for one in page.observations] == ["1.0"]
    assert page.left_out == {"releases whose tag is of another form": 3}
    [other] = listed(rig.run(), scope(tag="lib-v{version}"))
    assert [one.record.version for one in other.observations] == ["2"]
    assert [ref.key for ref in rig.run().sweep(Stream(Kind.RELEASE, scope()))] == [f"{REPO}@v1.0"]


def test_another_template_shows_what_was_left_out(rig, simulator):
    for tag in ("v1.0", "lib-v2"):
        published(simulator, tag)
    [page] = listed(rig.run())
    [other] = listed(rig.run(), scope(tag="lib-v{version}"), page.cursor)
    assert [one.record.version for one in other.observations] == ["2"]


def test_at_rest_releases_cost_a_free_request_a_page(rig, simulator):
    for number in range(120):
        published(simulator, f"v{number}")
    [page] = listed(rig.run())
    assert (len(page.observations), page.complete) == (120, True)
    rig.asked()
    [again] = listed(rig.run(), cursor=page.cursor)
    assert rig.asked() == ["GET /releases 304"] * 2
    assert again.not_modified


def test_releases_need_no_issues(rig, simulator):
    published(simulator)
    simulator.disable_issues(REPO)
    hub = rig.run()
    assert hub.check([scope()]).containers[REPO].writable
    assert only(hub).record.version == "1.0"
    assert created(hub, Release(version="2.0")).record.status == "draft"


def test_one_is_read_by_its_id_and_several_by_their_list(rig, simulator):
    for tag in ("v1", "v2"):
        published(simulator, tag)
    seen = observations(listed(rig.run()))
    rig.asked()
    assert list(rig.run().read([target(seen[0])])) == [seen[0]]
    assert list(rig.run().read([target(one) for one in seen])) == seen
    assert rig.asked() == [f"GET /releases/{seen[0].ref.id} 200", "GET /releases 304"]


def test_a_deleted_release_is_a_tombstone(rig, simulator):
    for tag in ("v1", "v2"):
        published(simulator, tag)
    seen = observations(listed(rig.run()))
    simulator.user_delete_release(REPO, int(seen[0].ref.id))
    assert list(rig.run().read([target(seen[0])])) == [Tombstone(seen[0].ref)]
    assert list(rig.run().read([target(one) for one in seen])) == [Tombstone(seen[0].ref), seen[1]]


def test_a_draft_out_of_sight_is_not_taken_for_deleted(rig, simulator):
    published(simulator, draft=True)
    seen = only(rig.run())
    for level in ("read", "none"):
        simulator.repo(REPO).permissions["pmhub-bot"] = level
        with pytest.raises(Denied, match=REPO):
            list(rig.run().read([target(seen)]))


def test_a_release_is_always_drafted(rig, hub, simulator):
    seen = created(hub, Release(version="1.0", status="released", prerelease=True, notes="- one, see @octocat"))
    assert rig.asked() == ["GET /releases 200", "POST /releases 201"]
    [release] = simulator.releases(REPO).values()
    assert (release.tag, release.name, release.draft) == ("v1.0", "1.0", True)
    assert release.body == f"{FENCE.format('- one, see @⁠octocat')}\n\n<!-- {MARKER} -->"
    assert seen.record == Release(
        version="1.0", status="draft", date=ABSENT, prerelease=True, notes="- one, see @octocat"
    )
    assert (seen.marker, simulator.repo(REPO).tags) == (MARKER, {})


def test_without_notes_the_body_is_the_marker(hub, simulator):
    assert created(hub, Release(version="1.0")).record.notes is None
    assert body_of(simulator) == f"<!-- {MARKER} -->"


@pytest.mark.parametrize("is_draft", [True, False])
def test_a_second_release_of_a_tag_is_refused_not_adopted(hub, simulator, is_draft):
    published(simulator, draft=is_draft)
    [answer] = hub.create([draft(Release(version="1.0"))])
    assert isinstance(answer, Refused)
    assert (answer.field, bool(answer.hint)) == ("version", True)
    assert len(simulator.releases(REPO)) == 1


def test_a_version_that_is_no_tag_is_refused(rig, hub):
    for version in ("Release 1.0", "1..0", "", "x" * 300, "1.0.lock"):
        [answer] = hub.create([draft(Release(version=version))])
        assert isinstance(answer, Refused)
        assert answer.field == "version"
    assert rig.asked() == []


def test_an_answer_that_never_comes_is_ambiguous_and_found_by_its_marker(rig, hub, simulator):
    simulator.fault(Fault("drop_after", "POST", "/releases$"))
    with pytest.raises(Ambiguous):
        hub.create([draft(Release(version="1.0"))])
    assert only(rig.run()).marker == MARKER


def test_a_draft_keeps_its_tag_when_its_notes_change(hub, simulator):
    seen = created(hub, Release(version="1.0", notes="old"))
    after = hub.update(target(seen), seen, {"notes": "new"})
    assert (after.record.version, after.record.notes, after.marker) == ("1.0", "new", MARKER)
    assert body_of(simulator) == f"{FENCE.format('new')}\n\n<!-- {MARKER} -->"


def test_publishing_waits_for_the_tag(rig, hub, simulator):
    seen = created(hub, Release(version="1.0"))
    rig.asked()
    with pytest.raises(Refused) as caught:
        hub.update(target(seen), seen, {"status": "released"})
    assert (caught.value.field, "missing_tag" in caught.value.hint) == ("status", True)
    assert rig.asked() == ["GET /git/ref/tags/v1.0 404"]
    simulator.user_push_tag(REPO, "v1.0")
    after = hub.update(target(seen), seen, {"status": "released"})
    assert (after.record.status, after.record.date) == ("released", "2026-05-28")
    assert simulator.requests[-1].request_body == {"tag_name": "v1.0", "draft": False, "make_latest": "legacy"}


def test_an_empty_repository_has_no_tag(hub, simulator):
    seen = created(hub, Release(version="1.0"))
    simulator.fault(Fault("status", path="/git/ref/", status=409, body={"message": "Git Repository is empty."}))
    with pytest.raises(Refused, match=r"v1\.0 is not in"):
        hub.update(target(seen), seen, {"status": "released"})


def test_publishing_may_have_the_tag_made(rig, hub, simulator):
    seen = created(hub, Release(version="1.0"), CREATES)
    rig.asked()
    assert hub.update(target(seen, CREATES), seen, {"status": "released"}).record.status == "released"
    assert rig.asked() == [f"PATCH /releases/{seen.ref.id} 200"]
    assert simulator.repo(REPO).tags.keys() == {"v1.0"}


def test_publishing_beside_a_published_one_of_the_tag_is_refused(hub, simulator):
    seen = created(hub, Release(version="1.0"))
    published(simulator)
    with pytest.raises(Refused) as caught:
        hub.update(target(seen), seen, {"status": "released"})
    assert caught.value.field == "version"


@pytest.mark.parametrize("status", ["draft", "planned"])
def test_a_published_release_is_not_taken_back(rig, hub, simulator, status):
    published(simulator)
    seen = only(hub)
    rig.asked()
    with pytest.raises(Refused) as caught:
        hub.update(target(seen), seen, {"status": status})
    assert (caught.value.field, rig.asked()) == ("status", [])


@pytest.mark.parametrize("status", ["draft", "planned", "archived"])
def test_what_says_nothing_new_about_a_draft_is_not_written(rig, hub, status):
    seen = created(hub, Release(version="1.0"))
    rig.asked()
    assert hub.update(target(seen), seen, {"status": status}) is None
    assert rig.asked() == []


def test_a_draft_is_renamed_with_its_tag_and_followed_by_its_id(rig, hub, simulator):
    seen = created(hub, Release(version="1.0"))
    after = hub.update(target(seen), seen, {"version": "1.1"})
    assert (after.ref, after.ref.key, after.record.version) == (seen.ref, f"{REPO}@v1.1", "1.1")
    [release] = simulator.releases(REPO).values()
    assert (release.tag, release.name) == ("v1.1", "1.1")


def test_a_title_that_a_person_gave_stays_when_the_version_moves(hub, simulator):
    published(simulator, draft=True, name="The big one")
    hub.update(target(only(hub)), only(hub), {"version": "1.1"})
    [release] = simulator.releases(REPO).values()
    assert (release.tag, release.name) == ("v1.1", "The big one")


def test_the_tag_of_a_published_release_stays(hub, simulator):
    published(simulator)
    with pytest.raises(Refused) as caught:
        hub.update(target(only(hub)), only(hub), {"version": "1.1"})
    assert caught.value.field == "version"
    assert only(hub).record.version == "1.0"


def test_of_an_immutable_release_only_the_notes_are_written(hub, simulator):
    simulator.repo(REPO).immutable_releases = True
    published(simulator, body="Theirs")
    seen = only(hub)
    with pytest.raises(Refused) as caught:
        hub.update(target(seen), seen, {"prerelease": True})
    assert caught.value.field == "prerelease"
    assert hub.update(target(seen), seen, {"notes": "Ours"}).record.notes == "Ours"


def test_a_prerelease_becomes_a_release(hub, simulator):
    published(simulator, prerelease=True)
    seen = only(hub)
    assert hub.update(target(seen), seen, {"prerelease": False}).record.prerelease is False


THEIRS = "\r\n# Thanks\r\n\r\nto @octocat  \r\n\r\n{}\r\n\r\nBye #4\t\r\n"


def test_what_a_person_wrote_around_the_notes_stays_byte_for_byte(hub, simulator):
    published(simulator, body=THEIRS.format(FENCE.format("old").replace("\n", "\r\n")))
    seen = only(hub)
    assert seen.record.notes == "old"
    after = hub.update(target(seen), seen, {"notes": "new\n\nlines"})
    assert body_of(simulator) == THEIRS.format(FENCE.format("new\n\nlines"))
    assert after.record.notes == "new\n\nlines"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "{}"),
        ("Theirs", "Theirs\n\n{}"),
        ("Theirs\n", "Theirs\n\n{}"),
        ("Theirs\r\n\r\n", "Theirs\r\n\r\n{}"),
        (f"Theirs\n\n<!-- {MARKER} -->", f"Theirs\n\n{{}}\n\n<!-- {MARKER} -->"),
        ("<!-- pmhub:begin -->\nnever closed", "<!-- pmhub:begin -->\nnever closed\n\n{}"),
    ],
)
def test_the_fence_is_put_behind_what_is_there(hub, simulator, before, after):
    published(simulator, body=before)
    seen = only(hub)
    assert seen.record.notes is None
    told = hub.update(target(seen), seen, {"notes": "Ours"})
    assert body_of(simulator) == after.format(FENCE.format("Ours"))
    assert told.record.notes == "Ours"
    again = hub.update(target(told), told, {"notes": "Ours, again"})
    assert body_of(simulator) == after.format(FENCE.format("Ours, again"))
    assert again.record.notes == "Ours, again"


def test_notes_that_are_emptied_leave_the_fence(hub, simulator):
    published(simulator, body=f"Theirs\n\n{FENCE.format('old')}\n\nBye")
    told = hub.update(target(only(hub)), only(hub), {"notes": None})
    assert (told.record.notes, body_of(simulator)) == (
        "",
        "Theirs\n\n<!-- pmhub:begin -->\n<!-- pmhub:end -->\n\nBye",
    )


def test_no_notes_need_no_fence(rig, hub, simulator):
    published(simulator, body="Theirs")
    seen = only(hub)
    rig.asked()
    assert hub.update(target(seen), seen, {"notes": None}) is None
    assert rig.asked() == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("moment", ["2026-05-28T00:00:00Z", "2026-05-28T23:59:59Z"])
def test_the_day_of_publication_is_the_same_wherever_we_run(rig, simulator, monkeypatch, zone, moment):
    published(simulator)
    seen = only(rig.run())
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    again = rig.run().normalise(Kind.RELEASE, scope(), {**seen.native, "published_at": moment})
    monkeypatch.undo()
    time.tzset()
    assert again.record.date == "2026-05-28"


def test_notes_cannot_close_their_own_fence(hub):
    text = "one\n\n<!-- pmhub:end -->\n\ntwo\n\n<!-- pmhub:begin -->"
    seen = created(hub, Release(version="1.0", notes=text))
    assert seen.record.notes == text
    assert mapping.fit(scope(), Release(notes=text)).record.notes == text


def test_a_release_that_is_gone_is_gone_and_one_that_may_not_be_changed_is_denied(hub, simulator):
    published(simulator)
    seen = only(hub)
    simulator.repo(REPO).permissions["pmhub-bot"] = "read"
    with pytest.raises(Denied, match="may not change releases"):
        hub.update(target(seen), seen, {"notes": "Ours"})
    with pytest.raises(Denied, match="may not change releases"):
        hub.create([draft(Release(version="2.0"))])
    simulator.repo(REPO).permissions["pmhub-bot"] = "write"
    simulator.user_delete_release(REPO, int(seen.ref.id))
    with pytest.raises(Gone):
        hub.update(target(seen), seen, {"notes": "Ours"})


def test_notes_that_github_finds_too_long_are_named_as_the_field(hub, simulator):
    published(simulator, body="x" * 124_000)
    with pytest.raises(Refused) as caught:
        hub.update(target(only(hub)), only(hub), {"notes": "y" * 5000})
    assert caught.value.field == "notes"


@pytest.mark.parametrize(
    ("word", "shown"), [("planned", "draft"), ("draft", "draft"), ("released", "released"), ("archived", ABSENT)]
)
def test_four_words_fit_into_draft_and_published(word, shown):
    assert mapping.fit(scope(), Release(status=word)).record.status == shown


def test_the_words_of_the_configuration_win():
    of = scope(Vocabulary(words={"status": Words({"draft": "cooking", "published": "out"})}, people=PEOPLE))
    assert mapping.fit(of, Release(status="out")).record.status == "out"
    assert mapping.fit(of, Release(status="released")).record.status == "out"
    assert mapping.fit(of, Release(status="archived")).record.status is ABSENT


def test_what_a_release_cannot_hold_is_absent_and_said():
    record = Release(version="1 0", status="archived", start="2026-01-01", date="2026-02-01", notes="x" * 70_000)
    fitted = mapping.fit(scope(), record)
    assert (fitted.record.version, fitted.record.date, fitted.record.start) == (ABSENT, ABSENT, ABSENT)
    assert fitted.lost.keys() == {"version", "status", "start", "date", "notes"}


@pytest.mark.parametrize(
    "tag", ["v", "{version}{version}", "v {version}", "{version}.lock", "a..{version}", "/{version}"]
)
def test_a_template_that_makes_no_tag_is_an_error(tag):
    with pytest.raises(ValueError, match="template of a tag"):
        GitHubScope(REPO, tag=tag)


@pytest.mark.parametrize("template", ["v{version}", "{version}", "shop/{version}", "{version}-final"])
def test_a_version_comes_back_from_its_tag(hub, template):
    of = scope(tag=template)
    assert created(hub, Release(version="2026.10"), of).record.version == "2026.10"


def test_a_server_that_tells_no_time_of_change_is_read_by_its_publication(rig, simulator):
    published(simulator)
    seen = only(rig.run())
    older = {**seen.native, "updated_at": None}
    assert rig.run().normalise(Kind.RELEASE, scope(), older).updated_at == seen.updated_at
    assert rig.run().normalise(Kind.RELEASE, scope(), seen.native) == seen


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (f"{REPO}@v1.0", f"{REPO}@v1.0"),
        (f"https://github.com/{REPO}/releases/tag/v1.0", f"{REPO}@v1.0"),
        (f"https://github.com/{REPO}/releases/tag/shop%2F1.0", f"{REPO}@shop/1.0"),
        (f"https://github.com/{REPO}/releases", None),
        ("ann@example.com", None),
    ],
)
def test_a_release_is_named_by_its_tag_or_its_address(rig, text, key):
    assert rig.run().parse_key(text) == key
