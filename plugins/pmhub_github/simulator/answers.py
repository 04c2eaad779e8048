"""Answers as bytes, with ETags. An ETag covers Accept, Authorization and the body, so it differs by token."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from .call import Reply


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    body: Any = None

    def cut(self) -> Answer:
        """Return the answer with half its body, under the Content-Length of the whole."""
        return replace(self, content=self.content[: len(self.content) // 2])


def render(reply: Reply, headers: dict[str, str]) -> Answer:
    if reply.body is None:
        length = {} if reply.status in (204, 304) else {"Content-Length": "0"}
        return Answer(reply.status, headers | length, b"")
    text, kind = reply.body, "text/html; charset=utf-8"
    if not isinstance(text, str):
        text, kind = json.dumps(text, ensure_ascii=False), "application/json; charset=utf-8"
    content = text.encode()
    return Answer(
        reply.status, {"Content-Type": kind, "Content-Length": str(len(content))} | headers, content, reply.body
    )


def conditional(request: Request, answer: Answer) -> Answer:
    """Give a successful GET its ETag; answer 304 without a body when the caller holds that one already."""
    if request.method != "GET" or answer.status != 200:  # noqa: PLR2004
        return answer
    tag = etag(request, answer.content)
    headers = answer.headers | {
        "ETag": tag,
        "Cache-Control": "private, max-age=60, s-maxage=60",
        "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With",
    }
    if tag not in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return replace(answer, headers=headers)
    kept = {name: value for name, value in headers.items() if name not in ("Content-Type", "Content-Length", "Link")}
    return Answer(304, kept, b"")


def etag(request: Request, content: bytes) -> str:
    """Compute the validator from the headers that are present and the body.

    The recipe was found out by others (bored-engineer/github-conditional-http-transport); GitHub documents none.
    """
    given = (request.headers.get(name) for name in ("Accept", "Authorization", "Cookie"))
    prefix = "".join(f"{value}:" for value in given if value is not None)
    return f'W/"{hashlib.sha256(prefix.encode() + content).hexdigest()}"'
