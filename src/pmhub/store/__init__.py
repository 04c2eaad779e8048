"""What pmhub remembers: one SQLite file and, beside it, the archive of lost values and the generation mark."""

from pmhub.store.store import SCHEMA_VERSION, Store

__all__ = ["SCHEMA_VERSION", "Store"]
