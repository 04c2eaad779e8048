from __future__ import annotations

import subprocess
import sys

from pmhub.config import FieldPolicy, Flow, Guards, MaxClose, blocked
from pmhub.sdk import Kind, People, Visibility, Vocabulary


def test_a_few_lines_are_a_workspace(read, tmp_path):
    workspace = read("""
        version = 1
        connections.shop = { connector = "tracker", url = "https://tracker.example", token = { env = "SHOP_TOKEN" } }
        connections.code = { connector = "forge", token = { env = "CODE_TOKEN" } }
        [syncs.backlog]
        kind = "ticket"
        endpoints = [{ connection = "shop", project = "SHOP" }, { connection = "code", repo = "Example/Shop" }]
    """)
    sync = workspace.syncs["backlog"]
    shop, code = sync.endpoints
    assert (sync.kind, sync.comments, sync.new_items, sync.policies, sync.skip) == (
        Kind.TICKET,
        True,
        None,
        {},
        frozenset(),
    )
    assert (shop.connection, shop.scope.key, shop.scope.settings.types) == ("shop", "SHOP", ())
    assert (code.connection, code.scope.key) == ("code", "example/shop")
    assert shop.scope.vocabulary == Vocabulary()
    assert shop.scope.visibility is None
    assert workspace.guards == Guards(200, MaxClose(2, 10))
    assert (workspace.file, workspace.folder) == (tmp_path / "pmhub.toml", tmp_path)
    assert workspace.database == tmp_path / "pmhub.db"
    assert workspace.flows == ()


def test_settings_are_the_connectors_own_dataclass(read, minimal, plugins):
    workspace = read(minimal)
    for connection in workspace.connections.values():
        assert type(connection.settings) is plugins.connectors[connection.connector.name].settings_type
    assert workspace.connections["code"].settings.url == "https://api.forge.example"


def test_a_connection_may_have_a_budget_of_requests_an_hour(read, minimal):
    assert {each.budget for each in read(minimal).connections.values()} == {0}
    budgeted = read(minimal.replace('connector = "forge"', 'connector = "forge"\nbudget = 1000'))
    assert {name: each.budget for name, each in budgeted.connections.items()} == {"shop": 0, "code": 1000}


def test_lists_of_the_file_become_what_the_scope_declares(read, minimal):
    scope = read(minimal.replace('project = "SHOP"', 'project = "SHOP", types = ["Bug"], visibility = "restricted"'))
    endpoint = scope.syncs["backlog"].endpoints[0]
    assert endpoint.scope.settings.types == ("Bug",)
    assert endpoint.scope.visibility is Visibility.RESTRICTED


def test_the_database_is_beside_the_file_and_the_environment_comes_first(read, minimal, tmp_path):
    text = 'database = "state/hub.db"\n' + minimal
    assert read(text).database == tmp_path / "state/hub.db"
    assert read(text, PMHUB_DATABASE="/var/lib/hub.db").database.as_posix() == "/var/lib/hub.db"


def test_fields_have_policies_native_names_or_are_left_alone(read, minimal):
    workspace = read(
        minimal
        + """
[syncs.backlog.fields]
body = { conflict = "hold" }
title = { conflict = "code" }
priority = { from = "shop" }
estimate = { shop = "field_16", code = "field:Estimate" }
due = false
"""
    )
    sync = workspace.syncs["backlog"]
    assert sync.policies == {
        "body": FieldPolicy("hold"),
        "title": FieldPolicy("code"),
        "priority": FieldPolicy(source="shop"),
    }
    assert sync.skip == {"due"}
    assert [each.scope.vocabulary.fields for each in sync.endpoints] == [
        {"estimate": "field_16"},
        {"estimate": "field:Estimate"},
    ]


