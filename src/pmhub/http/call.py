"""One request as its caller means it; redirects and repetitions are further sendings of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pmhub.http import answers, pace
from pmhub.http.reply import Reply
from pmhub.http.validators import Validator


@dataclass(frozen=True)
class Call:
    """`read` turns the reply into data; `stored` is what a 304 stands for, with its parsed body."""

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

    @property
    def what(self) -> str:
        return f"{self.method} {self.template}"

    @property
    def scopes(self) -> tuple[str, ...]:
        return pace.scopes(self.method, self.template, self.url)
