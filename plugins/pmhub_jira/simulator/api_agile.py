"""Boards and their sprints, as the API of Jira Software lists them: one board a project, and every sprint on each."""

from __future__ import annotations

from .call import Answer, Call
from .errors import ApiError
from .values import Json


def boards(call: Call) -> Answer:
    """Only those of a project that the caller may browse."""
    project = call.project(call.query.get("projectKeyOrId", ""))
    board = {"id": project.id, "name": f"{project.key} board", "type": "scrum", "self": _address(call, project.id)}
    return _paged(call, [board])


def board_sprints(call: Call, board: int) -> Answer:
    if board not in call.state.projects or not call.has("BROWSE_PROJECTS", board):
        raise ApiError(404, "The requested board cannot be viewed because it either does not exist.")
    states = set(filter(None, call.query.get("state", "").split(",")))
    found = [one for one in call.state.sprints.values() if not states or one.state in states]
    return _paged(call, [call.shapes.sprint(one) | {"originBoardId": board} for one in found])


def _address(call: Call, board: int) -> str:
    return f"{call.simulator.base_url}/rest/agile/1.0/board/{board}"


def _paged(call: Call, values: list[Json]) -> Answer:
    start, size = call.window()
    shown = values[start : start + size]
    is_last = start + len(shown) >= len(values)
    return Answer(json={"maxResults": size, "startAt": start, "isLast": is_last, "values": shown})
