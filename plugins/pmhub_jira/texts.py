"""Bodies: Markdown and what Jira holds for it, the length it holds, and the line that says who wrote a mirrored comment.

Cloud holds Atlassian documents (ADF), Server and Data Center wiki markup; a native body tells by its type which it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Final, TypeAlias

from pmhub.model.lean import dataclass
from pmhub.model.markdown import cut
from pmhub.sdk import ABSENT, Absent, People
from pmhub_jira.richtext import (
    from_adf,
    from_wiki,
    logins,
    losses_of_adf,
    losses_of_wiki,
    to_adf,
    to_adf_over,
    to_wiki,
    to_wiki_over,
    wiki_paragraph,
)
from pmhub_jira.richtext.memo import Memo

LIMIT: Final = (
    32_767  # UTF-16 units of text; the figure in Jira's own message "exceeds the allowed limit of 32,767 characters"
)
NAME_LIMIT: Final = 200
SAID_LIMIT: Final = 200
COMMENT_LIMIT: Final = LIMIT - NAME_LIMIT - SAID_LIMIT - 20  # the author line stands in the same document
NOTE: Final = "*(The rest of this text is too long for Jira.)*"
BLOCK_COST: Final = 2
_SHOWN: Final[Memo[tuple[bool, int, str], tuple[str, bool]]] = Memo()
_WORDLESS: Final = frozenset({"doc", "text"})

Document = dict[str, Any]
Body: TypeAlias = Document | str
Mention: TypeAlias = Callable[[str], str | None]
"""The account to mention for a name, or None."""


@dataclass(frozen=True)
class Form:
    """How one flavour of Jira writes bodies. `length` is at least what Jira counts."""

    write: Callable[[str, Mention], Body]
    rewrite: Callable[[Any, str, Mention, People], Body]
    length: Callable[[Any], int]
    author_line: Callable[[str, str], Any]


def read(body: Any, people: People) -> str | Absent:  # noqa: ANN401 - JSON
    """A native body as Markdown, nothing as empty text; ABSENT for what is neither a document nor text."""
    if not body:
        return ""
    if isinstance(body, str):
        return from_wiki(body, people.lift).text
    return from_adf(body, people.lift).text if isinstance(body, dict) else ABSENT


def mentioned(body: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    """The accounts that a native body mentions."""
    if isinstance(body, str):
        yield from logins(body)
    waiting = [body]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if one.get("type") == "mention" and isinstance(one.get("attrs"), dict):
                yield str(one["attrs"].get("id"))
            waiting += one["content"] if isinstance(one.get("content"), list) else []


def _adf(markdown: str, mention: Mention) -> Document:
    return to_adf(markdown, _person(mention))


def _adf_over(over: Document, markdown: str, mention: Mention, people: People) -> Document:
    return to_adf_over(over, markdown, _person(mention), people.lift)


def _person(mention: Mention) -> Callable[[str], tuple[str, str] | None]:
    def person(name: str) -> tuple[str, str] | None:
        account = mention(name)
        return (account, name) if account else None

    return person


def _wiki_over(over: str, markdown: str, mention: Mention, people: People) -> str:
    return to_wiki_over(over, markdown, mention, people.lift)


def _length(node: Document) -> int:
    """At least as long as Jira can count it: all words, and a blank line for each block."""
    own = _units(str(node.get("text", ""))) + (0 if node.get("type") in _WORDLESS else BLOCK_COST)
    shown_in_place = sum(_units(str(value)) for name, value in node.get("attrs", {}).items() if name in ("text", "url"))
    return own + shown_in_place + sum(_length(child) for child in node.get("content", ()))


def _units(text: str) -> int:
    """Characters as Java counts them: one beyond the basic plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _adf_author(author: str, said: str) -> Document:
    name = {"type": "text", "text": author, "marks": [{"type": "strong"}]}
    return {"type": "paragraph", "content": [name, {"type": "text", "text": _wrote(said)}]}


def _wrote(said: str) -> str:
    return f" wrote {said}:" if said else " wrote:"


