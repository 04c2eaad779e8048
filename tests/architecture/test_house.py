"""Rules of the house that are about files and words rather than imports."""

from __future__ import annotations

import ast
import re
from itertools import pairwise

LAYOUT = frozenset(
    {
        ".ci",
        ".github",
        ".gitignore",
        ".importlinter",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "Makefile",
        "README.md",
        "SECURITY.md",
        "benchmarks",
        "config",
        "constraints.txt",
        "docs",
        "plugins",
        "pyproject.toml",
        "src",
        "tests",
    }
)
VAGUE = re.compile(r"(util|utils|helper|helpers|common|manager|managers|handler|handlers|misc)(\.py)?")
PIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9][0-9a-z.]*")
REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|anaconda)\.(org|com|io)")
HOME = re.compile(r"(?<![\w.])/(home|Users|root)/\w")
SQL = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|PRAGMA\s|"
    r"BEGIN(\s+IMMEDIATE)?$|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|VIEW)\s)",
    re.DOTALL,
)
WORD_OF_SQL = re.compile("SELECT|INSERT|UPDATE|DELETE|PRAGMA|BEGIN|CREATE|ALTER|DROP")


def test_the_root_folder_holds_only_what_the_design_names(top_level) -> None:
    assert top_level <= LAYOUT


def test_no_name_says_only_that_something_is_in_there(files, repository) -> None:
    paths = [path.relative_to(repository) for path in files("src", "plugins", "tests", "benchmarks")]
    assert not [str(path) for path in paths if any(VAGUE.fullmatch(part) for part in path.parts)]


def _syntax(files, repository, word):
    """Of the files in which the word stands: to parse them all takes seconds."""
    for path in files("src", "plugins", suffix=".py"):
        text = path.read_text(encoding="utf-8")
        if re.search(word, text):
            within = path.relative_to(repository).as_posix()
            yield from ((within, node) for node in ast.walk(ast.parse(text)))


def _is_sql(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(SQL.match(node.value))


def test_sql_is_written_in_the_store_alone(files, repository) -> None:
    written = [(within, node) for within, node in _syntax(files, repository, WORD_OF_SQL) if _is_sql(node)]
    assert written
    outside = [f"{within}:{node.lineno}" for within, node in written if not within.startswith("src/pmhub/store/")]
    assert not outside, "\n".join(outside)


def test_no_write_begins_as_a_deferred_transaction(files, repository) -> None:
    """sqlite-utils' atomic() takes the write lock late and loses concurrent writes: the store begins IMMEDIATE."""
    used = [f"{within}:{node.lineno}" for within, node in _syntax(files, repository, "atomic") if _is_deferred(node)]
    assert not used, "\n".join(used)


def _is_deferred(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "atomic"


def test_a_pin_is_a_name_and_a_version_in_order(repository) -> None:
    pins = (repository / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [pin for pin in pins if not PIN.fullmatch(pin)] == []
    names = [pin.split("==")[0] for pin in pins]
    assert all(one < other for one, other in pairwise(names))


def test_nothing_names_a_registry_or_the_folders_of_a_person(lines) -> None:
    found = [f"{where}: {line.strip()[:80]}" for where, line in lines() if REGISTRY.search(line) or HOME.search(line)]
    assert not found, "\n".join(found)
