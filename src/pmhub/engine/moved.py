"""A thing that has another id where it was moved to: what was agreed there still holds, but for what the move itself changed."""

from __future__ import annotations

from dataclasses import replace

from pmhub.engine.canon import equal, is_empty
from pmhub.engine.state import Counterpart, Side
from pmhub.model.records import Fields, Merge


def rebased(side: Side, counterpart: Counterpart, ref: str, now: Fields) -> Counterpart:
    """`now`: what stands there, in our words. Nobody took off what stayed behind: such a field has no base any more, so that
    emptiness is no opinion and sets grow together; what a thing belonged to in its old container it just leaves.
    """
    local, agreed = dict(counterpart.local), dict(counterpart.agreed)
    for name in counterpart.agreed.keys() & now.keys():
        if equal(side.spec(name), counterpart.agreed[name], now[name]):
            continue
        if side.spec(name).merge is Merge.REF and is_empty(now[name]):
            agreed[name] = now[name]
        else:
            local.pop(name, None)
            del agreed[name]
    return replace(counterpart, ref=ref, local=local, agreed=agreed)