ADF: Final = Form(_adf, _adf_over, _length, _adf_author)
WIKI: Final = Form(to_wiki, _wiki_over, _units, lambda author, said: wiki_paragraph(author, _wrote(said)))


def document(
    markdown: str | None,
    people: People,
    limit: int = LIMIT,
    spare: Collection[str] = (),
    form: Form = ADF,
) -> Body | None:
    """What is written for `markdown`, cut to `limit`; None for no text. Nobody is notified of what was said elsewhere:
    only the accounts in `spare`, whose mention stands there already, are mentioned.
    """
    mention = _sparing(people, spare)
    return _fitted(markdown or "", limit, form, lambda text: form.write(text, mention))[0]


def rewritten(over: Any, markdown: str | None, people: People, limit: int = LIMIT, form: Form = ADF) -> Body | None:  # noqa: ANN401 - JSON
    """What is written for `markdown` over a body that stands there: of it stays, as it is, all that the text still says.

    Only who is mentioned in it already is mentioned.
    """
    if not over:
        return document(markdown, people, limit, form=form)
    mention = _sparing(people, set(mentioned(over)))
    return _fitted(markdown or "", limit, form, lambda text: form.rewrite(over, text, mention, people))[0]


def losses(over: Any, written: Body | None) -> tuple[str, ...]:  # noqa: ANN401 - JSON
    """What writing that over a native body takes away that Markdown cannot say, each with its place, for a person."""
    if isinstance(over, str):
        return losses_of_wiki(over, written if isinstance(written, str) else None)
    return losses_of_adf(over, written) if isinstance(over, dict) and not isinstance(written, str) else ()


def shown(markdown: str | None, people: People, limit: int = LIMIT, form: Form = ADF) -> tuple[str, bool]:
    """How `markdown` reads after it went to Jira and back, and whether it was cut. Who is who changes nothing: nobody is mentioned."""
    key = (form is WIKI, limit, markdown or "")
    if (known := _SHOWN.get(key)) is None:
        written, was_cut = _fitted(key[2], limit, form, lambda text: form.write(text, _sparing(people, ())))
        back = read(written, people)
        known = _SHOWN.keep(key, ((back if isinstance(back, str) else ""), was_cut), len(key[2]))
    return known


def signed(written: Body | None, author: str | None, form: Form = ADF, said: str = "") -> Body:
    """`written` below a line that names its author and, where `said` tells it, when and where."""
    line = form.author_line(author, said) if author else None
    if form is WIKI:
        return "\n\n".join(str(part) for part in (line, written) if part)
    content = list(written.get("content", ())) if isinstance(written, dict) else []
    return {"type": "doc", "version": 1, "content": [line, *content] if line else content}


def unsigned(written: Any, author: str | None, said: str = "") -> Any:  # noqa: ANN401 - JSON
    """`written` without the line that `signed` put there, if it still stands there."""
    if author and isinstance(written, str):
        line, _, rest = written.replace("\r\n", "\n").partition("\n\n")
        return rest if line == WIKI.author_line(author, said) else written
    content = written.get("content") if isinstance(written, dict) else None
    if not author or not content or _text(content[0]) != _text(_adf_author(author, said)):
        return written
    return {**written, "content": content[1:]}


def _text(node: Document) -> str:
    return str(node.get("text", "")) + "".join(_text(child) for child in node.get("content", ()))


def _sparing(people: People, spare: Collection[str]) -> Mention:
    def mention(name: str) -> str | None:
        account = people.lower(name)
        return account if account in spare else None

    return mention


def _fitted(markdown: str, limit: int, form: Form, write: Callable[[str], Body]) -> tuple[Body | None, bool]:
    if not markdown.strip():
        return None, False
    room = len(markdown)
    written = write(markdown)
    while (length := form.length(written)) > limit and room > 0:
        room = min(room - 1, room * limit // length)
        written = write(cut(markdown, room, NOTE)[0])
    return (None if _is_empty(written) else written), room < len(markdown)


def _is_empty(written: Body) -> bool:
    return not (written.get("content") if isinstance(written, dict) else written.strip())
