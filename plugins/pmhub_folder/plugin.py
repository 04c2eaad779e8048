"""Where pmhub finds this connector."""

from __future__ import annotations

from typing import Any

from pmhub.sdk import Connector, hookimpl


@hookimpl
def pmhub_register_connectors() -> list[type[Connector[Any]]]:
    from pmhub_folder.connector import Folder  # noqa: PLC0415 - loaded only when it is asked for

    return [Folder]
