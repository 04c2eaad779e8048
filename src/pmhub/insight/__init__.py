"""Questions over everything that is stored: progress, readiness, notes, and the report. Writes nothing."""
