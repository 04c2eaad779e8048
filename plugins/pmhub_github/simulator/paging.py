"""Pages by number with a Link header whose URLs, as GitHub's, name the repository by id: follow them, never build them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from .call import Reply
from .errors import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .call import Call
    from .shapes import Json
    from .state import Repo

T = TypeVar("T")
PAGE_SIZE = 30
PAGE_LIMIT = 100


def paged(call: Call, repo: Repo, items: Sequence[T], shape: Callable[[T], Json]) -> Reply:
    """Answer one page of `items`, each written by `shape`."""
    size = min(positive(call, "per_page", PAGE_SIZE), PAGE_LIMIT)
    page = positive(call, "page", 1)
    last = max(1, -(-len(items) // size))
    chosen = items[(page - 1) * size : page * size]
    return Reply(200, [shape(item) for item in chosen], link(call, repo, page, last))


def positive(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    return int(text) if text.isdigit() and int(text) > 0 else default


def link(call: Call, repo: Repo, page: int, last: int) -> dict[str, str]:
    pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page == 1:
        del pages["prev"], pages["first"]
    if page >= last:
        del pages["next"], pages["last"]
    rest = call.path.split("/", 4)[4] if call.path.count("/") > 3 else ""  # noqa: PLR2004
    base = f"{call.world.base_url}/repositories/{repo.id}/{rest}"
    urls = {rel: f"{base}?{urlencode({**call.query, 'page': number})}" for rel, number in pages.items()}
    return {"Link": ", ".join(f'<{url}>; rel="{rel}"' for rel, url in urls.items())} if urls else {}


def choice(call: Call, name: str, choices: tuple[str, ...]) -> str:
    """Return a query value out of `choices`, the first by default; raise 422 for another."""
    value = call.query.get(name, choices[0])
    if value not in choices:
        raise invalid("Search", name, "invalid", value=value)
    return value
