"""What programs read: every command that shows data says it in four formats, and in JSON as docs/schemas tells."""

from __future__ import annotations

import contextlib
import io
import json
import re

import click
import pytest
from cli_workspace import PROJECT, REPO, ROOT, cli_workspace
from functional.flavours import below
from jsonschema import Draft202012Validator

from pmhub.cli.document import SCHEMA_VERSION, Document, show
from pmhub.cli.options import FORMATS
from pmhub.cli.schema_files import schema_files
from pmhub.cli.session import Session
from pmhub.cli.shapes import DOCUMENTS
from pmhub.cli.verbs import verbs
from pmhub.engine.plan import Action, Op
from pmhub.store import Store

CONFIG = f"""
[syncs.backlog.fields]
title = {{ conflict = "hold" }}

[syncs.releases]
kind = "release"
endpoints = [{{ connection = "jira", project = "{PROJECT}" }}, {{ connection = "github", repo = "{REPO}" }}]
notes = {{ template = "customer" }}

[syncs.roadmap]
kind = "roadmap_item"
endpoints = [{{ connection = "jira", project = "{PROJECT}", types = ["Epic"] }}, {{ connection = "github", repo = "{REPO}" }}]
"""
RESULTS = """\
<testsuite name="shop"><testcase classname="cart" name="pays"><properties>
<property name="requirements" value="SHOP-3"/></properties><failure message="no"/></testcase></testsuite>
"""
COMMANDS = {
    "plan": ("plan",),
    "run": ("sync",),
    "ingest": ("ingest", "junit", "report.xml", "--run", "2"),
    "status": ("status",),
    "schedule": ("schedule", "show"),
    "scheduled": ("schedule", "now"),
    "item": ("show", "SHOP-2"),
    "why": ("why", "SHOP-2"),
    "runs": ("log",),
    "run-log": ("log", "1"),
    "item-log": ("log", "SHOP-2"),
    "conflicts": ("conflicts", "list", "--all"),
    "errors": ("errors", "list"),
    "gate": ("gate", "2.0"),
    "notes": ("notes", "1.0", "--audience", "internal"),
    "undo": ("undo", "2"),
    "repair": ("repair",),
    "doctor": ("doctor",),
    "projects": ("discover", "projects"),
    "fields": ("discover", "fields"),
    "statuses": ("discover", "statuses"),
    "people": ("discover", "people"),
    "plugins": ("plugins", "list"),
    "matrix": ("plugins", "matrix"),
    "config": ("config", "check"),
    "settings": ("config", "show"),
    "explain": ("explain",),
}
MORE = [
    ("plan", ("plan", "--prefer", "jira", "--only", "SHOP-2")),
    ("status", ("status", "--as-of", "2099-01-01")),
    ("item", ("show", "SHOP-1")),
    ("item", ("show", "SHOP-1", "--as-of", "2099-01-01")),
    ("why", ("why", "SHOP-2", "title")),
    ("gate", ("gate", "1.0")),
    ("repair", ("repair", "--yes")),
    ("explain", ("explain", "8")),
]
OF_THE_STORE = (
    "status",
    "schedule",
    "item",
    "why",
    "runs",
    "run-log",
    "item-log",
    "conflicts",
    "errors",
    "gate",
    "undo",
    "repair",
    "explain",
)
"""They ask nobody, and say the same twice."""
OWN_FORMATS = {"notes": "a text for readers, in formats of its own"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory, postgres_schemas):
    """With something in every document: a held conflict, a dead letter, tests, a release that is not ready."""
    with cli_workspace(tmp_path_factory.mktemp("documents")) as workspace:
        workspace.write(fields=CONFIG)
        workspace.environ["PMHUB_QUEUE"] = postgres_schemas.fresh()
        jira, github = workspace.jira, workspace.github
        jira.add_version(PROJECT, "1.0", release="2027-01-31")
        jira.add_version(PROJECT, "2.0")
        goal = jira.user_create_issue(PROJECT, "A cart that works", type="Epic").key
        jira.user_create_issue(PROJECT, "Pay in one step", fixVersions=[{"name": "1.0"}], **below(goal))
        jira.user_create_issue(PROJECT, "A cart that adds up", fixVersions=[{"name": "2.0"}], **below(goal))
        workspace.sync()
        number = next(n for n, issue in github.issues(REPO).items() if issue.title == "Pay in one step")
        jira.user_edit_issue("SHOP-3", summary="A cart that adds up, always")
        workspace.sync()
        github.user_edit_issue(REPO, number, title="Pay with one click")
        jira.user_edit_issue("SHOP-2", summary="Pay in a single step")
        (workspace.folder / "report.xml").write_text(RESULTS)
        assert workspace.run("ingest", "junit", "report.xml", "--run", "1").code == 0
        assert workspace.run("sync").code == 6
        store = Store(workspace.database)
        seen = store.observations.by_key("SHOP-3")[0]
        item = store.items.item_of(seen.thing)
        remote = next(each.remote for each in store.items.bound(item) if each.remote != seen.remote)
        with store.transaction():
            action = Action(item, remote, Op.UPDATE, {"title": "B"}, {"title": "A"})
            store.failures.add(action, "title", "0" * 16, ("title is too rude", "Say it kindly."), 0, 1)
        store.close()
        yield workspace