def test_a_sync_may_hold_several_containers_of_one_connection(read, minimal):
    sync = read(minimal.replace("endpoints = [", 'endpoints = [\n{ connection = "shop", project = "TWO" },')).syncs[
        "backlog"
    ]
    assert [(each.connection, each.scope.key) for each in sync.endpoints][:2] == [("shop", "TWO"), ("shop", "SHOP")]


def test_new_items_may_be_kept_to_some_connections(read, minimal):
    assert read(minimal + 'new_items = ["shop"]\n').syncs["backlog"].new_items == ("shop",)
    assert read(minimal + "new_items = []\n").syncs["backlog"].new_items == ()


def test_people_are_named_by_connection_or_by_connector(read, minimal):
    workspace = read(
        minimal
        + """
[people]
ann = { shop = ["5b1", "ann@old"], forge = "ann-dev" }
bob = { tracker = "5b2" }
"""
    )
    shop, code = (each.scope.vocabulary.people for each in workspace.syncs["backlog"].endpoints)
    assert shop == People({"5b1": "ann", "ann@old": "ann", "5b2": "bob"})
    assert code == People({"ann-dev": "ann"})
    assert shop.lower("ann") == "5b1"


def test_a_connections_own_account_wins_over_its_connectors(read, minimal):
    workspace = read(minimal + '[people]\nann = { tracker = "general", shop = "own" }\n')
    assert workspace.syncs["backlog"].endpoints[0].scope.vocabulary.people == People({"own": "ann"})


def test_guards_take_a_percentage_or_a_number(read, minimal):
    assert read(minimal + '[guards]\nmax_changes = 0\nmax_close = "25%"\n').guards == Guards(0, MaxClose(2, 25))
    assert read(minimal + "[guards]\nmax_close = 7\n").guards == Guards(200, MaxClose(7, 0))


def test_a_visibility_rule_names_a_flow_of_every_sync_between_its_connections(read, minimal):
    rule = '[[visibility]]\nallow = { from = "shop", to = "code" }\n'
    assert read(minimal + rule).flows == (Flow("backlog", "shop", "code"),)
    assert read(minimal + rule + 'sync = "backlog"\n').flows == (Flow("backlog", "shop", "code"),)


def test_the_fingerprint_follows_what_decides_meaning(read, minimal):
    before = read(minimal).fingerprint
    for change in (
        minimal.replace("SHOP", "OTHER"),
        minimal + "fields.due = false\n",
        minimal + "comments = false\n",
        minimal + '[people]\nann = { shop = "5b1" }\n',
        minimal + 'fields.status.map = { todo = { shop = "Open" } }\n',
    ):
        assert read(change).fingerprint != before


def test_the_fingerprint_follows_the_order_of_words(read, minimal):
    def written(first, second):
        return read(minimal + f'fields.status.map = {{ todo = {{ shop = ["{first}", "{second}"] }} }}\n').fingerprint

    assert written("Open", "New") != written("New", "Open")


def test_the_fingerprint_does_not_follow_secrets_guards_or_comments(read, minimal):
    before = read(minimal).fingerprint
    for change in (
        minimal.replace("SHOP_TOKEN", "OTHER_TOKEN"),
        minimal + "[guards]\nmax_changes = 5\n",
        "# new\n" + minimal,
        'database = "other.db"\n' + minimal,
    ):
        assert read(change).fingerprint == before


def test_blocked_plugins_are_known_before_any_is_loaded(tmp_path):
    path = tmp_path / "pmhub.toml"
    assert blocked(path) == frozenset()
    path.write_text('[plugins]\nblock = ["one", 2]\n')
    assert blocked(path) == {"one"}
    path.write_text("[plugins\n")
    assert blocked(path) == frozenset()


def test_nothing_slow_is_imported_before_a_file_is_read():
    code = "import sys, pmhub.config; print(sys.modules.keys() & {'pydantic', 'tomlkit', 'httpx', 'keyring', 'click'})"
    environ = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, check=True, text=True)
    assert done.stdout == "set()\n"
