"""Lists whose later pages are asked for while earlier ones are looked at: several where the server's own links number them,
the next where they go by a cursor, as those of issues do [go-github issue 3565].

Only for lists that nobody's edit reorders, and for who reads them to their end: pages may be answered in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pmhub.http.answers import Answer
from pmhub.http.client import AT_ONCE, Client

NUMBER: Final = re.compile(r"(?<=[?&]page=)\d+(?=&|$)")
AFTER: Final = re.compile(r"(?<=[?&])after=[^&]+")


def read_ahead(client: Client, template: str, pages: Iterator[Answer]) -> Iterator[Answer]:
    """The same pages. Where the server's links turn out otherwise than foreseen, nothing more is begun."""
    foreseen = ""
    for answer in pages:
        later = later_pages(answer.links)
        if later and foreseen in ("", later[0]):
            foreseen = later[1] if len(later) > 1 else ""
            for url in later[:AT_ONCE]:
                client.get_ahead(url, template=template)
        try:
            yield answer
        except BaseException:
            client.drop_ahead()
            raise


def place_in(links: Mapping[str, str]) -> str:
    """What to add to a list's address to go on behind this page another day; empty at the list's end, and where nobody
    knows. A numbered page is read again: what is deleted by then moves the rest up.
    """
    following = links.get("next", "")
    cursor, number = AFTER.search(following), NUMBER.search(following)
    if cursor:
        return cursor[0]
    return f"page={int(number[0]) - 1}" if number else ""


def next_page(answer: Answer) -> str:
    return answer.links.get("next", "")


def goes_by_cursor(links: Mapping[str, str]) -> bool:
    return AFTER.search(links.get("next", "")) is not None


def later_pages(links: Mapping[str, str]) -> list[str]:
    """Their addresses in order; the next alone where pages have no numbers."""
    following, last = links.get("next", ""), links.get("last", "")
    first, end = NUMBER.search(following), NUMBER.search(last)
    if not first or not end or AFTER.search(following) or NUMBER.sub(end[0], following) != last:
        return [following] if following else []
    return [NUMBER.sub(str(number), following) for number in range(int(first[0]), int(end[0]) + 1)]
