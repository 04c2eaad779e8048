"""The layers of pmhub are what .importlinter says, and nothing hides from it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest


@pytest.fixture
def contracts(repository: Path) -> ConfigParser:
    parser = ConfigParser()
    parser.read(repository / ".importlinter", encoding="utf-8")
    return parser


def _packages(repository: Path) -> dict[str, Path]:
    found = [*(repository / "src").iterdir(), *(repository / "plugins").iterdir()]
    return {path.name: path for path in found if (path / "__init__.py").is_file()}


def test_every_import_keeps_the_contracts(repository: Path, contracts: ConfigParser, tmp_path: Path) -> None:
    for name in set(contracts["importlinter"]["root_packages"].split()) - set(_packages(repository)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    paths = [str(repository / "src"), str(repository / "plugins"), str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=repository,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_importable_package_is_under_contract(repository: Path, contracts: ConfigParser) -> None:
    assert set(_packages(repository)) <= set(contracts["importlinter"]["root_packages"].split())


def test_every_part_of_pmhub_has_a_position(repository: Path, contracts: ConfigParser) -> None:
    positions = set(re.findall(r"\w+", contracts["importlinter:contract:layers"]["layers"]))
    inside = (repository / "src" / "pmhub").iterdir()
    parts = {path.stem for path in inside if path.suffix == ".py" or path.is_dir()}
    assert parts - {"__init__", "__pycache__"} <= positions, "give it a layer in .importlinter"


def test_no_folder_of_code_hides_from_the_linter(repository: Path) -> None:
    folders = {module.parent for root in _packages(repository).values() for module in root.rglob("*.py")}
    hidden = [folder for folder in folders if folder.name != "tests" and not (folder / "__init__.py").is_file()]
    assert not hidden, "a package without __init__.py is not seen by import-linter"
