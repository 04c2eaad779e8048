"""What may go wrong on a socket: the rows of the fault matrix, each with the calls it can fall on and the exit codes it may end in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from both_sides import PROJECT, REPO, SIDES, BothSides, Side
from watched import KINDS, WRITING, Aim, aimed

from pmhub_github.simulator import Fault as GitHubFault
from pmhub_github.simulator.faults import SECONDARY
from pmhub_jira.simulator import Fault as JiraFault

FAULTS: dict[Side, type[Any]] = {"github": GitHubFault, "jira": JiraFault}
READING = tuple(kind for kind in KINDS if kind not in WRITING)
TRIES = 4
HTML = "<html><body><h1>Sign in to the proxy</h1></body></html>"
OK, ERROR, ITEMS_FAILED, AUTH, TEMPORARY, GUARD = 0, 1, 3, 4, 5, 8


@dataclass(frozen=True)
class Row:
    """`codes`: what the faulted run may exit with. `fault`: fields of the simulator's own fault; `switch`: something a person
    or an administrator does instead, with what undoes it.
    """

    name: str
    codes: frozenset[int]
    calls: tuple[str, ...] = KINDS
    sides: tuple[Side, ...] = SIDES
    fault: dict[str, Any] = field(default_factory=dict)
    switch: Callable[[BothSides, Side], Callable[[], object]] | None = None
    for_good: bool = False
    every: bool = False
    after_write: bool = False

    def arm(self, sides: BothSides, side: Side, aim: Aim) -> Callable[[], None]:
        """Aim it; answers what takes it away again."""
        simulator = getattr(sides, side)
        undo: list[Callable[[], object]] = []
        aim.for_good, aim.after_write = self.for_good, self.after_write
        if self.every:
            aim.times = 10_000
        elif aim.call in READING and aim.nth > 1:
            aim.times = TRIES  # the transport repeats reads: this one fails for good
        if self.switch is not None:
            switch = self.switch
            aim.answers, aim.act = False, lambda: undo.append(switch(sides, side))
        simulator.faults.append(aimed(FAULTS[side], aim, **self._shaped(side)))

        def lift() -> None:
            aim.lifted = True
            simulator.faults.clear()
            for each in undo:
                each()

        return lift

    def _shaped(self, side: Side) -> dict[str, Any]:
        fields = {"kind": "status", **self.fault}
        body = fields.get("body")
        return {**fields, "body": body[side]} if isinstance(body, dict) and set(body) == set(SIDES) else fields


def said(text: str) -> dict[str, Any]:
    return {"github": {"message": text}, "jira": {"errorMessages": [text], "errors": {}}}


EMPTY = {"github": [], "jira": {"issues": [], "isLast": True}}


# What an administrator or a person does, and how it is undone.


def hidden(sides: BothSides, side: Side) -> Callable[[], object]:
    """The permission to see the container is taken away: it answers 404."""
    if side == "github":
        repo = sides.github.repo(REPO)
        repo.permissions = {"pmhub-bot": "none"}
        return lambda: setattr(repo, "permissions", None)
    account = bot_account(sides)
    sides.jira.deny(account, "BROWSE_PROJECTS", PROJECT)
    return lambda: sides.jira.allow(account, "BROWSE_PROJECTS", PROJECT)


def bot_account(sides: BothSides) -> str:
    return next(user.account_id for user in sides.jira.state.users.values() if user.email == "bot@example.com")


def archived(sides: BothSides, side: Side) -> Callable[[], object]:
    if side == "github":
        sides.github.archive(REPO)
        return lambda: setattr(sides.github.repo(REPO), "archived", False)
    sides.jira.archive_project(PROJECT)
    return lambda: unarchive(sides)


def unarchive(sides: BothSides) -> None:
    sides.jira.project(PROJECT).archived = False
    sides.jira.search.forget()


def issues_off(sides: BothSides, side: Side) -> Callable[[], object]:
    del side
    sides.github.disable_issues(REPO)
    return lambda: setattr(sides.github.repo(REPO), "has_issues", True)


def deleted(sides: BothSides, side: Side) -> Callable[[], object]:
    sides.taken_away(side)
    return lambda: None


def transferred(sides: BothSides, side: Side) -> Callable[[], object]:
    sides.carried_off(side)
    return lambda: None


LATER = frozenset({OK, TEMPORARY})
LOCKED_OUT = frozenset({OK, AUTH, ITEMS_FAILED, TEMPORARY})
POISON = frozenset({OK, ITEMS_FAILED})
W = tuple(sorted(WRITING))


def rows() -> Iterator[Row]:
    limit = {"status": 429, "body": said("Too many requests")}
    yield Row("429 for two seconds", LATER, fault={**limit, "headers": {"Retry-After": "2"}})
    yield Row("429 for ten minutes", LATER, fault={**limit, "headers": {"Retry-After": "600"}})
    yield Row("429 without a time", LATER, fault=limit)
    yield Row(
        "429 to the check of a write",
        LATER,
        ("read", "history"),
        fault={**limit, "headers": {"Retry-After": "600"}},
        after_write=True,
    )
    secondary = {"status": 403, "body": {"message": SECONDARY}}
    yield Row("403 secondary limit", LATER, sides=("github",), fault={**secondary, "headers": {"retry-after": "3"}})
    yield Row("403 secondary limit without a time", LATER, sides=("github",), fault=secondary)
    yield Row("reset before", LATER, fault={"kind": "drop_before"})
    yield Row("reset after", LATER, W, fault={"kind": "drop_after"})
    for status in (500, 502, 503, 504):
        broken = {"status": status, "body": said("Something went wrong")}
        yield Row(f"{status} before", LATER, fault=broken)
        yield Row(f"{status} after", LATER, W, fault={**broken, "kind": "status_after"})
    yield Row("truncated JSON", LATER, fault={"kind": "truncate"})
    yield Row("HTML from a proxy", LATER, fault={"status": 200, "body": HTML})
    yield Row("HTML from a proxy, applied", LATER, W, fault={"kind": "status_after", "status": 200, "body": HTML})
    for status in (400, 413, 422):
        yield Row(f"{status} refused", POISON, W, fault={"status": status, "body": said("This cannot be done")})
    yield Row("401 from here on", LOCKED_OUT, fault={"status": 401, "body": said("Bad credentials")}, for_good=True)
    yield Row("403 from here on", LOCKED_OUT, fault={"status": 403, "body": said("Not for you")}, for_good=True)
    yield Row("404 from here on", LOCKED_OUT, fault={"status": 404, "body": said("Not Found")}, for_good=True)
    yield Row("permission taken away", LOCKED_OUT, switch=hidden)
    yield Row("archived", LOCKED_OUT, switch=archived)
    yield Row("issues switched off", LOCKED_OUT, sides=("github",), switch=issues_off)
    yield Row(
        "empty listing", frozenset({OK, GUARD}), ("list", "sweep"), fault={"status": 200, "body": EMPTY}, every=True
    )
    for status in (404, 410):
        yield Row(
            f"{status} once, for one thing",
            frozenset({OK, AUTH, ITEMS_FAILED, TEMPORARY}),
            ("read", *W),
            fault={"status": status, "body": said("Not Found")},
        )
    yield Row("a person deletes one", POISON, switch=deleted)
    yield Row("a person transfers one", POISON, switch=transferred)


ROWS = {row.name: row for row in rows()}
