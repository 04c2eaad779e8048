"""The transport of a connector under test: real requests, through a choke point, in whatever weather the check asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pmhub.errors import Ambiguous, Limited, Unavailable
from pmhub.http import Account, Client, Reply
from pmhub.http.call import Call
from pmhub.http.reply import Lost, NotSent
from pmhub.testing.choke import Choke
from pmhub.testing.conformance.bench import Failure

WAIT = 30
_JSON, _HTML = "application/json", "text/html"
_REPLIES = {
    Failure.LIMITED: (429, _JSON, b'{"message": "too many requests"}'),
    Failure.DENIED: (401, _JSON, b'{"message": "who are you?"}'),
    Failure.HIDDEN: (404, _JSON, b'{"message": "not found"}'),
    Failure.GARBLED: (200, _HTML, b"<html><body>Please sign in</body></html>"),
}


@dataclass
class Weather:
    """`failure`: how every request fails. `stepping`: requests pass the choke point, to be killed or lost there.

    `used`: a request went through here, so the kit can make requests fail without the author's help.
    """

    choke: Choke
    failure: Failure | None = None
    stepping: bool = False
    used: bool = False
    asked: list[str] = field(default_factory=list)

    @contextmanager
    def only(self, failure: Failure) -> Iterator[None]:
        self.failure = failure
        try:
            yield
        finally:
            self.failure = None

    def send(self, call: Call, effect: Callable[[], Reply]) -> Reply:
        self.used = True
        self.asked.append(call.what)
        if self.failure is Failure.GARBLED:
            effect()
        if self.failure in _REPLIES:
            status, type_, body = _REPLIES[self.failure]
            headers = {"retry-after": str(WAIT)} if self.failure is Failure.LIMITED else {}
            return Reply(status, {"content-type": type_, **headers}, body, call.url)
        if self.failure is Failure.DOWN:
            raise NotSent(f"{call.what}: no connection")
        if self.failure is Failure.LOST and call.writes:
            effect()
            raise Lost(f"{call.what}: the answer was lost")
        return self._step(call, effect) if self.stepping else effect()

    def _step(self, call: Call, effect: Callable[[], Reply]) -> Reply:
        try:
            return self.choke.call("transport", call.what, None, effect, write=call.writes, down=False)
        except Limited:
            return Reply(429, {"retry-after": "1"}, b"{}", call.url)
        except (Ambiguous, Unavailable) as error:
            raise Lost(error.message) from None


class _Wire:
    """Stands where the client's own stands."""

    def __init__(self, real: Any, weather: Weather) -> None:  # noqa: ANN401 - the client's wire
        self._real, self._weather = real, weather

    def send(self, call: Call, headers: Mapping[str, str]) -> Reply:
        return self._weather.send(call, lambda: self._real.send(call, headers))


class ChokedClient(Client):
    """The real client, whose every request goes through `weather`."""

    def __init__(self, weather: Weather, account: Account, **more: Any) -> None:  # noqa: ANN401 - the client's own options
        super().__init__(account, **more)
        self._sender.wire = _Wire(self._wire, weather)  # type: ignore[assignment]
