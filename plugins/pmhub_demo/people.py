"""What people do in both tools while nobody syncs, and where each change should be seen afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmhub_demo.services import GITHUB_TYPES, PROJECT, REPO
from pmhub_jira.richtext import from_adf, to_adf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pmhub_demo.services import Services
    from pmhub_github.simulator.state import Issue as GitHubIssue
    from pmhub_jira.simulator.values import Issue as JiraIssue

SHARED = "Checkout fails when the cart holds a gift card"
DISPUTED = "Show delivery dates on the product page"
FINISHED = "Search results jump while the page loads"
TALKED_ABOUT = "Returns portal"
GITHUB_LINES = ("Expected: the order is placed.", "Expected: the order is placed, and the gift card is used up first.")
JIRA_LINES = ("Reported by support on Monday.", "Reported by support on Monday, and by four customers since.")
GITHUB_TITLE, JIRA_TITLE = "Show delivery dates in the cart", "Show delivery dates before checkout"


def on_github(services: Services, title: str) -> GitHubIssue:
    return next(one for one in services.github.issues(REPO).values() if one.title == title)


def in_jira(services: Services, title: str) -> JiraIssue:
    return next(one for one in services.jira.issues(PROJECT) if one.summary == title)


def work(services: Services) -> Iterator[str]:
    """Do it, and tell each deed in a sentence."""
    yield from _share_a_ticket(services)
    yield from _disagree(services)
    yield from _go_on(services)


def _share_a_ticket(services: Services) -> Iterator[str]:
    """Different fields of one ticket, and different lines of its text."""
    here, there = on_github(services, SHARED), in_jira(services, SHARED)
    labels = [*services.github.label_names(REPO, here.number), "urgent"]
    body = str(here.body).replace(*GITHUB_LINES)
    services.github.user_edit_issue(REPO, here.number, user="demo-bob", labels=labels, body=body)
    yield f"GitHub  #{here.number}: demo-bob adds a label and changes one line of the text"
    text = from_adf(there.description).text.replace(*JIRA_LINES)
    ann = services.account("demo-ann")
    services.jira.user_edit_issue(there.key, user=ann, description=to_adf(text), priority={"name": "Highest"})
    services.jira.user_transition(there.key, "In Progress", user=ann)
    yield f"Jira    {there.key}: demo-ann starts work on the same ticket and changes another line"


def _disagree(services: Services) -> Iterator[str]:
    """One field, two opinions."""
    here, there = on_github(services, DISPUTED), in_jira(services, DISPUTED)
    services.github.user_edit_issue(REPO, here.number, user="demo-cem", title=GITHUB_TITLE)
    yield f"GitHub  #{here.number}: demo-cem renames it: {GITHUB_TITLE}"
    services.jira.user_edit_issue(there.key, user=services.account("demo-dee"), summary=JIRA_TITLE)
    yield f"Jira    {there.key}: demo-dee renames the same ticket: {JIRA_TITLE}"


def _go_on(services: Services) -> Iterator[str]:
    finished, talked_about = on_github(services, FINISHED), on_github(services, TALKED_ABOUT)
    services.github.user_close(REPO, finished.number, user="demo-cem")
    services.github.user_comment(REPO, talked_about.number, "May a gift go back, too?", user="demo-bob")
    yield f"GitHub  #{finished.number}: demo-cem closes it.  #{talked_about.number}: demo-bob asks something"
    new = services.jira.user_create_issue(
        PROJECT,
        "Imprint shows the old address",
        to_adf("We moved in **spring**."),
        "Bug",
        user=services.account("demo-dee"),
    )
    services.github.user_create_issue(
        REPO, "Gift card balance in the account", "Next to the points.", user="demo-bob", type=GITHUB_TYPES["story"]
    )
    yield f"Jira    {new.key}: demo-dee reports a bug.  GitHub: demo-bob wishes for something"


def lost_lines(services: Services) -> list[str]:
    """The changed lines that one of the two texts does not show."""
    texts = {
        "GitHub": str(on_github(services, SHARED).body),
        "Jira": from_adf(in_jira(services, SHARED).description).text,
    }
    lines = (GITHUB_LINES[1], JIRA_LINES[1])
    return [
        f"body: {side} does not show {line!r}" for side, text in texts.items() for line in lines if line not in text
    ]
