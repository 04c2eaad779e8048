"""The GraphQL documents: things by node id, and the versions of their bodies, at most 100 ids each; and what the schema has.

What a server may lack has a word: an issue's type, its parent, what blocks it, duplicates, its fields, projects.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

TYPES: Final = "type"
PARENTS: Final = "parent"
DUPLICATES: Final = "duplicates"
FIELDS: Final = "issue fields"
PROJECTS: Final = "projects"
DEPENDENCIES: Final = "dependencies"

MOST_NODES: Final = 100  # docs: "Rate limits and query limits for the GraphQL API"

_ISSUE_NODES: Final = """\
query IssueNodes($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Issue {
      fullDatabaseId number url title body state %(reason)s createdAt updatedAt
      author { __typename login }
      repository { nameWithOwner }
      labels(first: 100) { nodes { name } }
      assignees(first: 100) { nodes { login } }
      milestone { id number title }
      %(newer)s
    }
    ... on IssueComment {
      fullDatabaseId url body createdAt updatedAt
      author { __typename login }
      repository { nameWithOwner }
      issue { id number repository { nameWithOwner } }
    }
  }
}
"""

ISSUE_TYPE: Final = """\
query IssueType {
  __type(name: "Issue") { fields { name args { name } } }
}
"""

_NEWER: Final = {
    TYPES: "issueType { name }",
    PARENTS: "parent { id number repository { nameWithOwner } }",
    DEPENDENCIES: "blockedBy(first: 50) { nodes { id fullDatabaseId } }",  # docs: "Creating issue dependencies": 50 at most
}


_FIELD_VALUES: Final = """\
issueFieldValues(first: 100) {
        nodes {
          __typename
          ... on IssueFieldNumberValue { number: value field { ...Named } }
          ... on IssueFieldDateValue { text: value field { ...Named } }
          ... on IssueFieldTextValue { text: value field { ...Named } }
          ... on IssueFieldSingleSelectValue { option: name field { ...Named } }
        }
      }"""
_NAMED: Final = """\
fragment Named on IssueFields {
  __typename
  ... on IssueFieldNumber { name }
  ... on IssueFieldDate { name }
  ... on IssueFieldText { name }
  ... on IssueFieldSingleSelect { name }
}
"""


def issue_nodes(lacks: Collection[str] = (), *, fields: bool = False) -> str:
    """Issues and comments, with issue fields where they are wanted. A server refuses a document that names what it lacks."""
    newer = [part for name, part in _NEWER.items() if name not in lacks]
    reason = "stateReason" if DUPLICATES in lacks else "stateReason(enableDuplicate: true)"
    newer += [_FIELD_VALUES] if fields else []
    return _ISSUE_NODES % {"reason": reason, "newer": "\n      ".join(newer)} + (_NAMED if fields else "")


CONTENT_EDITS: Final = """\
query ContentEdits($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Issue {
      author { __typename login }
      userContentEdits(first: 20) { nodes { ...Edit } pageInfo { hasNextPage } }
    }
    ... on IssueComment {
      author { __typename login }
      userContentEdits(first: 20) { nodes { ...Edit } pageInfo { hasNextPage } }
    }
  }
}
fragment Edit on UserContentEdit { editedAt diff editor { __typename login } }
"""
