"""How far a goal is, in a few lines; `--explain` lists every piece of work that was counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from pmhub.cli.opening import Opened
from pmhub.cli.plain import line
from pmhub.cli.telling import counted
from pmhub.engine.rollup import Rollup, Share
from pmhub.insight.picture import Picture, picture_of
from pmhub.insight.progress import rollup_of
from pmhub.model.ci import State


def progress_of(opened: Opened, item: str, at: int | None = None) -> dict[str, Any] | None:
    """None where nothing is below the item."""
    if not opened.store.links.children(item):
        return None
    picture = picture_of(opened.workspace, opened.hub, at)
    rolled = rollup_of(picture, item)
    return _document(picture, rolled) if rolled and rolled.leaves else None


def _document(picture: Picture, rolled: Rollup) -> dict[str, Any]:
    slip = rolled.slip
    return {
        "items": _share(rolled.items),
        "points": _share(rolled.points) if rolled.points else None,
        "unestimated": [picture.key(item) for item in rolled.unestimated],
        "state": str(rolled.state),
        "environments": {name: str(state) for name, state in rolled.environments.items()},
        "uncovered": [picture.key(item) for item in rolled.uncovered],
        "slip": {"days": slip.days, "because": picture.name(slip.because) if slip.because else None} if slip else None,
        "blocked": [{"item": picture.name(each.item), "by": picture.name(each.by)} for each in rolled.blocked],
        "counted": [_leaf(picture, item) for item in rolled.leaves],
    }


def _share(share: Share) -> dict[str, float]:
    return {"done": share.done, "doing": share.doing, "todo": share.todo}


def _leaf(picture: Picture, item: str) -> dict[str, Any]:
    node = picture.nodes[item]
    return {
        "item": item,
        "name": picture.name(item),
        "title": picture.title(item),
        "category": str(node.category),
        "estimate": node.estimate,
    }


def text_of_progress(found: dict[str, Any] | None, *, explain: bool) -> Iterator[str]:
    if found is None:
        return
    done, total = found["items"]["done"], sum(found["items"].values())
    yield f"  {click.style('progress', bold=True)}: {done:g} of {counted(int(total), 'ticket')} done{_doing(found['items'])}"
    yield from (f"    {told}" for told in _more(found))
    for leaf in found["counted"] if explain else ():
        estimate = f", {counted_points(leaf['estimate'])}" if leaf["estimate"] is not None else ""
        yield f"    {leaf['category']:5} {line(leaf['name'])}  {line(leaf['title'])}{estimate}"


def _doing(share: dict[str, float]) -> str:
    return f", {share['doing']:g} in progress" if share["doing"] else ""


def _more(found: dict[str, Any]) -> Iterator[str]:
    points, slip = found["points"], found["slip"]
    if points:
        without = (
            f"; {counted(len(found['unestimated']), 'ticket')} without an estimate" if found["unestimated"] else ""
        )
        yield f"by estimate: {points['done']:g} of {counted_points(sum(points.values()))} done{without}"
    if found["state"] != State.UNCOVERED:
        where = ", ".join(f"{name or 'anywhere'} {state}" for name, state in found["environments"].items())
        yield f"tests: {found['state']} ({line(where)}); {len(found['uncovered'])} of {len(found['counted'])} without a test"
    if slip:
        because = f": {line(slip['because'])} is due then" if slip["because"] else ""
        yield f"late: {counted(slip['days'], 'day')} after its target{because}"
    yield from (f"blocked: {line(each['item'])} waits for {line(each['by'])}" for each in found["blocked"])


def counted_points(number: float) -> str:
    return f"{number:g} {'point' if number == 1 else 'points'}"
