"""Where artifacts and pictures lie: another server, which takes a signed address of a minute and refuses who sends credentials."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from . import pictures
from .ci_archive import archive
from .ci_state import Artifact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self
    from wsgiref.types import StartResponse, WSGIEnvironment

    from .simulator import GitHubSimulator
    from .world import World

LIFE = 60
PATH = "/actions-results/"


def signed(world: World, artifact: Artifact) -> str:
    """Return an address that anybody may read for a minute."""
    until = world.now() + LIFE
    return f"{world.ci.storage_url}{PATH}{artifact.id}?se={until}&sig={signature(artifact.id, until)}"


def signature(artifact: int, until: int) -> str:
    return hashlib.sha256(f"{artifact} {until} fake-signing-key".encode()).hexdigest()


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Stay quiet: the storage keeps its own record."""


class Storage:
    """A running storage for a simulator's artifacts. `requests`: (path, headers) of each, in order."""

    def __init__(self, simulator: GitHubSimulator, port: int = 0) -> None:
        self.world = simulator.world
        self.lock = simulator.lock
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.server = ThreadedWSGIServer("127.0.0.1", port, self.serve, handler=Quiet)
        self.server.daemon_threads = True
        self.world.ci.storage_url = f"http://127.0.0.1:{self.server.port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        self.requests.append((request.path, dict(request.headers)))
        with self.lock:
            answer = self.answer(request)
        answer.headers["Connection"] = "close"
        return answer(environ, start_response)

    def answer(self, request: Request) -> Response:
        if "Authorization" in request.headers:
            return refusal(400, "InvalidAuthenticationInfo")
        if request.path.startswith(pictures.PATH):
            found = pictures.picture_at(self.world, request.path, request.args.get("jwt", ""))
            return Response(found.content, 200, content_type="image/png") if found else refusal(404, "NotFound")
        name, until = request.path.removeprefix(PATH), request.args.get("se", "")
        artifact = self.artifact(name)
        if artifact is None:
            return refusal(404, "BlobNotFound")
        is_signed = until.isdigit() and request.args.get("sig") == signature(artifact.id, int(until))
        if not is_signed or int(until) < self.world.now():
            return refusal(403, "AuthenticationFailed")
        return Response(archive(artifact.files), 200, content_type="application/zip")

    def artifact(self, name: str) -> Artifact | None:
        found = (repo.artifacts.get(int(name)) for repo in self.world.ci.repos.values() if name.isdigit())
        return next((one for one in found if one is not None), None)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def refusal(status: int, code: str) -> Response:
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Response(text, status, content_type="application/xml")
