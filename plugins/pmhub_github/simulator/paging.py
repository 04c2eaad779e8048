"""Pages with a Link header whose URLs, as GitHub's, name the repository by id: follow them, never build them. Most have
numbers; those of issues go by a cursor, and beyond 10,000 issues by nothing else [go-github issue 3565].
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlencode

from .call import Reply
from .errors import ApiError, invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .call import Call
    from .shapes import Json
    from .state import Repo

T = TypeVar("T")
PAGE_SIZE = 30
PAGE_LIMIT = 100
PAGED_BY_NUMBER = 10_000


def paged(call: Call, repo: Repo, items: Sequence[T], shape: Callable[[T], Json]) -> Reply:
    """Answer one page of `items`, each written by `shape`."""
    size = min(positive(call, "per_page", PAGE_SIZE), PAGE_LIMIT)
    by_cursor = call.path.endswith("/issues")
    page = page_behind(call.query["after"]) if by_cursor and "after" in call.query else positive(call, "page", 1)
    if by_cursor and "after" not in call.query and page * size >= PAGED_BY_NUMBER:
        raise ApiError(
            422,
            "Pagination with the page parameter is not supported for large datasets, please use cursor based pagination (after/before)",
        )
    last = max(1, -(-len(items) // size))
    chosen = items[(page - 1) * size : page * size]
    links = cursor_link(call, repo, page, last) if by_cursor else link(call, repo, page, last)
    return Reply(200, [shape(item) for item in chosen], links)


def cursor_link(call: Call, repo: Repo, page: int, last: int) -> dict[str, str]:
    if page >= last:
        return {}
    after = b64encode(f"cursor:v2:{page}".encode()).decode()
    query = urlencode({**call.query, "after": after, "page": page + 1})
    return {"Link": f'<{call.world.base_url}/repositories/{repo.id}/issues?{query}>; rel="next"'}


def page_behind(cursor: str) -> int:
    """Raises 422 for a cursor that we never gave."""
    try:
        return int(b64decode(cursor, validate=True).decode().removeprefix("cursor:v2:")) + 1
    except ValueError:
        raise ApiError(422, "The cursor is invalid") from None


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
