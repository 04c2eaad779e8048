"""What an account has spent of its limits, shared by all workspaces and machines of one server."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field, replace
from threading import Lock
from typing import TYPE_CHECKING, Final

from pmhub.http.pace import HOUR, LEEWAY, Budget, beside
from pmhub.model.lean import dataclass
from pmhub.store.postgres_errors import Explained
from pmhub.store.server import Server

if TYPE_CHECKING:
    from psycopg import Connection

    from pmhub.store.database import Database, Row

SHARED: Final = "pmhub_shared"
DAY: Final = 24 * HOUR
_LEDGER: Final = 0x706D6804
_TABLES: Final = f"""SELECT pg_advisory_xact_lock({_LEDGER});
CREATE SCHEMA IF NOT EXISTS {SHARED};
CREATE TABLE IF NOT EXISTS spent (account text NOT NULL, at bigint NOT NULL, who text NOT NULL DEFAULT '');
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'spent'::regclass AND attname = 'who') THEN
  ALTER TABLE spent ADD COLUMN who text NOT NULL DEFAULT '';  -- older versions write beside us, and name nobody
END IF; END $$;
CREATE INDEX IF NOT EXISTS spent_of ON spent (account, at);
CREATE TABLE IF NOT EXISTS turn (account text PRIMARY KEY, free_at bigint NOT NULL);
CREATE TABLE IF NOT EXISTS asked_to_wait (
  account text NOT NULL, site text NOT NULL, scope text NOT NULL, until bigint NOT NULL, PRIMARY KEY (account, site, scope)
);
CREATE TABLE IF NOT EXISTS sharer (account text NOT NULL, who text NOT NULL, at bigint NOT NULL, PRIMARY KEY (account, who))"""  # noqa: S608 - names of ours
_TOLD: Final = (f"{SHARED}.asked_to_wait", f"{SHARED}.sharer")
_TURN: Final = """INSERT INTO turn AS t VALUES (%(account)s, %(now)s + %(gap)s) ON CONFLICT (account)
  DO UPDATE SET free_at = greatest(t.free_at, %(now)s) + %(gap)s RETURNING free_at - %(gap)s AS moment"""
_WAIT: Final = """INSERT INTO asked_to_wait AS w VALUES (%s, %s, %s, %s) ON CONFLICT (account, site, scope)
  DO UPDATE SET until = greatest(w.until, excluded.until)"""
_SPENT: Final = "SELECT at, who FROM spent WHERE account = %s AND at > %s"
_SHARED: Final = "SELECT 1 FROM sharer WHERE account = %s AND who <> %s AND at > %s LIMIT 1"
_HERE: Final = f"""INSERT INTO {SHARED}.sharer AS s VALUES (?, ?, ?) ON CONFLICT (account, who)
  DO UPDATE SET at = excluded.at WHERE s.at < excluded.at - {HOUR} RETURNING at"""  # noqa: S608
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
            moment = self._left(session, budget, now).free_at(pieces, now)
            if moment <= now:
                session.execute(
                    "INSERT INTO spent SELECT %s, %s, %s FROM generate_series(1, %s)",
                    [self.account, now, self._who, pieces],
                )
                session.execute("DELETE FROM spent WHERE at < %s", [now - HOUR - LEEWAY])
        return moment

    def _left(self, session: Connection[Row], budget: Budget, now: int) -> Budget:
        """What of the account's budget is this workspace's, beside those who made something in the hour, or else looked in
        within the day.
        """
        told = session.execute(_SPENT, [self.account, now - HOUR - LEEWAY]).fetchall()
        taken = Counter(row["who"] for row in told)
        mine = taken.pop(self._who, 0)
        others = len(taken) or len(session.execute(_SHARED, [self.account, self._who, now - DAY]).fetchall())
        return beside(replace(budget, spent=[row["at"] for row in told]), others, mine)

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
        """Site → `waits`, by a session that is there: a run that is over in a moment needs none of its own. That this workspace
        is one of those who share the account is noted.
        """
        there = database.row("SELECT to_regclass(?) AS waits, to_regclass(?) AS sharers", [*_TOLD])
        if there and there["sharers"]:
            database.rows(_HERE, [self.account, self._who, now])  # no write of the workspace: it waits for no run
        return _by_site(database.rows(_KNOWN, [self.account, now]) if there and there["waits"] else [])

    @property
    def _who(self) -> str:
        return self.server.schema

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
        """A session of its own, when it is first wanted: what waits for another account's turn holds no transaction of the store.
        One that freezes between two statements is ended while the others still wait for it.
        """
        if self._session is None:
            from pmhub.store.postgres_session import BUSY_SECONDS, connected  # noqa: PLC0415 - only who writes needs it

            self._session = connected(replace(self.server, schema=SHARED), durable=False)
            self._session.execute(f"SET idle_in_transaction_session_timeout = '{BUSY_SECONDS // 2}s'; {_TABLES}")
        return self._session


def _by_site(rows: Iterable[Row]) -> Mapping[str, Mapping[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["site"]][row["scope"]] = row["until"]
    return found
