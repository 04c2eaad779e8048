"""A roadmap's stream of issues, and what moved in its project alone: that leaves an issue's own time as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from typing import Final

from pmhub.model.codec import fingerprint
from pmhub.model.lean import dataclass
from pmhub.sdk import Cursor, Observation, Page, Stream
from pmhub_github.fields import milliseconds
from pmhub_github.listing import OVERLAP
from pmhub_github.project_fields import Item
from pmhub_github.projects import Listed

SEEN: Final = "project"
SINCE: Final = "project-since"
FIELDS: Final = "project-fields"


@dataclass(frozen=True)
class ProjectStream:
    """Its pages come from the walk through the issues; the last of them brings what else moved.

    `read` gives the issues of these node ids that are in the scope, as observations.
    """

    stream: Stream
    listed: Listed
    read: Callable[[Sequence[str]], Iterable[Observation]]
    _told: set[str] = field(default_factory=set, init=False, repr=False)

    def page(self, page: Page) -> Page:
        self._told.update(one.ref.id for one in page.observations)
        if page.cursor is None:
            return page
        seen, before = self._seen(), self.stream.cursor
        if before is not None and before.state.get(SEEN) == seen:
            return replace(page, cursor=self._cursor(page.cursor, before.state.get(SINCE, "0"), seen))
        late = () if before is None else tuple(self.read(list(self._moved(before))))
        drafts = {"drafts of a project": self.listed.drafts} if self.listed.drafts else {}
        return replace(
            page,
            observations=page.observations + late,
            cursor=self._cursor(page.cursor, str(self._newest()), seen),
            not_modified=False,
            left_out={**page.left_out, **drafts},
        )

    def _moved(self, before: Cursor) -> Iterator[str]:
        """Everything where the project, or one of its fields, is new to the stream."""
        is_known = before.state.get(FIELDS) == self.listed.fields
        since = int(before.state.get(SINCE, "0")) - OVERLAP if is_known else 0
        repo = self.stream.scope.settings.repo.casefold()
        for one in self.listed.items.values():
            is_here = one.key.partition("#")[0].casefold() == repo
            if is_here and one.issue not in self._told and moved_at(one) >= since:
                yield one.issue

    def _newest(self) -> int:
        return max(map(moved_at, self.listed.items.values()), default=0)

    def _seen(self) -> str:
        """Names what the list says, in whatever order it came, and of which fields."""
        shapes = {issue: one.shape for issue, one in sorted(self.listed.items.items())}
        return fingerprint([self.listed.fields, shapes])

    def _cursor(self, cursor: Cursor, since: str, seen: str) -> Cursor:
        return Cursor(cursor.since, {**cursor.state, SEEN: seen, SINCE: since, FIELDS: self.listed.fields})


def moved_at(item: Item) -> int:
    return milliseconds(item.shape["updated_at"])
