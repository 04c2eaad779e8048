"""Milestones of repositories by title and by node id; a title is unique in its repository and so is its own marker."""

from __future__ import annotations

from typing import Any

from pmhub.sdk import Ambiguous, Gone, Refused, Unavailable
from pmhub_github.wire import Wire


class Milestones:
    """Listed once a run and repository, conditionally."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._held: dict[str, list[dict[str, Any]]] = {}

    def number(self, repo: str, title: str) -> int:
        """The milestone of this title, made if there is none."""
        return self._find(repo, "title", title) or self._make(repo, title)

    def number_of_id(self, repo: str, node_id: str) -> int:
        number = self._find(repo, "node_id", node_id)
        if number is None:
            raise Refused(
                f"{repo} has no such milestone", field="parent", hint="It was deleted, or is in another repository."
            )
        return number

    def _find(self, repo: str, name: str, value: str) -> int | None:
        return next((int(one["number"]) for one in self._list(repo) if one[name] == value), None)

    def _list(self, repo: str) -> list[dict[str, Any]]:
        if repo not in self._held:
            pages = self._wire.pages(repo, "milestones", "state=all", conditional=True)
            self._held[repo] = [milestone for page in pages for milestone in page.data]
        return self._held[repo]

    def _make(self, repo: str, title: str) -> int:
        try:
            made = self._wire.write(
                "POST", repo, "/milestones", template="/milestones", json={"title": title}, field="releases"
            ).data
        except Ambiguous as error:
            raise Unavailable(
                f"the milestone {title!r} may not exist yet: {error.message}", hint="Run again."
            ) from error
        except Gone as error:
            self._wire.gone(repo, None, error)
        except Refused:
            self._held.pop(repo)
            number = self._find(repo, "title", title)
            if number is None:
                raise
            return number
        self._held[repo].append(made)
        return int(made["number"])
