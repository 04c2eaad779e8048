"""Reads that leave before their answers are asked for: a few beside each other, each answer taken once, in its reader's order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")
Question = tuple[Hashable, Callable[[], T]]
"""What names it, and how it is asked."""
Then = Callable[[T], Question[T] | None]
"""What an answer makes us ask next, if anything."""


class _Asked(Generic[T]):
    def __init__(self, ask: Callable[[], T], then: Then[T] | None) -> None:
        self.ask = ask
        self.then = then
        self.answer: Future[T] = Future()


class Ahead(Generic[T]):
    """At most `width` at once. What nobody takes is dropped; its thread ends with the answer, and keeps no program alive."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lock = threading.Lock()
        self._begun: dict[Hashable, _Asked[T]] = {}
        self._waiting: deque[_Asked[T]] = deque()
        self._at_work = 0

    def begin(self, words: Hashable, ask: Callable[[], T], then: Then[T] | None = None) -> None:
        """`words` name the question. What has begun already is not begun again; `then` begins as soon as it is answered."""
        with self._lock:
            asked = self._begun.get(words)
            if asked is None:
                self._add(words, ask, then)
            elif not asked.answer.done():
                asked.then = then
            elif asked.answer.exception() is None:
                self._go_on(then, asked.answer.result())

    def take(self, words: Hashable, ask: Callable[[], T]) -> T:
        """The answer, and whatever its asking raised; asked for now where it was not begun."""
        with self._lock:
            asked = self._begun.pop(words, None)
        return ask() if asked is None else asked.answer.result()

    def _add(self, words: Hashable, ask: Callable[[], T], then: Then[T] | None) -> None:
        if words in self._begun:
            return
        self._begun[words] = asked = _Asked(ask, then)
        self._waiting.append(asked)
        if self._at_work < self._width:
            self._at_work += 1
            threading.Thread(target=self._work, name="pmhub-ahead", daemon=True).start()

    def _go_on(self, then: Then[T] | None, found: T) -> None:
        question = then(found) if then is not None else None
        if question is not None:
            self._add(*question, None)

    def drop(self) -> None:
        """What was begun shall not be taken any more: from here on it may be out of date."""
        with self._lock:
            for asked in self._begun.values():
                asked.then = None
            self._begun.clear()
            self._waiting.clear()

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            try:
                found = asked.ask()
                with self._lock:  # so that whoever begins it again meets it before its end or behind it
                    self._go_on(asked.then, found)
                    asked.answer.set_result(found)
            except BaseException as error:  # noqa: BLE001 - raised where it is taken
                asked.answer.set_exception(error)

    def _next(self) -> _Asked[T] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._at_work -= 1
            return None
