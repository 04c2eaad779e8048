"""Which release tells of an item: one, however many the item names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pmhub.engine.notes.entries import Entry, ReleaseFacts
from pmhub.engine.notes.order import Natural, by_key, natural


def assign(entries: Iterable[Entry], releases: Iterable[ReleaseFacts]) -> Mapping[str, tuple[Entry, ...]]:
    """Version → its entries, for every release; each entry that names a known release is in exactly one.

    That is the earliest it names: what is out before what is not, then by date (none: last), then by version. What is
    not done cannot have been in a release that is out: it goes to the earliest that is still to come, if it names one.
    """
    ranked = sorted(releases, key=_rank)
    members: dict[str, list[Entry]] = {release.version: [] for release in ranked}
    for entry in sorted(entries, key=by_key):
        if (home := _home(entry, ranked)) is not None:
            members[home].append(entry)
    return {version: tuple(found) for version, found in members.items()}


def _home(entry: Entry, ranked: Sequence[ReleaseFacts]) -> str | None:
    named = [release for release in ranked if release.version in entry.releases]
    fitting = named if entry.is_done else [release for release in named if not release.is_out] or named
    return fitting[0].version if fitting else None


def _rank(release: ReleaseFacts) -> tuple[bool, bool, str, Natural]:
    return not release.is_out, not release.date, release.date or "", natural(release.version)
