"""What a planned write would take away at its remote, as far as the connector can tell: for whoever looks at a plan."""

from __future__ import annotations

from pmhub.engine.plan import Action, Op
from pmhub.errors import ConnectorError
from pmhub.sdk import Target
from pmhub.sync.hooks import restored
from pmhub.sync.hub import Hub
from pmhub.sync.lanes import Lane
from pmhub.sync.sides import lowered


def losses_of(hub: Hub, lane: Lane, action: Action) -> tuple[str, ...]:
    remote = hub.remotes[action.remote]
    bound = hub.store.items.bound_on(action.item, action.remote)
    seen = hub.store.observations.get(bound.remote, bound.kind, bound.thing) if bound and bound.thing else None
    place = lane.target(action.remote, seen.scope) if seen else None
    if action.op is not Op.UPDATE or seen is None or place is None:
        return ()
    over = seen.observation()
    changes = restored(hub.hooks, over.ref.kind, remote.id, lowered(hub.store, remote.id, over.ref.kind, action.data))
    try:
        return tuple(map(str, remote.connector.losses(Target(place.scope, over.ref), over, changes)))
    except ConnectorError as error:
        return (f"what it takes away cannot be told: {error}",)
