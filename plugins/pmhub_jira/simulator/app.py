"""The WSGI application: faults and limits first, then who asks, then the answer; every exchange is recorded."""

from __future__ import annotations

import json
import socket
import time
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

from .call import Answer, Call, TooMany
from .errors import ApiError
from .exchange import Exchange
from .routes import SERVER_URLS, URLS
from .sign_in import TENANT_PATH, TOKEN_PATH

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from .faults import Fault
    from .simulator import JiraSimulator
    from .values import Json, User

_UNREADABLE = object()


@dataclass(frozen=True)
class App:
    simulator: JiraSimulator

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        sign_in = self.simulator.sign_in
        if environ["PATH_INFO"].startswith(f"{sign_in.prefix}/"):
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(sign_in.prefix)
        request = Request(environ)
        body = _json_of(request)
        fault = self._wait_and_meet_fault(request)
        if fault and fault.kind == "drop_before":
            self._record(request, body, None, fault)
            _drop(environ)
        answer = self._answer(request, body, fault)
        if fault and fault.kind == "drop_after":
            self._record(request, body, None, fault)
            _drop(environ)
        self._record(request, body, answer, fault)
        response = _response(answer)
        if fault and fault.kind == "truncate":
            return _truncated(response, environ, start_response)
        return response(environ, start_response)

    def _wait_and_meet_fault(self, request: Request) -> Fault | None:
        if self.simulator.latency:
            time.sleep(self.simulator.latency)
        with self.simulator.lock:
            return self.simulator.fault_for(request.method, request.path)

    def _answer(self, request: Request, body: Json, fault: Fault | None) -> Answer:
        user = None
        with self.simulator.lock:
            if fault and fault.kind == "status":
                answer = Answer(fault.status, fault.body, fault.headers)
            else:
                user = self._user(request)
                answer = self._limited_or_routed(request, body, user)
            if fault and fault.kind == "status_after":
                answer = Answer(fault.status, fault.body, fault.headers)
            return replace(answer, headers={**self._usual_headers(user), **answer.headers})

    def _limited_or_routed(self, request: Request, body: Json, user: User | None) -> Answer:
        try:
            limit = self.simulator.limit_for(request.method, request.path)
            bucket = self.simulator.bucket
            if bucket and not bucket.take(self.simulator.now()):
                return _too_many(bucket.headers(self.simulator.now()))
            if limit:
                return _too_many(limit.headers(self.simulator.now()))
            return self._route(request, body, user)
        except TooMany as error:
            return _too_many(error.headers)
        except ApiError as error:
            return Answer(error.status, error.body())
        except Exception as error:  # noqa: BLE001  the edge of the server: what nobody foresaw is a 500, as on any server
            self.simulator.failures.append(error)
            return Answer(500, {"errorMessages": [f"Internal server error: {error!r}"], "errors": {}})

    def _route(self, request: Request, body: Json, user: User | None) -> Answer:
        if (request.method, request.path) == ("GET", TENANT_PATH):
            return Answer(json={"cloudId": self.simulator.sign_in.cloud_id})
        if (request.method, request.path) == ("POST", TOKEN_PATH):
            return Answer(*self.simulator.sign_in.renew(body))
        try:
            urls = SERVER_URLS if self.simulator.state.data_center else URLS
            answer, arguments = urls.bind_to_environ(request.environ).match()
        except (NotFound, MethodNotAllowed) as error:
            return Answer(error.code or 404, {"errorMessages": [error.description], "errors": {}})
        if user is None and not self.simulator.anonymous_on_bad_token:
            message = "Client must be authenticated to access this resource."
            return Answer(401, {"errorMessages": [message], "errors": {}}, {"WWW-Authenticate": "OAuth realm=jira"})
        if body is _UNREADABLE:
            raise ApiError(400, "There was an error parsing JSON. Check that your request body is valid.")
        is_trusted = request.headers.get("X-Atlassian-Token") == "no-check"
        call = Call(self.simulator, user, request.args, body, _files_of(request), is_trusted)
        served: Answer = answer(call, **arguments)
        if user is None and request.authorization:
            return replace(served, headers={**served.headers, "X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
        return served

    def _user(self, request: Request) -> User | None:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.simulator.sign_in.user(encoded) or self.simulator.account_of("", encoded)
        if scheme.lower() != "basic":
            return None
        try:
            email, _, token = b64decode(encoded).decode().partition(":")
        except (Base64Error, UnicodeDecodeError):
            return None
        return self.simulator.account_of(email, token)

    def _usual_headers(self, user: User | None) -> dict[str, str]:
        now = datetime.fromtimestamp(self.simulator.now() / 1000, UTC)
        headers = {"Date": format_datetime(now, usegmt=True), "X-AREQUESTID": uuid4().hex}
        if self.simulator.state.data_center:
            bucket = self.simulator.bucket
            name = user.account_id if user else "anonymous"
            return headers | {"X-AUSERNAME": name} | (bucket.headers(self.simulator.now()) if bucket else {})
        headers["Server"] = "AtlassianEdge"
        return headers | ({"X-AACCOUNTID": user.account_id} if user else {})

    def _record(self, request: Request, body: Json, answer: Answer | None, fault: Fault | None) -> None:
        if not self.simulator.keep_exchanges:
            return
        sent = {name: value for name, value in request.headers if name != "Authorization"}
        exchange = Exchange(
            method=request.method,
            path=request.path,
            query=request.query_string.decode(),
            request_headers=sent,
            request_json=None if body is _UNREADABLE else body,
            status=answer.status if answer else None,
            response_json=answer.json if answer else None,
            response_headers=dict(answer.headers) if answer else {},
            fault=fault.kind if fault else None,
        )
        with self.simulator.lock:
            self.simulator.requests.append(exchange)


def _too_many(headers: dict[str, str]) -> Answer:
    return Answer(429, {"errorMessages": ["Rate limit exceeded."], "errors": {}}, headers)


def _files_of(request: Request) -> tuple[tuple[str, bytes], ...]:
    found = [(one.filename or "", one.read()) for one in request.files.getlist("file")]
    for one in request.files.values():
        one.close()
    return tuple(found)


def _json_of(request: Request) -> Json:
    if request.mimetype == "multipart/form-data":
        return None
    data = request.get_data()
    try:
        return json.loads(data) if data else None
    except ValueError:
        return _UNREADABLE


def _response(answer: Answer) -> Response:
    response = Response(status=answer.status, headers=dict(answer.headers))
    if isinstance(answer.json, str):
        response.set_data(answer.json)
        response.content_type = "text/html;charset=UTF-8"
    elif answer.json is not None:
        response.set_data(json.dumps(answer.json, ensure_ascii=False))
        response.content_type = "application/json;charset=UTF-8"
    return response


def _drop(environ: WSGIEnvironment) -> None:
    """Closes the client's connection and ends the request."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("dropped on purpose")


def _truncated(response: Response, environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
    body = response.get_data()
    response.headers["Content-Length"] = str(len(body))
    start_response(response.status, response.headers.to_wsgi_list())
    yield body[: len(body) // 2]
    _drop(environ)
