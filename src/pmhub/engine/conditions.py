"""Conditions on the fields of an item: `type == 'bug' and 'web' in components`.

Comparisons, `and`, `or`, `not`, and nothing else: no calls, no arithmetic, no attributes. So a condition ends, at once.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from pmhub.model.lean import dataclass
from pmhub.model.records import Fields

LONGEST: Final = 500
MOST_PARTS: Final = 100
_COMPARE: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
_NAMED: Final = (ast.Name, ast.Load)
_PARTS: Final = (
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.Compare,
    *_COMPARE,
    *_NAMED,
    ast.Tuple,
    ast.List,
)
_CONSTANTS: Final = (str, int, float, bool, type(None))


class NotACondition(ValueError):
    """What is wrong with it, in words."""


@dataclass(frozen=True)
class Condition:
    """Made by `parse` alone. `names`: the fields it looks at."""

    text: str
    tree: ast.expr
    names: frozenset[str]

    def holds(self, fields: Fields) -> bool:
        """A field that is absent is None. What cannot be compared is not so."""
        return bool(_value(self.tree, fields))


def parse(text: str, known: Collection[str]) -> Condition:
    """`known`: the names of fields. Raises NotACondition."""
    if len(text) > LONGEST:
        raise NotACondition(f"is longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotACondition("is no condition") from None
    parts = list(ast.walk(tree))
    if len(parts) > MOST_PARTS:
        raise NotACondition("has too many parts")
    for part in parts:
        _check(part, known)
    return Condition(text, tree, frozenset(part.id for part in parts if isinstance(part, ast.Name)))


def _check(part: ast.AST, known: Collection[str]) -> None:
    if isinstance(part, ast.Constant) and isinstance(part.value, _CONSTANTS):
        return
    if not isinstance(part, _PARTS):
        raise NotACondition("may only compare fields: ==, !=, <, in, and, or, not")
    if isinstance(part, ast.Name) and part.id not in known:
        raise NotACondition(f"`{part.id}` is no field")


def _value(part: ast.expr, fields: Fields) -> Any:  # noqa: ANN401 - whatever a field holds
    if isinstance(part, ast.Constant):
        return part.value
    if isinstance(part, ast.Name):
        return fields.get(part.id)
    if isinstance(part, ast.Tuple | ast.List):
        return tuple(_value(each, fields) for each in part.elts)
    if isinstance(part, ast.UnaryOp):
        return not _value(part.operand, fields)
    if isinstance(part, ast.BoolOp):
        quantifier = all if isinstance(part.op, ast.And) else any
        return quantifier(_value(each, fields) for each in part.values)
    return _compare(part, fields)


def _compare(part: ast.expr, fields: Fields) -> bool:
    if not isinstance(part, ast.Compare):
        return False
    left = _value(part.left, fields)
    for sign, each in zip(part.ops, part.comparators, strict=True):
        right = _value(each, fields)
        try:
            if not _COMPARE[type(sign)](left, right):
                return False
        except TypeError:
            return isinstance(sign, ast.NotIn) and right is None
        left = right
    return True
