"""How tests stand, on a commit: said once, said again only where it changed, refused in words that help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from github_connector import REPO, Rig, scope

from pmhub.sdk import Ambiguous, Announcement, Denied, Kind, Ref, Refused, State
from pmhub_github.simulator import Fault, GitHubSimulator, Server
from pmhub_github.simulator.ci_pipeline import Pipeline
from pmhub_github.simulator.ci_state import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://github.com/example/shop/actions/runs/7"


@pytest.fixture
def rig(simulator: GitHubSimulator, github_server: Server) -> Iterator[Rig]:
    found = Rig(simulator, github_server.url)
    yield found
    found.close()


@pytest.fixture
def pipeline(simulator: GitHubSimulator) -> Pipeline:
    return Pipeline(simulator, REPO)


@pytest.fixture
def commit(pipeline: Pipeline) -> str:
    return pipeline.push("a change")


def told(commit: str, **about: Any) -> Announcement:
    given = {"key": "pmhub/tests", "state": State.OK, "title": "Tests", "summary": "12 passed", "url": URL, **about}
    return Announcement(commit=commit, **given)


def standing(pipeline: Pipeline) -> list[tuple[str, str, str | None, str | None]]:
    return [(one.context, one.state, one.description, one.target_url) for one in pipeline.ci.statuses]


def test_a_status_is_posted_once(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    for _ in range(3):
        rig.run().announce(scope(), told(commit))
    assert standing(pipeline) == [("pmhub/tests", "success", "12 passed", URL)]
    read = f"GET /commits/{commit}/status"
    assert rig.asked() == [f"{read} 200", f"POST /statuses/{commit} 201", f"{read} 200", f"{read} 304"]
    assert rig.violations() == []


@pytest.mark.parametrize(
    ("state", "word"),
    [(State.OK, "success"), (State.NOK, "failure"), (State.NOT_RUN, "pending"), (State.UNCOVERED, "pending")],
)
def test_only_tests_that_passed_are_a_success(
    rig: Rig, pipeline: Pipeline, commit: str, state: State, word: str
) -> None:
    rig.run().announce(scope(), told(commit, state=state))
    assert [one.state for one in pipeline.ci.statuses] == [word]


@pytest.mark.parametrize("changed", [{"state": State.NOK}, {"summary": "13 passed"}, {"url": f"{URL}8"}])
def test_what_says_something_else_is_posted_again(
    rig: Rig, pipeline: Pipeline, commit: str, changed: dict[str, Any]
) -> None:
    rig.run().announce(scope(), told(commit))
    rig.run().announce(scope(), told(commit, **changed))
    assert len(pipeline.ci.statuses) == 2


def test_a_status_that_went_back_is_posted_again(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    for state in (State.OK, State.NOK, State.OK):
        rig.run().announce(scope(), told(commit, state=state))
    assert [one.state for one in pipeline.ci.statuses] == ["success", "failure", "success"]


def test_a_context_is_the_same_in_other_letters(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    rig.run().announce(scope(), told(commit))
    rig.run().announce(scope(), told(commit, key="PMHUB/Tests"))
    assert len(pipeline.ci.statuses) == 1


def test_a_status_is_found_among_more_than_a_page_of_them(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    rig.run().announce(scope(), told(commit))
    for number in range(120):
        pipeline.ci.statuses.append(Status(number, commit, f"other/{number}", "success", None, None, "octocat", 0))
    rig.run().announce(scope(), told(commit))
    assert len(pipeline.ci.statuses) == 121
    assert rig.violations() == []


def test_texts_are_cut_to_what_github_takes_and_long_keys_stay_apart(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    for end in ("a", "b"):
        for _ in range(2):
            rig.run().announce(scope(), told(commit, key=f"{'k' * 300}{end}", summary="word " * 60))
    one, other = pipeline.ci.statuses
    assert one.context != other.context
    assert {len(one.context), len(other.context)} == {255}
    assert len(one.description or "") <= 140
    assert (one.description or "").endswith("word…")


def test_without_a_summary_the_title_is_shown_and_without_an_address_none(
    rig: Rig, pipeline: Pipeline, commit: str
) -> None:
    for _ in range(2):
        rig.run().announce(scope(), told(commit, summary="", url=""))
    assert standing(pipeline) == [("pmhub/tests", "success", "Tests", None)]


def test_a_token_that_may_only_read_is_refused_with_what_to_do(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    with pytest.raises(Refused, match="may not set commit statuses in example/shop") as error:
        rig.run("fake-token-reader").announce(scope(), told(commit))
    assert "commit statuses" in error.value.hint
    refusal = {"message": "Resource not accessible by personal access token"}
    rig.simulator.fault(Fault("status", method="POST", path="/statuses/", status=403, body=refusal))
    with pytest.raises(Refused, match="Resource not accessible"):
        rig.run().announce(scope(), told(commit))
    assert pipeline.ci.statuses == []


def test_a_token_that_expired_is_denied(rig: Rig, commit: str) -> None:
    with pytest.raises(Denied):
        rig.run("fake-token-of-nobody").announce(scope(), told(commit))


def test_an_archived_repository_is_refused_as_such(rig: Rig, commit: str) -> None:
    rig.simulator.archive(REPO)
    with pytest.raises(Refused, match="is archived"):
        rig.run().announce(scope(), told(commit))


def test_a_commit_that_is_not_there_is_refused(rig: Rig) -> None:
    with pytest.raises(Refused, match=r"the commit f{40} is not in example/shop"):
        rig.run().announce(scope(), told("f" * 40))


def test_a_commit_that_is_gone_by_the_time_it_is_told_is_refused(rig: Rig, commit: str) -> None:
    answer = {"message": f"No commit found for SHA: {commit}"}
    rig.simulator.fault(Fault("status", method="POST", path="/statuses/", status=422, body=answer))
    with pytest.raises(Refused, match="is not in example/shop"):
        rig.run().announce(scope(), told(commit))


@pytest.mark.parametrize("commit", ["", "main", "abc1234", "../../user"])
def test_a_commit_is_named_by_its_whole_id(rig: Rig, commit: str) -> None:
    with pytest.raises(Refused, match="whole id"):
        rig.run().announce(scope(), told(commit))
    assert rig.simulator.requests == []


def test_a_ticket_has_no_status(rig: Rig, commit: str) -> None:
    with pytest.raises(Refused, match="on a commit"):
        rig.run().announce(scope(), told(commit, on=Ref(Kind.TICKET, "I_1", "example/shop#1")))


def test_after_a_thousand_the_limit_is_told(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    for number in range(1000):
        pipeline.ci.statuses.append(Status(number, commit, "pmhub/tests", "pending", None, None, "octocat", 0))
    with pytest.raises(Refused, match="as many statuses 'pmhub/tests' as GitHub keeps") as error:
        rig.run().announce(scope(), told(commit))
    assert error.value.hint
    assert len(pipeline.ci.statuses) == 1000


def test_an_announcement_whose_answer_was_lost_is_not_made_twice(rig: Rig, pipeline: Pipeline, commit: str) -> None:
    rig.simulator.fault(Fault("drop_after", method="POST", path="/statuses/"))
    with pytest.raises(Ambiguous):
        rig.run().announce(scope(), told(commit))
    rig.run().announce(scope(), told(commit))
    assert len(pipeline.ci.statuses) == 1
