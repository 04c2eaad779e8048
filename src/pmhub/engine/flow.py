"""Where may a text go? Never to a more public place than it came from, unless a rule names that flow."""

from __future__ import annotations

from collections.abc import Collection

from pmhub.model.visibility import Visibility

Flow = tuple[str, str]
"""source remote, target remote"""


def may_flow(target: Visibility, source: Visibility, flow: Flow, allowed: Collection[Flow]) -> bool:
    return target <= source or flow in allowed
