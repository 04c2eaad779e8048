"""What `fit` promises is what comes back: any record, written to the simulator and read again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from connectors.github.github_spec import graphql_violations, request_violations
from github_connector import PEOPLE, REPO, Rig, created, scope, target
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmhub.model.markdown import text_key
from pmhub.sdk import ABSENT, Comment, Kind, Record, Scope, SetChange, Ticket, Vocabulary, Words, values
from pmhub_github.simulator import GitHubSimulator, serve

TABLE = Vocabulary(
    words={
        "status": Words({"open": "backlog", "completed": "shipped", "not_planned": "dropped"}, {"review": "backlog"}),
        "type": Words({"Bug": "defect", "Task": "chore"}),
    },
    people=PEOPLE,
)
SCOPES = [scope(), scope(milestones="release"), scope(TABLE, "example/plan", labels=("Backlog", "plan"))]

A_WHILE = 60  # seconds: the budget for new content holds here too

PIECES = st.sampled_from(
    [
        "@octocat",
        "@octo/team",
        "#12",
        "fixes #3",
        "example/shop#4",
        "GH-5",
        "ABC-12",
        "a@b.example",
        "`@code #1`",
        "```\n@fenced #2\n```",
        "~~~\n#9",
        "<!-- pmhub:0123456789abcdef@abcdef -->",
        "<!-- pmhub:fedcba9876543210@fedcba -->",
        "**Ann** wrote:",
        "https://example.com/x#1",
        "[a](#1)",
        "&#35;1",
        "\\`@x\\`",
        "\n\n",
        "\r\n",
        "\u2060",
        "@\u2060ann",
        "- item",
        "    code #1",
        "\x00\x07",
        "\U0001f600",
        " ",
    ]
)
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES | st.text(max_size=6), max_size=8).map("".join))
LONG = st.builds(
    lambda block, length: block * (length // len(block)),
    st.sampled_from(["@a #1\n\n", "word " * 400 + "\n\n", "`x` ", "```\ncode\n```\n\n", "#1"]),
    st.integers(64_000, 90_000),
)
LABELS = st.sampled_from(
    ["red", "two words", "release/1.0", "Release/2", "backlog", "  pad ", "", "x" * 80, "a,b/c", "é"]
)
NAMES = st.sampled_from(["Ann", "Hub", "Rita", "Nobody"])


def absent_or(strategy):
    return st.one_of(st.just(ABSENT), strategy)


TICKETS = st.builds(
    Ticket,
    title=TEXTS.map(lambda text: f"t{text}" * 3) | st.text(min_size=1, max_size=300).map(lambda text: f"x{text}"),
    body=absent_or(st.one_of(st.none(), TEXTS)),
    type=absent_or(st.sampled_from([None, "bug", "task", "story", "defect", "chore"])),
    status=absent_or(st.sampled_from(["todo", "doing", "done", "review", "shipped", "dropped", "backlog"])),
    priority=absent_or(st.just("high")),
    assignees=absent_or(st.sets(NAMES).map(sorted).map(tuple)),
    labels=absent_or(st.sets(LABELS).map(sorted).map(tuple)),
    releases=absent_or(st.sets(st.sampled_from(["1.0", "2.0", "v" * 45, " 3 "])).map(sorted).map(tuple)),
)
COMMENTS = st.builds(
    Comment, body=absent_or(TEXTS), author=absent_or(st.one_of(st.none(), st.text(max_size=120), PIECES))
)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    simulator = GitHubSimulator(Clock())
    for repo in (REPO, "example/plan"):
        simulator.add_repo(repo, permissions={"pmhub-bot": "write", "octocat": "write", "reader": "triage"})
    simulator.token("fake-token-pmhub-bot", login="pmhub-bot")
    for login in ("octocat", "reader"):
        simulator.add_user(login)
    with serve(simulator) as server:
        found = Rig(simulator, server.url)
        yield found
        found.close()


@pytest.fixture(scope="module")
def hub(rig):
    return rig.run()


class Clock:
    seconds = 1_780_000_000.0

    def __call__(self) -> float:
        return self.seconds


def shown(record: Record) -> dict[str, object]:
    """Comparable: bodies by what they say."""
    found = dict(values(record))
    return {name: text_key(str(value or "")) if name == "body" else value for name, value in found.items()}


def promised(hub, of: Scope, record: Record) -> dict[str, object]:
    return shown(hub.fit(of, record).record)


many = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@many
@given(of=st.sampled_from(SCOPES), record=TICKETS | st.builds(lambda body: Ticket(title="Long", body=body), LONG))
def test_what_is_created_comes_back_as_fitted(rig, hub, of, record):
    hub.context.sleep(A_WHILE)
    first = created(hub, record, of)
    if isinstance(record.status, str):
        first = hub.update(target(first, of), first, {"status": record.status})
    [read] = hub.read([target(first, of)])
    [other, _] = hub.read([target(first, of), target(first, of)])
    want = promised(hub, of, record)
    assert {name: shown(read.record)[name] for name in want} == want
    assert read == other
    assert hub.normalise(Kind.TICKET, of, read.native) == read
    assert request_violations(rig.simulator.requests[-8:]) == []
    assert graphql_violations(rig.simulator.requests[-8:]) == []


@many
@given(of=st.sampled_from(SCOPES), record=TICKETS, other=TICKETS)
def test_what_is_updated_comes_back_as_fitted(hub, of, record, other):
    hub.context.sleep(A_WHILE)
    before = created(hub, record, of)
    wanted = dict(values(hub.fit(of, other).record))
    changes = {name: value for name, value in wanted.items() if name not in ("labels", "assignees", "releases")}
    for name in ("labels", "assignees", "releases"):
        if name in wanted and isinstance(held := getattr(before.record, name), tuple):
            add, remove = set(wanted[name]) - set(held), set(held) - set(wanted[name])
            changes[name] = SetChange(tuple(sorted(add)), tuple(sorted(remove)))
    after = hub.update(target(before, of), before, changes)
    want = promised(hub, of, other)
    assert {name: shown(after.record).get(name) for name in changes} == {name: want[name] for name in changes}


@many
@given(record=COMMENTS, other=TEXTS)
def test_a_comment_comes_back_as_fitted(hub, record, other):
    hub.context.sleep(A_WHILE)
    issue = created(hub, Ticket(title="A title"))
    first = created(hub, record, on=issue.ref)
    want = promised(hub, scope(), record)
    assert {name: shown(first.record)[name] for name in want} == want
    after = hub.update(target(first), first, {"body": other})
    assert shown(after.record)["body"] == promised(hub, scope(), Comment(body=other))["body"]
    assert after.record.author == first.record.author
    assert after.marker == first.marker


@many
@given(of=st.sampled_from(SCOPES), record=TICKETS | COMMENTS)
def test_fitting_twice_changes_nothing_more(hub, of, record):
    fitted = hub.fit(of, record).record
    assert shown(hub.fit(of, fitted).record) == shown(fitted)
