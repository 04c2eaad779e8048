"""The WSGI application: authentication, limits, faults, conditional requests and records around the endpoints."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from werkzeug.http import http_date
from werkzeug.wrappers import Request

from .answers import conditional, render
from .call import Call, Reply
from .enterprise import below, check_served, reshaped
from .errors import ApiError
from .limits import limit_headers
from .recording import Exchange
from .routing import canonical, match, template_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from .answers import Answer
    from .apps import App
    from .faults import Fault
    from .limits import Window
    from .simulator import GitHubSimulator

VERSION = "2022-11-28"
FREE = ("/rate_limit",)


class ConnectionDropped(Exception):
    """The connection is to be closed without an answer."""


class Application:
    def __init__(self, simulator: GitHubSimulator) -> None:
        self.simulator = simulator

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        request.get_data()
        if self.simulator.latency:
            time.sleep(self.simulator.latency)
        with self.simulator.lock:
            answer = self.answer(request)
        start_response(str(answer.status), list(answer.headers.items()))
        return [answer.content]

    def answer(self, request: Request) -> Answer:
        """Answer one request, fault or not, and record the exchange; raise ConnectionDropped for a dropped one."""
        path = self.path_of(request)
        fault = self.simulator.strike(request.method, path)
        kind = "" if fault is None else fault.kind
        answer = None if kind in ("drop_before", "status") else self.serve(request, path)
        if fault is not None and kind.startswith("status"):
            answer = self.finish(request, Reply(fault.status, fault.body, dict(fault.headers)), self.login_of(request))
        if kind.startswith("drop"):
            answer = None
        self.record(request, answer, fault)
        if answer is None:
            raise ConnectionDropped
        return answer.cut() if kind == "truncate" else answer

    def path_of(self, request: Request, path: str = "") -> str:
        """Return the path as on github.com, the repository by its name."""
        world = self.simulator.world
        try:
            return canonical(world, below(world.enterprise, path or request.path))
        except ApiError:
            return f"/beside{path or request.path}"

    def serve(self, request: Request, path: str) -> Answer:
        """Run the endpoint within the limits; a 304 gives its point back, as on GitHub."""
        login: str | None = None
        try:
            login = self.authenticate(request)
            window = self.window(login, path)
            if path not in FREE and self.simulator.world.enterprise is None:
                take(window, login)
            reply = self.dispatch(request, path, login)
        except ApiError as error:
            return self.finish(request, Reply(error.status, error.body(), error.headers), login)
        answer = conditional(request, self.finish(request, reply, login))
        if answer.status == 304:  # noqa: PLR2004
            window.used -= 1
            answer.headers |= self.limits_of(login, path)
        return answer

    def authenticate(self, request: Request) -> str | None:
        """Return the login of the token, None without one; raise GitHub's refusals of a request as such."""
        if not request.headers.get("User-Agent"):
            raise ApiError(
                403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header"
            )
        if request.headers.get("X-GitHub-Api-Version", VERSION) != VERSION:
            raise ApiError(400, f"API version not supported by this simulator: use {VERSION}")
        if "Authorization" not in request.headers:
            return None
        if self.app_of(request) is not None:
            return None
        login = self.login_of(request)
        if login is None:
            raise ApiError(401, "Bad credentials")
        if self.simulator.world.apps.is_suspended(bearer(request)):
            raise ApiError(403, "This installation has been suspended")
        return login

    def app_of(self, request: Request) -> App | None:
        """Return the App that signed the request itself."""
        world = self.simulator.world
        return world.apps.signed_by(bearer(request), world.now())

    def login_of(self, request: Request) -> str | None:
        world, token = self.simulator.world, bearer(request)
        return world.tokens.get(token) or world.apps.bearer(token, world.now())

    def dispatch(self, request: Request, path: str, login: str | None) -> Reply:
        call = Call(self.simulator.world, login, request.method, path, {}, dict(request.args), body_of(request))
        call.app = self.app_of(request)
        call.accept = request.headers.get("Accept", "")
        serve, template, call.args = match(request.method, path)
        check_served(self.simulator.world.enterprise, template)
        return serve(call)

    def limits_of(self, login: str | None, path: str) -> dict[str, str]:
        """Return the headers that tell the limits; an Enterprise Server has none unless somebody sets them."""
        if self.simulator.world.enterprise is not None:
            return {}
        return limit_headers(self.window(login, path), resource_of(path))

    def window(self, login: str | None, path: str) -> Window:
        return self.simulator.world.limits.window(login, resource_of(path), self.simulator.world.now())

    def finish(self, request: Request, reply: Reply, login: str | None = None) -> Answer:
        """Add the headers every answer of GitHub's carries."""
        simulator, world, path = self.simulator, self.simulator.world, self.path_of(request)
        simulator.answered += 1
        headers = {
            "Server": "github.com",
            "Date": http_date(simulator.world.now()),
            "X-GitHub-Media-Type": "github.v3; format=json",
            "x-github-api-version-selected": VERSION,
            "X-GitHub-Request-Id": f"PMHB:{simulator.answered:06X}",
            **self.limits_of(login, path),
            **reply.headers,
        }
        if world.enterprise is not None:
            headers["X-GitHub-Enterprise-Version"] = f"{world.enterprise[0]}.{world.enterprise[1]}.0"
        return render(replace(reply, body=reshaped(world.enterprise, world.web, reply.body)), headers)

    def record(self, request: Request, answer: Answer | None, fault: Fault | None) -> None:
        world = self.simulator.world
        raw = request.environ.get("REQUEST_URI", request.path).partition("?")[0]
        self.simulator.requests.append(
            Exchange(
                method=request.method,
                template=template_of(request.method, self.path_of(request)),
                path=self.path_of(request, raw),
                full_path=raw,
                query=request.query_string.decode(),
                login=self.login_of(request),
                request_headers={name: value for name, value in request.headers if name != "Authorization"},
                request_body=json_or_none(request.get_data()),
                status=None if answer is None else answer.status,
                response_headers={} if answer is None else dict(answer.headers),
                response_body=None if answer is None else without_token(answer.body),
                fault=None if fault is None else fault.kind,
                received=world.clock() + world.clock_skew,
            )
        )


def bearer(request: Request) -> str:
    return request.headers.get("Authorization", "").split(" ")[-1]


def without_token(body: Any) -> Any:  # noqa: ANN401
    return {**body, "token": "***"} if isinstance(body, dict) and "token" in body else body


def take(window: Window, login: str | None) -> None:
    """Use one point; raise 403 when none is left."""
    if window.remaining == 0:
        raise ApiError(403, f"API rate limit exceeded for {'your address' if login is None else f'user {login}'}.")
    window.used += 1


def resource_of(path: str) -> str:
    return "graphql" if path == "/graphql" else "core"


def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of the body, empty for none; raise 400 for anything else."""
    data = request.get_data()
    if not data:
        return {}
    try:
        body = json.loads(data)
    except ValueError:
        raise ApiError(400, "Problems parsing JSON") from None
    if isinstance(body, list):
        return {"labels": body, "assignees": body}
    if not isinstance(body, dict):
        raise ApiError(400, "Body should be a JSON object")
    return body


def json_or_none(data: bytes) -> Any:  # noqa: ANN401
    try:
        return json.loads(data)
    except ValueError:
        return None
