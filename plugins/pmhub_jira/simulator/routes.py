"""Which function answers which path."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from werkzeug.routing import Map, Rule

from . import (
    api_agile,
    api_attachments,
    api_comments,
    api_issues,
    api_people,
    api_search,
    api_server,
    api_site,
    api_versions,
)
from .call import Answer

Endpoint: TypeAlias = Callable[..., Answer]

_ROUTES: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "serverInfo", api_site.server_info),
    ("GET", "myself", api_site.myself),
    ("GET", "mypermissions", api_site.my_permissions),
    ("GET", "field", api_site.field_list),
    ("GET", "priority", api_site.priorities),
    ("GET", "priority/search", api_site.search_priorities),
    ("GET", "resolution", api_site.resolutions),
    ("GET", "issueLinkType", api_site.issue_link_types),
    ("GET", "user/search", api_site.search_users),
    ("GET", "user/assignable/search", api_people.assignable_users),
    ("GET", "project/search", api_site.search_projects),
    ("GET", "project/<project>", api_site.get_project),
    ("GET", "project/<project>/statuses", api_site.project_statuses),
    ("GET", "project/<project>/versions", api_versions.project_versions),
    ("GET", "project/<project>/components", api_site.project_components),
    ("POST", "version", api_versions.create_version),
    ("GET", "version/<version>", api_versions.get_version),
    ("PUT", "version/<version>", api_versions.edit_version),
    ("GET", "search/jql", api_search.search_get),
    ("POST", "search/jql", api_search.search_post),
    ("POST", "search/approximate-count", api_search.approximate_count),
    ("POST", "issue/bulkfetch", api_search.bulk_fetch),
    ("POST", "changelog/bulkfetch", api_search.bulk_changelog),
    ("POST", "issue", api_issues.create_issue),
    ("POST", "issue/bulk", api_issues.create_issues),
    ("GET", "issue/createmeta/<project>/issuetypes", api_site.create_types),
    ("GET", "issue/createmeta/<project>/issuetypes/<kind>", api_site.create_fields),
    ("GET", "issue/<issue>", api_issues.get_issue),
    ("PUT", "issue/<issue>", api_issues.edit_issue),
    ("DELETE", "issue/<issue>", api_issues.delete_issue),
    ("GET", "issue/<issue>/editmeta", api_issues.get_editmeta),
    ("GET", "issue/<issue>/changelog", api_search.issue_changelog),
    ("GET", "issue/<issue>/transitions", api_issues.get_transitions),
    ("POST", "issue/<issue>/transitions", api_issues.do_transition),
    ("GET", "issue/<issue>/comment", api_comments.list_comments),
    ("POST", "issue/<issue>/comment", api_comments.add_comment),
    ("GET", "issue/<issue>/comment/<comment>", api_comments.get_comment),
    ("PUT", "issue/<issue>/comment/<comment>", api_comments.edit_comment),
    ("DELETE", "issue/<issue>/comment/<comment>", api_comments.delete_comment),
    ("POST", "comment/list", api_comments.comments_by_id),
    ("GET", "issue/<issue>/properties", api_issues.list_properties),
    ("GET", "issue/<issue>/properties/<key>", api_issues.get_property),
    ("PUT", "issue/<issue>/properties/<key>", api_issues.put_property),
    ("DELETE", "issue/<issue>/properties/<key>", api_issues.delete_property),
    ("GET", "issue/<issue>/remotelink", api_issues.get_remote_links),
    ("POST", "issue/<issue>/remotelink", api_issues.put_remote_link),
    ("DELETE", "issue/<issue>/remotelink", api_issues.delete_remote_link),
    ("POST", "issue/<issue>/attachments", api_attachments.attach),
    ("POST", "issueLink", api_issues.create_link),
    ("DELETE", "issueLink/<link>", api_issues.delete_link),
    ("PUT", "comment/<comment>/properties/<key>", api_server.put_comment_property),
)

_OTHERWISE: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "serverInfo", api_server.server_info),
    ("GET", "myself", api_server.myself),
    ("GET", "mypermissions", api_server.my_permissions),
    ("POST", "search", api_server.search_post),
    ("GET", "project", api_people.list_projects),
    ("GET", "issue/createmeta/<project>/issuetypes", api_server.create_types),
    ("GET", "issue/createmeta/<project>/issuetypes/<kind>", api_server.create_fields),
    ("PUT", "issue/<issue>", api_server.edit_issue),
    ("GET", "comment/<comment>/properties/<key>", api_server.get_comment_property),
)
_OF_CLOUD = frozenset(
    [
        "search/jql",
        "search/approximate-count",
        "issue/bulkfetch",
        "changelog/bulkfetch",
        "issue/<issue>/changelog",
        "comment/list",
        "project/search",
        "priority/search",
        "user/search",
    ]
)
_SERVER_ROUTES = (
    *(route for route in _ROUTES if route[1] not in _OF_CLOUD and route[:2] not in {one[:2] for one in _OTHERWISE}),
    *_OTHERWISE,
)


AGILE: tuple[tuple[str, str, Endpoint], ...] = (
    ("GET", "/rest/agile/1.0/board", api_agile.boards),
    ("GET", "/rest/agile/1.0/board/<int:board>/sprint", api_agile.board_sprints),
)
"""The API of Jira Software, the same on Cloud and Data Center."""


def _map(api: str, routes: tuple[tuple[str, str, Endpoint], ...]) -> Map:
    whole = [(method, f"/rest/api/{api}/{path}", answer) for method, path, answer in routes]
    return Map([Rule(path, methods=[method], endpoint=answer) for method, path, answer in (*whole, *AGILE)])


URLS, SERVER_URLS = _map("3", _ROUTES), _map("2", _SERVER_ROUTES)
OPERATIONS = tuple((method, path) for method, path, _ in _ROUTES)
SERVER_OPERATIONS = tuple((method, path) for method, path, _ in _SERVER_ROUTES)
