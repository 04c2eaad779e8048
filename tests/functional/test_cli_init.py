"""init, discover and doctor: from an empty folder to a settled workspace, and every mistake told before the first write."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib

import pytest
from cli_workspace import CANARY, PROJECT, REPO, cli_workspace
from functional import flavours

from pmhub_jira.simulator.workflow import DEAD_END_WORKFLOW

FIELDS = "[syncs.backlog.fields]\n"


@pytest.fixture
def hub(tmp_path):
    with cli_workspace(tmp_path) as workspace:
        yield workspace


@pytest.fixture
def empty(hub):
    (hub.folder / "pmhub.toml").unlink()
    return hub


def options(hub, **more):
    sets, secrets = flavours.github_answers(hub.github)
    sets += [f"jira.user={flavours.SIGNS_IN_AS}"] if flavours.SIGNS_IN_AS else []
    given = {
        "--set": [f"jira.url={hub.urls['jira']}", f"github.url={hub.urls['github']}", "github.write_interval=0", *sets],
        "--secret": ["jira.token=JIRA_TOKEN", *secrets],
        "--scope": [f"jira={PROJECT}", f"github={REPO}"],
        "--connect": ["jira", "github"],
    } | more  # fmt: skip
    return [word for option, values in given.items() for value in values for word in (option, value)]


def checks(done, level):
    return [check["what"] for check in done.json["checks"] if check["level"] == level]


def test_from_nothing_to_settled(empty):
    empty.jira.user_create_issue(PROJECT, "Pay in one step")
    empty.github.user_create_issue(REPO, "Pay in one step")
    empty.github.user_create_issue(REPO, "Only here")
    done = empty.run("init", *options(empty))
    assert done.code == 0, done.err
    doctor = empty.run("doctor", "--format", "json")
    assert (doctor.code, doctor.json["errors"]) == (0, 0), doctor.out
    assert empty.writes == []
    assert empty.run("discover", "people").code == 0
    assert empty.run("plan").code == 0
    assert empty.writes == []
    empty.sync()
    assert (len(empty.jira.issues(PROJECT)), len(empty.github.issues(REPO))) == (2, 2)
    assert empty.run("plan", "--detailed-exitcode").code == 0


def test_what_init_writes_has_comments_and_no_secret(empty):
    empty.run("init", *options(empty))
    text = (empty.folder / "pmhub.toml").read_text("utf-8")
    assert CANARY not in text
    assert text.count("#") > 8
    assert tomllib.loads(text)["connections"]["jira"]["token"] == {"env": "JIRA_TOKEN"}
    assert empty.run("config", "check").code == 0


def test_an_app_is_written_as_the_table_that_it_is(empty):
    app = {
        "--set": ["jira.url=https://example.atlassian.net", "github.app.id=12345"],
        "--secret": ["github.app.key=file:app.pem"],
    }
    done = empty.run("init", *options(empty, **app))
    assert done.code == 0, done.err
    written = tomllib.loads((empty.folder / "pmhub.toml").read_text("utf-8"))["connections"]["github"]
    assert written == {"connector": "github", "app": {"id": "12345", "key": {"file": "app.pem"}}}


def test_init_never_overwrites(hub):
    before = (hub.folder / "pmhub.toml").read_text("utf-8")
    done = hub.run("init", *options(hub))
    assert done.code == 1
    assert "is there already" in done.err
    assert (hub.folder / "pmhub.toml").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"--connect": ["jira"]}, "between two connections"),
        ({"--connect": ["jira", "nosuch"]}, "there is no connector 'nosuch'"),
        ({"--scope": [f"jira={PROJECT}"]}, "--scope github=…"),
        ({"--set": []}, "--set jira.url=…"),
        ({"--secret": [f"jira.token={CANARY}"]}, "never the secret itself"),
        ({"--set": ["jria.url=x"]}, "no connection is called so"),
    ],
)
def test_without_a_terminal_init_says_which_option_is_missing(empty, more, told):
    done = empty.run("init", *options(empty, **more))
    assert done.code == 2
    assert told in done.err
    assert CANARY not in done.err
    assert not (empty.folder / "pmhub.toml").exists()


def test_two_connections_of_one_connector_have_names_of_their_own(empty):
    answers = {
        "--connect": ["old=jira", "new=jira"],
        "--set": ["old.url=https://old.example.com", "old.user=a@example.com", "new.url=https://new.example.com", "new.user=a@example.com"],
        "--secret": [],
        "--scope": ["old=SHOP", "new=WEB"],
    }  # fmt: skip
    assert empty.run("init", *options(empty, **answers)).code == 0
    toml = tomllib.loads((empty.folder / "pmhub.toml").read_text("utf-8"))
    assert toml["connections"]["new"]["token"] == {"env": "NEW_TOKEN"}
    assert [one["project"] for one in toml["syncs"]["backlog"]["endpoints"]] == ["SHOP", "WEB"]


def test_doctor_finds_what_would_fail_before_anything_is_written(hub):
    hub.write(
        fields=FIELDS
        + 'estimate = { jira = "customfield_99999" }\n'
        + 'status = { map = { todo = { jira = "To Do", github = "open" }, done = { jira = "Finished", github = "merged" } } }\n'
    )
    hub.jira.deny("bot", "TRANSITION_ISSUES", PROJECT)
    done = hub.run("doctor", "--format", "json")
    assert done.code == 1
    errors = checks(done, "error")
    assert "the account lacks the permission Transition issues" in errors
    assert "estimate: there is no field `customfield_99999`" in errors
    assert "there is no status `Finished`" in errors
    assert "issues have no status `merged`" in errors
    assert hub.writes == []


def test_doctor_tells_a_field_that_is_on_its_screen(hub):
    hub.write(fields=FIELDS + 'estimate = { jira = "customfield_10016" }\n')
    done = hub.run("doctor", "--format", "json")
    assert any("is on the screen of Story" in what for what in checks(done, "ok"))


def test_doctor_tells_of_a_status_that_no_transition_leads_to(hub):
    hub.jira.add_project("PAY", workflow=DEAD_END_WORKFLOW)
    hub.write(replace={f'project = "{PROJECT}"': 'project = "PAY"'})
    hub.jira.user_create_issue("PAY", "Somewhere to start")
    unclear = hub.run("doctor", "--format", "json")
    assert not any("transition" in what for what in checks(unclear, "warning"))
    going = hub.jira.user_create_issue("PAY", "Under way")
    hub.jira.user_transition(going.key, "In Progress")
    hub.rest()
    done = hub.run("doctor", "--format", "json")
    assert done.code == 0
    told = checks(done, "warning")
    assert any("leads to the status `Done`" in what for what in told)
    assert not any("`In Progress`" in what for what in told)


def test_doctor_with_a_wrong_token_ends_as_such(hub):
    done = hub.run("doctor", JIRA_TOKEN="fake-token-that-is-wrong")
    assert done.code == 4
    assert "✗" in done.out


@pytest.mark.flavour(
    "test_scrum_team begins with a Data Center; an App is no person", jira=("cloud",), github=("token", "enterprise")
)
def test_doctor_warns_of_a_clock_and_of_a_persons_account(hub):
    hub.clock.behind = 0
    hub.jira.clock_skew = 1000
    hub.github.token(CANARY, login="ann-example")
    done = hub.run("doctor", "--format", "json")
    warnings = checks(done, "warning")
    assert any("seconds ahead of ours" in what for what in warnings)
    assert any("looks like a person's account" in what for what in warnings)
    assert done.code == 0


def test_discover_lists_containers_fields_and_statuses_as_toml(hub):
    told = hub.run("discover", "projects").out
    assert f'{{ connection = "jira", project = "{PROJECT}" }}' in told
    assert f'{{ connection = "github", repo = "{REPO}" }}' in told
    assert 'estimate = { jira = "customfield_10016" }' in hub.run("discover", "fields").out
    statuses = hub.run("discover", "statuses").out
    map_ = tomllib.loads(statuses)
    assert map_["done"]["jira"][0] == "Done"
    assert map_["todo"] == {"jira": ["To Do"], "github": ["open"]}


def test_what_discover_prints_of_statuses_can_be_pasted(hub):
    hub.write(fields="[syncs.backlog.fields.status.map]\n" + hub.run("discover", "statuses").out)
    assert hub.run("config", "check").code == 0


@pytest.fixture
def people(hub):
    def known(login, **shown):
        user = hub.github.add_user(login)
        user.name, user.email = shown.get("name"), shown.get("email")

    hub.jira.add_user("Ann Example", email="ann@example.com", account_id="jira-ann")
    hub.jira.add_user("Bob Sample", email="bsample@example.com", account_id="jira-bob")
    hub.jira.add_user("Cara Third", email="", account_id="jira-cara")
    hub.jira.add_user("Eve Double", email="", account_id="jira-eve-1")
    hub.jira.add_user("Eve Double", email="", account_id="jira-eve-2")
    known("ann-x", email="Ann@Example.com")
    known("bsample")
    known("third", name="Third Cara")
    known("eve", name="Eve Double")
    known("stranger", name="Nobody Known")
    return hub


@pytest.mark.flavour(
    "test_scrum_team begins with a Data Center; an App is no person", jira=("cloud",), github=("token", "enterprise")
)
def test_people_are_proposed_by_email_login_and_name_and_never_guessed(people):
    done = people.run("discover", "people")
    assert done.code == 0, done.err
    found = {each["by"]: {a["id"] for a in each["accounts"].values()} for each in people.run("discover", "people", "--format", "json").json["people"]}  # fmt: skip
    assert found == {
        "e-mail": {"jira-ann", "ann-x"},
        "login": {"jira-bob", "bsample"},
        "display name": {"jira-cara", "third"},
    }
    assert tomllib.loads(done.out) == {"ann-example": {"jira": "jira-ann", "github": "ann-x"}}
    assert "eve" not in str(tomllib.loads(done.out))


def test_somebody_who_is_in_the_map_by_email_is_found(people):
    people.write(more='[people]\nann = { email = "ann@example.com" }\n')
    people.github.user_create_issue(REPO, "For Ann", assignees=["ann-x"])
    people.sync()
    assert people.jira.issue("SHOP-1").assignee == "jira-ann"
    assert people.run("plan", "--detailed-exitcode").code == 0


def test_somebody_who_is_not_in_the_map_is_left_out_and_fails_nothing(people):
    people.github.user_create_issue(REPO, "For a stranger", assignees=["stranger"])
    people.sync()
    assert people.jira.issue("SHOP-1").assignee is None
    people.sync()
    assert people.github.issue(REPO, 1).assignees == ["stranger"]


def test_on_a_terminal_init_asks_for_what_the_options_leave_open(empty):
    answers = ["github jira", "GITHUB_TOKEN", REPO, "https://example.atlassian.net", "", "bot@example.com", PROJECT]
    ours, theirs = os.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "pmhub", "init"],
        cwd=empty.folder,
        env=empty.environ,
        stdin=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    _, told = child.communicate(timeout=120)
    os.close(ours)
    assert child.returncode == 0, told
    toml = tomllib.loads((empty.folder / "pmhub.toml").read_text("utf-8"))
    assert toml["connections"]["jira"]["token"] == {"env": "JIRA_TOKEN"}
    assert [one.get("repo") or one.get("project") for one in toml["syncs"]["backlog"]["endpoints"]] == [REPO, PROJECT]
