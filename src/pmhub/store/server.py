"""The address of a PostgreSQL server: `postgresql://user@host:5432/database?schema=team`, with libpq's other settings."""

from __future__ import annotations

import re
from dataclasses import field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pmhub.errors import StoreError
from pmhub.model.lean import dataclass

SCHEMES = ("postgresql", "postgres")
DEFAULT_SCHEMA = "pmhub"
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


@dataclass(frozen=True)
class Server:
    """`address`: for libpq, perhaps with a password in it; `name`: for people, without. One schema holds one workspace."""

    address: str = field(repr=False)
    name: str
    schema: str

    @classmethod
    def from_address(cls, text: str, default: str = DEFAULT_SCHEMA) -> Server:
        """`default`: the schema where it names none. Raises StoreError, which repeats nothing of what was written."""
        try:
            parts = urlsplit(text)
            settings = dict(parse_qsl(parts.query))
            host = parts.hostname or settings.get("host") or "this machine"
        except ValueError:
            raise _wrong("it is no address") from None
        if parts.scheme not in SCHEMES:
            raise _wrong("it does not begin with postgresql://")
        schema = settings.pop("schema", default)
        if not _SCHEMA.fullmatch(schema):
            raise _wrong("its schema is no plain name of small letters, digits and _")
        query = urlencode(settings, quote_via=quote)
        place = parts.path.strip("/") or "the user's database"
        return cls(urlunsplit(parts._replace(query=query)), f"{place} on {host}, schema {schema}", schema)


def _wrong(why: str) -> StoreError:
    return StoreError(
        f"the address of the store cannot be used: {why}",
        hint="Write it as postgresql://user@host:5432/database?schema=team",
    )
