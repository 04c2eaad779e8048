"""The one transport under every connector: repeats only what is safe to repeat, waits as the server says, counts everything."""

from __future__ import annotations

import json as jsonlib
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from pmhub.errors import Ambiguous, Refused, Unavailable
from pmhub.http import answers, urls
from pmhub.http.account import Account, identity_of
from pmhub.http.ahead import Ahead, Question
from pmhub.http.answers import Answer, answer, target_of
from pmhub.http.call import Call
from pmhub.http.hops import READS, problem_with_place
from pmhub.http.hourly import Hourly
from pmhub.http.metrics import Exchange, Metrics
from pmhub.http.pace import Pace
from pmhub.http.redact import Secrets
from pmhub.http.reply import Lost, Reply, TooLarge
from pmhub.http.sender import Sender
from pmhub.http.validators import Validators, store_in, stored_in

if TYPE_CHECKING:
    from pmhub.http.reader import Told

AT_ONCE: Final = 4
"""Reads under way together: some vendors ask for few, and one main thread takes in no more."""

Params = Mapping[str, Any]
Headers = Mapping[str, str]


def system_clock() -> int:
    return time.time_ns() // 1_000_000


class Client:
    """Talks to one remote as one account. `clock` is milliseconds since the epoch, `sleep` takes seconds.

    No wait is longer than `max_wait` seconds or goes past `deadline` (milliseconds since the epoch): such a call raises Limited
    at once. The deadline limits waiting only, so that a run can still verify what it wrote. `hourly`: what may be asked in an
    hour, by all clients of one connection.
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
        hourly: Hourly | None = None,
        max_wait: float = 60.0,
        max_bytes: int = 64 * 1024 * 1024,
        jitter: Callable[[], float] | None = None,
    ) -> None:
        from pmhub.http.reader import Reader  # noqa: PLC0415 - tenacity and httpx cost start-up
        from pmhub.http.retry import Retry  # noqa: PLC0415
        from pmhub.http.wire import Wire  # noqa: PLC0415

        self.account = account
        self.validators = validators
        self.pace = Pace() if pace is None else pace
        self.metrics = Metrics() if metrics is None else metrics
        self.secrets = Secrets() if secrets is None else secrets
        log = logging.getLogger(__name__) if log is None else log
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
            hourly,
        )
        self._retry = Retry(clock, self._sender.nap, self._sender.fits, jitter)
        self._reader = Reader(account, self._sender, self._retry, clock)
        self._ahead: Ahead[Told] = Ahead(AT_ONCE)

    @property
    def clock_offset(self) -> int | None:
        """Milliseconds the server's clock is ahead of ours, up to a second too low as its Date knows whole seconds."""
        return self._sender.clock_offset

    def close(self) -> None:
        self._ahead.drop()
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
        return self._read(replace(call, accept=accept, conditional=conditional))

    def get_ahead(
        self,
        path_or_url: str,
        *,
        template: str,
        params: Params | None = None,
        conditional: bool = False,
        then: Callable[[Answer], str] | None = None,
    ) -> None:
        """Begin what `get` will be asked for in the same words, beside other reads. Its answer waits for the one `get` that
        takes it, with all that `get` raises; a write or `drop_ahead` forgets it. `then`: the address that its answer makes
        us ask next, which begins at once; "" where there is none.
        """
        call = self._call("GET", path_or_url, template, params=params)
        self._begin(replace(call, conditional=conditional), then)

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

    def read_ahead(self, path: str, *, template: str, json: Any = None) -> None:  # noqa: ANN401 - whatever JSON takes
        """As `get_ahead`, for `read`."""
        self._begin(self._call("POST", path, template, json=json))

    def drop_ahead(self) -> None:
        """Whoever began reads and takes no more of them says so."""
        self._ahead.drop()

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
        return self._write_ours(replace(call, accept=accept), int(method == "POST") if creates is None else creates)

    def upload(
        self, path: str, *, template: str, headers: Headers, content: bytes, accept: Collection[int] = ()
    ) -> Answer:
        """As `write` by POST, with bytes of the type that the headers name."""
        call = self._call("POST", path, template, headers=headers)
        return self._write_ours(replace(call, content=content, accept=accept), creates=1)

    def _write_ours(self, call: Call, creates: int) -> Answer:
        if not self.account.owns(call.url):
            raise Refused(f"{call.what}: {urls.shown(call.url)} is not part of {urls.shown(self.account.base_url)}")
        self._ahead.drop()
        self._sender.take_from_budget(creates)
        return self._write(replace(call, writes=True))

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
        problem = urls.problem_with(url) or problem_with_place(self.account, url)
        if problem:
            raise Refused(f"{method} {template}: {urls.shown(url)} cannot be asked: {problem}")
        sent = {**lower(self.account.headers), **lower(headers or {})}
        content = None
        if json is not None:
            content = jsonlib.dumps(json, separators=(",", ":"), allow_nan=False).encode()
            sent.setdefault("content-type", "application/json")
        return Call(method, self._wire.address(url, params), template, sent, content)

    def _read(self, call: Call) -> Answer:
        told = self._ahead.take(call.words, lambda: self._reader.ask(self._with_validator(call)))
        if told.fresh is not None:
            store_in(self.validators, call.url, self._shape(call), told.fresh)
        return told.answer

    def _begin(self, call: Call, then: Callable[[Answer], str] | None = None) -> None:
        """What only this thread may ask, for credentials or for what is stored, is asked here."""
        self._wire.connect(call.url)
        known = self._with_validator(call)
        if self.account.owns(call.url):
            known = replace(known, authorization=self.account.authorize())
        following = partial(self._following, known, then) if then else None
        self._ahead.begin(call.words, lambda: self._reader.ask(known), following)

    def _following(self, known: Call, then: Callable[[Answer], str], told: Told) -> Question[Told] | None:
        path = then(told.answer)
        url = urls.join(self.account.base_url, path)
        if not path or not self.account.owns(url) or urls.problem_with(url):
            return None
        call = self._call("GET", url, known.template)
        asked = replace(call, authorization=known.authorization)
        return call.words, lambda: self._reader.ask(asked)

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
            raise self._sender.refusal(call, reply)
        if not answers.is_success(reply.status):
            raise Ambiguous(self._sender.said(call, reply))
        return call.answered(reply, Ambiguous)

    def _with_validator(self, call: Call) -> Call:
        stored = stored_in(self.validators, call.url, self._shape(call)) if call.conditional else None
        return replace(call, stored=stored)

    def _shape(self, call: Call) -> str:
        """An ETag holds for the credentials and the headers it was asked with."""
        return identity_of(self.account.identity, *(f"{name}={value}" for name, value in sorted(call.headers.items())))


def lower(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
