"""The demo from beginning to end: a first sync, work on both sides, a conflict, and proof that both sides agree."""

from __future__ import annotations

import shlex
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pmhub_demo import agreement, ci, people, plan
from pmhub_demo.backlog import backlog
from pmhub_demo.narration import tell, tell_heading
from pmhub_demo.services import ANN_TOKEN, BOT_MAIL, JIRA_TOKEN, PROJECT, REPO, let_time_pass, started
from pmhub_demo.shell import TOKENS, Shell, Unexpected
from pmhub_demo.workspace import prepare, write_config

if TYPE_CHECKING:
    from pathlib import Path

    from pmhub_demo.services import Services

CONFLICT_HELD = 6
NOT_MODIFIED = 304


@dataclass
class Cost:
    """Requests of each sync, in the order they ran; `free`: of the last one, those answered with "not modified"."""

    seconds: float = 0.0
    syncs: dict[str, int] = field(default_factory=dict)
    free: int = 0


def run(folder: Path, tickets: int, *, serve: bool) -> int:
    """0 if both sides agree and the last plan is empty, else 1."""
    prepare(folder)
    begun = time.monotonic()
    with started(backlog(tickets)) as services:
        plan.fill(services)
        shell = Shell(write_config(folder, services), services)
        cost = Cost()
        try:
            _tell_beginning(services)
            _first_sync(shell, cost)
            _work_on_both_sides(shell, cost)
            _settle_the_conflict(shell, cost)
            _look_back(shell, cost)
            _tell_the_plan(shell)
        except Unexpected as error:
            tell(f"\nThe demo failed: {error}.")
            return 1
        cost.seconds = time.monotonic() - begun
        agrees = _tell_end(services, shell.config, cost)
        if serve:
            _serve(services, shell.config)
    return 0 if agrees else 1


def _tell_beginning(services: Services) -> None:
    tell("A small web shop plans its work in two tools. Both are stand-ins on this machine: nothing leaves it, every")
    tell("name is invented, every token fake. pmhub runs as it would for you, as a process of its own.")
    tell_heading("1. Two tools, one product")
    for name, place, content in _both(services):
        tell(f"  {name:<7} {place:<18} {len(content.titles):>3} tickets, {agreement.total(content.comments)} comments")
    tell("  A roadmap of four goals and two releases in flight: half of each on either side.")
    tell("  Tables, code, task lists, quotes, pictures and emoji in the texts; labels with spaces; a parent with two")
    tell("  children; four people known on both sides, and one on each whom the other side does not know.")


def _both(services: Services) -> list[tuple[str, str, agreement.Content]]:
    return [
        ("GitHub", REPO, agreement.on_github(services)),
        ("Jira", PROJECT, agreement.in_jira(services)),
    ]


def _first_sync(shell: Shell, cost: Cost) -> None:
    tell_heading("2. Look first, then sync")
    shell.run("config", "check")
    shell.run("plan", head=12, tail=2)
    cost.syncs["the first sync"] = shell.run("sync")


def _work_on_both_sides(shell: Shell, cost: Cost) -> None:
    tell_heading("3. People work on, on both sides")
    let_time_pass()
    for deed in (*people.work(shell.services), *plan.work(shell.services), *ci.work(shell.services)):
        tell(f"  {deed}")
    cost.syncs["the sync after that work"] = shell.run("sync", expect=CONFLICT_HELD)
    tell(f"  On the ticket in Jira it says now: {ci.shown(shell.services)}.")
    tell("  Everything has arrived but the title: two people renamed one ticket, and the configuration says `hold`.")
    tell("  Tickets of a release that was renamed follow it with the next sync.")


def _settle_the_conflict(shell: Shell, cost: Cost) -> None:
    tell_heading("4. One question for a person")
    for deed in ci.mend(shell.services):
        tell(f"  {deed}")
    shell.run("conflicts", "list")
    item = people.in_jira(shell.services, people.JIRA_TITLE).key
    shell.run("conflicts", "resolve", item, "title", "--take", "github")
    cost.syncs["the sync that writes the answer"] = shell.run("sync")


