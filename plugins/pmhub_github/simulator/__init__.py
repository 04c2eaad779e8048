"""A stateful stand-in for GitHub's REST API (2022-11-28) and a little of its GraphQL, served over a real socket."""

from .faults import Fault
from .recording import Exchange
from .server import Server, serve
from .simulator import GitHubSimulator

__all__ = ["Exchange", "Fault", "GitHubSimulator", "Server", "serve"]
