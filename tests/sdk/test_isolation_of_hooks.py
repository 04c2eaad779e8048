"""A plugin whose hook fails, hangs, prints or answers nonsense is named, and the others are heard all the same."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pluggy
import pytest

from pmhub.model.kinds import Kind
from pmhub.sdk import hookimpl, hookspecs
from pmhub.sync import hooks
from pmhub.sync.hooks import finished, listeners, transform

FIELDS = {"title": "a title", "labels": ("b",)}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(hooks, "HOOK_PATIENCE", 0.3)


def relay(**plugins):
    """The last named is asked first."""
    manager = pluggy.PluginManager("pmhub")
    manager.add_hookspecs(hookspecs)
    for name, plugin in plugins.items():
        manager.register(plugin, name=name)
    manager.check_pending()
    return manager.hook


def transforming(answer):
    class Plugin:
        @hookimpl
        def pmhub_transform_record(self, fields):
            return answer(fields) if callable(answer) else answer

    return Plugin()


def shouts(fields):
    return {"title": fields["title"].upper()}


def raises(fields):
    raise LookupError("nobody thought of this")


def hangs(fields):
    while True:
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (raises, "LookupError: nobody thought of this"),
        (hangs, "took longer than 0.3 seconds"),
        (7, "int where Mapping belongs"),
        ({"colour": "red"}, "'colour' is no field of a ticket"),
        ({"labels": ["a", "list"]}, "a tuple of text belongs"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_the_others_are_heard(caplog, answer, told, first):
    bad, good = transforming(answer), transforming(shouts)
    found = relay(good=good, bad=bad) if first else relay(bad=bad, good=good)
    assert transform(found, Kind.TICKET, "memory:A", FIELDS) == {**FIELDS, "title": "A TITLE"}
    assert "the plugin `bad` failed in pmhub_transform_record and is passed over: " in caplog.text
    assert told in caplog.text


def test_a_hook_cannot_change_what_it_is_given():
    def spoils(fields):
        fields.clear()

    given = dict(FIELDS)
    assert transform(relay(bad=transforming(spoils)), Kind.TICKET, "memory:A", given) == FIELDS
    assert given == FIELDS


def test_everybody_hears_the_end_of_a_run(caplog, capsys):
    heard = []

    class Good:
        @hookimpl
        def pmhub_run_finished(self, report):
            heard.append(report)

    class Bad:
        @hookimpl
        def pmhub_run_finished(self):
            print("the end")  # noqa: T201
            raise SystemError("no bell")

    report, hooks = SimpleNamespace(), relay(good=Good(), bad=Bad())
    assert finished(hooks, dict.fromkeys(listeners(hooks), report)) == ["good"]
    assert heard == [report]
    assert capsys.readouterr().out == ""
    assert "the plugin `bad` printed: the end" in caplog.text
    assert "the plugin `bad` failed in pmhub_run_finished" in caplog.text
