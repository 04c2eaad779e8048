"""What an account has spent of its limits, shared by all workspaces and machines of one server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from pmhub.http.pace import HOUR, LEEWAY, Budget
from pmhub.model.lean import dataclass
from pmhub.store.postgres_errors import Explained
from pmhub.store.server import Server

if TYPE_CHECKING:
    from psycopg import Connection

    from pmhub.store.database import Database, Row

SHARED: Final = "pmhub_shared"
_LEDGER: Final = 0x706D6804
_TABLES: Final = f"""SELECT pg_advisory_xact_lock({_LEDGER});
CREATE SCHEMA IF NOT EXISTS {SHARED};
CREATE TABLE IF NOT EXISTS spent (account text NOT NULL, at bigint NOT NULL);
CREATE INDEX IF NOT EXISTS spent_of ON spent (account, at);
CREATE TABLE IF NOT EXISTS turn (account text PRIMARY KEY, free_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS asked_to_wait (
  account text NOT NULL, site text NOT NULL, scope text NOT NULL, until bigint NOT NULL, PRIMARY KEY (account, site, scope)
)"""
_TURN: Final = """INSERT INTO turn AS t VALUES (%(account)s, %(now)s + %(gap)s) ON CONFLICT (account)
  DO UPDATE SET free_at = greatest(t.free_at, %(now)s) + %(gap)s RETURNING free_at - %(gap)s AS moment"""
_WAIT: Final = """INSERT INTO asked_to_wait AS w VALUES (%s, %s, %s, %s) ON CONFLICT (account, site, scope)
  DO UPDATE SET until = greatest(w.until, excluded.until)"""
_KNOWN: Final = f"SELECT site, scope, until FROM {SHARED}.asked_to_wait WHERE account = ? AND until > ?"  # noqa: S608


@dataclass
class SharedLedger:
    """`account`: the same for all who share its limits. Times are milliseconds since the epoch, by the asking machine's clock:
    the machines' clocks shall agree to a second.
    """

    server: Server
    account: str
    _session: Connection[Row] | None = field(default=None, init=False, repr=False)
    _one: Lock = field(default_factory=Lock, init=False, repr=False)

    def spend(self, pieces: int, budget: Budget, now: int) -> int:
        """When so many fit; they are spent if that is now."""
        with self._alone() as session:
            told = session.execute("SELECT at FROM spent WHERE account = %s", [self.account]).fetchall()
            moment = replace(budget, spent=[row["at"] for row in told]).free_at(pieces, now)
            if moment <= now:
                session.execute(
                    "INSERT INTO spent SELECT %s, %s FROM generate_series(1, %s)", [self.account, now, pieces]
                )
                session.execute("DELETE FROM spent WHERE at < %s", [now - HOUR - LEEWAY])
        return moment

    def turn(self, gap: int, now: int) -> int:
        """The next moment at which a write may leave, `gap` milliseconds after the one before, whoever's that was: first come,
        first served. It is taken.
        """
        with self._alone() as session:
            row = session.execute(_TURN, {"account": self.account, "now": now, "gap": gap}).fetchone()
        return int(row["moment"]) if row else now

    def wait(self, site: str, scope: str, until: int, now: int) -> None:
        """For an hour at most: a server may be wrong about a day, and one who asks it again then is enough."""
        with self._alone() as session:
            session.execute("DELETE FROM asked_to_wait WHERE until < %s", [now])
            session.execute(_WAIT, [self.account, site, scope, min(until, now + HOUR)])

    def waits(self, site: str, now: int) -> Mapping[str, int]:
        with self._alone() as session:
            return _by_site(session.execute(_KNOWN.replace("?", "%s"), [self.account, now]).fetchall())[site]

    def known(self, database: Database, now: int) -> Mapping[str, Mapping[str, int]]:
        """Site → `waits`, by a session that is there: a run that is over in a moment needs none of its own."""
        there = database.row("SELECT to_regclass(?) AS there", [f"{SHARED}.asked_to_wait"])
        told = database.rows(_KNOWN, [self.account, now]) if there and there["there"] else []
        return _by_site(told)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()

    @contextmanager
    def _alone(self) -> Iterator[Connection[Row]]:
        with self._one, Explained(self.server.name):  # what reads ahead asks from another thread
            session = self._opened()
            with session.transaction():
                session.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LEDGER, self.account])
                yield session

    def _opened(self) -> Connection[Row]:
        """A session of its own, when it is first wanted: what waits for another account's turn holds no transaction of the store."""
        if self._session is None:
            from pmhub.store.postgres_session import connected  # noqa: PLC0415 - only who writes needs it

            self._session = connected(replace(self.server, schema=SHARED), durable=False)
            self._session.execute(_TABLES)
        return self._session


def _by_site(rows: Iterable[Row]) -> Mapping[str, Mapping[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["site"]][row["scope"]] = row["until"]
    return found
