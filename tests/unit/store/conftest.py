"""Stores of every kind: what is said of one holds for all."""

from pathlib import Path

import pytest

from pmhub.store import Store


class Place:
    """Where a workspace's store is; it may be opened any number of times."""

    def __init__(self, file: Path, server: str | None) -> None:
        self.file, self.server, self._opened = file, server, []

    def open(self) -> Store:
        self._opened.append(Store(self.file, durable=False, server=self.server))
        return self._opened[-1]

    def close(self) -> None:
        for store in self._opened:
            store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """On a file, and on a server."""
    server = request.getfixturevalue("postgres")() if request.param == "postgresql" else None
    found = Place(tmp_path / "pmhub.db", server)
    yield found
    found.close()


@pytest.fixture
def on_file(tmp_path):
    found = Place(tmp_path / "pmhub.db", None)
    yield found
    found.close()


@pytest.fixture
def on_server(tmp_path, postgres):
    found = Place(tmp_path / "pmhub.db", postgres())
    yield found
    found.close()


@pytest.fixture
def store(place):
    return place.open()
