"""Alerts that a plugin has yet to hear: kept with the run, and given again with the next one's until it took them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace

from pmhub.model.alerts import Alert
from pmhub.model.codec import dump
from pmhub.sync.hooks import finished, listeners
from pmhub.sync.hub import Hub


def keep_alerts(hub: Hub) -> None:
    """Inside the transaction that ends the run: a process killed right after it has lost none."""
    if hub.report.alerts:
        for plugin in listeners(hub.hooks):
            _put(hub, plugin, _in_short([*_unheard(hub, plugin), *hub.report.alerts]))


def tell(hub: Hub) -> None:
    """Each plugin hears how the run ended, with the alerts that are new to it."""
    unheard = {plugin: _unheard(hub, plugin) for plugin in listeners(hub.hooks)}
    heard = finished(hub.hooks, {plugin: replace(hub.report, alerts=each) for plugin, each in unheard.items()})
    done = [plugin for plugin in heard if unheard[plugin]]
    if done:
        with hub.store.transaction():
            for plugin in done:
                _put(hub, plugin, [])


def _unheard(hub: Hub, plugin: str) -> list[Alert]:
    return [Alert(**each) for each in json.loads(hub.store.meta.get(f"unheard {plugin}") or "[]")]


def _put(hub: Hub, plugin: str, alerts: Iterable[Alert]) -> None:
    hub.store.meta.put(f"unheard {plugin}", dump([asdict(alert) for alert in alerts]))


def _in_short(alerts: Iterable[Alert]) -> list[Alert]:
    """The latest of each problem; nothing of one that began and ended while nobody listened."""
    first: dict[str, Alert] = {}
    last: dict[str, Alert] = {}
    for alert in alerts:
        first.setdefault(alert.key, alert)
        last[alert.key] = alert
    return [alert for key, alert in last.items() if not alert.is_over or first[key].is_over]
