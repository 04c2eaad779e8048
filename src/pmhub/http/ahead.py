"""Reads that leave before their answers are asked for: a few beside each other, each answer taken once, in its reader's order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Ahead(Generic[T]):
    """At most `width` at once. What nobody takes is dropped; its thread ends with the answer, and keeps no program alive."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lock = threading.Lock()
        self._begun: dict[Hashable, Future[T]] = {}
        self._waiting: deque[tuple[Future[T], Callable[[], T]]] = deque()
        self._at_work = 0

    def begin(self, words: Hashable, ask: Callable[[], T]) -> None:
        """`words` name the question. What has begun already is not begun again."""
        with self._lock:
            if words in self._begun:
                return
            answer: Future[T] = Future()
            self._begun[words] = answer
            self._waiting.append((answer, ask))
            if self._at_work == self._width:
                return
            self._at_work += 1
        threading.Thread(target=self._work, name="pmhub-ahead", daemon=True).start()

    def take(self, words: Hashable, ask: Callable[[], T]) -> T:
        """The answer, and whatever its asking raised; asked for now where it was not begun."""
        with self._lock:
            answer = self._begun.pop(words, None)
        return ask() if answer is None else answer.result()

    def drop(self) -> None:
        """What was begun shall not be taken any more: from here on it may be out of date."""
        with self._lock:
            self._begun.clear()
            self._waiting.clear()

    def _work(self) -> None:
        while (given := self._next()) is not None:
            answer, ask = given
            try:
                answer.set_result(ask())
            except BaseException as error:  # noqa: BLE001 - raised where it is taken
                answer.set_exception(error)

    def _next(self) -> tuple[Future[T], Callable[[], T]] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._at_work -= 1
            return None
