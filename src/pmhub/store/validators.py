"""Validators of conditional GETs, kept with what their answers said."""

from __future__ import annotations

import json

from pmhub.http.validators import Validator
from pmhub.model.codec import dump
from pmhub.store.database import Database, replacing


class StoredValidators:
    """`put` only remembers; `keep` writes, inside the transaction that stores what the answers said.

    Otherwise a crash between the two would let a later 304 hide a change that was never stored.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._pending: dict[tuple[str, str], Validator] = {}

    def get(self, url: str, identity: str) -> Validator | None:
        """What this run was told counts at once: its reader has it in hands."""
        if (url, identity) in self._pending:
            return self._pending[url, identity]
        row = self._db.row("SELECT etag, body, headers FROM validator WHERE url = ? AND identity = ?", [url, identity])
        return Validator(row["etag"], row["body"], json.loads(row["headers"])) if row else None

    def put(self, url: str, identity: str, validator: Validator) -> None:
        self._pending[url, identity] = validator

    def keep(self) -> None:
        self._db.write_many(
            replacing("validator", ("url", "identity"), "etag", "headers", "body"),
            [[url, who, v.etag, dump(v.headers), v.body] for (url, who), v in self._pending.items()],
        )
        self._pending.clear()

    def forget_pending(self) -> None:
        self._pending.clear()
