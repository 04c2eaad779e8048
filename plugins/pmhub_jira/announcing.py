"""Showing on an issue how tests stand: a remote link for people, a property for programs. Written only where it differs."""

from __future__ import annotations

from typing import Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Announcement, Gone, Kind, Refused, Scope
from pmhub_jira import ci_shown
from pmhub_jira.ci_wire import CiWire

ON_ISSUES: Final = frozenset({Kind.TICKET, Kind.ROADMAP_ITEM})


@dataclass(frozen=True)
class Announcing:
    wire: CiWire

    def announce(self, scope: Scope, told: Announcement) -> None:
        """Two reads, and a write for each of the two that does not say it yet: the same call again completes what was
        interrupted. Where one is refused the other is still brought up to date.

        Raises Refused for what is on no issue and where the account may not; Gone where the issue is not there.
        """
        issue, refused = _issue_of(told), list[Refused]()
        for show in (self._show_link, self._show_entry):
            try:
                show(issue, scope, told)
            except Gone:
                raise
            except Refused as error:
                refused.append(error)
        if refused:
            raise refused[0]

    def _show_link(self, issue: str, scope: Scope, told: Announcement) -> None:
        """The same link posted again would still be an entry in the issue's activity [facts 3.5]."""
        hint = f"The connection's account needs `Link issues` in {scope.key}, and the site issue linking switched on."
        wanted = ci_shown.link(told, self.wire.site)
        there = self.wire.remote_link(issue, wanted["globalId"], hint)
        if not ci_shown.holds(there, wanted):
            self.wire.put_remote_link(issue, wanted, hint)

    def _show_entry(self, issue: str, scope: Scope, told: Announcement) -> None:
        """A property is written whole: what somebody else writes between our read and our write is lost."""
        hint = f"The connection's account needs `Edit issues` in {scope.key}."
        there = self.wire.issue_property(issue, ci_shown.PROPERTY, hint)
        wanted = ci_shown.with_entry(there, told)
        if there != wanted:
            self.wire.put_issue_property(issue, ci_shown.PROPERTY, wanted, hint)


def _issue_of(told: Announcement) -> str:
    if told.on is None:
        raise Refused(f"{told.key}: Jira has no commits to show it on", hint="Announce it where commits are shown.")
    if told.on.kind not in ON_ISSUES:
        raise Refused(f"{told.key}: it can be shown on an issue of Jira only, not on the {told.on.kind} {told.on.key}")
    return told.on.id
