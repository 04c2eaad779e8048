"""Readers of APIs that people know, in turn with pmhub on one simulator. They are no dependencies: an environment variable
names a Python that has one (`python3 -m venv there && there/bin/pip install meltanolabs-tap-github`, or `"dlt[duckdb]"`).
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.measure import Measured
from benchmarks.names import GITHUB_TOKEN, REPO
from benchmarks.scenarios import NOTHING_IS_MADE, TIMES, Row
from benchmarks.stand import Stand

DLT = """
import os, sys
os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
import dlt
from dlt.sources.rest_api import rest_api_source
base, token, repo = sys.argv[1:4]
def listed(name, path):
    return {"name": name, "endpoint": {"path": f"repos/{repo}/{path}", "params": {"per_page": 100, "state": "all"}}}
source = rest_api_source({
    "client": {"base_url": base, "auth": {"type": "bearer", "token": token}, "paginator": "header_link"},
    "resource_defaults": {"primary_key": "id", "write_disposition": "append"},
    "resources": [listed("issues", "issues"), listed("comments", "issues/comments")],
})
into = dlt.destinations.duckdb("peer/all.duckdb")
dlt.pipeline("bench", pipelines_dir="peer", destination=into, dataset_name="bench").run(source)
"""
TAP = """
import json, sys, requests
from pathlib import Path
base, token, repo = sys.argv[1:4]
get = requests.get
requests.get = lambda url, **more: get(url.replace("https://api.github.com", base), **more)  # where it tries its token
from tap_github.tap import TapGitHub
settings = {"api_url_base": base, "auth_token": token, "repositories": [repo], "start_date": "2000-01-01T00:00:00Z",
            "skip_parent_streams": True}
Path("peer/settings.json").write_text(json.dumps(settings))
if not Path("catalog.json").exists():
    catalog = json.loads(TapGitHub(config=settings).catalog_json_text)
    for stream in catalog["streams"]:
        for each in stream["metadata"]:
            if each["breadcrumb"] == []:
                each["metadata"]["selected"] = stream["tap_stream_id"] in ("issues", "issue_comments")
    Path("catalog.json").write_text(json.dumps(catalog))
    sys.exit()
sys.argv = ["tap-github", "--config", "peer/settings.json", "--catalog", "catalog.json"]
TapGitHub.cli()
"""


@dataclass(frozen=True)
class Peer:
    """`python`: the variable that names a Python which has it. `prepared`: its first run only makes ready what it reads."""

    name: str
    python: str
    script: str
    prepared: bool = False


PEERS = (Peer("dlt", "PMHUB_BENCH_DLT", DLT), Peer("tap-github", "PMHUB_BENCH_TAP", TAP, prepared=True))


SIZES = ((2_000, 0), (10_000, 50))
"""Issues, and how many milliseconds every answer takes."""


def cells() -> Iterator[tuple[str, Peer, tuple[int, int]]]:
    for peer in PEERS:
        yield from ((f"beside {peer.name}", peer, size) for size in SIZES)


def missing(peer: Peer) -> str:
    """Why it cannot be measured here; empty where it can."""
    return "" if os.environ.get(peer.python) else f"{peer.python} names no Python that has it"


def beside(stand: Stand, peer: Peer, size: int, ms: int) -> Row:
    """Issues and comments for the first time, by each in turn: ours over theirs, the median of the pairs."""
    stand.order("fill_github", opened=size, comments=size // 5)
    stand.order("latency", seconds=ms / 1000)
    stand.configure(kinds="tickets", more=NOTHING_IS_MADE)
    if peer.prepared:
        _theirs(stand, peer)
    stand.order("requests")
    pairs = [
        (_counted(stand, lambda: _ours(stand)), _counted(stand, lambda: _theirs(stand, peer))) for _ in range(TIMES)
    ]
    return {
        "cpu_ratio": _ratio(pairs, lambda run: run.cpu),
        "wall_ratio": _ratio(pairs, lambda run: run.wall),
        "peaks": [round(max(run.peak for run, _ in each)) for each in zip(*pairs, strict=True)],
        "asked": [each[0][1] for each in zip(*pairs, strict=True)],
        "codes": [run.code for pair in pairs for run, _ in pair],
    }


def _ours(stand: Stand) -> Measured:
    for file in stand.folder.glob("pmhub.*"):
        if file.name != "pmhub.toml":
            file.unlink()
    return stand.pmhub("sync")


def _theirs(stand: Stand, peer: Peer) -> Measured:
    shutil.rmtree(stand.folder / "peer", ignore_errors=True)
    (stand.folder / "peer").mkdir()
    return stand.run([os.environ[peer.python], "-c", peer.script, stand.urls["github"], GITHUB_TOKEN, REPO])


def _counted(stand: Stand, run: Callable[[], Measured]) -> tuple[Measured, int]:
    """With the requests on the service that both read."""
    found = run()
    told = stand.order("requests")["by_template"]
    return found, sum(number for name, number in told.items() if name.startswith("github"))


def _ratio(
    pairs: list[tuple[tuple[Measured, int], tuple[Measured, int]]], figure: Callable[[Measured], float]
) -> float:
    return round(statistics.median(figure(ours[0]) / figure(theirs[0]) for ours, theirs in pairs), 2)
