"""Runs as jobs of an existing engine, procrastinate on PostgreSQL: many machines, one run a workspace at a time."""
