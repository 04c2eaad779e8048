"""Containers that nothing can be written into: what belongs there waits, told once a container, and the others go on."""

from __future__ import annotations

from pmhub.model.kinds import Kind
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Place
from pmhub.sync.report import Problem

HINT = "Unarchive it, give the account the right to write, or take it out of the configuration. What waits is kept."


def must_wait(hub: Hub, place: Place) -> bool:
    """Something is to be written there: as the check of this run found it, can it be? If not, that is told.

    The right to make releases is another one: those are sent, and the server says.
    """
    container = place.remote.identity.containers.get(place.scope.key)
    if container is None or container.writable or place.kind is Kind.RELEASE:
        return False
    _tell(hub, place)
    return True


def _tell(hub: Hub, place: Place) -> None:
    key = f"read-only {place.remote.id} {place.scope.key}"
    if all(problem.key != key for problem in hub.report.refused):
        where = f"{place.remote.connection}: {place.scope.key}"
        hub.report.refused.append(Problem(where, "nothing can be written here: it is archived or read-only", HINT, key))
