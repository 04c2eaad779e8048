"""`python -m pmhub_jira.simulator --port N`: a small demo site as a process of its own, until SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
from threading import Event

from . import JiraSimulator, serve, text_adf
from .server_shapes import EPIC_LINK
from .values import Json


def demo_site(*, data_center: bool = False) -> JiraSimulator:
    """Project SHOP with an epic, a story and a bug; sign in as bot@example.com with fake-token, or with that alone."""
    simulator = JiraSimulator(data_center=data_center)
    simulator.add_user("Sync Bot", email="bot@example.com", account_id="bot")
    simulator.token("bot@example.com", "fake-token", "bot")
    simulator.token("", "fake-token", "bot")
    simulator.add_project("SHOP", "Shop")
    epic = simulator.user_create_issue("SHOP", "Faster checkout", type="Epic")
    text = "As a buyer I pay once."
    below: dict[str, Json] = {EPIC_LINK: epic.key} if data_center else {"parent": {"key": epic.key}}
    simulator.user_create_issue("SHOP", "Pay in one step", text if data_center else text_adf(text), **below)
    simulator.user_create_issue("SHOP", "Cart forgets its items", type="Bug")
    return simulator


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m pmhub_jira.simulator", description=__doc__)
    options.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    options.add_argument("--data-center", action="store_true", help="a Data Center in place of a Cloud site")
    given = options.parse_args()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with serve(demo_site(data_center=given.data_center), given.port) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        stop.wait()


if __name__ == "__main__":
    main()
