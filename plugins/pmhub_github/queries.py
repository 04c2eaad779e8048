"""The two GraphQL documents: things by node id, and the versions of their bodies. Each takes at most 100 ids."""

from __future__ import annotations

from typing import Final

MOST_NODES: Final = 100  # docs: "Rate limits and query limits for the GraphQL API"

ISSUE_NODES: Final = """\
query IssueNodes($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    id
    ... on Issue {
      fullDatabaseId number url title body state stateReason(enableDuplicate: true) createdAt updatedAt
      author { __typename login }
      repository { nameWithOwner }
      labels(first: 100) { nodes { name } }
      assignees(first: 100) { nodes { login } }
      milestone { id number title }
      issueType { name }
      parent { id number repository { nameWithOwner } }
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
