"""The connector that `pmhub plugins new` writes is small, clean, and passes the whole kit."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from new_plugin import FOLDER, ShelfBench

from pmhub.testing import ConnectorConformance

MOST_LINES = 150
CONNECTOR = FOLDER / "src" / "pmhub_shelf" / "connector.py"


class TestShelf(ConnectorConformance):
    bench = ShelfBench


def test_it_takes_at_most_so_many_lines():
    lines = [line for line in CONNECTOR.read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) <= MOST_LINES


def test_its_one_import_of_pmhub_is_the_sdk_and_the_transport():
    lines = [line for line in CONNECTOR.read_text("utf-8").splitlines() if "pmhub" in line and "import" in line]
    assert lines == ["from pmhub import sdk", "from pmhub.http import Account, Client, identity_of"]


def test_nothing_is_left_to_fill_in():
    for path in FOLDER.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            assert "{{" not in path.read_text("utf-8"), path


@pytest.mark.parametrize("words", [["check", "--select", "E,F,W,I,B,UP,SIM,RUF"], ["format", "--check"]])
def test_it_is_clean(words, repository):
    ruff = [sys.executable, "-m", "ruff", words[0], "--isolated", "--line-length", "120", *words[1:]]
    done = subprocess.run([*ruff, "src", "tests"], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_typed(repository):
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(FOLDER / ".mypy_cache"), "pmhub_shelf"],
        cwd=FOLDER / "src",
        env={**os.environ, "MYPYPATH": str(repository / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_its_ci_can_be_run():
    assert os.access(FOLDER / ".ci" / "run", os.X_OK)
