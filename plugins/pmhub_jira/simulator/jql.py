"""A small JQL: parses the text to a predicate over issues and a sort key. Clauses combine with AND, OR, NOT and brackets."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .errors import ApiError
from .jql_fields import DATES, ORDERS, SETS, Reading, SortPart
from .values import Issue, Json

Predicate = Callable[[Issue], bool]
MAX_ORDER_FIELDS = 7

_TOKEN = re.compile(
    r"""\s*(?: (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*') | (?P<operator>>=|<=|!=|!~|=|>|<|~)
        | (?P<mark>[(),]) | (?P<word>[^\s()=<>!~,"']+) )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Query:
    """`since`: nothing that was updated before this moment matches."""

    matches: Predicate
    sort_key: Callable[[Issue], tuple[SortPart, ...]]
    since: int


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str

    def says(self, *words: str) -> bool:
        return self.kind != "quoted" and self.text.upper() in words


@dataclass
class _Parser:
    reading: Reading
    tokens: list[Token]
    place: int = 0
    since: int = 0
    orders: list[tuple[str, bool]] = field(default_factory=list)

    def query(self) -> Query:
        """Raises ApiError 400 for a syntax error, an unknown field or value, or a query without a restriction."""
        if self.peek().says("ORDER", ""):
            raise ApiError(
                400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
            )
        matches = self.any_of()
        if self.peek().says("ORDER"):
            self.order_by()
        if not self.peek().says(""):
            raise self.wrong()
        return Query(matches, self.sort_key(), self.since)

    def any_of(self) -> Predicate:
        since, parts = self.since, [self.all_of()]
        while self.peek().says("OR", "||"):
            self.take()
            parts.append(self.all_of())
            self.since = since
        return parts[0] if len(parts) == 1 else lambda issue: any(part(issue) for part in parts)

    def all_of(self) -> Predicate:
        parts = [self.one()]
        while self.peek().says("AND", "&&"):
            self.take()
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else lambda issue: all(part(issue) for part in parts)

    def one(self) -> Predicate:
        if self.peek().says("NOT"):
            self.take()
            since, inner = self.since, self.one()
            self.since = since
            return lambda issue: not inner(issue)
        if self.peek().says("("):
            self.take()
            inner = self.any_of()
            self.expect(")")
            return inner
        return self.clause()

    def clause(self) -> Predicate:
        name = self.take()
        if name.kind not in ("word", "quoted"):
            raise self.wrong()
        field_name = _unquoted(name).lower()
        operator = self.operator()
        if field_name in DATES:
            value = self.single_value(operator)
            if (field_name, operator) == ("updated", ">=") and value is not None:
                self.since = max(self.since, self.reading.moment(field_name, value))
            return self.reading.date_clause(field_name, operator, value)
        if field_name not in SETS:
            raise ApiError(400, f"Field '{_unquoted(name)}' does not exist or you do not have permission to view it.")
        if operator in ("is", "is not"):
            return self.reading.set_clause(field_name, operator, [self.single_value(operator)])
        values = self.list_of_values() if operator in ("in", "not in") else [self.single_value(operator)]
        return self.reading.set_clause(field_name, operator, values)

    def operator(self) -> str:
        token = self.take()
        if token.kind == "operator":
            return token.text
        if token.says("IS") or token.says("NOT"):
            second = "NOT" if token.says("IS") else "IN"
            if self.peek().says(second):
                self.take()
                return f"{token.text} {second}".lower()
        if token.says("IN", "IS"):
            return token.text.lower()
        raise self.wrong()

    def list_of_values(self) -> list[Json]:
        if not self.peek().says("("):
            return [self.single_value("in")]
        self.expect("(")
        values = [self.single_value("in")]
        while self.peek().says(","):
            self.take()
            values.append(self.single_value("in"))
        self.expect(")")
        return values

    def single_value(self, operator: str) -> Json:
        """A text, or `(function, arguments)`."""
        token = self.take()
        if token.kind not in ("word", "quoted"):
            raise self.wrong()
        if token.kind == "word" and self.peek().says("("):
            return token.text.lower(), self.arguments()
        if token.kind == "word" and token.says("EMPTY", "NULL"):
            return None
        if operator in ("is", "is not"):
            raise self.wrong()
        return _unquoted(token)

    def arguments(self) -> tuple[str, ...]:
        self.expect("(")
        found: list[str] = []
        while not self.peek().says(")"):
            if found:
                self.expect(",")
            found.append(_unquoted(self.take()))
        self.expect(")")
        return tuple(found)

    def order_by(self) -> None:
        self.take()
        self.expect("BY")
        while True:
            name = _unquoted(self.take()).lower()
            if name not in ORDERS:
                raise ApiError(400, f"Not able to sort using field '{name}'.")
            descending = self.peek().says("DESC")
            if self.peek().says("ASC", "DESC"):
                self.take()
            self.orders.append((name, descending))
            if not self.peek().says(","):
                break
            self.take()
        if len(self.orders) > MAX_ORDER_FIELDS:
            raise ApiError(
                400, f"The query sorts by {len(self.orders)} fields, more than the {MAX_ORDER_FIELDS} allowed."
            )

    def sort_key(self) -> Callable[[Issue], tuple[SortPart, ...]]:
        orders: Sequence[tuple[str, bool]] = [*self.orders, ("id", True)]
        parts = [self.reading.sort_part(name, descending=descending) for name, descending in orders]
        return lambda issue: tuple(part(issue) for part in parts)

    def peek(self) -> Token:
        return self.tokens[self.place] if self.place < len(self.tokens) else Token("end", "")

    def take(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def expect(self, text: str) -> None:
        if not self.take().says(text):
            raise self.wrong()

    def wrong(self) -> ApiError:
        near = self.tokens[min(self.place, len(self.tokens)) - 1].text if self.tokens else ""
        return ApiError(400, f"Error in the JQL Query: unexpected '{near}'.")


def _unquoted(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token.text[1:-1]) if token.kind == "quoted" else token.text


def _tokens(text: str) -> list[Token]:
    tokens, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise ApiError(400, f"Error in the JQL Query: cannot read at character {place}.")
        tokens.append(Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return tokens


def parse(text: str, reading: Reading) -> Query:
    return _Parser(reading, _tokens(text)).query()
