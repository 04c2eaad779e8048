"""What notes are composed from: tickets, merged pull requests and releases, as plain values."""

from __future__ import annotations

from pmhub.model.lean import dataclass
from pmhub.model.pull_requests import PullRequest
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Category

__all__ = ["Entry", "PullRequest", "ReleaseFacts", "entry_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item as notes may tell of it. `item` is unique among the entries.

    Whoever may see `visibility` may read all of it, `key` and `url` too: they must not come from a place that fewer
    people see. Each pull request has a visibility of its own. `releases` are the versions it names, known or not.
    """

    item: str
    key: str
    title: str
    visibility: Visibility
    type: str = ""
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    status_category: Category = Category.DONE
    releases: tuple[str, ...] = ()
    url: str = ""
    pull_requests: tuple[PullRequest, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.status_category is Category.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFacts:
    """`version` is unique among the releases; `status`: planned, draft, released or archived; `date`: an ISO day."""

    version: str
    status: str = "planned"
    date: str | None = None

    @property
    def is_out(self) -> bool:
        return self.status in {"released", "archived"}


def entry_of(pull_request: PullRequest) -> Entry:
    """A pull request that has no ticket, where the configuration wants it told of all the same."""
    return Entry(
        item=f"pull_request:{pull_request.key}",
        key=pull_request.key,
        title=pull_request.title,
        visibility=pull_request.visibility,
        labels=pull_request.labels,
        status_category=Category.DONE if pull_request.merged else Category.DOING,
        releases=pull_request.releases,
        url=pull_request.url,
        pull_requests=(pull_request,),
    )
