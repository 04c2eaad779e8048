"""Pull requests, merged and open: lists asked conditionally, and which issues each says it closes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.sdk import PullRequest, Scope
from pmhub_github import fields, quiet, shapes, texts, words
from pmhub_github.code import Part, parts
from pmhub_github.fields import milliseconds
from pmhub_github.listing import OVERLAP
from pmhub_github.repositories import Repositories
from pmhub_github.wire import Wire

PULLS: Final = "pulls"
MERGED: Final = "state=closed&sort=updated&direction=desc"
OPEN: Final = "state=open&sort=updated&direction=desc"
CLOSES: Final = (
    r"(?i)(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+"
    r"(?:(?P<repo>[A-Za-z0-9-]+/[A-Za-z0-9._-]+)?#|https?://[^\s/]+/(?P<linked>[^\s/]+/[^\s/]+)/issues/)(?P<number>[0-9]+)"
)
"""docs: "Linking a pull request to an issue"."""


@dataclass(frozen=True)
class PullRequests:
    wire: Wire
    repositories: Repositories

    def merged(self, scope: Scope, since: int) -> Iterator[PullRequest]:
        """Oldest first. What was merged later was changed later, so the list ends where nothing changed since."""
        found: dict[int, PullRequest] = {}
        for page in self.wire.pages(scope.settings.repo, PULLS, MERGED, conditional=True):
            for raw in page.data:
                if self._is_wanted(scope, raw, since):
                    found[int(raw["number"])] = self._told(scope, raw)
            if page.data and milliseconds(page.data[-1]["updated_at"]) < since - OVERLAP:
                break
        yield from sorted(found.values(), key=lambda one: (one.merged_at, one.key))

    def open(self, scope: Scope) -> Iterator[PullRequest]:
        for page in self.wire.pages(scope.settings.repo, PULLS, OPEN, conditional=True):
            yield from (self._told(scope, raw) for raw in page.data if not _is_left_out(scope, raw))

    def _is_wanted(self, scope: Scope, raw: Mapping[str, Any], since: int) -> bool:
        return bool(raw["merged_at"]) and milliseconds(raw["merged_at"]) >= since and not _is_left_out(scope, raw)

    def _told(self, scope: Scope, raw: Mapping[str, Any]) -> PullRequest:
        shape = self.repositories.completed(scope, {"user": shapes.account(raw.get("user"))})
        return pull_request(scope, raw, shape)


def _is_left_out(scope: Scope, raw: Mapping[str, Any]) -> bool:
    return shapes.is_bot({"user": shapes.account(raw.get("user"))}) and not scope.settings.bots


def pull_request(scope: Scope, raw: Mapping[str, Any], shape: Mapping[str, Any]) -> PullRequest:
    """`shape`: who wrote it and who can see it. Pure."""
    labels = [shapes.label_name(label) for label in raw.get("labels") or ()]
    body = texts.unquiet(texts.tidy(raw.get("body")))
    login = shape["user"]["login"]
    return PullRequest(
        key=shapes.key_of(raw["html_url"]) or "",
        title=texts.title(raw["title"]),
        visibility=fields.visibility(scope, shape),
        url=raw["html_url"],
        merged=bool(raw.get("merged_at")),
        labels=words.lift_labels(scope, labels),
        releases=words.lift_releases(scope, labels, (raw.get("milestone") or {}).get("title")),
        body=body,
        branch=raw["head"]["ref"],
        author=words.name_of(scope.vocabulary.people, login) or login,
        commit=raw.get("merge_commit_sha") or "",
        merged_at=milliseconds(raw["merged_at"]) if raw.get("merged_at") else 0,
        closes=closes(scope.settings.repo, body),
    )


def closes(repo: str, body: str) -> tuple[str, ...]:
    """Keys of the issues that GitHub closed with it, in their order."""
    prose = "".join(piece for piece, part in parts(body) if part is not Part.CODE)
    found = re.finditer(CLOSES, quiet.unquiet(prose))
    return tuple(dict.fromkeys(f"{one['repo'] or one['linked'] or repo}#{one['number']}" for one in found))