def _look_back(shell: Shell, cost: Cost) -> None:
    tell_heading("5. Who did that? And is anything left?")
    shell.run("why", people.in_jira(shell.services, people.GITHUB_TITLE).key, "title")
    shell.run("plan", "--detailed-exitcode")
    before = len(shell.services.github.requests)
    cost.syncs["a sync with nothing to do"] = shell.run("sync", "--quiet")
    cost.free = sum(one.status == NOT_MODIFIED for one in shell.services.github.requests[before:])


def _tell_the_plan(shell: Shell) -> None:
    services = shell.services
    tell_heading("6. One roadmap, its tests, and two releases with what they bring")
    shell.run("show", people.in_jira(services, plan.CHECKOUT).key, head=20)
    here = plan.on_github(services)
    for (goal, day), _ in sorted(here.goals.items()):
        below = sorted(ticket for ticket, above in here.below if above == goal)
        tell(f"  {goal}" + (f", by {day}" if day else ""))
        for ticket in below:
            tell(f"    {ticket}")
    for tag in sorted(f"v{version}" for version in here.versions):
        tell(f"\n  GitHub, the draft of {tag}:")
        for line in str(plan.release(services, tag).body).splitlines():
            tell(f"    {line}".rstrip())


def _tell_end(services: Services, config: Path, cost: Cost) -> bool:
    (_, _, here), (_, _, there) = sides = _both(services)
    wrong = [*agreement.differences(here, there), *people.lost_lines(services)]
    tell_heading("Both sides agree." if not wrong else "Both sides do not agree:")
    for one in wrong:
        tell(f"  {one}")
    for name, place, content in sides:
        tell(f"  {name:<7} {place:<18} {len(content.titles):>3} tickets, {agreement.total(content.comments)} comments")
    tell("  Compared in the stand-ins, not by pmhub: titles, states, labels, assignees, numbers of comments, goals and")
    tell("  their days, versions, and which tickets are below and in them.")
    tell_heading("Requests")
    for name, number in cost.syncs.items():
        tell(f"  {number:>4}  {name}" + (f" ({cost.free} of them free: not modified)" if _is_last(name, cost) else ""))
    tell()
    tell(f"That took {cost.seconds:.0f} seconds. The workspace is {config.parent}; look at {config}, and try:")
    option = f"--config {shlex.quote(str(config))}"
    key = people.in_jira(services, people.SHARED).key
    for words in ("status", f"show {key}", f"why {key}", "conflicts list --all"):
        tell(f"  pmhub {words} {option}")
    return not wrong


def _is_last(name: str, cost: Cost) -> bool:
    return bool(cost.free) and name == list(cost.syncs)[-1]


def _serve(services: Services, config: Path) -> None:
    issue = people.on_github(services, people.SHARED)
    tell_heading("Both services stay up until Ctrl-C")
    tell("  In another terminal, be demo-ann on GitHub, sync, and look at the same ticket in Jira:")
    for name, value in TOKENS.items():
        tell(f"  export {name}={value}")
    tell(
        f"  curl -s -o /dev/null -H 'Authorization: Bearer {ANN_TOKEN}' -X PATCH -d '{{\"title\": \"Gift cards: fix the checkout\"}}' \\"
    )
    tell(f"    {services.github_url}/repos/{REPO}/issues/{issue.number}")
    tell(f"  pmhub sync --config {shlex.quote(str(config.absolute()))}")
    key = people.in_jira(services, people.SHARED).key
    tell(f"  curl -s -u {BOT_MAIL}:{JIRA_TOKEN} '{services.jira_url}/rest/api/3/issue/{key}?fields=summary'")
    sys.stdout.flush()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        tell("\nStopped.")
