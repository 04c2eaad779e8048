"""Invented workspaces of three sizes, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented import invent, write_config


@pytest.fixture(scope="session")
def sixty(tmp_path_factory) -> Path:
    return _invented(tmp_path_factory.mktemp("sixty"), 60)


@pytest.fixture(scope="session")
def five_thousand(tmp_path_factory) -> Path:
    return _invented(tmp_path_factory.mktemp("five-thousand"), 5_000)


@pytest.fixture(scope="session")
def nothing(tmp_path_factory) -> Path:
    return _invented(tmp_path_factory.mktemp("nothing"), 0)


def _invented(folder: Path, tickets: int) -> Path:
    write_config(folder)
    invent(folder / "pmhub.db", tickets)
    return folder
