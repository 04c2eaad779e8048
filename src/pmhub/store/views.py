"""Views for people who ask with SQL: stable names and columns, documented in docs/open-data.md, held by a test.

Times are text in UTC, `2026-05-31T12:00:00Z`; sets are JSON arrays. A column may be added; none changes its meaning or goes away.
"""

# ruff: noqa: S608 - what the texts are made of stands in this file

from __future__ import annotations

from typing import Final


def _time(column: str) -> str:
    return f"strftime('%Y-%m-%dT%H:%M:%SZ', {column} / 1000, 'unixepoch')"


def _value(*names: str) -> str:
    return ", ".join(f"json_extract(i.record, '$.{name}') AS {name}" for name in names)


_SEEN: Final = """SELECT o.{0} FROM counterpart c JOIN observation o ON o.remote = c.remote AND o.kind = c.kind
  AND o.thing = c.thing WHERE c.item = i.id AND NOT c.gone"""
_KEY: Final = f"coalesce(({_SEEN} AND c.remote = i.origin), ({_SEEN} ORDER BY c.remote LIMIT 1))"
_MADE: Final = """(SELECT min(o.created_at) FROM counterpart c JOIN observation o ON o.remote = c.remote AND o.kind = c.kind
  AND o.thing = c.thing WHERE c.item = i.id)"""
_ITEM: Final = f"i.id, i.sync, {_KEY.format('key')} AS key, {_KEY.format('url')} AS url"
_SINCE: Final = "json_extract(i.stamps, '$.status[1]')"
_DATES: Final = f"{_time(_MADE)} AS created, {_time(_SINCE)} AS status_since, i.closed"

VIEWS: Final = (
    f"""CREATE VIEW v_ticket AS SELECT {_ITEM}, {_value(
        'title', 'type', 'status', 'priority', 'reporter', 'assignees', 'labels', 'components', 'estimate', 'due',
        'releases', 'parent')}, {_DATES} FROM item i WHERE i.kind = 'ticket'""",
    f"""CREATE VIEW v_roadmap_item AS SELECT {_ITEM}, {_value(
        'title', 'status', 'horizon', 'objective', 'owner', 'start', 'target', 'labels', 'parent')}, {_DATES}
      FROM item i WHERE i.kind = 'roadmap_item'""",
    f"""CREATE VIEW v_release AS SELECT {_ITEM}, {_value('version', 'status', 'start', 'date', 'prerelease', 'notes')}, {_DATES}
      FROM item i WHERE i.kind = 'release'""",
    f"""CREATE VIEW v_comment AS SELECT i.id, i.sync, i.on_item AS item, {_value('author', 'body')}, {_time(_MADE)} AS created
      FROM item i WHERE i.kind = 'comment'""",
    """CREATE VIEW v_ticket_release AS SELECT i.id AS ticket, r.value AS version
      FROM item i, json_each(i.record, '$.releases') r WHERE i.kind = 'ticket'""",
    f"""CREATE VIEW v_counterpart AS SELECT c.item, c.kind, c.remote, o.key, o.url, o.scope AS container,
      CASE o.visibility WHEN 2 THEN 'public' WHEN 1 THEN 'members' ELSE 'restricted' END AS visibility,
      {_time('o.created_at')} AS created, {_time('o.updated_at')} AS updated, {_time('o.read_at')} AS read
      FROM counterpart c JOIN observation o ON o.remote = c.remote AND o.kind = c.kind AND o.thing = c.thing WHERE NOT c.gone""",
    f"""CREATE VIEW v_test_run AS SELECT r.id, r.source, r.run, r.attempt, r.suite, r.environment, r.revision AS "commit",
      r.branch, r.outcome, {_time('r.started')} AS started, {_time('coalesce(r.finished, r.started, r.at)')} AS ended, r.url,
      json_extract(r.totals, '$.passed') AS passed, json_extract(r.totals, '$.failed') AS failed,
      json_extract(r.totals, '$.error') AS error, json_extract(r.totals, '$.skipped') AS skipped,
      json_extract(r.totals, '$.flaky') AS flaky FROM test_run r""",
    f"""CREATE VIEW v_test_result AS SELECT t.test, c.suite, coalesce(c.now_called, c.name) AS name, t.run,
      r.environment, r.branch, {_time('coalesce(r.finished, r.started, r.at)')} AS ended, t.outcome, t.flaky, t.seconds, t.message
      FROM test_result t JOIN test_run r ON r.id = t.run JOIN test_case c ON c.id = t.test""",
    f"""CREATE VIEW v_test AS SELECT test, suite, name, environment, outcome, flaky, seconds, message, run, ended FROM (
      SELECT t.test, c.suite, coalesce(c.now_called, c.name) AS name, r.environment, t.outcome, t.flaky, t.seconds, t.message,
        t.run, {_time('coalesce(r.finished, r.started, r.at)')} AS ended, row_number() OVER (PARTITION BY t.test, r.environment
        ORDER BY coalesce(r.finished, r.started, r.at) DESC, r.attempt DESC, r.id DESC) AS place
      FROM test_result t JOIN test_run r ON r.id = t.run JOIN test_case c ON c.id = t.test) AS ranked WHERE place = 1""",
    """CREATE VIEW v_test_ticket AS SELECT DISTINCT c.item AS ticket, nullif(m.test, 0) AS test, m.run, m.reason FROM mention m
      JOIN observation o ON o.key = m.ticket JOIN counterpart c ON c.remote = o.remote AND c.kind = o.kind AND c.thing = o.thing""",
    f"""CREATE VIEW v_change AS SELECT j.id, j.run, {_time('j.at')} AS at, j.item, j.remote, j.op, j.field, j.before, j.after,
      j.result FROM journal j""",
    f"""CREATE VIEW v_conflict AS SELECT c.id, c.item, c.field, c.kind, c.remote, c.value, c.state, {_time('c.at')} AS at, c.run
      FROM conflict c""",
    f"""CREATE VIEW v_refused AS SELECT f.id, f.item, f.remote, f.op, f.field, f.tries, f.state, f.message, f.hint,
      {_time('f.at')} AS at FROM failure f""",
    f"""CREATE VIEW v_run AS SELECT r.id, {_time('r.started')} AS started, {_time('r.ended')} AS ended,
      json_extract(r.outcome, '$.code') AS exit_code, json_extract(r.outcome, '$.done') AS done FROM run r""",
)  # fmt: skip

VIEWS_OF_V4: Final = (
    f"""CREATE VIEW v_ticket AS SELECT {_ITEM}, {_value(
        'title', 'type', 'status', 'priority', 'reporter', 'assignees', 'labels', 'components', 'estimate', 'due',
        'releases', 'parent')}, {_DATES}, {_value('iteration', 'time_estimate')} FROM item i WHERE i.kind = 'ticket'""",
    f"""CREATE VIEW v_run AS SELECT r.id, {_time('r.started')} AS started, {_time('r.ended')} AS ended,
      json_extract(r.outcome, '$.code') AS exit_code, json_extract(r.outcome, '$.done') AS done,
      json_extract(r.outcome, '$.complete') AS complete FROM run r""",
    f"""CREATE VIEW v_pull_request AS SELECT p.key, p.title, p.url, p.remote, p.scope AS container, p.tickets, p.releases,
      {_time('l.at')} AS read FROM pull_request p JOIN pull_request_list l ON l.remote = p.remote AND l.scope = p.scope""",
)  # fmt: skip
"""What schema version 4 says anew, or for the first time."""
