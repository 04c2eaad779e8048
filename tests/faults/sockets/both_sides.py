"""People at two simulators, what they did, and whether both sides and the database tell it: no more, no less.

A ticket's title begins with a word of its own. Its title is edited on one side only and its state on the other only, so
that whatever people did last is the one right answer and every conflict is a false one.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pmhub.store.intents import OPEN
from pmhub_github.simulator import GitHubSimulator
from pmhub_jira.richtext import to_adf
from pmhub_jira.simulator import JiraSimulator

Side = Literal["github", "jira"]
SIDES: tuple[Side, Side] = ("github", "jira")
REPO, PROJECT = "example/shop", "SHOP"
READS_BY_POST = ("/search/jql", "/bulkfetch", "/comment/list", "/graphql")


def other(side: Side) -> Side:
    return SIDES[1 - SIDES.index(side)]


@dataclass
class Ticket:
    """`left`: taken off one side by a person, so its state and its presence there are nobody's promise any more."""

    word: str
    title: str
    titles_on: Side
    closed: bool = False
    left: bool = False
    comments: list[str] = field(default_factory=list)


@dataclass
class BothSides:
    github: GitHubSimulator
    jira: JiraSimulator
    tickets: dict[str, Ticket] = field(default_factory=dict)
    acts: int = 0
    touched: dict[str, int] = field(default_factory=dict)

    # what people do

    def born(self, side: Side) -> Ticket:
        self.acts += 1
        word = f"ticket-{len(self.tickets):03}"
        ticket = Ticket(word, f"{word} as born", SIDES[len(self.tickets) % 2])
        if side == "github":
            self.github.user_create_issue(REPO, ticket.title, f"The **text** of {word}")
        else:
            self.jira.user_create_issue(PROJECT, ticket.title, to_adf(f"The **text** of {word}"))
        self.tickets[word] = ticket
        self.touched[word] = self.acts
        return ticket

    def renamed(self, side: Side) -> Ticket:
        ticket = self._next(side, titles_on=side)
        ticket.title = f"{ticket.word} renamed {self.acts}"
        if side == "github":
            self.github.user_edit_issue(REPO, self.number(ticket), title=ticket.title)
        else:
            self.jira.user_edit_issue(self.key(ticket), summary=ticket.title)
        return ticket

    def moved_on(self, side: Side) -> Ticket:
        """Closed, or opened again."""
        ticket = self._next(side, titles_on=other(side))
        ticket.closed = not ticket.closed
        if side == "jira":
            self.jira.user_transition(self.key(ticket), "Done" if ticket.closed else "In Progress")
        elif ticket.closed:
            self.github.user_close(REPO, self.number(ticket))
        else:
            self.github.user_reopen(REPO, self.number(ticket))
        return ticket

    def said(self, side: Side) -> Ticket:
        ticket = self._next(side)
        ticket.comments.append(f"word-{self.acts:04}-of-mouth")
        if side == "github":
            self.github.user_comment(REPO, self.number(ticket), ticket.comments[-1])
        else:
            self.jira.user_comment(self.key(ticket), to_adf(ticket.comments[-1]))
        return ticket

    def taken_away(self, side: Side) -> Ticket:
        """Deleted by a person."""
        ticket = self._next(side)
        ticket.left = True
        if side == "github":
            self.github.user_delete_issue(REPO, self.number(ticket))
        else:
            self.jira.user_delete_issue(self.key(ticket))
        return ticket

    def carried_off(self, side: Side) -> Ticket:
        """Moved to another repository or project."""
        ticket = self._next(side)
        ticket.left = True
        if side == "github":
            self.github.transfer_issue(REPO, self.number(ticket), "example/elsewhere")
        else:
            self.jira.user_move_issue(self.key(ticket), "ELSE")
        return ticket

    def _next(self, side: Side, titles_on: Side | None = None) -> Ticket:
        """Of those that are there and may be edited so, the one nobody touched for longest."""
        self.acts += 1
        there = {word for word, _, _ in self.seen(side)}
        able = [t for t in self.tickets.values() if t.word in there and not t.left and titles_on in (None, t.titles_on)]
        ticket = min(able, key=lambda t: (self.touched[t.word], t.word))
        self.touched[ticket.word] = self.acts
        return ticket

    # what is there

    def number(self, ticket: Ticket) -> int:
        return next(n for n, i in self.github.issues(REPO).items() if i.title.split()[0] == ticket.word)

    def key(self, ticket: Ticket) -> str:
        return next(i.key for i in self.jira.issues(PROJECT) if i.summary.split()[0] == ticket.word)

    def seen(self, side: Side) -> list[tuple[str, str, bool]]:
        """(word, title, closed) of every ticket."""
        if side == "github":
            issues = self.github.issues(REPO).values()
            return [(i.title.split()[0], i.title, i.state == "closed") for i in issues]
        there = self.jira.issues(PROJECT)
        return [(i.summary.split()[0], i.summary, self.jira.status_name(i.key) == "Done") for i in there]

    def heard(self, side: Side) -> list[str]:
        if side == "github":
            return [comment.body for comment in self.github.comments(REPO).values()]
        return [str(c.body) for issue in self.jira.issues(PROJECT) for c in self.jira.comments(issue.key)]

    @property
    def writes(self) -> list[Any]:
        """What was asked for since the record of exchanges was cleared, but for reads."""
        exchanges = [*self.github.requests, *self.jira.requests]
        return [x for x in exchanges if x.method != "GET" and not x.path.endswith(READS_BY_POST)]

    def forget_requests(self) -> None:
        self.github.requests.clear()
        self.jira.requests.clear()

    # what is wrong

    def violations(self, database: Path, *, conflicts: str = "auto, open") -> list[str]:
        """`conflicts`: states of a conflict that cannot be, as no two people ever edited the same field."""
        found = [what for side in SIDES for what in (*self._of_tickets(side), *self._of_comments(side))]
        return found + list(_of_database(database, conflicts.split(", ")))

    def _of_tickets(self, side: Side) -> Iterator[str]:
        there = self.seen(side)
        counts = Counter(word for word, _, _ in there)
        yield from (f"{side}: {word} is there {n} times" for word, n in counts.items() if n > 1)
        yield from (f"{side}: nobody made {word}" for word in counts if word not in self.tickets)
        stands = {word: (title, closed) for word, title, closed in there}
        for ticket in self.tickets.values():
            if not ticket.left and ticket.word not in stands:
                yield f"{side}: {ticket.word} is missing"
            elif not ticket.left and stands[ticket.word] != (ticket.title, ticket.closed):
                yield f"{side}: {stands[ticket.word]}, but people made it {(ticket.title, ticket.closed)}"

    def _of_comments(self, side: Side) -> Iterator[str]:
        bodies = self.heard(side)
        words = [word for ticket in self.tickets.values() if not ticket.left for word in ticket.comments]
        for word in words:
            found = sum(word in body for body in bodies)
            if found != 1:
                yield f"{side}: the comment {word} is there {found} times"
        gone = [word for ticket in self.tickets.values() if ticket.left for word in ticket.comments]
        yield from (f"{side}: nobody said {b!r}" for b in bodies if not any(w in b for w in [*words, *gone]))


def _of_database(file: Path, conflicts: list[str]) -> Iterator[str]:
    with closing(sqlite3.connect(file)) as db:
        intact = db.execute("PRAGMA integrity_check").fetchone()[0]
        if intact != "ok":
            yield f"integrity_check: {intact}"
        marks = ",".join("?" for _ in OPEN)
        for row in db.execute(f"SELECT state, op, item, remote FROM intent WHERE state IN ({marks})", OPEN):
            yield f"an intent is left: {row}"
        for field, value, state in db.execute("SELECT field, value, state FROM conflict WHERE kind != 'delete/edit'"):
            if state in conflicts:
                yield f"a conflict that nobody made: {field} = {value}, {state}"
