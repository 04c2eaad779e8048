"""The services as a process of their own: `python -m benchmarks.servers`. Takes orders as JSON lines, answers each with one.

An order is `{"do": NAME, ...arguments}`. The first line it prints holds the two addresses.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.world import World
from pmhub_github.simulator import serve as serve_github
from pmhub_github.simulator.ci_storage import Storage
from pmhub_jira.simulator import serve as serve_jira

NOT_MODIFIED = 304
REFUSED = frozenset({403, 429})
_NUMBER = re.compile(r"(?<=/)(\d+|[A-Z]+-\d+)(?=/|$)")


def main() -> None:
    world = World(data_center="data-center" in sys.argv[1:])
    with serve_github(world.github) as github, Storage(world.github), serve_jira(world.jira) as jira:
        tell({"github": github.url, "jira": jira.url})
        for line in sys.stdin:
            order = json.loads(line)
            tell(ORDERS[order.pop("do")](world, **order))


def tell(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


def latency(world: World, seconds: float) -> None:
    world.github.latency = world.jira.latency = seconds


def wide(world: World, yes: bool) -> None:  # noqa: FBT001 - an order's argument
    """Whether the site gives 1,000 issues at once, or 100."""
    world.jira.wide_bulkfetch = yes


def requests(world: World) -> dict[str, Any]:
    """What was asked since the last time: by template, how many cost quota, and how many were over a limit."""
    told: Counter[str] = Counter()
    free = 0
    refused = sum(each.status in REFUSED for each in (*world.github.requests, *world.jira.requests))
    for exchange in world.github.requests:
        told[f"github {exchange.method} {exchange.template}"] += 1
        free += exchange.status == NOT_MODIFIED
    for one in world.jira.requests:
        told[f"jira {one.method} {_NUMBER.sub('{}', one.path)}"] += 1
    world.github.requests.clear()
    world.jira.requests.clear()
    total = sum(told.values())
    return {"total": total, "cost_quota": total - free, "refused": refused, "by_template": dict(sorted(told.items()))}


ORDERS: dict[str, Callable[..., Any]] = {
    "fill_github": World.fill_github,
    "fill_jira": World.fill_jira,
    "edit": World.edit,
    "rest": World.rest,
    "counts": World.counts,
    "fill_many": World.fill_many,
    "counts_of_many": World.counts_of_many,
    "latency": latency,
    "wide": wide,
    "requests": requests,
}

if __name__ == "__main__":
    main()
