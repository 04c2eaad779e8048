"""What stands on the services before a measurement: one product's plan, written by people over the last weeks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from benchmarks.names import BOT, BOT_MAIL, GITHUB_TOKEN, JIRA_TOKEN, PERSON, PROJECT, REPO
from pmhub_github.simulator import GitHubSimulator
from pmhub_github.simulator.comment_changes import place_comment
from pmhub_github.simulator.state import Comment, Issue, node_id
from pmhub_jira.richtext import to_adf
from pmhub_jira.simulator import JiraSimulator

WEEKS = 3 * 7 * 24 * 3600
REST = 2 * 3600
"""The services' clocks begin this far behind, so that they can be moved on and what was written is old."""
QUIET = REST + 3600
"""Before the first run nobody does anything for an hour."""
BODY = """\
As a buyer I want number {n} to work, so that I need not call anybody.

- it shows what was asked for
- **nothing** is lost when the page is left

```
step {n}
```
"""


class Clock:
    """Seconds since the epoch: real time, `behind` by some seconds, or a moment in the past while the world is written."""

    def __init__(self) -> None:
        self.behind: float = REST
        self.past: float | None = None

    def __call__(self) -> float:
        return time.time() - self.behind if self.past is None else self.past


@dataclass
class World:
    """Both services, with one repository and one project, both empty. `data_center`: Jira is one, not a Cloud site."""

    data_center: bool = False
    clock: Clock = field(default_factory=Clock)
    github: GitHubSimulator = field(init=False)
    jira: JiraSimulator = field(init=False)

    def __post_init__(self) -> None:
        self.github = GitHubSimulator(self.clock)
        self.jira = JiraSimulator(self.clock, data_center=self.data_center)
        self.github.add_repo(REPO, private=True)
        self.github.token(GITHUB_TOKEN, login=BOT)
        self.github.add_user(PERSON)
        self.jira.add_project(PROJECT, name="Shop")
        bot = self.jira.add_user(BOT, email=BOT_MAIL)
        self.jira.token("" if self.data_center else BOT_MAIL, JIRA_TOKEN, bot.account_id)

    def fill_github(self, opened: int, closed: int = 0, comments: int = 0, goals: int = 0) -> None:
        """Spread evenly over the last weeks; the first issues have a comment each. As many releases as goals."""
        total, begin = opened + closed, time.time() - WEEKS - QUIET
        self.clock.past = begin
        for n in range(goals):
            self.github.user_create_milestone(REPO, f"Goal {n}", description=f"What **goal** {n} is for", user=PERSON)
            self.github.user_create_release(REPO, f"v1.{n}", user=PERSON, body=f"Release {n}")
        for n in range(total):
            self.clock.past = begin + WEEKS * n / total
            issue = self._put_issue(n + 1, is_open=n < opened, goals=goals)
            if n < comments:
                self._put_comment(issue)
        self.clock.past = None

    def fill_jira(self, opened: int, *, closed: bool = False) -> None:
        """`closed`: all of them are, by now."""
        begin, body = time.time() - WEEKS - QUIET, BODY.format(n="this")
        text = body if self.data_center else to_adf(body)
        for n in range(opened):
            self.clock.past = begin + WEEKS * n / opened
            issue = self.jira.user_create_issue(PROJECT, f"Ticket number {n}", text)
            if closed:
                self.jira.user_transition(issue.key, "Done")
        self.clock.past = None

    def _put_issue(self, number: int, *, is_open: bool, goals: int) -> Issue:
        """Straight into the simulator's memory: a hundred thousand by the front door would take minutes."""
        world, now = self.github.world, self.github.world.now()
        fresh = world.new_id()
        issue = Issue(
            id=fresh,
            node_id=node_id("I", fresh),
            number=number,
            title=f"Issue number {number}",
            body=BODY.format(n=number),
            author=PERSON,
            created=now,
            updated=now,
            state="open" if is_open else "closed",
            state_reason=None if is_open else "completed",
            closed=None if is_open else now,
            milestone=1 + number % goals if goals and not number % 5 else None,
        )
        world.place(self.github.repo(REPO), issue)
        return issue

    def _put_comment(self, issue: Issue) -> None:
        world, now = self.github.world, self.github.world.now()
        fresh = world.new_id()
        text = f"What about {issue.number}?"
        comment = Comment(fresh, node_id("IC", fresh), issue.number, text, PERSON, now, now)
        place_comment(self.github.repo(REPO), issue, comment)

    def rest(self) -> None:
        """Time passes in which nobody does anything."""
        self.clock.behind = 0

    def edit(self, count: int, word: str) -> None:
        """A person gives the first issues new titles."""
        for number in range(1, count + 1):
            self.github.user_edit_issue(REPO, number, title=f"{word} {number}", user=PERSON)

    def fill_many(self, places: int, items: int) -> None:
        """As many pairs of a repository with issues and an empty project."""
        for n in range(places):
            self.github.add_repo(f"example/shop-{n}", private=True)
            self.jira.add_project(f"P{n}", name=f"Shop {n}")
            for number in range(1, items + 1):
                title = f"Issue number {number}"
                self.github.user_create_issue(f"example/shop-{n}", title, BODY.format(n=number), user=PERSON)

    def counts_of_many(self, places: int) -> dict[str, int]:
        """Of issues there and here, and how many of these are there twice."""
        here = [[issue.summary for issue in self.jira.issues(f"P{n}")] for n in range(places)]
        there = sum(len(self.github.issues(f"example/shop-{n}")) for n in range(places))
        return {
            "github": there,
            "jira": sum(map(len, here)),
            "doubled": sum(len(each) - len(set(each)) for each in here),
        }

    def counts(self) -> dict[str, int]:
        return {"github": len(self.github.issues(REPO)), "jira": len(self.jira.issues(PROJECT))}
