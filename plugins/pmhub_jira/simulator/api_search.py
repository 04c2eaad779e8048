"""Reading many issues at once: search, bulk fetch and change logs."""

from __future__ import annotations

from . import fields as field_list
from .call import Answer, Call
from .changelog import concerns
from .errors import ApiError
from .issue_json import issue_json, names, properties_json, schemas
from .search import SearchRequest, read_request
from .values import History, Issue, Json

MOST_FETCHED, MOST_FETCHED_WIDE, MOST_NAMED_FIELDS = 100, 1_000, 100
MOST_FIELD_IDS = 10


def search_post(call: Call) -> Answer:
    return _search(call, read_request(call.payload()))


def search_get(call: Call) -> Answer:
    query = call.query
    raw: dict[str, Json] = {name: query[name] for name in ("jql", "nextPageToken", "expand") if name in query}
    raw |= {name: query.getlist(name) for name in ("fields", "properties") if name in query}
    raw["maxResults"] = query.get("maxResults", 50, type=int)
    raw["reconcileIssues"] = [int(number) for number in field_list.split(query.getlist("reconcileIssues"))]
    return _search(call, read_request(raw))


def _search(call: Call, request: SearchRequest) -> Answer:
    found = call.simulator.search.page(request, call.user)
    answer: dict[str, Json] = {"issues": [_row(call, issue, request) for issue in found.issues]}
    answer["isLast"] = found.token is None
    if found.token:
        answer["nextPageToken"] = found.token
    if "names" in request.expand:
        answer["names"] = names()
    if "schema" in request.expand:
        answer["schema"] = schemas()
    return Answer(json=answer)


def _row(call: Call, issue: Issue, request: SearchRequest) -> Json:
    """With nothing but ids asked for, an issue is its id alone."""
    if set(request.fields) == {"id"} and not request.expand:
        shown = {"properties": properties_json(issue, list(request.properties))} if request.properties else {}
        return {"id": str(issue.id), **shown}
    wanted = field_list.select(list(request.fields), "id")
    expand = set(request.expand - {"names", "schema"})
    return issue_json(call, issue, wanted, list(request.properties), expand)


def approximate_count(call: Call) -> Answer:
    return Answer(json={"count": call.simulator.search.count(call.payload().get("jql") or "", call.user)})


def bulk_fetch(call: Call) -> Answer:
    """Direct reads, by id ascending. Issues that are missing or hidden are left out, as the vendor's description says."""
    body = call.payload()
    asked = [str(entry) for entry in body.get("issueIdsOrKeys") or []]
    fields = field_list.split(body.get("fields") or [])
    _check_fetch(call, asked, fields, body)
    found, missing = _find_all(call, asked)
    wanted = field_list.select(fields, "*navigable")
    properties = body.get("properties") or []
    expand = set(body.get("expand") or [])
    rows = [issue_json(call, issue, wanted, properties, expand) for issue in found]
    return Answer(json={"issues": rows, "issueErrors": missing if call.simulator.lists_missing_issues else []})


def _find_all(call: Call, asked: list[str]) -> tuple[list[Issue], list[Json]]:
    found: dict[int, Issue] = {}
    missing = []
    for name in asked:
        issue = call.state.find(name)
        if issue is not None and call.has("BROWSE_PROJECTS", issue.project_id):
            found[issue.id] = issue
        else:
            missing.append(
                {"id": name, "errorMessage": "Issue does not exist or you do not have permission to see it."}
            )
    return [found[number] for number in sorted(found)], missing


def _check_fetch(call: Call, asked: list[str], fields: list[str], body: Json) -> None:
    """1,000 issues only where single-valued fields are named and nothing is expanded; else 100."""
    named = fields and not any(name.startswith(("*", "-")) for name in fields) and len(fields) <= MOST_NAMED_FIELDS
    light = named and not set(fields) & field_list.MULTI_VALUED and not body.get("expand")
    most = MOST_FETCHED_WIDE if light and call.simulator.wide_bulkfetch else MOST_FETCHED
    if not asked:
        raise ApiError(400, "At least one issue id or key must be provided.")
    if len(asked) > most:
        raise ApiError(400, f"You can request up to {most} issues.")
    if len(body.get("properties") or []) > 5:  # noqa: PLR2004  a limit of the vendor's
        raise ApiError(400, "A maximum of 5 issue property keys can be specified.")


def issue_changelog(call: Call, issue: str) -> Answer:
    """Oldest first."""
    found = call.issue(issue)
    entries = call.state.histories.get(found.id, [])
    start, size = call.window(most=100, usual=100)
    here = call.shapes.url(f"issue/{found.key}/changelog")
    answer = {
        "self": f"{here}?startAt={start}&maxResults={size}",
        "maxResults": size,
        "startAt": start,
        "total": len(entries),
        "isLast": start + size >= len(entries),
        "values": [call.shapes.history(entry) for entry in entries[start : start + size]],
    }
    if not answer["isLast"]:
        answer["nextPage"] = f"{here}?startAt={start + size}&maxResults={size}"
    return Answer(json=answer)


def bulk_changelog(call: Call) -> Answer:
    """Entries of up to 1,000 issues, oldest first, then by issue id; the token is the place to go on from."""
    body = call.payload()
    asked, field_ids = body.get("issueIdsOrKeys") or [], set(body.get("fieldIds") or [])
    if not 1 <= len(asked) <= MOST_FETCHED_WIDE:
        raise ApiError(400, "Between 1 and 1000 issue ids or keys must be provided.")
    if len(field_ids) > MOST_FIELD_IDS:
        raise ApiError(400, "At most 10 field ids may be provided.")
    issues = _find_all(call, [str(entry) for entry in asked])[0]
    rows = [(entry, issue.id) for issue in issues for entry in _entries(call, issue, field_ids)]
    rows.sort(key=lambda row: (row[0].created, row[1], row[0].id))
    start, size = _place(body.get("nextPageToken"), len(rows)), min(int(body.get("maxResults", 1_000)), 10_000)
    logs: dict[int, list[Json]] = {}
    for entry, issue_id in rows[start : start + size]:
        written = call.shapes.history(entry)
        if call.simulator.epoch_changelogs:
            written["created"] = entry.created
        logs.setdefault(issue_id, []).append(written)
    answer: Json = {"issueChangeLogs": [{"issueId": str(key), "changeHistories": log} for key, log in logs.items()]}
    if start + size < len(rows):
        answer["nextPageToken"] = f"place-{start + size}"
    return Answer(json=answer)


def _place(token: str | None, most: int) -> int:
    if token is None:
        return 0
    number = token.removeprefix("place-")
    if not number.isdigit() or int(number) > most:
        raise ApiError(400, "The provided next page token is invalid.")
    return int(number)


def _entries(call: Call, issue: Issue, field_ids: set[str]) -> list[History]:
    entries = call.state.histories.get(issue.id, [])
    if not field_ids:
        return entries
    kept = []
    for entry in entries:
        items = tuple(item for item in entry.items if concerns(item, field_ids))
        if items:
            kept.append(History(entry.id, entry.author, entry.created, items))
    return kept
