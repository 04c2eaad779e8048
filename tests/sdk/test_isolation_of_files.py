"""A connector that breaks over files: what it offers, what it fetches and what it takes."""

from __future__ import annotations

from typing import Any

import pytest

from pmhub.errors import Ambiguous, Unavailable
from pmhub.model.exchange import Scope
from pmhub.model.kinds import Kind
from pmhub.sdk import File, Ref, Target
from pmhub.sync.contained import contained
from pmhub.testing.memory import MemoryConnector, MemoryScope

TARGET = Target(Scope("all", MemoryScope()), Ref(Kind.TICKET, "1"))


def raises(*_: Any) -> Any:
    raise KeyError("nobody thought of this")


def walled(**methods: Any) -> Any:
    type_ = type("Faulty", (MemoryConnector,), {"name": "faulty", **methods})
    return contained(type_.__new__(type_), lambda _: None, 0.3)


def test_what_cannot_be_fetched_is_its_own_remotes_trouble() -> None:
    offers = lambda *_: iter([File("a.png", raises), File("b.png", lambda: "no bytes")])  # type: ignore[arg-type, return-value]  # noqa: E731
    for file in walled(files=offers).files(TARGET):
        with pytest.raises(Unavailable, match="the connector `faulty` broke in files"):
            file.fetch()


@pytest.mark.parametrize("method", ["files", "attached"])
@pytest.mark.parametrize("fault", [raises, lambda *_: iter([object()]), lambda *_: 7])
def test_what_is_not_told_rightly_is_unavailable(method: str, fault: Any) -> None:
    with pytest.raises(Unavailable, match=f"broke in {method}"):
        list(getattr(walled(**{method: fault}), method)(TARGET))


def test_nobody_knows_what_became_of_a_file_where_attaching_broke() -> None:
    with pytest.raises(Ambiguous, match="broke in attach"):
        walled(attach=raises).attach(TARGET, "a.png", b"")


def test_a_connector_without_files_offers_none() -> None:
    assert list(walled().files(TARGET)) == []
    assert walled().attached(TARGET) == ()
