"""Issues and comments that people really wrote travel to Jira, and from Jira to another GitHub: settled, with every word."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fixtures.recorded_answers import octokit_answers, pygithub_answers
from fixtures.recorded_issues import Recorded, recorded
from functional import flavours
from stage import PROJECT, REPO, Stage, open_stage

from pmhub.model.kinds import Kind
from pmhub.model.refs import Ref, item_id, marker
from pmhub.sync.preview import preview
from pmhub_github.settings import site_of

COLLECTIONS = {"octokit": octokit_answers, "pygithub": pygithub_answers}
WORD = re.compile(r"[^\W_]+")
ESCAPE = re.compile(r"\\(?=[^\w\s])")


@dataclass
class Text:
    title: str
    words: set[str]
    comments: list[set[str]] = field(default_factory=list)


@dataclass
class Trip:
    """`sent`: what was there before, by our marker; the reports are of three runs."""

    stage: Stage
    sent: dict[str, Text]
    left_out: int
    reports: list[Any] = field(default_factory=list)
    writes: list[int] = field(default_factory=list)
    planned: list[Any] = field(default_factory=list)

    def run(self) -> Trip:
        for _ in range(2):
            self.reports.append(self.stage.sync())
            self.writes.append(len(self.stage.writes))
            self.stage.rest()
        with self.stage.hub() as hub:
            self.planned = preview(hub).rows
        return self

    def refused(self) -> list[tuple[str, str]]:
        return [(problem.where, problem.message) for report in self.reports for problem in report.refused]


def words(markdown: str | None) -> set[str]:
    return set(WORD.findall(html.unescape(ESCAPE.sub("", markdown or ""))))


def jira_words(body: Any) -> set[str]:
    return words(flavours.read(body))


@pytest.fixture(scope="module", params=COLLECTIONS)
def found(request) -> Recorded:
    return recorded(COLLECTIONS[request.param]())


@pytest.fixture(scope="module")
def to_jira(found, tmp_path_factory) -> Iterator[Trip]:
    with open_stage(tmp_path_factory.mktemp("there")) as stage:
        sent, left_out = load(stage, found)
        yield Trip(stage, sent, left_out).run()


@pytest.fixture(scope="module")
def to_github(to_jira, tmp_path_factory) -> Iterator[Trip]:
    """What arrived in the one Jira, written by people in another one, beside an empty repository."""
    with open_stage(tmp_path_factory.mktemp("back")) as stage:
        yield Trip(stage, copy_jira(to_jira.stage, stage), 0).run()


def load(stage: Stage, found: Recorded) -> tuple[dict[str, Text], int]:
    """The last state of each issue, pull requests aside; a comment whose issue was not recorded is put on another."""
    latest = {raw["url"]: raw for raw in found.issues.values() if "pull_request" not in raw}
    places = {url: stage.github.load_issue(REPO, raw) for url, raw in latest.items()}
    texts = {url: Text(" ".join(raw["title"].split()), words(raw["body"])) for url, raw in latest.items()}
    order, left_out = list(latest), sum(is_bot(raw) for raw in latest.values())
    for number, raw in enumerate({raw["url"]: raw for raw in found.comments.values()}.values()):
        url = raw["issue_url"] if raw["issue_url"] in places else order[number % len(order)]
        stage.github.load_comment(REPO, places[url].number, raw)
        left_out += is_bot(raw)
        if not is_bot(raw) and not is_bot(latest[url]):
            texts[url].comments.append(words(raw["body"]))
    site = f"github:{site_of(settings(stage, 'github').url)}"
    marks = {url: mark_of(site, issue.node_id) for url, issue in places.items()}
    return {marks[url]: text for url, text in texts.items() if not is_bot(latest[url])}, left_out


def is_bot(raw: dict[str, Any]) -> bool:
    return raw["user"].get("type") == "Bot" or raw["user"]["login"].endswith("[bot]")


def settings(stage: Stage, connection: str) -> Any:
    return stage.workspace.connections[connection].settings


def mark_of(remote: str, thing: str) -> str:
    return marker(item_id(remote, Ref(Kind.TICKET, thing)))


def copy_jira(source: Stage, target: Stage) -> dict[str, Text]:
    remote = f"jira:{settings(target, 'jira').url.split('//')[1]}"
    sent = {}
    for issue in source.jira.issues(PROJECT):
        made = target.jira.user_create_issue(PROJECT, issue.summary, issue.description, labels=list(issue.labels))
        for comment in issue.comments:
            target.jira.user_comment(made.key, comment.body)
        said = [jira_words(comment.body) for comment in issue.comments]
        sent[mark_of(remote, str(made.id))] = Text(issue.summary, jira_words(issue.description), said)
    return sent


def in_jira(stage: Stage) -> dict[str, Text]:
    return {
        issue.properties["pmhub"]["marker"]: Text(
            issue.summary, jira_words(issue.description), [jira_words(comment.body) for comment in issue.comments]
        )
        for issue in stage.jira.issues(PROJECT)
    }


def in_github(stage: Stage) -> dict[str, Text]:
    found = {}
    for number, issue in stage.github.issues(REPO).items():
        mark = re.search(r"<!-- (pmhub:\S+) -->\s*$", issue.body or "")
        said = [words(one.body) for one in stage.github.comments(REPO).values() if one.issue == number]
        found[mark[1] if mark else f"unmarked #{number}"] = Text(issue.title, words(issue.body), said)
    return found


def missing(trip: Trip, arrived: Callable[[Stage], dict[str, Text]]) -> list[str]:
    """One line for each title or word that did not arrive, and for each thing that did not or that nobody sent."""
    there = arrived(trip.stage)
    lines = [f"{mark}: only on one side" for mark in trip.sent.keys() ^ there.keys()]
    for mark in trip.sent.keys() & there.keys():
        sent, seen = trip.sent[mark], there[mark]
        lines += [f"{mark}: {sent.title!r} became {seen.title!r}"] if sent.title != seen.title else []
        lines += [f"{mark}: lost {sorted(sent.words - seen.words)}"] if sent.words - seen.words else []
        lines += [f"{mark}: {len(seen.comments)} comments"] if len(sent.comments) != len(seen.comments) else []
        said = [words for words in sent.comments if not any(words <= other for other in seen.comments)]
        lines += [f"{mark}: a comment lost some of {sorted(words)}" for words in said]
    return lines


def test_every_title_and_every_word_arrives_in_jira(to_jira) -> None:
    assert len(to_jira.sent) > 10
    assert missing(to_jira, in_jira) == []


def test_what_is_left_out_or_refused_on_the_way_to_jira_is_told(to_jira) -> None:
    assert to_jira.refused() == []
    assert sum(to_jira.reports[0].left_out.values()) == to_jira.left_out
    assert [(report.exit_code, report.down, report.stopped) for report in to_jira.reports] == [(0, {}, "")] * 2


def test_the_way_to_jira_settles_in_one_run(to_jira) -> None:
    assert to_jira.writes[0] > 0
    assert to_jira.writes[1:] == [0]
    assert to_jira.planned == []


def test_every_title_and_every_word_arrives_back_in_github(to_github) -> None:
    assert missing(to_github, in_github) == []


def test_the_way_back_to_github_is_refused_nowhere_and_settles_in_one_run(to_github) -> None:
    assert to_github.refused() == []
    assert [report.exit_code for report in to_github.reports] == [0, 0]
    assert to_github.writes[1:] == [0]
    assert to_github.planned == []


def test_no_simulator_stumbled(to_jira, to_github) -> None:
    assert [to_jira.stage.jira.failures, to_github.stage.jira.failures] == [[], []]
