"""Pictures in texts: what people drop into an issue, and how GitHub's rendering of the text names it."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from .world import World

ASSETS = "https://github.com/user-attachments/assets/"
PATH = "/private-user-images/"
LIFE = 300
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    content: bytes


def add_picture(world: World, content: bytes, ending: str) -> str:
    """Return its address as it stands in a text, which needs a person's session."""
    asset = str(UUID(hashlib.sha256(content).hexdigest()[:32]))
    world.ci.pictures[asset] = Picture(f"{asset}.{ending}", content)
    return f"{ASSETS}{asset}"


def body_html(world: World, body: str | None) -> str:
    """As far as pictures go: each by an address that holds for some minutes, others by their own."""
    found = (
        f'<img src="{html.escape(_signed(world, url))}" alt="{html.escape(alt)}">'
        for alt, url in _PICTURE.findall(body or "")
    )
    return f"<p>{''.join(found)}</p>"


def _signed(world: World, url: str) -> str:
    picture = world.ci.pictures.get(url.removeprefix(ASSETS))
    if picture is None:
        return str(url)
    until = world.now() + LIFE
    return f"{world.ci.storage_url}{PATH}{picture.name}?jwt={until}.{signature(picture.name, until)}"


def signature(name: str, until: int) -> str:
    return hashlib.sha256(f"{name} {until} fake-signing-key".encode()).hexdigest()


def picture_at(world: World, path: str, jwt: str) -> Picture | None:
    """None for an address that holds no more."""
    name = path.removeprefix(PATH)
    until, _, sign = jwt.partition(".")
    if not until.isdigit() or int(until) < world.now() or sign != signature(name, int(until)):
        return None
    return world.ci.pictures.get(name.rpartition(".")[0])
