"""Pings to whoever watches that runs happen, as healthchecks.io and its like take them. None of them ever fails a run."""

from __future__ import annotations

import logging
from enum import StrEnum

from pmhub.errors import PmhubError
from pmhub.http import Account, Client, Secrets
from pmhub.http.urls import shown
from pmhub.sync.report import AUTH, CONFLICTS, ERROR, GUARD, ITEMS_FAILED, OK

_log = logging.getLogger("pmhub.heartbeat")
_PATIENCE = 5.0
_FAILED = 400


class Beat(StrEnum):
    """What follows the address."""

    START = "/start"
    SUCCESS = ""
    FAIL = "/fail"


def beat_of(exit_code: int) -> Beat | None:
    """What waits for a person is no failure of the run, as it may wait for days. None for what passes by itself: where it
    does not, the watcher misses the end of the run.
    """
    if exit_code in (OK, ITEMS_FAILED, CONFLICTS):
        return Beat.SUCCESS
    return Beat.FAIL if exit_code in (ERROR, AUTH, GUARD) else None


def ping(url: str, beat: Beat, secrets: Secrets) -> None:
    """Once, and not for long. Tells nothing but that it happened: no name and no figure leaves the house."""
    try:
        with Client(Account(url, "", "heartbeat", timeout=_PATIENCE), secrets=secrets, log=_log) as client:
            reply = client.forward("GET", f"{url.rstrip('/')}{beat}", template=f"heartbeat{beat}", headers={})
    except PmhubError as error:
        _log.warning("the heartbeat was not heard: %s", error.message.replace(shown(url), "its address"))
        return
    if reply.status >= _FAILED:
        _log.warning("the heartbeat was not heard: it was answered with %s", reply.status)
