"""Lets an SDK that is built on `requests` ride on our transport: one send a call, our pace, our count, none of its own retry."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

from pmhub.errors import Ambiguous, ConnectorError, Unavailable
from pmhub.http.client import Client
from pmhub.http.metrics import template_of
from pmhub.http.reply import NotSent, Reply, TimedOut

DECODED: Final = frozenset(
    {"content-encoding", "content-length", "transfer-encoding"}
)  # of a body that is decoded already


class TransportAdapter(BaseAdapter):
    """Mount it on a session for the client's base URL.

    What fails is raised as the exception of `requests` that fits, with ours as its `__cause__`; Limited, Refused and Denied
    come through as they are. Redirects are left to the session, which drops credentials on another host as we do.
    """

    def __init__(self, client: Client, *, template: Callable[[str], str] = template_of) -> None:
        super().__init__()
        self._client = client
        self._template = template

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002, FBT001, FBT002
        timeout: Any = None,  # noqa: ANN401
        verify: bool | str = True,  # noqa: ARG002, FBT001, FBT002
        cert: Any = None,  # noqa: ANN401, ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> requests.Response:
        try:
            reply = self._client.forward(
                request.method or "GET",
                request.url or "",
                template=self._template(request.url or ""),
                headers=text_headers(request.headers),
                content=body_of(request.body),
                timeout=seconds(timeout),
            )
        except (Ambiguous, Unavailable) as error:
            cause = error
        else:
            return self._response(request, reply)
        raise translated(cause)(cause.message, request=request) from cause

    def close(self) -> None:
        """The client is its owner's to close."""

    def _response(self, request: requests.PreparedRequest, reply: Reply) -> requests.Response:
        response = requests.Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict(
            {name: value for name, value in reply.headers.items() if name not in DECODED}
        )
        response.raw = io.BytesIO(reply.content)
        response.reason = reply.reason
        response.url = reply.url
        response.request = request
        response.encoding = get_encoding_from_headers(response.headers)
        return response


def translated(error: ConnectorError) -> type[requests.RequestException]:
    if isinstance(error.__cause__, TimedOut):
        return requests.ReadTimeout
    return requests.ConnectionError if isinstance(error, NotSent) or error.__cause__ else requests.RequestException


def text_headers(headers: Mapping[str, Any]) -> dict[str, str]:
    """Without what the transport says itself."""
    ours = {"accept-encoding", "connection", "content-length", "transfer-encoding", "host"}
    pairs = (
        (name, value.decode("latin-1") if isinstance(value, bytes) else str(value)) for name, value in headers.items()
    )
    return {name: value for name, value in pairs if name.lower() not in ours}


def body_of(body: Any) -> bytes | None:  # noqa: ANN401 - text, bytes, a file or an iterator of bytes
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    content: bytes = body.read() if hasattr(body, "read") else b"".join(body)
    return content


def seconds(timeout: Any) -> float | None:  # noqa: ANN401 - None, a number or (connect, read)
    value = max((part for part in timeout if part is not None), default=None) if isinstance(timeout, tuple) else timeout
    return None if value is None else float(value)
