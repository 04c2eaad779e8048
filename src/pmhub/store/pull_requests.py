"""Pull requests: open ones as each container was last read, the whole list at once, and those that were merged."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from pmhub.model.codec import dump
from pmhub.model.lean import dataclass
from pmhub.model.pull_requests import PullRequest
from pmhub.model.visibility import Visibility
from pmhub.store.database import Database, replacing

_KEY = ("remote", "scope", "key")
_PUT = replacing("pull_request", _KEY, "title", "url", "tickets", "releases")
_PUT_LIST = replacing("pull_request_list", ("remote", "scope"), "at")
_PUT_MERGED = replacing("merged_pull_request", _KEY, "tickets", "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPull:
    """`key` is what people call it. `tickets`: keys of those it is for; `releases`: versions that it names itself."""

    key: str
    title: str
    url: str = ""
    tickets: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MergedPull:
    """`pull` without its body. `tickets`: keys of those it is for."""

    remote: str
    scope: str
    pull: PullRequest
    tickets: tuple[str, ...]


ByTicket = Mapping[str, Sequence[PullRequest]]
"""Key of a ticket → merged pull requests that are for it."""


def by_ticket(found: Iterable[MergedPull]) -> ByTicket:
    told: dict[str, list[PullRequest]] = defaultdict(list)
    for each in found:
        for ticket in each.tickets:
            told[ticket].append(each.pull)
    return told


def of_ticket(pulls: ByTicket, keys: Iterable[str]) -> tuple[PullRequest, ...]:
    """Of a ticket with these keys, each once."""
    found = (pull for key in keys for pull in pulls.get(key, ()))
    return tuple({pull.key: pull for pull in found}.values())


class PullRequests:
    def __init__(self, db: Database) -> None:
        self._db = db

    def replace(self, remote: str, scope: str, found: Iterable[OpenPull], now: int) -> None:
        self._db.write("DELETE FROM pull_request WHERE remote = ? AND scope = ?", [remote, scope])
        self._db.write_many(
            _PUT,
            (
                [remote, scope, each.key, each.title, each.url, json.dumps(each.tickets), json.dumps(each.releases)]
                for each in found
            ),
        )
        self._db.write(_PUT_LIST, [remote, scope, now])

    def open(self) -> list[tuple[str, str, OpenPull]]:
        """(remote, scope, pull request), in the order of their keys."""
        rows = self._db.rows("SELECT * FROM pull_request ORDER BY remote, scope, key")
        return [
            (
                row["remote"],
                row["scope"],
                OpenPull(
                    key=row["key"],
                    title=row["title"],
                    url=row["url"],
                    tickets=tuple(json.loads(row["tickets"])),
                    releases=tuple(json.loads(row["releases"])),
                ),
            )
            for row in rows
        ]

    def add_merged(self, found: Iterable[MergedPull]) -> None:
        rows = [
            [
                each.remote,
                each.scope,
                each.pull.key,
                dump(list(each.tickets)),
                dump(asdict(replace(each.pull, body=""))),
            ]
            for each in found
        ]
        self._db.write_many(_PUT_MERGED, rows)

    def merged(self) -> list[MergedPull]:
        """In the order of their keys."""
        rows = self._db.rows("SELECT * FROM merged_pull_request ORDER BY remote, scope, key")
        return [
            MergedPull(row["remote"], row["scope"], _pull(json.loads(row["data"])), tuple(json.loads(row["tickets"])))
            for row in rows
        ]

    def read_at(self) -> dict[tuple[str, str], int]:
        """(remote, scope) → when its list was last read, in our clock."""
        return {(row["remote"], row["scope"]): row["at"] for row in self._db.rows("SELECT * FROM pull_request_list")}


def _pull(data: dict[str, Any]) -> PullRequest:
    plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    return PullRequest(**{**plain, "visibility": Visibility(plain["visibility"])})
