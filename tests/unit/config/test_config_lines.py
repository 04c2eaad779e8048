from __future__ import annotations

import tomllib

import pytest

from pmhub.config.lines import index, line_of

TEXT = '''\
# a comment with [brackets] = 1
version = 1
text = """
[not.a.table]
key = "no"
""" # after
"odd key".inner = 'a # b'

[syncs.backlog]  # here
endpoints = [
  { connection = "shop", types = ["Story",
    "Bug"] },
  # between
  { connection = "code", names = [
    ], repo = "example/shop", when = 2024-01-01 10:00:00 },
]
dotted . key = 1
nested = [[1, 2], [
  3]]

[[visibility]]
allow = { from = "a", to = "b" }
[[visibility]]
allow.from = "b"
[visibility.deep]
key = -1.5e3
[[visibility.deep.rows]]
key = """quotes ""\\""""""
[[visibility.deep.rows]]
last = true
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("version",), 2),
        (("text",), 3),
        (("odd key",), 7),
        (("odd key", "inner"), 7),
        (("syncs",), 9),
        (("syncs", "backlog"), 9),
        (("syncs", "backlog", "endpoints"), 10),
        (("syncs", "backlog", "endpoints", 0), 11),
        (("syncs", "backlog", "endpoints", 0, "types", 0), 11),
        (("syncs", "backlog", "endpoints", 0, "types", 1), 12),
        (("syncs", "backlog", "endpoints", 1, "connection"), 14),
        (("syncs", "backlog", "endpoints", 1, "repo"), 15),
        (("syncs", "backlog", "endpoints", 1, "when"), 15),
        (("syncs", "backlog", "dotted", "key"), 17),
        (("syncs", "backlog", "nested", 0, 1), 18),
        (("syncs", "backlog", "nested", 1, 0), 19),
        (("visibility", 0), 21),
        (("visibility", 0, "allow", "to"), 22),
        (("visibility", 1), 23),
        (("visibility", 1, "allow", "from"), 24),
        (("visibility", 1, "deep", "key"), 26),
        (("visibility", 1, "deep", "rows", 0, "key"), 28),
        (("visibility", 1, "deep", "rows", 1, "last"), 30),
    ],
)
def test_every_key_is_found_on_its_line(path, line):
    assert index(TEXT)[path] == line


def _paths(value, path=()):
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield from _paths(entry, (*path, key))


def test_the_index_knows_exactly_the_keys_that_tomllib_reads():
    assert set(index(TEXT)) == set(_paths(tomllib.loads(TEXT))) - {()}


def test_the_index_takes_the_line_endings_of_windows():
    assert index("a = 1\r\n\r\n[b]\r\nc = 'x'\r\n") == {("a",): 1, ("b",): 3, ("b", "c"): 4}


def test_inline_tables_may_take_several_lines_as_newer_toml_allows():
    assert index("a = {\n  b = 1, # one\n  c = 2,\n}\n")[("a", "c")] == 3


def test_a_missing_key_is_told_at_the_table_that_lacks_it():
    assert line_of(index(TEXT), ("syncs", "backlog", "endpoints", 1, "labels")) == 14


def test_a_missing_table_is_told_at_the_first_line():
    assert line_of(index(TEXT), ("connections", "shop")) == 1
