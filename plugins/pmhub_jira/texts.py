"""Bodies: Markdown and Atlassian documents, the length Jira holds, and the line that says who wrote a mirrored comment."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from pmhub.model.markdown import cut
from pmhub.sdk import ABSENT, Absent, People
from pmhub_jira.richtext import from_adf, to_adf

LIMIT: Final = (
    32_767  # characters of text; the figure in Jira's own message "exceeds the allowed limit of 32,767 characters"
)
NAME_LIMIT: Final = 200
COMMENT_LIMIT: Final = LIMIT - NAME_LIMIT - 20  # the author line stands in the same document
NOTE: Final = "*(The rest of this text is too long for Jira.)*"
BLOCK_COST: Final = 2
_WORDLESS: Final = frozenset({"doc", "text"})

Document = dict[str, Any]


def read(document: Any, people: People) -> str | Absent:  # noqa: ANN401 - JSON
    """A document as Markdown, nothing as empty text; ABSENT for what is no document (the wiki text of an old server)."""
    if not document:
        return ""
    return from_adf(document, people.lift).text if isinstance(document, dict) else ABSENT


def document(markdown: str | None, people: People, limit: int = LIMIT, spare: Collection[str] = ()) -> Document | None:
    """What is written for `markdown`, cut to `limit`; None for no text. Nobody is notified of what was said elsewhere:
    only the accounts in `spare`, whose mention stands there already, are mentioned.
    """
    return _fitted(markdown or "", people, limit, spare)[0]


def mentioned(node: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """The accounts that a document mentions."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("type") == "mention" and isinstance(one.get("attrs"), dict):
                yield str(one["attrs"].get("id"))
            waiting += one["content"] if isinstance(one.get("content"), list) else []


def shown(markdown: str | None, people: People, limit: int = LIMIT) -> tuple[str, bool]:
    """How `markdown` reads after it went to Jira and back, and whether it was cut."""
    written, was_cut = _fitted(markdown or "", people, limit)
    return ("" if written is None else from_adf(written, people.lift).text), was_cut


def signed(written: Document | None, author: str | None) -> Document:
    """`written` below a line that names its author."""
    content = list((written or {}).get("content", ()))
    line = [_author_line(author)] if author else []
    return {"type": "doc", "version": 1, "content": [*line, *content]}


def unsigned(written: Any, author: str | None) -> Any:  # noqa: ANN401 - JSON
    """`written` without the line that `signed` put there, if it still stands there."""
    content = written.get("content") if isinstance(written, dict) else None
    if not author or not content or _text(content[0]) != _text(_author_line(author)):
        return written
    return {**written, "content": content[1:]}


def _author_line(author: str) -> Document:
    name = {"type": "text", "text": author, "marks": [{"type": "strong"}]}
    return {"type": "paragraph", "content": [name, {"type": "text", "text": " wrote:"}]}


def _text(node: Document) -> str:
    return str(node.get("text", "")) + "".join(_text(child) for child in node.get("content", ()))


def _fitted(markdown: str, people: People, limit: int, spare: Collection[str] = ()) -> tuple[Document | None, bool]:
    if not markdown.strip():
        return None, False

    def mention(name: str) -> tuple[str, str] | None:
        account = people.lower(name)
        return (account, name) if account and account in spare else None

    room = len(markdown)
    written: Document = to_adf(markdown, mention)
    while _length(written) > limit and room > 0:
        room = min(room - 1, room * limit // _length(written))
        written = to_adf(cut(markdown, room, NOTE)[0], mention)
    return (written if written.get("content") else None), room < len(markdown)


def _length(node: Document) -> int:
    """At least as long as Jira can count it: all words, and a blank line for each block."""
    own = len(str(node.get("text", ""))) + (0 if node.get("type") in _WORDLESS else BLOCK_COST)
    shown_in_place = sum(len(str(value)) for name, value in node.get("attrs", {}).items() if name in ("text", "url"))
    return own + shown_in_place + sum(_length(child) for child in node.get("content", ()))
