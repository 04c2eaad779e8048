"""People who are in the configuration by their e-mail: which account is theirs is asked of the remote, and remembered."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from pmhub.config.workspace import Endpoint, Sync, Workspace
from pmhub.errors import ConnectorError
from pmhub.model.codec import dump, fingerprint
from pmhub.model.discovery import Account
from pmhub.model.vocabulary import People
from pmhub.store import Store
from pmhub.sync.lanes import Remote

DAY = 86_400_000
_log = logging.getLogger("pmhub.people")


def with_people(workspace: Workspace, remotes: Mapping[str, Remote], store: Store, now: int) -> Workspace:
    """`remotes`: by connection. The workspace with the accounts found by e-mail; it means something else when they change."""
    if not workspace.emails:
        return workspace
    found = {name: _found(workspace, name, remote, store, now) for name, remote in remotes.items()}
    syncs = {name: _known(sync, found) for name, sync in workspace.syncs.items()}
    return replace(workspace, syncs=syncs, fingerprint=fingerprint([workspace.fingerprint, found]))


def _found(workspace: Workspace, connection: str, remote: Remote, store: Store, now: int) -> dict[str, str]:
    """Account → our name. Asked once a day; a remote that does not answer is believed what it said last."""
    key = f"people {remote.id} {fingerprint(workspace.emails)}"
    kept = json.loads(store.meta.get(key) or '{"at": 0, "accounts": {}}')
    if now - kept["at"] < DAY:
        return dict(kept["accounts"])
    scopes = [
        place.scope for sync in workspace.syncs.values() for place in sync.places if place.connection == connection
    ]
    try:
        accounts = by_email(remote.connector.people(scopes), workspace.emails)
    except ConnectorError as error:
        _log.warning("%s does not tell who its people are: %s", connection, error.message)
        return dict(kept["accounts"])
    with store.transaction():
        store.meta.put(key, dump({"at": now, "accounts": accounts}))
    return accounts


def by_email(accounts: Iterable[Account], emails: Mapping[str, str]) -> dict[str, str]:
    """An e-mail that two accounts show is nobody's."""
    ours = {one.id: one.email.strip().casefold() for one in accounts if one.email}
    number = Counter(ours.values())
    return {id_: emails[email] for id_, email in sorted(ours.items()) if email in emails and number[email] == 1}


def _known(sync: Sync, found: Mapping[str, Mapping[str, str]]) -> Sync:
    endpoints = tuple(_with(endpoint, found) for endpoint in sync.endpoints)
    return replace(sync, endpoints=endpoints, source=_with(sync.source, found) if sync.source else None)


def _with(endpoint: Endpoint, found: Mapping[str, Mapping[str, str]]) -> Endpoint:
    """Who has an account in the configuration keeps it."""
    vocabulary = endpoint.scope.vocabulary
    told, named = vocabulary.people.names, set(vocabulary.people.names.values())
    more = {id_: name for id_, name in found.get(endpoint.connection, {}).items() if name not in named}
    people = People({**more, **told})
    return replace(endpoint, scope=replace(endpoint.scope, vocabulary=replace(vocabulary, people=people)))
