"""POST /graphql for operations known by name: IssueNodes and ContentEdits over `nodes(ids: $ids)`, and IssueType over the schema;
and for a nameless one that looks up repositories, as other tools send it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .call import Call, Reply
from .enterprise import check_selection, schema_of_issue
from .graphql_shapes import comment_node, edits_of, issue_node, repository
from .selection import Document, GraphQLError, project, read
from .shapes import iso
from .state import Issue

if TYPE_CHECKING:
    from .shapes import Json
    from .state import Repo

OPERATIONS = ("IssueNodes", "ContentEdits", "IssueType")
NODE_LIMIT = 100


def execute(call: Call) -> Reply:
    """Answer a query with 200, also when it has errors: that is GraphQL's way, and GitHub's."""
    call.actor()
    try:
        data, errors = answer(call)
    except GraphQLError as error:
        return Reply(200, {"errors": [{"message": str(error)}]})
    return Reply(200, {"data": data, **({"errors": errors} if errors else {})})


def answer(call: Call) -> tuple[Json, list[Json]]:
    document = read(str(call.body.get("query") or ""))
    if document.operation == "":
        return repositories(call, document)
    if document.operation not in OPERATIONS:
        raise GraphQLError(f"The simulator knows {', '.join(OPERATIONS)}, not {document.operation or 'this'}")
    check_selection(call.world.enterprise, document.fields)
    if document.operation == "IssueType":
        root: Json = {"__typename": "Query", "__type": schema_of_issue(call.world.enterprise)}
        return project(root, document.fields, document), []
    root, errors = query_root(call)
    return project(root, document.fields, document), errors


def query_root(call: Call) -> tuple[Json, list[Json]]:
    ids = (call.body.get("variables") or {}).get("ids")
    if not isinstance(ids, list):
        raise GraphQLError("Variable $ids of type [ID!]! was provided invalid value")
    if len(ids) > NODE_LIMIT:
        raise GraphQLError(f"You may not provide more than {NODE_LIMIT} node ids; you provided {len(ids)}.")
    found = [node(call, known, one) for known in [call.world.nodes()] for one in ids]
    missing = [not_found(place, one) for place, one in enumerate(ids) if found[place] is None]
    return {"__typename": "Query", "nodes": found, "rateLimit": rate_limit(call, len(ids))}, missing


def rate_limit(call: Call, nodes: int) -> Json:
    window = call.world.limits.window(call.login, "graphql", call.world.now())
    return {
        "__typename": "RateLimit",
        "cost": 1,
        "limit": window.limit,
        "nodeCount": nodes,
        "remaining": window.remaining,
        "resetAt": iso(window.reset),
        "used": window.used,
    }


def repositories(call: Call, document: Document) -> tuple[Json, list[Json]]:
    """Each `repository(owner:, name:)` by its own alias; null, and an error, for what there is not."""
    data: Json = {}
    errors: list[Json] = []
    for one in document.fields:
        if one.name == "rateLimit":
            data[one.key] = project(rate_limit(call, 0), one.fields, document)
            continue
        if one.name != "repository":
            raise GraphQLError(
                f"The simulator knows {', '.join(OPERATIONS)} and repositories, not {one.name or 'this'}"
            )
        named = f"{one.texts.get('owner')}/{one.texts.get('name')}"
        found = seen(call, named)
        data[one.key] = found and project(repository(found), one.fields, document)
        if found is None:
            message = f"Could not resolve to a Repository with the name '{named}'."
            errors.append({"type": "NOT_FOUND", "path": [one.key], "message": message})
    return data, errors


def seen(call: Call, full_name: str) -> Repo | None:
    number = call.world.names.get(full_name.lower())
    repo = call.world.repos.get(number) if number is not None else None
    return repo if repo is not None and call.world.may(repo, call.login, "read") else None


def node(call: Call, known: dict[str, Any], global_id: str) -> Json | None:
    """Return the node, None when it is gone or not for this caller's eyes."""
    if global_id not in known:
        return None
    repo, subject = known[global_id]
    if not call.world.may(repo, call.login, "read"):
        return None
    shape = issue_node if isinstance(subject, Issue) else comment_node
    return shape(call.world, repo, subject) | edits_of(call.world, subject)


def not_found(place: int, global_id: str) -> Json:
    message = f"Could not resolve to a node with the global id of '{global_id}'"
    return {
        "type": "NOT_FOUND",
        "path": ["nodes", place],
        "locations": [{"line": 1, "column": 1}],
        "message": message,
    }
