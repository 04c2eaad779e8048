"""The one transport under every connector: repeats only what is safe to repeat, waits as the server says, counts everything."""

from __future__ import annotations

import json as jsonlib
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, Final, Self

from pmhub.errors import Ambiguous, ConnectorError, Refused, Unavailable
from pmhub.http import answers, urls, waits
from pmhub.http.account import Account, identity_of
from pmhub.http.answers import Answer, answer, target_of
from pmhub.http.call import Call
from pmhub.http.metrics import Exchange, Metrics
from pmhub.http.pace import Pace
from pmhub.http.redact import Secrets
from pmhub.http.reply import Lost, Reply, TooLarge, TryAgain
from pmhub.http.sender import Sender
from pmhub.http.validators import Validators, store_in, stored_in

MAX_HOPS: Final = 5
OK: Final = 200
SEE_OTHER: Final = 303
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

Params = Mapping[str, Any]
Headers = Mapping[str, str]


def system_clock() -> int:
    return time.time_ns() // 1_000_000


class Client:
    """Talks to one remote as one account. `clock` is milliseconds since the epoch, `sleep` takes seconds.

    No wait is longer than `max_wait` seconds or goes past `deadline` (milliseconds since the epoch): such a call raises Limited
    at once. The deadline limits waiting only, so that a run can still verify what it wrote.
    `template` of each call names the endpoint with its values left out: it is what logs, metrics and messages show.

    All calls raise Denied, Gone, Refused or Limited when the server answered and did nothing. Reads raise Unavailable when it
    gave no usable answer in four tries; writes raise Unavailable when nothing was sent and Ambiguous when nobody knows.
    """

    def __init__(  # noqa: PLR0913 - independent, named, with defaults
        self,
        account: Account,
        *,
        clock: Callable[[], int] = system_clock,
        sleep: Callable[[float], None] = time.sleep,
        deadline: int | None = None,
        validators: Validators | None = None,
        pace: Pace | None = None,
        metrics: Metrics | None = None,
        secrets: Secrets | None = None,
        log: logging.Logger | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        max_wait: float = 60.0,
        max_bytes: int = 64 * 1024 * 1024,
        jitter: Callable[[], float] | None = None,
    ) -> None:
        from pmhub.http.retry import Retry  # noqa: PLC0415 - tenacity and httpx cost start-up
        from pmhub.http.wire import Wire  # noqa: PLC0415

        self.account = account
        self.validators = validators
        self.pace = Pace() if pace is None else pace
        self.metrics = Metrics() if metrics is None else metrics
        self.secrets = Secrets() if secrets is None else secrets
        log = logging.getLogger(__name__) if log is None else log
        self._clock = clock
        self._wire = Wire(account, max_bytes=max_bytes, redact=self.secrets.redact)
        self._sender = Sender(
            account,
            self._wire,
            self.pace,
            self.metrics,
            self.secrets,
            log,
            clock,
            sleep,
            deadline,
            max_wait,
            on_exchange,
        )
        self._retry = Retry(clock, self._sender.nap, self._sender.fits, jitter)

    @property
    def clock_offset(self) -> int | None:
        """Milliseconds the server's clock is ahead of ours, up to a second too low as its Date knows whole seconds."""
        return self._sender.clock_offset

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(
        self,
        path_or_url: str,
        *,
        template: str,
        params: Params | None = None,
        headers: Headers | None = None,
        conditional: bool = False,
        accept: Collection[int] = (),
    ) -> Answer:
        """`conditional` asks with the validator we hold and stores the new one. A status in `accept` is answered, not raised."""
        call = self._call("GET", path_or_url, template, params=params, headers=headers)
        stored = stored_in(self.validators, call.url, self._shape(call)) if conditional else None
        return self._read(replace(call, accept=accept, conditional=conditional, stored=stored))

    def read(
        self,
        path: str,
        *,
        template: str,
        json: Any = None,  # noqa: ANN401 - whatever JSON takes
        params: Params | None = None,
        headers: Headers | None = None,
        accept: Collection[int] = (),
    ) -> Answer:
        """A read that the API takes as POST (search, bulk fetch, query): it changes nothing and may be repeated."""
        call = self._call("POST", path, template, params=params, headers=headers, json=json)
        return self._read(replace(call, accept=accept))

    def download(
        self, path_or_url: str, *, template: str, params: Params | None = None, headers: Headers | None = None
    ) -> Answer:
        """As `get`, with the body's bytes as `data`."""
        call = self._call("GET", path_or_url, template, params=params, headers={"accept": "*/*", **(headers or {})})
        return self._read(replace(call, read=lambda reply: reply.content))

    def write(
        self,
        method: str,
        path: str,
        *,
        template: str,
        json: Any = None,  # noqa: ANN401 - whatever JSON takes
        params: Params | None = None,
        headers: Headers | None = None,
        accept: Collection[int] = (),
        creates: int | None = None,
    ) -> Answer:
        """Sent once; again only where the server answered that a limit kept it from acting and the wait is short.

        `creates` is how many pieces of content the write costs of the budget: 1 for a POST unless told otherwise.
        """
        call = self._call(method, path, template, params=params, headers=headers, json=json)
        if not self.account.owns(call.url):
            raise Refused(f"{call.what}: {urls.shown(call.url)} is not part of {urls.shown(self.account.base_url)}")
        self._sender.take_from_budget(int(method == "POST") if creates is None else creates)
        return self._write(replace(call, accept=accept, writes=True))

    def forward(
        self,
        method: str,
        url: str,
        *,
        template: str,
        headers: Headers,
        content: bytes | None = None,
        timeout: float | None = None,
    ) -> Reply:
        """For an SDK that rides on this transport: sent once, and the answer is handed back as it came, redirects and
        refusals too. Raises Limited for a limit; Unavailable or Ambiguous as a read or write does.
        """
        call = self._call(method, url, template, headers=headers)
        call = replace(call, content=content, timeout=timeout, writes=method not in READS)
        self._sender.take_from_budget(int(method == "POST"))
        try:
            return self._sender.send(call)
        except (Lost, TooLarge) as error:
            cause = error
        raise (Ambiguous if call.writes else Unavailable)(cause.message, hint=cause.hint) from cause

    def _call(
        self,
        method: str,
        path_or_url: str,
        template: str,
        *,
        params: Params | None = None,
        headers: Headers | None = None,
        json: Any = None,  # noqa: ANN401 - whatever JSON takes
    ) -> Call:
        url = urls.join(self.account.base_url, path_or_url)
        problem = urls.problem_with(url) or self._problem_with_place(url)
        if problem:
            raise Refused(f"{method} {template}: {urls.shown(url)} cannot be asked: {problem}")
        sent = {**lower(self.account.headers), **lower(headers or {})}
        content = None
        if json is not None:
            content = jsonlib.dumps(json, separators=(",", ":"), allow_nan=False).encode()
            sent.setdefault("content-type", "application/json")
        return Call(method, self._wire.address(url, params), template, sent, content)

    def _read(self, call: Call) -> Answer:
        try:
            return self._retry.read(lambda: self._follow(call))
        except Lost as error:
            failure = Unavailable(error.message, hint=error.hint)
        raise failure

    def _follow(self, call: Call) -> Answer:
        hop = call
        for _ in range(MAX_HOPS + 1):
            reply = self._sender.send(hop)
            if reply.status not in answers.REDIRECTS or reply.status in call.accept:
                return self._settle_read(hop, reply)
            hop = self._next_hop(hop, target_of(reply), reply.status)
        raise Refused(f"{call.what}: redirected more than {MAX_HOPS} times")

    def _next_hop(self, call: Call, target: str, status: int) -> Call:
        problem = urls.problem_with(target) or self._problem_with_hop(call, target)
        if problem:
            shown = self.secrets.redact(urls.shown(target))
            raise Refused(f"{call.what}: redirected to {shown}, which we do not follow: {problem}")
        hop = replace(call, url=target, conditional=False, stored=None)
        return replace(hop, method="GET", content=None) if status == SEE_OTHER else hop

    def _problem_with_hop(self, call: Call, target: str) -> str:
        if self.account.owns(target):
            return ""
        if call.method not in READS:
            return "what is not a GET stays on its own server"
        if call.url.startswith("https:") and not target.startswith("https:"):
            return "it gives up encryption"
        return self._problem_with_place(target)

    def _problem_with_place(self, url: str) -> str:
        """A remote may name addresses of others, in a link or a redirect: none that only we can reach."""
        inside = urls.is_internal(urls.host_of(url)) and not urls.is_internal(urls.host_of(self.account.base_url))
        return "it leads into this machine or its network" if inside else ""

    def _settle_read(self, call: Call, reply: Reply) -> Answer:
        if reply.status == answers.NOT_MODIFIED and call.stored is not None:
            return answer(reply, call.stored[1], held=call.stored[0])
        if reply.status in call.accept and not answers.is_success(reply.status):
            return answer(reply, answers.parse_leniently(reply))
        if answers.is_refusal(reply.status):
            raise self._error(call, reply)
        if not answers.is_success(reply.status):
            raise TryAgain(self._sender.said(call, reply), after=waits.retry_after(reply.headers, self._clock()))
        found = self._parsed(call, reply, TryAgain)
        if call.conditional and reply.status == OK:
            store_in(self.validators, call.url, self._shape(call), reply)
        return found

    def _write(self, call: Call) -> Answer:
        try:
            reply = self._retry.write(lambda: self._sender.send(call))
        except (Lost, TooLarge) as error:
            failure = Ambiguous(error.message, hint=error.hint)
        else:
            return self._settle_write(call, reply)
        raise failure

    def _settle_write(self, call: Call, reply: Reply) -> Answer:
        if reply.status in call.accept and not answers.is_success(reply.status):
            return answer(reply, answers.parse_leniently(reply))
        if reply.status in answers.UNTOUCHED:
            moved = self.secrets.redact(urls.shown(target_of(reply)))
            raise Refused(f"{call.what}: {reply.status}, it is now at {moved}")
        if answers.is_refusal(reply.status):
            raise self._error(call, reply)
        if not answers.is_success(reply.status):
            raise Ambiguous(self._sender.said(call, reply))
        return self._parsed(call, reply, Ambiguous)

    def _parsed(self, call: Call, reply: Reply, otherwise: type[Ambiguous | TryAgain]) -> Answer:
        try:
            return answer(reply, call.read(reply))
        except ValueError:
            failure = otherwise(f"{call.what}: {reply.status}, but the answer cannot be read as JSON")
        raise failure

    def _error(self, call: Call, reply: Reply) -> ConnectorError:
        field = self.secrets.redact(answers.field_named(answers.parse_leniently(reply)))
        return answers.error_for(reply.status, self._sender.said(call, reply), field)

    def _shape(self, call: Call) -> str:
        """An ETag holds for the credentials and the headers it was asked with."""
        return identity_of(self.account.identity, *(f"{name}={value}" for name, value in sorted(call.headers.items())))


def lower(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
