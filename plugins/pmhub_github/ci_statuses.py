"""Telling how tests stand: a status on a commit, written only where it would say something else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import Announcement, Denied, Gone, Refused, Scope, State
from pmhub_github.wire import PAGE, REPO, Wire

STATES: Final[Mapping[State, str]] = {
    State.OK: "success",
    State.NOK: "failure",
    State.NOT_RUN: "pending",
    State.UNCOVERED: "pending",
}
"""GitHub has no word for what nobody tests; a success would claim more than is known."""
SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
LONGEST_CONTEXT: Final = (
    255  # GitHub refuses more, and more than 140 of a description; its description of the API is silent
)
LONGEST_DESCRIPTION: Final = 140
COMBINED: Final = f"{REPO}/commits/{{ref}}/status"
POSTED: Final = f"{REPO}/statuses/{{sha}}"

Said = dict[str, Any]


@dataclass(frozen=True)
class Statuses:
    wire: Wire

    def announce(self, scope: Scope, told: Announcement) -> None:
        """Raises Refused for a ticket, a commit that is not in the repository, a token that may not, and a commit that
        has been told so a thousand times.
        """
        repo = scope.settings.repo
        if told.on is not None or not SHA.fullmatch(told.commit):
            raise Refused(
                f"{told.key}: GitHub shows how tests stand on a commit, named by its whole id, not on {told.commit!r}",
                hint="Announce on the commit that was tested.",
            )
        said = status(told)
        if self._standing(repo, told.commit, said["context"]) != compared(said):
            self._post(repo, told.commit, said)

    def _standing(self, repo: str, commit: str, context: str) -> Said | None:
        """What the commit shows under this context by now."""
        path = f"/repos/{repo}/commits/{commit}/status?per_page={PAGE}"
        try:
            answer = self.wire.client.get(path, template=COMBINED, conditional=True)
        except Refused as error:
            self.wire.repo(repo)
            raise no_commit(repo, commit) from error
        for page in (answer, *self.wire.rest_of(answer, repo, COMBINED)):
            for one in page.data["statuses"]:
                if one["context"].casefold() == context.casefold():
                    return compared(one)
        return None

    def _post(self, repo: str, commit: str, said: Said) -> None:
        path = f"/repos/{repo}/statuses/{commit}"
        try:
            self.wire.client.write("POST", path, template=POSTED, json=said, creates=0)
        except (Denied, Gone) as error:
            self.wire.repo(repo)
            raise may_not(repo, error) from error
        except Refused as error:
            raise refused(repo, commit, said, error) from error


def status(told: Announcement) -> Said:
    """As GitHub takes it."""
    return {
        "state": STATES[told.state],
        "context": context(told.key),
        "description": cut(" ".join((told.summary or told.title).split()), LONGEST_DESCRIPTION),
        "target_url": told.url or None,
    }


def compared(said: Mapping[str, Any]) -> Said:
    return {name: said[name] or None for name in ("state", "description", "target_url")}


def context(key: str) -> str:
    """The key itself, or where that is too long its beginning and a sign that no other key has."""
    if len(key) <= LONGEST_CONTEXT:
        return key
    sign = hashlib.sha256(key.casefold().encode()).hexdigest()[:12]
    return f"{key[: LONGEST_CONTEXT - len(sign) - 1]}~{sign}"


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def no_commit(repo: str, commit: str) -> Refused:
    return Refused(f"the commit {commit} is not in {repo}", hint="Push it, or announce on one that is there.")


def may_not(repo: str, error: Denied | Gone) -> Refused:
    if "archived" in error.message.casefold():
        return Refused(f"{repo} is archived, so nothing in it can change", hint="Unarchive it.")
    return Refused(
        f"the token may not set commit statuses in {repo}: {error.message}",
        hint="Give it write access to commit statuses (a classic token: the scope `repo:status`).",
    )


def refused(repo: str, commit: str, said: Said, error: Refused) -> Refused:
    text = error.message.casefold()
    if "maximum number of statuses" in text:
        return Refused(
            f"{commit} in {repo} has as many statuses {said['context']!r} as GitHub keeps (1,000): {error.message}",
            hint="Announce on a newer commit.",
        )
    return no_commit(repo, commit) if "no commit found" in text else error
