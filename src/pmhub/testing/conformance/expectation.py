"""How a check says what is wrong: the method, the rule, what was expected and what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pmhub.engine.canon import equal
from pmhub.model.records import Fields, schema
from pmhub.sdk import ABSENT, Kind, Observation, Value, values

PARTS = ("ref", "record", "updated_at", "created_at", "author", "on", "marker", "visibility")
LONGEST = 200


class Unmet(AssertionError):
    """A connector does not do what the SDK asks of it."""

    def __init__(self, method: str, rule: str, expected: object, came: object) -> None:
        super().__init__(f"{method}: {rule}\n  expected: {expected}\n  came:     {came}")
        self.method, self.rule = method, rule


def differing(kind: Kind, expected: Fields, came: Fields) -> dict[str, tuple[Value | object, Value | object]]:
    """Fields that are expected and stand otherwise, as (expected, came); form is no difference."""
    specs = schema(kind)
    return {
        name: (value, came.get(name, ABSENT))
        for name, value in expected.items()
        if name not in came or not equal(specs[name], value, came[name])
    }


def told(fields: Mapping[str, tuple[object, object]], side: int) -> str:
    return ", ".join(f"{name} = {pair[side]!r}" for name, pair in sorted(fields.items()))


class Expect:
    """What is expected of one method, by one rule."""

    def __init__(self, method: str, rule: str) -> None:
        self.method, self.rule = method, rule

    def __call__(self, holds: object, expected: object, came: object) -> None:
        if not holds:
            raise Unmet(self.method, self.rule, expected, came)

    def shows(self, kind: Kind, expected: Fields, came: Fields, when: str = "") -> None:
        """These fields with these values; form is no difference."""
        wrong = differing(kind, expected, came)
        where = f" {when}" if when else ""
        self(not wrong, f"{told(wrong, 0)}{where}", told(wrong, 1))

    def raises(self, kinds: type[Exception] | tuple[type[Exception], ...], call: Callable[[], object]) -> Exception:
        """The error; anything else that happens is told as what came."""
        allowed = kinds if isinstance(kinds, tuple) else (kinds,)
        names = " or ".join(each.__name__ for each in allowed)
        try:
            answer = call()
        except allowed as error:
            return error
        except Exception as error:
            raise Unmet(self.method, self.rule, names, f"{type(error).__name__}: {error}") from error
        raise Unmet(self.method, self.rule, names, f"no error, but {repr(answer)[:LONGEST]}")

    def alike(self, wanted: Observation, came: Observation, parts: Sequence[str] = PARTS) -> None:
        """Two observations of one thing, in these parts; of records only the fields that differ are told."""
        one, other = ({name: _shown(each, name) for name in parts} for each in (wanted, came))
        wrong = [name for name in parts if one[name] != other[name]]
        if "record" in wrong:
            fields = sorted(
                n for n in one["record"] | other["record"] if one["record"].get(n) != other["record"].get(n)
            )
            one["record"], other["record"] = (
                {n: each.get(n, ABSENT) for n in fields} for each in (one["record"], other["record"])
            )
        self(not wrong, {name: one[name] for name in wrong}, {name: other[name] for name in wrong})


def _shown(one: Observation, part: str) -> Any:  # noqa: ANN401 - any part
    return values(one.record) if part == "record" else getattr(one, part)
