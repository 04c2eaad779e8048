"""Writes a new connector's package from the templates beside this file: it passes the conformance kit as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from pmhub.errors import UnusableFile, UserError
from pmhub.sdk import API_VERSION

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TEMPLATES: Mapping[str, str] = {
    "pyproject.toml.in": "pyproject.toml",
    "README.md.in": "README.md",
    "ci.in": ".ci/run",
    "src/__init__.py.in": "src/{{package}}/__init__.py",
    "src/plugin.py.in": "src/{{package}}/plugin.py",
    "src/connector.py.in": "src/{{package}}/connector.py",
    "tests/stand_in.py.in": "tests/stand_in.py",
    "tests/test_conformance.py.in": "tests/test_conformance.py",
}
"""template → file in the new folder"""


def write_plugin(name: str, folder: Path, version: str) -> list[Path]:
    """The files written. `version`: of the pmhub it will need. Raises UserError for a bad name or a folder that holds files."""
    if not NAME.fullmatch(name):
        raise UserError(
            f"{name!r} cannot name a connector",
            hint="Lower-case letters and digits, parted by `-`, beginning with a letter: board-game.",
        )
    if folder.exists() and any(folder.iterdir()):
        raise UnusableFile(f"{folder} is not empty", hint="Name a new folder with --into.")
    words = _words(name, version)
    return [_write(source, folder / _filled(target, words), words) for source, target in TEMPLATES.items()]


def _words(name: str, version: str) -> Mapping[str, str]:
    return {
        "name": name,
        "Name": "".join(part.capitalize() for part in name.split("-")),
        "NAME": name.replace("-", "_").upper(),
        "package": f"pmhub_{name.replace('-', '_')}",
        "dist": f"pmhub-{name}",
        "version": version,
        "api": str(API_VERSION),
    }


def _write(source: str, target: Path, words: Mapping[str, str]) -> Path:
    text = files("pmhub.cli").joinpath("new_plugin", *source.split("/")).read_text("utf-8")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_filled(text, words), "utf-8")
    if source == "ci.in":
        target.chmod(0o755)
    return target


def _filled(text: str, words: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: words[found[1]], text)
