from __future__ import annotations

import json
import tomllib

import pluggy
import pytest

from pmhub.config import PluginInfo, Plugins, load
from pmhub.errors import ConfigError


def line(text, part):
    return next(number for number, each in enumerate(text.splitlines(), 1) if part in each)


def test_all_errors_are_told_at_once_each_on_its_line(refused, minimal):
    text = (
        minimal.replace('"https://tracker.example"', "5").replace("repo =", "rebo =")
        + "\n[guards]\nmax_changes = true\n"
    )
    at_url, at_repo, at_guard = line(text, "url = 5"), line(text, "rebo"), line(text, "max_changes")
    assert refused(text) == (
        f"pmhub.toml:{at_url}: connections.shop.url: must be text",
        f"pmhub.toml:{at_repo}: syncs.backlog.endpoints[1].repo: is missing",
        f"pmhub.toml:{at_repo}: syncs.backlog.endpoints[1].rebo: unknown key. hint: did you mean `repo`?",
        f"pmhub.toml:{at_guard}: guards.max_changes: must be a whole number",
    )


def test_the_message_names_the_file_and_counts(read, tmp_path, minimal):
    with pytest.raises(ConfigError) as caught:
        read(minimal.replace("project", "projekt"))
    assert str(caught.value) == f"{tmp_path / 'pmhub.toml'} cannot be used: 2 problems"


CONNECTION = "connections.shop"
ENDPOINT = "syncs.backlog.endpoints"

