"""The configuration's file and the plugins, for commands that open no workspace: nothing here brings a run along."""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path

from pmhub.cli.logs import start_log
from pmhub.cli.session import Session
from pmhub.config import Plugins, blocked, find
from pmhub.config import plugins as plugin_loading
from pmhub.errors import ConfigError
from pmhub.http import Secrets


def config_file(session: Session) -> Path:
    return find(session.config, session.environ, session.cwd)


def installed(session: Session, wanted: Collection[str] | None = None) -> Plugins:
    """All plugins that the configuration, if there is one, does not block, with the connectors that are `wanted` (None for
    all). Broken ones are named in the log.
    """
    start(session)
    try:
        off = blocked(config_file(session))
    except ConfigError:
        off = frozenset()
    found = plugin_loading.load(off, wanted=wanted)
    session.hooks = found.manager.hook
    for info in found.found:
        if info.error:
            logging.getLogger("pmhub").warning("the plugin `%s` is skipped: %s", info.name, info.error)
    for name in found.unknown:
        logging.getLogger("pmhub").warning("[plugins] block names `%s`, which no plugin installed here is called", name)
    return found


def start(session: Session) -> Secrets:
    """The log, once a process, and what it must not tell."""
    if session.secrets is None:
        session.secrets = Secrets()
        start_log(session, session.secrets)
    return session.secrets
