"""What a roll-up is computed from: items with what they belong to, as plain values."""

from __future__ import annotations

from pmhub.model.lean import dataclass
from pmhub.model.results import Outcome
from pmhub.model.vocabulary import Category


@dataclass(frozen=True, slots=True)
class TestFact:
    """The latest result of one test in one environment. `test` is unique among all tests; `outcome` None: it was not tried."""

    __test__ = False  # a collector of tests takes the name for a class of them

    test: str
    environment: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A roadmap item or a ticket. `parents`: ids of what it belongs to; those that are unknown count for nothing.

    `dropped`: it will not be done, and what is reached only through it will not either. `estimate`: points. `target`: the
    ISO day by which it is wanted. `blocked_by`: ids of what has to be done before it.
    """

    id: str
    parents: tuple[str, ...] = ()
    category: Category = Category.TODO
    dropped: bool = False
    estimate: float | None = None
    target: str | None = None
    blocked_by: tuple[str, ...] = ()
    tests: tuple[TestFact, ...] = ()

    @property
    def is_done(self) -> bool:
        return self.category is Category.DONE
