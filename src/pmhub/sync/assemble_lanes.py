"""The lanes of a workspace: which kinds of which syncs run between which places, and by which rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pmhub.config.workspace import Endpoint, NotesRules, Sync, Workspace
from pmhub.engine.conditions import parse
from pmhub.engine.deletion import Deleted
from pmhub.engine.match import DAY
from pmhub.engine.mentions import Patterns
from pmhub.engine.state import HOLD, HUB, NEWEST, Policy
from pmhub.model.codec import fingerprint
from pmhub.model.kinds import Kind
from pmhub.model.records import schema
from pmhub.sync.lanes import CiLane, CodeLane, Lane, Place, Publishing, Remote

NOTES = "notes"


def lanes(workspace: Workspace, remotes: Mapping[str, Remote]) -> tuple[Lane, ...]:
    """`remotes`: by the name of their connection. Raises UserError for a template that is not there."""
    merged = (sync for sync in workspace.syncs.values() if sync.kind is not Kind.TEST_RUN)
    return tuple(lane for sync in merged for lane in _lanes(sync, workspace, remotes))


def ci_lanes(workspace: Workspace, remotes: Mapping[str, Remote]) -> tuple[CiLane, ...]:
    return tuple(
        CiLane(
            sync.name,
            _place(sync.source, remotes) if sync.source else None,
            tuple(_place(endpoint, remotes) for endpoint in sync.endpoints),
            patterns(workspace),
            _flows(sync, workspace, _ids(remotes)),
            sync.tickets,
        )
        for sync in workspace.syncs.values()
        if sync.kind is Kind.TEST_RUN
    )


def code_lanes(workspace: Workspace, chosen: Iterable[Lane]) -> tuple[CodeLane, ...]:
    """Where pull requests are read, one a container: nowhere, unless a release may be asked whether it is ready, or its
    notes tell of them.
    """
    releases = any(sync.kind is Kind.RELEASE for sync in workspace.syncs.values())
    wanted = [lane for lane in chosen if lane.kind in (Kind.TICKET, Kind.RELEASE)]
    asked = releases and workspace.gate.pull_requests
    merged = {_where(place) for lane in wanted if lane.notes and lane.notes.pull_requests for place in lane.places}
    places = {_where(place): place for lane in wanted for place in lane.places if asked or _where(place) in merged}
    named = patterns(workspace)
    return tuple(
        CodeLane(place, _at_home(named, place.scope.key), open=asked, merged=where in merged)
        for where, place in places.items()
        if place.remote.connector.tells_pull_requests()
    )


def _where(place: Place) -> tuple[str, str]:
    return place.remote.id, place.scope.key


def _at_home(named: Patterns, scope: str) -> Patterns:
    """A bare number is of the container that it stands in."""
    others = [name for name in named.repositories if name != scope]
    is_one = len(others) < len(named.repositories)
    return replace(named, repositories=(scope, *others)) if is_one else named


def patterns(workspace: Workspace) -> Patterns:
    """Only keys of containers that the workspace syncs are believed to be tickets."""
    tickets = (sync for sync in workspace.syncs.values() if sync.kind is Kind.TICKET)
    keys = dict.fromkeys(endpoint.scope.key for sync in tickets for endpoint in sync.endpoints)
    return Patterns(
        projects=tuple(key for key in keys if "/" not in key), repositories=tuple(key for key in keys if "/" in key)
    )


def _place(endpoint: Endpoint, remotes: Mapping[str, Remote]) -> Place:
    return Place(remotes[endpoint.connection], Kind.TEST_RUN, endpoint.scope, rank=0)


def _ids(remotes: Mapping[str, Remote]) -> dict[str, str]:
    return {name: remote.id for name, remote in remotes.items()}


def _flows(sync: Sync, workspace: Workspace, ids: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (ids[f.source], ids[f.target])
        for f in workspace.flows
        if f.sync == sync.name and f.source in ids and f.target in ids
    )


def _lanes(sync: Sync, workspace: Workspace, remotes: Mapping[str, Remote]) -> Iterator[Lane]:
    ids = _ids(remotes)
    flows = _flows(sync, workspace, ids)
    kinds = [sync.kind, Kind.COMMENT] if sync.comments and sync.kind is Kind.TICKET else [sync.kind]
    for kind in kinds:
        places = tuple(_places(sync, kind, remotes))
        policies = {
            name: _policy(p.conflict, p.source, ids) for name, p in sync.policies.items() if name in schema(kind)
        }
        skip = sync.skip if kind is sync.kind else frozenset()
        notes = _publishing(sync.notes, workspace, ids) if sync.notes else None
        if kind is Kind.RELEASE:
            skip |= frozenset() if notes else {NOTES}
            policies |= {NOTES: Policy(source=HUB)}
        own = sync.policies if kind is sync.kind else {}
        known = schema(kind).keys()
        when = {name: parse(p.when, known) for name, p in own.items() if p.when}
        match = sync.matching.window_days * DAY if sync.matching else None
        yield Lane(
            sync.name,
            kind,
            places,
            policies,
            skip,
            flows,
            Deleted(sync.deleted if kind is sync.kind else _of_comments(sync)),
            notes,
            match,
            once=frozenset(name for name, policy in own.items() if policy.once),
            when=when,
            says_when=sync.comment_rules.header == "full",
            defaults={name: policy.default for name, policy in own.items() if policy.default is not None},
        )


def _of_comments(sync: Sync) -> str:
    """A sync that tells of deletions tells of comments', too, unless its comments have a rule of their own."""
    tells = sync.deleted == Deleted.NOTICE and sync.comment_rules.deleted == Deleted.IGNORE
    return str(Deleted.NOTICE) if tells else sync.comment_rules.deleted


def _publishing(notes: NotesRules, workspace: Workspace, ids: Mapping[str, str]) -> Publishing:
    """Raises UserError for a template that is not there."""
    from pmhub.sync.notes_text import find_template, render  # noqa: PLC0415 - brings in the template engine

    template = find_template(notes.template, workspace.folder)
    remotes = frozenset(ids[name] for name in notes.publish or ids)
    mark = fingerprint([template.source, repr(notes.rules), sorted(remotes)])
    return Publishing(
        notes.rules, lambda composed: render(composed, template), remotes, mark, pull_requests=notes.pull_requests
    )


def _places(sync: Sync, kind: Kind, remotes: Mapping[str, Remote]) -> Iterator[Place]:
    for rank, endpoint in enumerate(sync.endpoints):
        remote = remotes[endpoint.connection]
        if kind in remote.connector.capabilities.access:
            create = sync.new_items is None or endpoint.connection in sync.new_items
            published = sync.notes is None or sync.notes.publish is None or endpoint.connection in sync.notes.publish
            skip = frozenset() if published else frozenset({NOTES})
            route = parse(endpoint.route, schema(kind).keys()) if endpoint.route and kind is sync.kind else None
            unmapped = {name: policy.unmapped for name, policy in sync.policies.items() if name in schema(kind)}
            yield Place(remote, kind, endpoint.scope, rank, create, skip, route, unmapped)


def _policy(conflict: str, source: str | None, ids: Mapping[str, str]) -> Policy:
    chosen = conflict if conflict in {NEWEST, HOLD} else ids.get(conflict, conflict)
    return Policy(chosen, ids.get(source) if source else None)
