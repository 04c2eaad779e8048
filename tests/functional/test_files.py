"""Pictures that an issue at GitHub shows, attached to its ticket in Jira: each content once, whatever happens."""

import hashlib
from dataclasses import replace

import pytest
from stage import PROJECT, REPO, open_stage

from pmhub.model.files import LARGEST
from pmhub.store import Store
from pmhub.sync.run import run
from pmhub_github import files
from pmhub_github.simulator.ci_storage import Storage
from pmhub_github.simulator.pictures import add_picture
from pmhub_jira.simulator import Fault

PICTURE = b"\x89PNG fake picture"
OTHER = b"\x89PNG another picture"


@pytest.fixture
def stage(tmp_path):
    with open_stage(tmp_path) as stage, Storage(stage.github) as storage:
        stage.storage = storage
        under(stage, "copy")
        yield stage


def under(stage, attachments):
    sync = stage.workspace.syncs["backlog"]
    places = tuple(replace(each, scope=replace(each.scope, attachments=attachments)) for each in sync.endpoints)
    stage.workspace = replace(stage.workspace, syncs={"backlog": replace(sync, endpoints=places)})


def shown(stage, *contents):
    return "\n\n".join(f"![shot]({add_picture(stage.github.world, one, 'png')})" for one in contents)


def settle(stage, runs=2):
    told = []
    for _ in range(runs):
        stage.rest()
        report = stage.sync()
        told += [problem.message for problem in report.refused]
    assert stage.writes == []
    return told


def attached(stage):
    (issue,) = stage.jira.issues(PROJECT)
    return [(one.filename[:12], one.content) for one in issue.attachments]


def digest(content):
    return hashlib.sha256(content).hexdigest()[:12]


def test_a_picture_is_attached_once_under_the_name_of_its_content(stage):
    stage.github.user_create_issue(
        REPO, "Pay", f"See\n\n{shown(stage, PICTURE)}\n\nand ![x](https://example.com/x.png)"
    )
    settle(stage)
    assert attached(stage) == [(digest(PICTURE), PICTURE)]
    (issue,) = stage.jira.issues(PROJECT)
    assert issue.attachments[0].filename.endswith(".png")
    assert all("Authorization" not in headers for _, headers in stage.storage.requests)
    asked = len(stage.storage.requests)
    stage.github.user_edit_issue(REPO, 1, title="Paid")
    settle(stage)
    assert (attached(stage), len(stage.storage.requests)) == ([(digest(PICTURE), PICTURE)], asked)


def test_a_new_picture_of_the_text_follows_and_one_that_is_there_does_not(stage):
    stage.github.user_create_issue(REPO, "Pay", shown(stage, PICTURE))
    settle(stage)
    stage.github.user_edit_issue(REPO, 1, body=shown(stage, PICTURE, OTHER))
    settle(stage)
    assert attached(stage) == [(digest(PICTURE), PICTURE), (digest(OTHER), OTHER)]


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
def test_a_lost_answer_attaches_nothing_twice(stage, fault):
    stage.github.user_create_issue(REPO, "Pay", shown(stage, PICTURE))
    stage.jira.fault(Fault(fault, "POST", r"/attachments$", times=1))
    settle(stage, runs=3)
    assert attached(stage) == [(digest(PICTURE), PICTURE)]


def test_where_links_are_enough_nothing_is_fetched(stage):
    under(stage, "link")
    stage.github.user_create_issue(REPO, "Pay", shown(stage, PICTURE))
    settle(stage)
    assert (attached(stage), stage.storage.requests) == ([], [])


def test_what_is_too_large_or_gone_is_told_once_and_stays_where_it_is(stage):
    stage.github.user_create_issue(REPO, "Pay", shown(stage, b"x" * (LARGEST + 1), PICTURE))
    told = settle(stage)
    assert len(told) == 1
    assert f"more than {LARGEST}" in told[0]
    assert attached(stage) == [(digest(PICTURE), PICTURE)]


def test_what_may_not_be_attached_is_told_of_once(stage):
    stage.github.user_create_issue(REPO, "Pay", shown(stage, PICTURE))
    stage.jira.fault(Fault("status", "POST", r"/attachments$", times=9, status=403, body={"errorMessages": ["no"]}))
    assert ["cannot be attached" in each for each in settle(stage)] == [True]
    assert attached(stage) == []


def test_a_place_that_is_down_gets_it_later(stage):
    stage.github.user_create_issue(REPO, "Pay", shown(stage, PICTURE))
    stage.jira.fault(Fault("status", "POST", r"/attachments$", times=1, status=503))
    stage.rest()
    stage.sync()
    assert attached(stage) == []
    settle(stage)
    assert attached(stage) == [(digest(PICTURE), PICTURE)]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.png",
        "http://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/a.png",
        "file:///etc/passwd",
        "https://githubusercontent.com.example.com/a.png",
        "https://[half",
        "data:image/png;base64,AAAA",
    ],
)
def test_only_the_stores_of_the_service_itself_are_asked(url):
    assert files.addresses(f'<p><img src="{url}"></p>', "github.com") == []


def test_its_own_stores_are():
    url = "https://private-user-images.githubusercontent.com/1/2.png?jwt=fake"
    assert files.addresses(f'<img alt="a" src="{url}"><img src="{url}">', "github.com") == [url]


def test_a_run_for_one_item_copies_nothing_of_others(stage):
    stage.github.user_create_issue(REPO, "Pay", shown(stage, PICTURE))
    stage.github.user_create_issue(REPO, "Ship", "Text")
    under(stage, "link")
    settle(stage)
    under(stage, "copy")
    for number in (1, 2):
        stage.github.user_edit_issue(REPO, number, title=f"Title {number}")
    other = item_called(stage, "Ship")
    stage.rest()
    with stage.hub() as hub:
        hub.only = frozenset({other})
        run(hub)
    assert [issue.attachments for issue in stage.jira.issues(PROJECT)] == [(), ()]
    settle(stage)
    assert sorted(len(issue.attachments) for issue in stage.jira.issues(PROJECT)) == [0, 1]


def item_called(stage, title):
    store = Store(stage.workspace.database)
    try:
        rows = store.database.rows("SELECT id FROM item WHERE json_extract(record, '$.title') = ?", [title])
        return rows[0]["id"]
    finally:
        store.close()
