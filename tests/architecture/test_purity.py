"""The engine and the model decide from values alone: whatever they import or call is named here."""

from __future__ import annotations

import ast
import re

PURE = frozenset(
    {
        "__future__",
        "abc",
        "ast",
        "bisect",
        "collections",
        "contextlib",
        "copy",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "heapq",
        "html",
        "itertools",
        "json",
        "markdown_it",
        "math",
        "numbers",
        "operator",
        "pmhub",
        "re",
        "reprlib",
        "string",
        "textwrap",
        "types",
        "typing",
        "unicodedata",
        "urllib.parse",
    }
)
IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "compile", "breakpoint", "__import__"})
MADE_AS_THE_LIBRARY_DOES = "src/pmhub/model/lean.py calls exec"
"""Of the names of fields; the standard library's dataclasses do so, too."""
CLOCKS = frozenset({"now", "utcnow", "today", "fromtimestamp"})


def _modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []


def _is_pure(module: str) -> bool:
    return module in PURE or module.partition(".")[0] in PURE


def _call(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id if node.func.id in IMPURE_CALLS else ""
    if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
        return ast.unparse(node.func)
    return ""


def _nodes(files, repository):
    for path in files("src/pmhub/engine", "src/pmhub/model", suffix=".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield f"{path.relative_to(repository).as_posix()}:{getattr(node, 'lineno', 0)}", node


def test_what_decides_imports_only_what_computes(files, repository) -> None:
    nodes = list(_nodes(files, repository))
    assert nodes
    found = [f"{where} imports {name}" for where, node in nodes for name in _modules_of(node) if not _is_pure(name)]
    assert not found, "\n".join(found)


def test_what_decides_reads_no_clock_and_touches_no_file(files, repository) -> None:
    found = [f"{where} calls {_call(node)}" for where, node in _nodes(files, repository) if _call(node)]
    found = [told for told in found if re.sub(r":\d+", "", told) != MADE_AS_THE_LIBRARY_DOES]
    assert not found, "\n".join(found)
