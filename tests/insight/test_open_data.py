"""The views are what docs/open-data.md says, cannot be written to, and its queries run."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest
from insight_workspace import opened

from pmhub.insight.picture import picture_of
from pmhub.model.kinds import Kind

ROW = re.compile(r"^\| `(v_\w+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def page(repository):
    return (repository / "docs/open-data.md").read_text(encoding="utf-8")


@pytest.fixture
def database(sixty):
    with closing(sqlite3.connect(f"file:{sixty / 'pmhub.db'}?mode=ro", uri=True)) as connection:
        yield connection


def test_every_view_and_column_is_documented_and_every_documented_one_is_there(page, database):
    told = {view: re.findall(r"`(\w+)`", columns) for view, columns in ROW.findall(page)}
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'view'")]
    assert told == {name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")] for name in names}


def test_a_view_cannot_be_written_to(sixty, page):
    with closing(sqlite3.connect(sixty / "pmhub.db")) as connection:
        for view, _ in ROW.findall(page):
            with pytest.raises(sqlite3.OperationalError, match="because it is a view"):
                connection.execute(f"DELETE FROM {view}")


def test_every_query_of_the_page_runs(page, database):
    recipe = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])
    canned = [query["sql"] for query in recipe["databases"]["plan"]["queries"].values()]
    queries = [*re.findall(r"```sql\n(.*?)```", page, re.DOTALL), *canned]
    assert len(queries) > 5
    for query in queries:
        database.execute(query).fetchall()


def test_the_views_say_what_the_report_says(sixty, database):
    with opened(sixty) as found:
        picture = picture_of(found.workspace, found.hub)
    told = {row[0]: row[1:] for row in database.execute("SELECT id, key, title, status, parent FROM v_ticket")}
    assert told == {
        row.id: (picture.key(row.id), row.record["title"], row.record["status"], row.record.get("parent"))
        for row in picture.of(Kind.TICKET)
    }
    latest = set(
        database.execute("SELECT DISTINCT m.ticket, t.name, t.outcome FROM v_test_ticket m JOIN v_test t USING (test)")
    )
    assert latest == {(i, each.test.name, each.outcome) for i, results in picture.tests.items() for each in results}


def test_times_are_text_in_utc(database):
    [(created, read)] = database.execute("SELECT min(created), max(read) FROM v_counterpart").fetchall()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", created)
    assert read == "2026-05-28T20:26:40Z"
