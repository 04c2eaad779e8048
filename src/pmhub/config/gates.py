"""`[gate]`: what `pmhub gate` asks of a release."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from pmhub.config.problems import Problems
from pmhub.config.shape import GateTable
from pmhub.config.validation import salvaged
from pmhub.engine.gate_rules import GateRules

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_AGE: Final = re.compile(r"([0-9]{1,6})([smhd])")


def read_gate(raw: Mapping[str, Any], problems: Problems) -> GateRules:
    table = salvaged(GateTable, raw, ("gate",), problems)
    rules = {field.name: getattr(table, field.name) for field in fields(GateRules)}
    return GateRules(**{**rules, "max_age": _seconds(table.max_age, problems)})


def _seconds(value: object, problems: Problems) -> int | None:
    """`"30m"`, `"2h"`, `"1d"`; false for any age."""
    if value is False:
        return None
    if isinstance(value, str) and (age := _AGE.fullmatch(value)):
        return int(age[1]) * _UNITS[age[2]]
    problems.add(("gate", "max_age"), 'must be a duration like "30m", "2h" or "1d"', "or false: any age will do")
    return None
