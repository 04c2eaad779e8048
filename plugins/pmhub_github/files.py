"""Pictures that an issue shows, from GitHub's own stores.

An address as it stands in the text needs a person's session. GitHub's own rendering of the text (docs: "Media types", `full`)
names each picture by an address that anybody may read for some minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

from pmhub.sdk import Denied, File, Gone, Refused, Target
from pmhub_github import shapes
from pmhub_github.wire import Wire

RENDERED: Final = {"accept": "application/vnd.github.full+json"}
STORE: Final = ".githubusercontent.com"
MOST: Final = 50


def shown(wire: Wire, target: Target) -> Iterator[File]:
    """Nothing for an issue that was moved or deleted."""
    repo, number = shapes.place_of(target.ref.key) or (target.scope.settings.repo, 0)
    try:
        html = str(wire.issue(repo, number, RENDERED).get("body_html") or "")
    except Gone:
        return
    for url in addresses(html, wire.host)[:MOST]:
        yield File(urlsplit(url).path.rpartition("/")[2], partial(_fetched, wire, url))


def addresses(html: str, host: str) -> list[str]:
    """Of pictures in stores of GitHub's: each once, in their order. What lies anywhere else is asked by nobody here."""
    found = _Pictures()
    found.feed(html)
    return [url for url in dict.fromkeys(found.urls) if _is_ours(url, host)]


def _is_ours(url: str, host: str) -> bool:
    try:
        parts = urlsplit(url)
        name = (parts.hostname or "").lower()
    except ValueError:
        return False
    is_beside = name == host or name.endswith(f".{host}")
    return parts.scheme in {"https", "http"} and (name.endswith(STORE) or is_beside)


def _fetched(wire: Wire, url: str) -> bytes:
    """No credentials go there: the address itself is the permission. Raises Refused where it is none any more."""
    try:
        content: bytes = wire.client.download(url, template="/private-user-images/{name}").data
    except (Denied, Gone) as error:
        raise Refused(f"a picture cannot be fetched: {error.message}", hint="It was deleted, or is hidden.") from error
    return content


class _Pictures(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source: Any = dict(attrs).get("src") if tag == "img" else None
        if source:
            self.urls.append(str(source))
