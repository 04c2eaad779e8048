"""A stateful stand-in for Jira Cloud's REST API v3, served over a real socket."""

from .adf import plain_text, text_adf
from .errors import ApiError
from .exchange import Exchange
from .faults import Fault
from .server import Server, serve
from .simulator import JiraSimulator
from .workflow import OPEN_WORKFLOW, RESTRICTED_WORKFLOW, Status, Transition, Workflow

__all__ = [
    "OPEN_WORKFLOW",
    "RESTRICTED_WORKFLOW",
    "ApiError",
    "Exchange",
    "Fault",
    "JiraSimulator",
    "Server",
    "Status",
    "Transition",
    "Workflow",
    "plain_text",
    "serve",
    "text_adf",
]
