"""What plugins are built on does not change unseen: its signatures stand in a file, and a change is told in CHANGELOG.md."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from public_api import lines, mark, told_of_class

import pmhub.sdk
from pmhub.sdk import API_VERSION, Connector

FILE = Path(__file__).with_name("public_api.txt")
TOLD = re.compile(r"plugin interface (\d+), signatures `([0-9a-f]{8})`")


def test_a_signature_changes_only_with_the_list():
    assert lines() == FILE.read_text("utf-8").splitlines(), (
        "the interface of plugins changed: if that is meant, `python tests/sdk/public_api.py > tests/sdk/public_api.txt` "
        "and say so in CHANGELOG.md (see the rule in docs/writing-a-connector.md)"
    )


def test_a_change_of_the_list_is_told_in_the_changelog(repository):
    wanted = str(API_VERSION), mark(FILE.read_text("utf-8"))
    told = TOLD.search((repository / "CHANGELOG.md").read_text("utf-8"))
    assert told, f"CHANGELOG.md needs a line with: plugin interface {wanted[0]}, signatures `{wanted[1]}`"
    assert told.groups() == wanted, (
        f"say in CHANGELOG.md what changed for authors of plugins, with: plugin interface {wanted[0]}, "
        f"signatures `{wanted[1]}`"
    )


def test_another_default_or_name_is_seen():
    class Other(Connector):
        def mark(self, target, marker, *, hidden=True): ...

    assert "  mark(self, target, marker, *, hidden=True)" in list(told_of_class(Other, "pmhub.sdk.Connector"))


CLASSES = [name for name in pmhub.sdk.__all__ if inspect.isclass(getattr(pmhub.sdk, name))]


@pytest.mark.parametrize("name", CLASSES)
def test_every_class_says_what_it_is(name):
    told = vars(getattr(pmhub.sdk, name)).get("__doc__") or ""
    assert told
    assert not told.startswith(f"{name}("), "this is what a dataclass says of itself"


def test_every_method_of_a_connector_says_what_it_does():
    methods = {name: one for name, one in vars(Connector).items() if callable(one) and not name.startswith("_")}
    assert not [name for name, one in methods.items() if not one.__doc__]
