"""A folder to write configurations in, with two connectors of no vendor."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pluggy
import pytest
from config_connectors import Forge, Tracker

from pmhub.config import Plugins, Workspace, load
from pmhub.errors import ConfigError

CONNECTIONS = """\
version = 1

[connections.shop]
connector = "tracker"
url = "https://tracker.example"
token = { env = "SHOP_TOKEN" }

[connections.code]
connector = "forge"
token = { env = "CODE_TOKEN" }
"""

MINIMAL = (
    CONNECTIONS
    + """
[syncs.backlog]
kind = "ticket"
endpoints = [
  { connection = "shop", project = "SHOP" },
  { connection = "code", repo = "example/shop" },
]
"""
)


@pytest.fixture
def plugins() -> Plugins:
    return Plugins(pluggy.PluginManager("pmhub"), {"tracker": Tracker, "forge": Forge})


@pytest.fixture
def read(tmp_path: Path, plugins: Plugins) -> Callable[..., Workspace]:
    def read_(text: str, **environ: str) -> Workspace:
        path = tmp_path / "pmhub.toml"
        path.write_text(textwrap.dedent(text), "utf-8")
        return load(path, plugins, environ)

    return read_


@pytest.fixture
def refused(read: Callable[..., Workspace]) -> Callable[[str], tuple[str, ...]]:
    """The problems of a text that must have some."""

    def refused_(text: str) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            read(text)
        return caught.value.problems

    return refused_


@pytest.fixture
def minimal() -> str:
    return MINIMAL


@pytest.fixture
def connections() -> str:
    return CONNECTIONS
