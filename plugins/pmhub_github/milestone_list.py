"""Milestones of repositories by title and by node id; a title is unique in its repository and so is its own marker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmhub.sdk import Ambiguous, Gone, Refused, Unavailable
from pmhub_github import shapes
from pmhub_github.full_listing import FullListing
from pmhub_github.shapes import Shape
from pmhub_github.wire import Wire

MILESTONES: Final = "milestones"


class MilestoneList:
    """Listed once a run and repository, whoever asks."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._listing = FullListing(wire, MILESTONES, "state=all", shapes.milestone)
        self._missed: set[str] = set()

    def of(self, repo: str) -> list[Shape]:
        return self._listing.of(repo)

    def begin(self, repo: str) -> None:
        self._listing.begin(repo)

    def afresh(self, repo: str) -> list[Shape]:
        return self._listing.afresh(repo)

    def learn(self, repo: str, raw: Mapping[str, Any]) -> Shape:
        shape = shapes.milestone(raw)
        self._listing.learn(repo, shape)
        return shape

    def number(self, repo: str, title: str) -> int:
        """The milestone of this title, made if there is none."""
        return find(self.of(repo), "title", title) or self._make(repo, title)

    def number_of_id(self, repo: str, node_id: str) -> int:
        """Lists once more for one that is not there, as it may be new; only once, however many tickets ask."""
        number = find(self.of(repo), "node_id", node_id)
        if number is None and node_id not in self._missed:
            self._missed.add(node_id)
            number = find(self.afresh(repo), "node_id", node_id)
        if number is None:
            raise Refused(
                f"{repo} has no such milestone", field="parent", hint="It was deleted, or is in another repository."
            )
        return number

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
            number = find(self.afresh(repo), "title", title)
            if number is None:
                raise
            return number
        return int(self.learn(repo, made)["number"])


def find(listed: list[Shape], name: str, value: str) -> int | None:
    return next((int(one["number"]) for one in listed if one[name] == value), None)
