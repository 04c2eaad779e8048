"""The package that `pmhub plugins new shelf` writes: the minimal connector, made once a process and put on the path."""

from __future__ import annotations

import atexit
import shutil
import sys
import tempfile
from pathlib import Path

from pmhub.cli.plugin_template import write_plugin

FOLDER = Path(tempfile.mkdtemp(prefix="pmhub-shelf-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
write_plugin("shelf", FOLDER, "0.1.0")
sys.path[:0] = [str(FOLDER / "src"), str(FOLDER / "tests")]

from pmhub_shelf.connector import Shelf  # noqa: E402
from test_conformance import ShelfBench  # noqa: E402

__all__ = ["FOLDER", "Shelf", "ShelfBench"]
