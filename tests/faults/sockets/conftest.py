"""Lets these tests use the stage of the functional ones."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "functional"))
