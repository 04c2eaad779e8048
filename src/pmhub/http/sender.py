"""One exchange, with all that belongs to it: its turn, the credentials, the count, the server's clock and limits."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from pmhub.errors import ConnectorError, Limited, Unavailable
from pmhub.http import answers, pace, urls, waits
from pmhub.http.account import Account
from pmhub.http.call import Call
from pmhub.http.hourly import Hourly
from pmhub.http.metrics import NOT_ANSWERED, Exchange, Metrics
from pmhub.http.pace import Pace
from pmhub.http.redact import Secrets
from pmhub.http.reply import Lost, Reply, TooLarge
from pmhub.model.lean import dataclass

if TYPE_CHECKING:
    from pmhub.http.wire import Wire

TRAVELLING: Final = frozenset({"accept", "user-agent", "range"})  # all that another origin may see of our headers
KEEP_WAITING: Final = "Run again after that time."


@dataclass
class Sender:
    """`clock` is milliseconds since the epoch; `sleep` and `max_wait` are seconds; `clock_offset` as in Client."""

    account: Account
    wire: Wire
    pace: Pace
    metrics: Metrics
    secrets: Secrets
    log: logging.Logger
    clock: Callable[[], int]
    sleep: Callable[[float], None]
    deadline: int | None
    max_wait: float
    on_exchange: Callable[[Exchange], None] | None = None
    hourly: Hourly | None = None
    clock_offset: int | None = field(default=None, init=False)

    def send(self, call: Call) -> Reply:
        """Raises Limited, before sending or for the answer; NotSent, Lost, TooLarge and Unavailable as the wire does."""
        self._take_turn(call)
        self._take_from_the_hour()
        headers = self._headers(call)
        started = self.clock()
        try:
            reply = self.wire.send(call, headers)
        except (Unavailable, Lost, TooLarge):
            self._note(call, None)
            raise
        finally:
            if call.writes:
                self.pace.wrote(self.clock())
        self._read_clock(reply, (started + self.clock()) // 2)
        self._note(call, reply)
        self._heed_limit(call, reply, started)
        return reply

    def take_from_budget(self, pieces: int) -> None:
        while pieces and (moment := self.pace.spend(pieces, self.clock())) > self.clock():
            self._wait_until(moment, "the budget for new content is spent")

    def fits(self, seconds: float) -> bool:
        in_time = self.deadline is None or self.clock() + seconds * 1000 <= self.deadline
        return in_time and seconds <= self.max_wait

    def nap(self, seconds: float) -> None:
        if seconds > 0:
            self.metrics.wait(seconds)
            self.sleep(seconds)

    def said(self, call: Call, reply: Reply) -> str:
        explained = self.explained(reply)
        return f"{call.what}: {reply.status}{': ' if explained else ''}{explained}"

    def refusal(self, call: Call, reply: Reply) -> ConnectorError:
        field_name = self.secrets.redact(answers.field_named(answers.parse_leniently(reply)))
        return answers.error_for(reply.status, self.said(call, reply), field_name)

    def explained(self, reply: Reply) -> str:
        """Cut after it was redacted: half a secret would not be known."""
        return self.secrets.redact(answers.explain(answers.parse_leniently(reply), None))[: answers.LONGEST_MESSAGE]

    def _take_turn(self, call: Call) -> None:
        if call.writes:
            self._wait_until(self.pace.write_turn(self.clock()), f"{call.what}: writes are spaced")
        until = self.pace.free_at(call.scopes, self.clock())
        self._wait_until(until, f"{call.what}: the server asked to wait")

    def _take_from_the_hour(self) -> None:
        while self.hourly and (moment := self.hourly.take(self.clock())) > self.clock():
            self._wait_until(moment, f"the budget of {self.hourly.limit} requests an hour is spent")

    def _wait_until(self, moment: int, why: str) -> None:
        seconds = (moment - self.clock()) / 1000
        if seconds <= 0:
            return
        if not self.fits(seconds):
            raise limited(why, moment)
        self.nap(seconds)

    def _headers(self, call: Call) -> dict[str, str]:
        """Credentials and everything of ours stay on our own server; cookies go nowhere."""
        if not self.account.owns(call.url):
            return {name: value for name, value in call.headers.items() if name in TRAVELLING}
        headers = {name: value for name, value in call.headers.items() if name != "cookie"}
        headers.setdefault("authorization", call.authorization or self.account.authorize())
        self.secrets.learn(headers["authorization"])
        if call.stored is not None:
            headers["if-none-match"] = call.stored[0].etag
        return {name: value for name, value in headers.items() if value}

    def _heed_limit(self, call: Call, reply: Reply, sent: int) -> None:
        if not is_limit(reply):
            if answers.is_success(reply.status):
                self.pace.went_well(call.scopes)
            return
        reason = reply.headers.get("ratelimit-reason", "").lower()
        scope = pace.scope_of(reason, call.method, call.template, call.url)
        scope = scope if self.account.owns(call.url) else urls.path_of(call.url)
        raise limited(self.said(call, reply), self.pace.limited(scope, reply.headers, self.clock(), sent))

    def _read_clock(self, reply: Reply, middle: int) -> None:
        theirs = waits.server_now(reply.headers) if self.account.owns(reply.url) else None
        if theirs is not None:
            self.clock_offset = theirs - middle

    def _note(self, call: Call, reply: Reply | None) -> None:
        status, ms, size = (reply.status, reply.ms, len(reply.content)) if reply else (NOT_ANSWERED, 0, 0)
        request_id = request_id_of(reply.headers) if reply else ""
        exchange = Exchange(call.method, call.template, call.url, status, ms, size, request_id)
        self.metrics.count(exchange)
        self.log.debug("%s: %s in %d ms %s", call.what, status or "no answer", ms, self.secrets.redact(request_id))
        if self.on_exchange:
            self.on_exchange(exchange)


def is_limit(reply: Reply) -> bool:
    if b"RATE_LIMITED" in reply.content and answers.is_success(reply.status):
        return waits.is_graphql_limit(answers.parse_leniently(reply))
    if not answers.is_refusal(reply.status):
        return False
    return waits.is_limit(reply.status, reply.headers, answers.explain(answers.parse_leniently(reply)))


def limited(why: str, retry_at: int) -> Limited:
    moment = datetime.fromtimestamp(retry_at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return Limited(f"{why} (not before {moment})", retry_at=retry_at, hint=KEEP_WAITING)


def request_id_of(headers: Mapping[str, str]) -> str:
    """What a vendor's support asks for; printable, as it goes into logs."""
    found = (value for name, value in headers.items() if name.endswith(("request-id", "arequestid")))
    return answers.printable(next(found, ""))[:100]
