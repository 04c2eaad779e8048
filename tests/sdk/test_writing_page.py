"""docs/writing-a-connector.md shows what is tested, and nothing else."""

from __future__ import annotations

import re

import click
from broken_connectors import MISTAKES
from new_plugin import ShelfBench
from page import PAGE, filled

from pmhub.cli.verbs import verbs
from pmhub.sdk import Connector, Kind
from pmhub.testing.conformance.suite import CHECKS, verdict

TEXT = PAGE.read_text("utf-8")


def test_snippets_and_tables_are_current():
    assert filled(TEXT) == TEXT, "python tests/sdk/page.py"
    assert TEXT.count("```python") == TEXT.count("<!-- from "), "a snippet that no test runs"


def test_every_check_of_the_kit_is_told():
    assert [check.name for check in CHECKS if f"| `{check.method}` | {check.rule} |" not in TEXT] == []


def test_the_failure_it_shows_is_what_the_kit_says():
    check = next(one for one in CHECKS if one.name == "an_update_leaves_the_rest_alone")
    broken = type("Broken", (ShelfBench,), {"connector_type": MISTAKES["ClearsTheRest"].connector})
    assert f"```\n{verdict(check, broken, Kind.TICKET)}\n```" in TEXT


def test_every_method_that_has_to_be_written_is_on_the_page():
    assert [
        name for name in Connector.__abstractmethods__ if f"`{name}`" not in TEXT and f"def {name}(" not in TEXT
    ] == []


def test_the_commands_it_tells_to_type_exist():
    typed = re.findall(r"pmhub (plugins \w+)", TEXT)
    assert {"plugins new", "plugins list"} <= set(typed)
    context = click.Context(verbs)
    for words in typed:
        group, name = words.split()
        assert name in verbs.get_command(context, group).commands
