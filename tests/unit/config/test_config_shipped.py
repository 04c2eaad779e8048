"""What stands in the folder config/: the example, the vocabularies and the schema, with our own connectors."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

import jsonschema
import pytest

from pmhub.config import VERSION, Plugins, load, schema
from pmhub.config import plugins as installed
from pmhub.config.shape import (
    FileTable,
    GateTable,
    GuardsTable,
    HeartbeatTable,
    MetricsTable,
    NotesTable,
    PluginsTable,
    SyncTable,
    TestTicketsTable,
    VisibilityTable,
)
from pmhub.config.validation import as_written
from pmhub.config.vocabularies import FIELDS
from pmhub.model.vocabulary import Category

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "config"
EXAMPLE = CONFIG / "pmhub.example.toml"
OURS = ("jira", "github", "folder")


def _is_there(name: str) -> bool:
    return all(find_spec(f"pmhub_{name}.{part}") for part in ("plugin", "connector"))


@pytest.fixture
def ours(tmp_path, monkeypatch):
    """Our plugins by the entry points of pyproject.toml, whether pmhub is installed or not."""
    missing = [name for name in OURS if not _is_there(name)]
    if missing:
        pytest.skip(f"the connectors {', '.join(missing)} are not written yet")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    info = tmp_path / "pmhub-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pmhub\nVersion: 0\n")
    entries = [f"{name} = {project['entry-points']['pmhub'][name]}" for name in OURS]
    (info / "entry_points.txt").write_text("\n".join(["[pmhub]", *entries]))
    monkeypatch.syspath_prepend(tmp_path)
    found = installed.load()
    assert not [info for info in found.found if info.error]
    return found


@pytest.fixture
def example(ours):
    return load(EXAMPLE, ours, {})


def test_the_example_loads(example):
    assert set(example.connections) == {"jira", "github"}
    jira, github = example.syncs["backlog"].endpoints
    assert (jira.scope.key, github.scope.key) == ("SHOP", "example/shop")
    assert jira.scope.vocabulary.words["status"].lower("review") == "In Review"
    assert github.scope.vocabulary.words["status"].lower("review") == "open"


def test_the_example_shows_every_setting(ours):
    text = EXAMPLE.read_text("utf-8")
    tables = [FileTable, SyncTable, NotesTable, TestTicketsTable, GuardsTable, GateTable, VisibilityTable, PluginsTable,
              HeartbeatTable, MetricsTable]  # fmt: skip
    tables += [type_ for each in ours.connectors.values() for type_ in (each.settings_type, each.scope_type)]
    settings = {str(as_written(field.name)) for table in tables for field in fields(table)}
    assert {name for name in settings if name not in text} == set()


@pytest.mark.parametrize("path", sorted((CONFIG / "mappings").glob("*.toml")), ids=lambda path: path.stem)
def test_a_shipped_vocabulary_is_sound(read, minimal, path):
    text = path.read_text("utf-8").replace("jira", "tracker").replace("github", "forge")
    tables = tomllib.loads(text)
    assert set(tables) <= set(FIELDS)
    for field in tables:
        workspace = _with_vocabulary(read, minimal, path.stem, field, text)
        for endpoint in workspace.syncs["backlog"].endpoints:
            vocabulary = endpoint.scope.vocabulary
            words = vocabulary.words.get(field)
            if words and field == "status":
                assert all(words.lower(word) for word in (*tables[field], *Category))


def _with_vocabulary(read, minimal, name, field, text):
    workspace = read(minimal)
    (workspace.folder / "mappings").mkdir(exist_ok=True)
    (workspace.folder / f"mappings/{name}.toml").write_text(text, "utf-8")
    return read(minimal + f'fields.{field}.map = "{name}"\n')


def test_the_schema_is_current(ours):
    stored = json.loads((CONFIG / "pmhub.schema.json").read_text("utf-8"))
    assert stored == schema(ours), "run: python -m pmhub.config.schema > config/pmhub.schema.json"


def test_the_example_fits_the_schema(ours):
    jsonschema.validate(tomllib.loads(EXAMPLE.read_text("utf-8")), schema(ours))


def test_the_schema_knows_the_version(plugins):
    assert schema(plugins)["properties"]["version"] == {"const": VERSION}


def refusals(text, plugins):
    validator = jsonschema.Draft202012Validator(schema(plugins))
    return [error.json_path for error in validator.iter_errors(tomllib.loads(text))]


def test_the_schema_takes_what_load_takes(plugins, minimal):
    text = (
        minimal
        + 'fields = { due = false, status = { map = { todo = { shop = "Open" } } }, body = { conflict = "hold" } }\n'
    )
    jsonschema.Draft202012Validator.check_schema(schema(plugins))
    assert refusals(text, plugins) == []


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (('url = "https', 'uri = "https'), "$.connections.shop"),
        (('"tracker"', '"traker"'), "$.connections.shop"),
        (('{ env = "SHOP_TOKEN" }', '"fake-token"'), "$.connections.shop"),
        (("project", "projekt"), "$.syncs.backlog.endpoints[0]"),
        (('kind = "ticket"', 'kind = "tickets"'), "$.syncs.backlog.kind"),
        (("version = 1", "version = 2"), "$.version"),
        (("[syncs.", "[sinks."), "$"),
    ],
)
def test_the_schema_refuses_what_load_refuses(plugins, minimal, refused, change, where):
    text = minimal.replace(*change)
    assert where in refusals(text, plugins)
    assert refused(text)


def test_a_schema_can_be_made_without_any_connector(plugins):
    bare = schema(Plugins(plugins.manager, {}))
    jsonschema.Draft202012Validator.check_schema(bare)
