"""Lets these tests use the stage of the functional ones."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "functional"))

import pytest


@pytest.fixture(scope="session")
def zygote():
    from real_processes import Zygote  # noqa: PLC0415 - found by the line above only

    zygote = Zygote()
    yield zygote
    zygote.close()
