"""A stateful stand-in for the REST APIs of Jira Cloud (v3) and Data Center (v2), served over a real socket."""

from .adf import plain_text, text_adf
from .errors import ApiError
from .exchange import Exchange
from .faults import Fault, TokenBucket
from .server import Server, serve
from .simulator import JiraSimulator
from .workflow import (
    DEAD_END_WORKFLOW,
    LINEAR_WORKFLOW,
    OPEN_WORKFLOW,
    RESTRICTED_WORKFLOW,
    Status,
    Transition,
    Workflow,
)

__all__ = [
    "DEAD_END_WORKFLOW",
    "LINEAR_WORKFLOW",
    "OPEN_WORKFLOW",
    "RESTRICTED_WORKFLOW",
    "ApiError",
    "Exchange",
    "Fault",
    "JiraSimulator",
    "Server",
    "Status",
    "TokenBucket",
    "Transition",
    "Workflow",
    "plain_text",
    "serve",
    "text_adf",
]
