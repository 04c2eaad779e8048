"""One exchange over httpx: connections, trust, the cap on size; httpx's exceptions end here."""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any, Final

from pmhub.errors import ConfigError, ConnectorError, Refused, Unavailable
from pmhub.http import tls, urls
from pmhub.http.account import Account
from pmhub.http.call import Call
from pmhub.http.lean import httpx
from pmhub.http.reply import Lost, NotSent, Reply, TimedOut, TooLarge

NEVER_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
PATIENCE: Final = 10  # an answer that drips may take so many timeouts in all
DEFAULT_HEADERS: Final = {
    "accept": "application/json",
    "accept-encoding": "gzip, deflate",
    "connection": "keep-alive",
    "user-agent": "pmhub",
}

for noisy in ("httpx", "httpcore"):  # they log whole URLs and headers
    logging.getLogger(noisy).setLevel(logging.WARNING)


class Wire:
    """Connections of one account, kept alive between requests: httpx's transport alone, which keeps no cookies, reads no netrc
    and follows no redirect, and takes two thirds of the time of its client, which would.
    """

    def __init__(self, account: Account, *, max_bytes: int, redact: Callable[[str], str]) -> None:
        self._account = account
        self._max_bytes = max_bytes
        self._redact = redact
        self._routes: dict[tuple[str | None, bool], httpx.HTTPTransport] = {}
        self._is_closed = False

    def close(self) -> None:
        """For good: a read that is still under way beside this one finds no other connection that nobody would close."""
        self._is_closed = True
        for route in self._routes.values():
            route.close()
        self._routes.clear()

    def address(self, url: str, params: Mapping[str, Any] | None) -> str:
        """The exact URL that will be requested."""
        try:
            address = _parsed(url)
            return str(address.copy_merge_params(dict(params)) if params else address)
        except httpx.InvalidURL:
            raise Refused(f"{urls.shown(url)!r} is not a usable address") from None

    def connect(self, url: str) -> None:
        """Make ready what several reads at once will share."""
        self._route_to(url)

    def send(self, call: Call, headers: Mapping[str, str]) -> Reply:
        """Raises NotSent, Lost or TooLarge, and Unavailable where the server cannot be trusted."""
        began = time.monotonic()
        route = self._route_to(call.url)
        seconds = self._account.timeout if call.timeout is None else call.timeout
        try:
            with closing(route.handle_request(_request(call, headers, seconds))) as response:
                body = b"".join(self._chunks(response, call.what, began + seconds * PATIENCE))
                self._leave_none_behind(response)
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            failure = self._failure(error, call.what, urls.host_of(call.url))
        else:
            ms = round((time.monotonic() - began) * 1000)
            found = {name.lower(): value for name, value in response.headers.items()}
            return Reply(response.status_code, found, body, call.url, response.reason_phrase, ms)
        raise failure  # out of the handler, so that httpx's error with its request does not travel along

    def _leave_none_behind(self, response: httpx.Response) -> None:
        """A connection that was only being made when its client closed has nobody else to close it."""
        if self._is_closed and "network_stream" in response.extensions:
            response.extensions["network_stream"].close()

    def _chunks(self, response: httpx.Response, what: str, give_up: float) -> Iterator[bytes]:
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self._max_bytes:
                raise TooLarge(
                    f"{what}: the answer is larger than {self._max_bytes} bytes", hint="Ask for less at once."
                )
            if time.monotonic() > give_up:
                raise TimedOut(f"{what}: the answer keeps coming but does not end")
            yield chunk

    def _failure(self, error: Exception, what: str, host: str) -> ConnectorError:
        if is_distrust(error):
            return Unavailable(
                self._redact(f"{what}: the certificate of {host} is not trusted: {error}"),
                hint="Behind a company's own authority, name its certificate in the connection's `ca_file`.",
            )
        if isinstance(error, NEVER_SENT):
            return NotSent(self._redact(f"{what}: no connection to {host}: {str(error) or type(error).__name__}"))
        if isinstance(error, httpx.TimeoutException):
            return TimedOut(f"{what}: {host} did not answer in time")
        return Lost(self._redact(f"{what}: the connection to {host} broke: {type(error).__name__}: {error}"))

    def _route_to(self, url: str) -> httpx.HTTPTransport:
        if self._is_closed:
            raise RuntimeError("a request after the end of its client")
        proxy, is_secret = tls.proxy_for(url, self._account.proxy), not url.startswith("http:")
        if (proxy, is_secret) not in self._routes:
            trust = tls.context_for(self._account.ca_file) if is_secret else tls.TRUSTS_NOBODY
            self._routes[proxy, is_secret] = self._route(proxy, trust)
        return self._routes[proxy, is_secret]

    def _route(self, proxy: str | None, trust: ssl.SSLContext) -> httpx.HTTPTransport:
        try:
            return httpx.HTTPTransport(verify=trust, proxy=proxy, trust_env=False)
        except (ValueError, ImportError, httpx.InvalidURL):
            problem = f"proxy {urls.shown(proxy or '')!r} cannot be used"
        raise ConfigError(problem, hint="Write it as http://host:port.")


def _request(call: Call, headers: Mapping[str, str], seconds: float) -> httpx.Request:
    return httpx.Request(
        call.method,
        _parsed(call.url),
        headers={**DEFAULT_HEADERS, **headers},
        content=call.content,
        extensions={"timeout": httpx.Timeout(seconds).as_dict()},
    )


@lru_cache(maxsize=256)
def _parsed(url: str) -> httpx.URL:
    """Kept, as httpx takes a tenth of an exchange's time to read it. Raises InvalidURL."""
    return httpx.URL(url)


def is_distrust(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
