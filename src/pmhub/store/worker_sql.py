"""What workers tell of themselves and of the runs that ended with them, in two tables beside the queue's: the statements."""

from __future__ import annotations

from typing import Final

TABLES: Final = """
CREATE TABLE IF NOT EXISTS pmhub_worker (
  name text PRIMARY KEY, version text NOT NULL, slots int NOT NULL, silent_after double precision NOT NULL,
  running text[] NOT NULL, beat_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS pmhub_last_run (
  workspace text PRIMARY KEY, worker text NOT NULL, code int NOT NULL, began timestamptz NOT NULL, ended timestamptz NOT NULL,
  well_at timestamptz
)"""
"""Of each worker its last heartbeat, of each workspace its last run. `well_at`: when one last went to its end."""
BEAT: Final = """INSERT INTO pmhub_worker VALUES (%(name)s, %(version)s, %(slots)s, %(silent)s, %(running)s, now())
  ON CONFLICT (name) DO UPDATE SET version = excluded.version, slots = excluded.slots, silent_after = excluded.silent_after,
    running = excluded.running, beat_at = now()"""
WAITING: Final = """SELECT count(*) AS jobs FROM procrastinate_jobs
  WHERE status = 'todo' AND queue_name = ANY (%(queues)s) AND (scheduled_at IS NULL OR scheduled_at <= now())"""
HURRY: Final = """UPDATE procrastinate_jobs SET scheduled_at = NULL, priority = %(priority)s
  WHERE status = 'todo' AND queueing_lock = %(mark)s"""
"""One that waits already: from now on it waits for a slot only, in front of the others."""
ENDED: Final = """INSERT INTO pmhub_last_run AS last
  VALUES (%(workspace)s, %(worker)s, %(code)s, now() - make_interval(secs => %(seconds)s), now(),
    CASE WHEN %(well)s THEN now() END)
  ON CONFLICT (workspace) DO UPDATE SET worker = excluded.worker, code = excluded.code, began = excluded.began,
    ended = excluded.ended, well_at = coalesce(excluded.well_at, last.well_at)"""
GONE: Final = "DELETE FROM pmhub_worker WHERE name = %(name)s"
FORGET: Final = "DELETE FROM pmhub_worker WHERE beat_at < now() - interval '1 day'"
WORKSPACES: Final = """SELECT queue_name AS workspace,
    count(*) FILTER (WHERE status = 'todo') AS waiting, count(*) FILTER (WHERE status = 'doing') AS running,
    count(*) FILTER (WHERE status = 'succeeded') AS done, count(*) FILTER (WHERE status = 'failed') AS failed,
    min((SELECT min(at) FROM procrastinate_events WHERE job_id = jobs.id)) AS asked_at
  FROM procrastinate_jobs AS jobs WHERE queue_name = ANY (%(queues)s) GROUP BY queue_name"""
LAST: Final = "SELECT * FROM pmhub_last_run WHERE workspace = ANY (%(queues)s)"
WORKERS: Final = """SELECT name, version, slots, running, extract(epoch FROM now() - beat_at)::float AS silent,
    beat_at > now() - make_interval(secs => silent_after) AS is_alive FROM pmhub_worker ORDER BY name"""