ROWS = [
    # what is replaced, by what, the line's text, the path, a part of what is said
    ("[syncs.backlog]", "[sinks.backlog]", "[sinks", "sinks", "unknown key. hint: did you mean `syncs`?"),
    ('url = "https', 'uri = "https', "uri =", f"{CONNECTION}.uri", "did you mean `url`?"),
    ('url = "https://tracker.example"', "", "[connections.shop]", f"{CONNECTION}.url", "is missing"),
    ('connector = "tracker"', "", "[connections.shop]", f"{CONNECTION}.connector", "is missing. hint: one of forge, tracker"),
    ('"tracker"', '"traker"', "traker", f"{CONNECTION}.connector", "no connector is called `traker`. hint: did you mean `tracker`?"),
    ('"tracker"', "7", "connector = 7", f"{CONNECTION}.connector", "no connector is called `7`"),
    ("token = { env", "page_size = 5000\ntoken = { env", "[connections.shop]", CONNECTION, "page_size is at most 1000"),
    ("token = { env", 'page_size = "5"\ntoken = { env', "page_size", f"{CONNECTION}.page_size", "must be a whole number"),
    ("token = { env", 'edition = "old"\ntoken = { env', "edition", f"{CONNECTION}.edition", "must be 'cloud' or 'server'"),
    ("token = { env", "proxy = { port = 1 }\ntoken = { env", "proxy", f"{CONNECTION}.proxy.port", "unknown key"),
    ("token = { env", "proxy = { port = 1 }\ntoken = { env", "proxy", f"{CONNECTION}.proxy.host", "is missing"),
    ("https://tracker", "http://tracker", "http:", f"{CONNECTION}.url", "goes to tracker.example unencrypted"),
    ("https://tracker", "tracker", "url =", f"{CONNECTION}.url", "is not a web address"),
    ("https://tracker", "https://ann:fake-token@tracker", "url =", f"{CONNECTION}.url", "holds a user or password"),
    ('{ env = "SHOP_TOKEN" }', '{ env = "A", file = "b" }', "token", f"{CONNECTION}.token", "exactly one of env, file, command, keyring"),
    ('{ env = "SHOP_TOKEN" }', '{ vault = "A" }', "token", f"{CONNECTION}.token", "exactly one of env, file, command, keyring"),
    ('{ env = "SHOP_TOKEN" }', '{ command = "pass shop" }', "token", f"{CONNECTION}.token", "`command` must be a list of words"),
    ('{ env = "SHOP_TOKEN" }', '{ keyring = "shop" }', "token", f"{CONNECTION}.token", '`keyring` must be "service/user"'),
    ('{ env = "SHOP_TOKEN" }', '{ env = "" }', "token", f"{CONNECTION}.token", "`env` must be the name"),
    ("connections.code", "connections.hold", "[connections.hold]", "connections.hold", "cannot be the name of a connection"),
    ('connection = "shop"', 'connection = "shoop"', "shoop", f"{ENDPOINT}[0].connection", "no connection is called `shoop`. hint: did you mean `shop`?"),
    ('connection = "shop", ', "", "project =", f"{ENDPOINT}[0].connection", "is missing"),
    ('project = "SHOP"', 'project = ["SHOP"]', "project", f"{ENDPOINT}[0].project", "must be text"),
    ('project = "SHOP"', 'project = "SHOP", visibility = "secret"', "secret", f"{ENDPOINT}[0].visibility", "must be one of restricted, members, public"),
    ('  { connection = "code", repo = "example/shop" },\n', "", "endpoints", ENDPOINT, "between endpoints of two connections or more"),
    ('"code", repo = "example/shop"', '"shop", project = "TWO"', "endpoints", ENDPOINT, "between endpoints of two connections or more"),
    ("endpoints = [", 'endpoints = [\n{ connection = "shop", project = "SHOP" },', "endpoints", ENDPOINT, "SHOP of `shop` is in syncs.backlog already"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.due.code = "field_1"', "due", "syncs.backlog.fields.due.code", "the connector `forge` cannot hold due"),
    ('kind = "ticket"', "", "[syncs.backlog]", "syncs.backlog.kind", "is missing. hint: one of roadmap_item, release, ticket"),
    ('kind = "ticket"', 'kind = "tickets"', "kind", "syncs.backlog.kind", "must be 'roadmap_item', 'release'"),
    ('kind = "ticket"', 'kind = "comment"', "kind", "syncs.backlog.kind", "comments travel with what they are on"),
    ('kind = "ticket"', 'kind = "release"', "repo", f"{ENDPOINT}[1]", "the connector `forge` has no release. hint: it has: ticket"),
    ('kind = "ticket"', 'kind = "ticket"\ncomments = "yes"', "comments", "syncs.backlog.comments", "must be true or false"),
    ('kind = "ticket"', 'kind = "ticket"\nnew_items = "matched"', "new_items", "syncs.backlog.new_items", 'must be "everywhere", "match"'),
    ('kind = "ticket"', 'kind = "ticket"\ndeleted = "delete"', "deleted", "syncs.backlog.deleted", "no connector of this sync lets things be deleted. hint: one of ignore, notice, close"),
    ('kind = "ticket"', 'kind = "ticket"\ndeleted = "archive"', "deleted", "syncs.backlog.deleted", "no connector of this sync lets things be archived"),
    ('kind = "ticket"', 'kind = "ticket"\ndeleted = "forget"', "deleted", "syncs.backlog.deleted", "is no such policy"),
    ('kind = "ticket"', 'kind = "ticket"\nnew_items = ["cod"]', "new_items", "syncs.backlog.new_items[0]", "did you mean `code`?"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.titel = false', "titel", "syncs.backlog.fields.titel", "a ticket has no such field. hint: did you mean `title`?"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.due = true', "due", "syncs.backlog.fields.due", "must be a table, or false"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.due.conflict = "shp"', "due", "syncs.backlog.fields.due.conflict", "`shp` is no connection of this sync. hint: did you mean `shop`?"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.due.from = "newest"', "due", "syncs.backlog.fields.due.from", "`newest` is no connection of this sync"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.due = { from = "shop", conflict = "hold" }', "due", "syncs.backlog.fields.due", "has no conflicts"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.due.shp = "field_1"', "due", "syncs.backlog.fields.due.shp", "did you mean `shop`?"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.due.shop = 1', "due", "syncs.backlog.fields.due.shop", "must be the name of a native field"),
    ('kind = "ticket"', 'kind = "ticket"\nfields.labels.map = "scrum"', "labels", "syncs.backlog.fields.labels.map", "words of labels cannot be mapped"),
    ('repo = "example/shop"', 'repo = "example/shop", as = "board"', "board", f"{ENDPOINT}[1].as", "must be 'issue' or 'milestone'"),
    ('repo = "example/shop"', 'repo = "example/shop", as_ = "issue"', "as_ =", f"{ENDPOINT}[1].as_", "did you mean `as`?"),
    ('kind = "ticket"', 'kind = "ticket"\nnotes = {}', "notes", "syncs.backlog.notes", "only releases have notes"),
    ('kind = "ticket"', 'kind = "release"\nnotes.publish = ["cod"]', "notes", "syncs.backlog.notes.publish[0]", "did you mean `code`?"),
    ('kind = "ticket"', 'kind = "release"\nnotes.audience = "boss"', "notes", "syncs.backlog.notes.audience", "must be 'customer', 'internal' or 'developer'"),
    ('kind = "ticket"', 'kind = "test_run"', "[syncs.backlog]", "syncs.backlog", "reads test runs nowhere and shows them nowhere"),
    ('kind = "ticket"', 'kind = "test_run"', "endpoints", "syncs.backlog.endpoints", "test runs are not merged"),
    ('kind = "ticket"', 'kind = "test_run"\nfrom = { connection = "shop", project = "SHOP" }', "from", "syncs.backlog.from", "the connector `tracker` has no test_run"),
    ('kind = "ticket"', 'kind = "test_run"\ntickets = { sync = "backlg" }', "tickets", "syncs.backlog.tickets", "`backlg` is no sync of tickets"),
    ("[connections.shop]", "people.ann.shpp = 'a'\n[connections.shop]", "people", "people.ann.shpp", "is neither a connection nor a connector. hint: did you mean `shop`?"),
    ("[connections.shop]", "people.ann.shop = 1\n[connections.shop]", "people", "people.ann.shop", "must be an account's name"),
    ("[connections.shop]", "people.ann.shop = 'a'\npeople.bob.shop = 'a'\n[connections.shop]", "bob", "people.bob.shop", "`a` is already ann's account"),
    ("[connections.shop]", "guards.max_changes = -1\n[connections.shop]", "guards", "guards.max_changes", "must not be negative"),
    ("[connections.shop]", "guards.max_close = '101%'\n[connections.shop]", "guards", "guards.max_close", "must be a percentage"),
    ("[connections.shop]", "guards.max_close = 0\n[connections.shop]", "guards", "guards.max_close", "must be a percentage"),
    ("[connections.shop]", "guards.max_chnages = 1\n[connections.shop]", "guards", "guards.max_chnages", "did you mean `max_changes`?"),
    ("[connections.shop]", "[[visibility]]\nallow = { from = 'shop' }\n[connections.shop]", "allow", "visibility[0].allow", "must name two connections"),
    ("[connections.shop]", "[[visibility]]\nallow = { from = 'shop', to = 'cod' }\n[connections.shop]", "allow", "visibility[0].allow", "did you mean `code`?"),
    ("[connections.shop]", "[[visibility]]\nsync = 'x'\nallow = { from = 'shop', to = 'code' }\n[connections.shop]", "sync =", "visibility[0].sync", "no sync is called `x`"),
    ("version = 1", "version = 2", "version", "version", "must be 1"),
    ("token = { env", 'budget = "many"\ntoken = { env', "budget", f"{CONNECTION}.budget", "`many` is no number of requests. hint:"),
    ("token = { env", "budget = true\ntoken = { env", "budget", f"{CONNECTION}.budget", "is no number of requests"),
    ("version = 1", "version = 1.0", "version", "version", "must be 1"),
    ("version = 1", "version = true", "version", "version", "must be 1"),
    ("version = 1\n", "", "[connections.shop]", "version", "is missing. hint: begin the file with `version = 1`"),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[1]} -> {row[3]}")
def test_a_mistake_is_told_with_line_path_and_remedy(refused, minimal, row):
    old, new, on, path, said = row
    assert old in minimal
    text = minimal.replace(old, new, 1)
    where = f"pmhub.toml:{1 if path == 'version' and 'missing' in said else line(text, on)}: {path}: "
    found = [problem for problem in refused(text) if problem.startswith(where)]
    assert any(said in problem for problem in found), refused(text)


def test_bad_toml_is_told_with_its_line(refused):
    (problem,) = refused("version = 1\n[connections.shop\n")
    assert problem.startswith("pmhub.toml:2: ")


def test_bad_toml_at_the_end_of_the_file_is_told_with_its_line(refused):
    (problem,) = refused('version = 1\nname = """never closed\n')
    assert problem.startswith("pmhub.toml:")


def test_a_file_in_another_encoding_is_told(tmp_path, plugins):
    path = tmp_path / "pmhub.toml"
    path.write_bytes(b'version = 1\nname = "\xff"\n')
    with pytest.raises(ConfigError) as caught:
        load(path, plugins, {})
    assert caught.value.problems == ("pmhub.toml:2: not UTF-8",)


def test_a_file_that_cannot_be_read_is_told(tmp_path, plugins):
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "absent.toml", plugins, {})


def test_an_unknown_connector_mentions_plugins_that_failed_or_are_blocked(tmp_path, minimal):
    found = (PluginInfo("tracker", "x", "1", "ImportError: no module"), PluginInfo("forge", "x", "1", blocked=True))
    path = tmp_path / "pmhub.toml"
    path.write_text(minimal)
    with pytest.raises(ConfigError) as caught:
        load(path, Plugins(pluggy.PluginManager("pmhub"), {}, found), {})
    assert "the plugin `tracker` could not be loaded (ImportError: no module)" in caught.value.problems[0]
    assert "the plugin `forge` is blocked" in caught.value.problems[0]


def test_two_connections_to_one_site_are_refused(refused, minimal):
    problems = refused(
        minimal
        + """
[connections.again]
connector = "tracker"
url = "https://TRACKER.example/"
token = { env = "SHOP_TOKEN" }
"""
    )
    assert len(problems) == 1
    assert "connections.again: leads to the same site as connections.shop" in problems[0]


def test_one_container_in_two_syncs_of_a_kind_is_refused(refused, minimal):
    problems = refused(
        minimal
        + """
[syncs.more]
kind = "ticket"
endpoints = [{ connection = "shop", project = "OTHER" }, { connection = "code", repo = "Example/shop", labels = ["x"] }]
"""
    )
    assert len(problems) == 1
    assert "syncs.more.endpoints: example/shop of `code` is in syncs.backlog already" in problems[0]


def test_plain_http_is_allowed_to_this_machine(read, minimal):
    for host in ("127.0.0.1:8080", "localhost", "[::1]:80", "tracker.localhost"):
        read(minimal.replace("https://tracker.example", f"http://{host}"))


@pytest.mark.parametrize("host", ["127.0.0.1.example", "localhost.example", "10.0.0.1", "[::2]"])
def test_plain_http_is_refused_to_hosts_that_only_look_local(refused, minimal, host):
    (problem,) = refused(minimal.replace("https://tracker.example", f"http://{host}"))
    assert "unencrypted" in problem


def test_a_section_of_the_wrong_shape_does_not_hide_the_next(refused):
    assert refused("version = 1\nsyncs = 3\n[guards]\nmax_changes = -1\n") == (
        "pmhub.toml:2: syncs: must be a table",
        "pmhub.toml:4: guards.max_changes: must not be negative. hint: 0 means no limit",
    )


def test_problems_of_one_part_do_not_hide_those_of_another(refused, minimal):
    text = minimal.replace('"ticket"', '"tickets"').replace('"shop",', '"shoop",').replace("repo", "repa")
    paths = {problem.split(": ")[1] for problem in refused(text)}
    assert paths >= {
        "syncs.backlog.kind",
        "syncs.backlog.endpoints[0].connection",
        "syncs.backlog.endpoints[1].repa",
        "syncs.backlog.endpoints[1].repo",
    }


RICH = {
    "version": 1,
    "database": "hub.db",
    "connections": {
        "shop": {"connector": "tracker", "url": "https://tracker.example", "token": {"env": "A"}, "proxy": {"host": "p"}},
        "code": {"connector": "forge", "token": {"command": ["pass", "x"]}, "keys": [{"file": "k"}]},
    },
    "syncs": {
        "backlog": {
            "kind": "ticket",
            "comments": True,
            "new_items": ["shop"],
            "endpoints": [
                {"connection": "shop", "project": "SHOP", "types": ["Bug"], "visibility": "members"},
                {"connection": "code", "repo": "example/shop"},
            ],
            "fields": {
                "status": {"map": {"todo": {"category": "todo", "shop": ["Open"]}, "x": {"nearest": "todo"}}, "conflict": "hold"},
                "estimate": {"shop": "f", "from": "shop"},
                "due": False,
            },
        }
    },
    "people": {"ann": {"shop": ["a"], "forge": "b"}},
    "guards": {"max_changes": 3, "max_close": "5%"},
    "visibility": [{"sync": "backlog", "allow": {"from": "shop", "to": "code"}}],
    "plugins": {"block": ["x"]},
}  # fmt: skip
ODD = [0, -1, True, 1.5, "", "odd", [], [1], ["odd"], [[]], {}, {"odd": 1}, [{}], {"env": "A"}]


def paths(value, path=()):
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from paths(entry, (*path, key))


def put(value, path, odd):
    if not path:
        return odd
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[path[0]] = put(value[path[0]], path[1:], odd)
    return copied


def inline(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(entry)}" for key, entry in value.items()) + "}"
    return "[" + ", ".join(map(inline, value)) + "]" if isinstance(value, list) else json.dumps(value)


def written(table, path=()):
    """As a person writes it: tables under their names, everything else on a line."""
    tables = {key: entry for key, entry in table.items() if isinstance(entry, dict)}
    lines = [f"{key} = {inline(entry)}" for key, entry in table.items() if key not in tables]
    deeper = [f"[{'.'.join((*path, key))}]\n{written(entry, (*path, key))}" for key, entry in tables.items()]
    return "\n".join([*lines, *deeper])


def test_what_is_written_here_is_what_is_meant():
    assert tomllib.loads(written(RICH)) == RICH


@pytest.mark.parametrize("path", list(paths(RICH)), ids=lambda path: ".".join(map(str, path)))
def test_whatever_stands_anywhere_is_either_meant_or_told(read, path):
    for odd in ODD:
        try:
            read(written(put(RICH, path, odd)))
        except ConfigError as error:
            assert error.problems  # noqa: PT017 - most of these must fail, some may not
