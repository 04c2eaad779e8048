"""What pmhub remembers: one SQLite file, or a schema of a PostgreSQL server, and, beside it, the archive of lost values and the generation mark."""

from pmhub.store.store import SCHEMA_VERSION, Store, exists

__all__ = ["SCHEMA_VERSION", "Store", "exists"]
