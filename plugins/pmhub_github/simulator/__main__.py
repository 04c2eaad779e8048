"""`python -m pmhub_github.simulator`: the simulator as a process of its own; stops on SIGTERM or SIGINT."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from .ci_storage import Storage
from .server import serve
from .simulator import GitHubSimulator
from .snapshot import dump, load


def main() -> int:
    """Serve until told to stop; print the URL as the first line."""
    options = parser().parse_args()
    simulator = GitHubSimulator()
    if options.state and options.state.exists():
        load(simulator.world, options.state.read_text("utf-8"))
    for repo in options.repo:
        if repo.lower() not in simulator.world.names:
            simulator.add_repo(repo, private=True)
    for token, _, login in (pair.partition("=") for pair in options.token):
        simulator.token(token, login=login)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with serve(simulator, options.port) as server, Storage(simulator):
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stop.wait()
    if options.state:
        options.state.write_text(dump(simulator.world), "utf-8")
    return 0


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m pmhub_github.simulator", description=__doc__)
    found.add_argument("--port", type=int, default=0)
    found.add_argument(
        "--state", type=Path, help="read the state from this file if it exists, write it there at the end"
    )
    found.add_argument("--repo", action="append", default=[], metavar="OWNER/NAME", help="add a private repository")
    found.add_argument(
        "--token", action="append", default=[], metavar="TOKEN=LOGIN", help="let a token speak for a login"
    )
    return found


if __name__ == "__main__":
    sys.exit(main())
