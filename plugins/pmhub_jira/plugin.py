"""What this plugin registers. The connector is imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmhub.sdk import Connector, hookimpl


@hookimpl
def pmhub_register_connectors() -> Sequence[type[Connector[Any]]]:
    from pmhub_jira.connector import JiraConnector  # noqa: PLC0415 - a run without Jira does not pay for it

    return [JiraConnector]
