"""One request as its caller means it; redirects and repetitions are further sendings of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from typing import Any

from pmhub.errors import Ambiguous
from pmhub.http import answers, pace
from pmhub.http.answers import Answer, answer
from pmhub.http.reply import Reply, TryAgain
from pmhub.http.validators import Validator
from pmhub.model.lean import dataclass


@dataclass(frozen=True)
class Call:
    """`read` turns the reply into data; `stored` is what a 304 stands for, with its parsed body. `authorization`: where it
    was asked for before.
    """

    method: str
    url: str = field(repr=False)
    template: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)
    accept: Collection[int] = ()
    read: Callable[[Reply], Any] = answers.parse
    writes: bool = False
    conditional: bool = False
    stored: tuple[Validator, Any] | None = field(default=None, repr=False)
    timeout: float | None = None
    authorization: str = field(default="", repr=False)

    @property
    def what(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def words(self) -> tuple[object, ...]:
        """The same for the same question."""
        headers = tuple(sorted(self.headers.items()))
        return self.method, self.url, headers, self.content, frozenset(self.accept), self.conditional

    def answered(self, reply: Reply, otherwise: type[Ambiguous | TryAgain]) -> Answer:
        """Raises `otherwise` for what cannot be read."""
        try:
            return answer(reply, self.read(reply))
        except ValueError:
            failure = otherwise(f"{self.what}: {reply.status}, but the answer cannot be read as JSON")
        raise failure

    @property
    def scopes(self) -> tuple[str, ...]:
        return pace.scopes(self.method, self.template, self.url)
