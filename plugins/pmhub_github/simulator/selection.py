"""A small reading of GraphQL documents: operation, fields, aliases, fragments; arguments are skipped.

Answers are projected by it, so that a client gets exactly what it selected. It is no executor and checks no types.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

TOKEN = re.compile(r'"""(?:.|\n)*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[A-Za-z_]\w*|-?\d[\w.]*|[{}()\[\]:!=@$|&]')
IGNORED = re.compile(r"#[^\n]*")
KINDS = {
    "Issue": {"Issue", "Node", "Comment", "Closable", "Labelable", "Assignable", "Updatable", "UpdatableComment"},
    "IssueComment": {"IssueComment", "Node", "Comment", "Updatable", "UpdatableComment"},
    "PullRequest": {
        "PullRequest",
        "Node",
        "Comment",
        "Closable",
        "Labelable",
        "Assignable",
        "Updatable",
        "UpdatableComment",
    },
    "User": {"User", "Actor", "Node"},
}


class GraphQLError(Exception):
    """The document cannot be answered; the message is for the `errors` of the answer."""


@dataclass(slots=True)
class Field:
    """A field under its answer key, or a fragment (`name` empty) on the type `on`. `texts`: its arguments that are texts."""

    key: str
    name: str
    on: str | None = None
    fields: list[Field] = field(default_factory=list)
    arguments: bool = False
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    operation: str
    fields: list[Field]
    fragments: dict[str, list[Field]]


@dataclass(slots=True)
class Reader:
    tokens: list[str]
    at: int = 0

    def peek(self) -> str:
        if self.at >= len(self.tokens):
            raise GraphQLError("Unexpected end of document")
        return self.tokens[self.at]

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def skip_arguments(self) -> bool:
        """Skip a parenthesised list and any directives; tell whether there was one."""
        began = self.at
        while self.at < len(self.tokens) and self.peek() in ("(", "@"):
            if self.take() == "@":
                self.take()
                continue
            depth = 1
            while depth:
                depth += {"(": 1, ")": -1}.get(self.take(), 0)
        return self.at > began

    def selection(self) -> list[Field]:
        self.take()
        found: list[Field] = []
        while self.peek() != "}":
            found.append(self.fragment() if self.peek() == "..." else self.one_field())
        self.take()
        return found

    def fragment(self) -> Field:
        self.take()
        if self.peek() not in ("on", "{", "@"):
            return Field(self.take(), "", "")
        kind = None
        if self.peek() == "on":
            self.take()
            kind = self.take()
        self.skip_arguments()
        return Field("", "", kind, self.selection())

    def one_field(self) -> Field:
        key = name = self.take()
        if self.peek() == ":":
            self.take()
            name = self.take()
        began = self.at
        arguments = self.skip_arguments()
        texts = texts_in(self.tokens[began : self.at])
        return Field(key, name, fields=self.selection() if self.peek() == "{" else [], arguments=arguments, texts=texts)


def texts_in(tokens: list[str]) -> dict[str, str]:
    triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return {name: json.loads(value) for name, colon, value in triples if colon == ":" and value.startswith('"')}


def read(text: str) -> Document:
    """Read a document with one operation, whose name may be missing where it is all of the document."""
    reader = Reader(TOKEN.findall(IGNORED.sub("", text)))
    document = Document("", [], {})
    while reader.at < len(reader.tokens):
        kind = reader.take()
        if kind not in ("query", "mutation", "fragment"):
            raise GraphQLError(f"Unexpected {kind!r}: name the operation")
        name = "" if reader.peek() == "{" else reader.take()
        if kind == "fragment":
            reader.take()
            reader.take()
            document.fragments[name] = reader.selection()
        else:
            reader.skip_arguments()
            document.operation, document.fields = name, reader.selection()
    return document


def project(value: Any, fields: list[Field], document: Document) -> Any:  # noqa: ANN401
    """Return of `value` (objects are dicts with `__typename`) exactly the selected fields."""
    if isinstance(value, list):
        return [project(one, fields, document) for one in value]
    if not isinstance(value, dict):
        return value
    chosen: dict[str, Any] = {}
    for one in fields:
        if one.name:
            chosen[one.key] = project(pick(value, one), one.fields, document)
        elif applies(one, value):
            chosen |= project(value, one.fields or document.fragments[one.key], document)
    return chosen


def applies(fragment: Field, value: dict[str, Any]) -> bool:
    kind = value["__typename"]
    return not fragment.on or fragment.on in KINDS.get(kind, {kind})


def pick(value: dict[str, Any], one: Field) -> Any:  # noqa: ANN401
    if one.name not in value:
        raise GraphQLError(f"Field '{one.name}' doesn't exist on type '{value['__typename']}'")
    found = value[one.name]
    if isinstance(found, dict | list) and not one.fields and found != []:
        raise GraphQLError(f"Field must have selections (field '{one.name}' has no selections)")
    return found
