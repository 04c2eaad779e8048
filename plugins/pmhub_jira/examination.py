"""What `pmhub doctor` asks of a project: permissions, types, fields on their screens, statuses and the ways between them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pmhub.sdk import Category, Finding, Kind, Level, Refused, Scope, Words
from pmhub_jira import discovery, scopes, sprints
from pmhub_jira.flavours import Site
from pmhub_jira.wire import Wire

NEEDED: Final[Mapping[Kind, Mapping[str, str]]] = {
    Kind.RELEASE: {"BROWSE_PROJECTS": "Browse projects", "ADMINISTER_PROJECTS": "Administer projects"},
    Kind.TEST_RUN: {"BROWSE_PROJECTS": "Browse projects", "LINK_ISSUES": "Link issues", "EDIT_ISSUES": "Edit issues"},
}
OF_ISSUES: Final = {
    "BROWSE_PROJECTS": "Browse projects",
    "CREATE_ISSUES": "Create issues",
    "EDIT_ISSUES": "Edit issues",
    "TRANSITION_ISSUES": "Transition issues",
    "ADD_COMMENTS": "Add comments",
}
MOST_STATUSES: Final = 30
WRITTEN_AS: Final = {"timeoriginalestimate": "timetracking"}
"""A field by what stands on a screen for it."""

Json = Mapping[str, Any]


def of(wire: Wire, site: Site, kind: Kind, scope: Scope) -> Iterator[Finding]:
    yield from _permissions(wire, kind, scope)
    if kind in {Kind.TICKET, Kind.ROADMAP_ITEM}:
        types = wire.issue_types(scope.settings.project)
        yield from _types(scope, types)
        yield from _fields(wire, scope, [each for each in types if scopes.holds(scope, each, kind)])
        yield from _statuses(wire, site, scope)


def _permissions(wire: Wire, kind: Kind, scope: Scope) -> Iterator[Finding]:
    needed = NEEDED.get(kind, OF_ISSUES)
    has = wire.permissions(scope.settings.project, sorted(needed))
    lacking = [said for name, said in needed.items() if not has.get(name)]
    for said in lacking:
        hint = f"Give the account `{said}` in the permission scheme of {scope.settings.project}."
        yield Finding(Level.ERROR, f"the account lacks the permission {said}", hint)
    if not lacking:
        yield Finding(Level.OK, f"permissions: {', '.join(needed.values())}")


def _types(scope: Scope, types: Sequence[Json]) -> Iterator[Finding]:
    known = {str(each["name"]).casefold() for each in types}
    offered = ", ".join(str(each["name"]) for each in types)
    mapped = scope.vocabulary.words.get("type")
    for name in dict.fromkeys((*scope.settings.types, *(mapped.lifts if mapped else ()))):
        if name.casefold() not in known:
            yield Finding(Level.ERROR, f"there is no issue type `{name}` to create", f"There are: {offered}.")


def _fields(wire: Wire, scope: Scope, types: Sequence[Json]) -> Iterator[Finding]:
    wanted = scope.vocabulary.fields
    known = wire.fields() if wanted else []
    names = {str(each["id"]): str(each.get("name", "")) for each in known}
    ids = {name.casefold(): number for number, name in names.items()} | _of_sprints(known)
    for ours, native in wanted.items():
        number = native if native in names else ids.get(native.casefold(), "")
        if not number:
            yield Finding(Level.ERROR, f"{ours}: there is no field `{native}`", "`pmhub discover fields` lists them.")
            continue
        for each in types:
            on_screen = {str(one["fieldId"]) for one in wire.create_fields(scope.settings.project, str(each["id"]))}
            told = f"{ours}: `{names[number]}`"
            if WRITTEN_AS.get(number, number) in on_screen:
                yield Finding(Level.OK, f"{told} is on the screen of {each['name']}")
            else:
                hint = f"Add it to the create and edit screens of {each['name']}, or leave the field out."
                yield Finding(Level.ERROR, f"{told} is not on the screen of {each['name']}", hint)


def _of_sprints(known: Sequence[Json]) -> dict[str, str]:
    found = (str(each["id"]) for each in known if (each.get("schema") or {}).get("custom") == sprints.SCHEMA)
    number = next(found, None)
    return {sprints.SPRINT: number} if number else {}


def _statuses(wire: Wire, site: Site, scope: Scope) -> Iterator[Finding]:
    there = [each.name for each in discovery.statuses(wire, scope.settings.project)]
    mapped = scope.vocabulary.words.get("status")
    yield from _unheld(mapped, there) if mapped else ()
    yield from _ways(wire, site, scope, there, [name for name in mapped.lifts if mapped] if mapped else there)


def _unheld(mapped: Words, there: Sequence[str]) -> Iterator[Finding]:
    """A word of ours is written as the first of its names; the others are only read, so they may be of another project."""
    known = {name.casefold() for name in there}
    written = {ours: native for native, ours in reversed(list(mapped.lifts.items()))}
    lacking = {ours: native for ours, native in written.items() if native.casefold() not in known}
    needed = [ours for ours in lacking if ours in set(Category) or _is_read(mapped, ours, known)]
    for ours in sorted(needed):
        hint = f"There are: {', '.join(there)}. Mend the map of `status`: the first name of `{ours}` is written."
        yield Finding(Level.ERROR, f"there is no status `{lacking[ours]}`", hint)
    if others := sorted(lacking.keys() - set(needed)):
        told = ", ".join(f"`{ours}`" for ours in others)
        hint = "That is well as long as no other side has it; else add the status, or leave the word out of the map."
        yield Finding(Level.WARNING, f"no status here means {told}", hint)


def _is_read(mapped: Words, ours: str, known: Container[str]) -> bool:
    return any(native.casefold() in known for native, word in mapped.lifts.items() if word == ours)


def _ways(wire: Wire, site: Site, scope: Scope, there: Sequence[str], wanted: Sequence[str]) -> Iterator[Finding]:
    """From what transitions issues of each status offer now; where no issue stands, nobody can tell."""
    ways: dict[str, set[str]] = {}
    for name in there[:MOST_STATUSES]:
        found = _one_in(site, scope.settings.project, name)
        if found is not None:
            ways[name.casefold()] = {str(each["to"]["name"]).casefold() for each in wire.transitions(found)}
    if not ways:
        yield Finding(Level.WARNING, "no issue is there to ask for transitions", "Run doctor again when there is one.")
        return
    reached, unasked = _reached(ways)
    for name in wanted if not unasked else ():
        if name.casefold() in {one.casefold() for one in there} - reached:
            yield Finding(
                Level.WARNING,
                f"no transition leads to the status `{name}` from where issues stand now",
                "Writing it will be refused: add a transition for this account, or leave the word out of the map.",
            )
    yield Finding(Level.OK, f"transitions seen from {len(ways)} of {len(there)} statuses")


def _reached(ways: Mapping[str, set[str]]) -> tuple[set[str], set[str]]:
    """All that can be come to, and of these where no issue stands that would tell how it goes on."""
    reached, waiting = set[str](), list(ways)
    while waiting:
        here = waiting.pop()
        if here not in reached:
            reached.add(here)
            waiting += ways.get(here, ())
    return reached, reached - ways.keys()


def _one_in(site: Site, project: str, status: str) -> str | None:
    quoted = status.replace("\\", "\\\\").replace('"', '\\"')
    try:
        page = next(
            iter(site.search(f'project = "{project}" AND status = "{quoted}" ORDER BY updated DESC', ["id"])), []
        )
    except Refused:
        return None
    return next((str(each["id"]) for each in islice(page, 1)), None)
