"""A small stateful stand-in for Redmine 5's REST API on a loopback socket, for tests. What it does was seen on 5.0.4."""

from .server import serve
from .state import LABELS_FIELD, MARKER_FIELD, Fault, RedmineSimulator

__all__ = ["LABELS_FIELD", "MARKER_FIELD", "Fault", "RedmineSimulator", "serve"]