def strict(schema):
    """The same, and what it does not name must not be there: a key that is new is told of in docs/schemas."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema and "additionalProperties" not in schema else {}
    return {key: strict(each) for key, each in schema.items()} | closed


def validator(name):
    return Draft202012Validator(strict(json.loads((ROOT / "docs" / "schemas" / f"{name}.json").read_text("utf-8"))))


def told(hub, name, args):
    done = hub.run(*args, "--format", "json")
    assert done.out, done.err
    problems = [f"{error.json_path}: {error.message}" for error in validator(name).iter_errors(done.json)]
    assert not problems, (
        f"{problems}: describe it in src/pmhub/cli/shapes, then python -m pmhub.cli.schema_files docs/schemas"
    )
    return done.json


def with_format(command=verbs, path=()):
    """Every command that takes --format, with its choices."""
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from with_format(command.get_command(click.Context(command), name), (*path, name))
    for parameter in command.params:
        if "--format" in parameter.opts:
            yield path, tuple(parameter.type.choices)


def test_the_schemas_are_current():
    kept = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "schemas").iterdir()}
    assert kept == schema_files(), "python -m pmhub.cli.schema_files docs/schemas"


def test_every_command_that_shows_data_has_all_formats():
    found = dict(with_format())
    assert {" ".join(path) for path, choices in found.items() if choices != FORMATS} == set(OWN_FORMATS)
    asked = [*COMMANDS.values(), *(args for _, args in MORE)]
    assert [
        path for path in found if path[0] not in OWN_FORMATS and not any(args[: len(path)] == path for args in asked)
    ] == [
        ("apply",),
    ]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_as_its_schema_says(hub, name):
    document = told(hub, name, COMMANDS[name])
    assert (document["schema_version"], document["document"]) == (SCHEMA_VERSION, name)


@pytest.mark.parametrize(("name", "args"), MORE, ids=lambda each: " ".join(each) if isinstance(each, tuple) else "")
def test_a_document_with_options_is_as_its_schema_says(hub, name, args):
    told(hub, name, args)


def test_the_documents_of_the_workspace_hold_something(hub):
    """Else an empty list would pass for a list of anything."""
    hub.jira.user_create_issue(PROJECT, "A cart that lasts")
    rows = {"plan": "rows", "conflicts": "conflicts", "errors": "errors", "gate": "signals", "item": "counterparts"}
    assert [name for name, key in rows.items() if not told(hub, name, COMMANDS[name])[key]] == []


@pytest.mark.parametrize("name", OF_THE_STORE)
def test_json_lines_hold_the_same(hub, name):
    whole = told(hub, name, COMMANDS[name])
    lines = [json.loads(line) for line in hub.run(*COMMANDS[name], "--format", "jsonl").out.splitlines()]
    assert lines[0] == {"type": "version", "schema_version": SCHEMA_VERSION, "document": name}
    assert [line["type"] for line in lines[1:]] == ["row"] * (len(lines) - 2) + ["summary"]
    rows = next((value for value in whole.values() if isinstance(value, list) and len(value) == len(lines) - 2), [])
    assert [{key for key in line if key != "type"} for line in lines[1:-1]] == [set(row) for row in rows][
        : len(lines) - 2
    ]


@pytest.mark.parametrize("name", OF_THE_STORE)
def test_markdown_lets_nothing_out_of_its_cells(hub, name):
    done = hub.run(*COMMANDS[name], "--format", "md")
    assert "\x1b" not in done.out
    table = [re.sub(r"`+[^`]*`+", "", line) for line in done.out.splitlines() if line.startswith("|")]
    widths = {line.count("|") for line in table}
    assert len(widths) <= 1 or name == "matrix"


def test_an_error_is_as_its_schema_says(hub):
    error = json.loads(hub.run("show", "NOPE-1", "--format", "json").err)
    assert not list(validator("error").iter_errors(error))


def test_a_schema_takes_no_document_for_another(hub):
    status = told(hub, "status", COMMANDS["status"])
    assert not validator("plan").is_valid(status)
    assert not validator("status").is_valid(status | {"database": 1})


def test_all_that_a_run_remarks_is_json_too(hub):
    told = [json.loads(line) for line in hub.run("sync", "--format", "json").err.splitlines()]
    assert {"type": "note", "message": "1 conflict waits for you: see `pmhub conflicts list`"} in told
    assert {each["type"] for each in told} <= {"note", "error"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("stream", "told"), [(Terminal(), "nothing to show\n"), (io.StringIO(), "")])
def test_a_person_is_told_that_there_is_nothing_and_a_pipe_is_not(stream, told):
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(io.StringIO()) as err:
        show(Session({}), Document("errors", []))
    assert (stream.getvalue(), err.getvalue()) == ("", told)
