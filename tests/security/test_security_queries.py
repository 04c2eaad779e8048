"""Ten thousand strings through every builder of queries and addresses: what is asked keeps its structure."""

from __future__ import annotations

import random
import re
import string
from urllib.parse import unquote, urlsplit

import pytest

from pmhub.errors import Refused
from pmhub.http import Client, urls
from pmhub.sdk import Context, Scope, Secret
from pmhub_github import queries, shapes
from pmhub_github.settings import GitHubScope, GitHubSettings
from pmhub_github.simulator import GitHubSimulator, serve
from pmhub_github.wire import Wire, segment
from pmhub_jira import scopes
from pmhub_jira.settings import JiraScope
from pmhub_jira.simulator import jql
from pmhub_jira.wire import address

COUNT, SEED = 10_000, 1_789
BITS = (
    '"', "'", "\\", '\\"', "\\\\", ")", "(", ",", " OR ", " AND ", " ORDER BY ", "project = X", "/", "//", "..", ".", "?", "#",
    "%", "%2e", "%2F", "&", "=", "@", ":", "\n", "\r\n", "\0", "\t", " ", "\u202e", "é", "😀", "{", "}", "{key}", "$", "`", "SHOP",
    "/* */", "--", ";", "<", ">", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "1) OR (1=1",
)  # fmt: skip


def strings(count=COUNT):
    chooser = random.Random(SEED)
    for _ in range(count):
        bits = chooser.choices([*BITS, *string.ascii_letters[:8], *string.digits], k=chooser.randint(0, 8))
        yield "".join(bits)


def tokens(text):
    """By the simulator's own reading of JQL: kinds of tokens, and the texts of those that are no string."""
    return [(token.kind, "" if token.kind == "quoted" else token.text) for token in jql._tokens(text)]


def said(text):
    return [jql._unquoted(token) for token in jql._tokens(text) if token.kind == "quoted"]


def test_a_query_by_project_is_one_clause_whatever_the_key():
    plain = tokens(scopes.changed_since(["SHOP"], 1))
    for key in strings():
        written = scopes.changed_since([key], 1)
        assert tokens(written) == plain, key
        assert said(written) == [key], key


def test_a_query_by_type_takes_numbers_alone():
    scope = Scope("SHOP", JiraScope(project="SHOP", types=("Bug",)))
    plain = tokens(scopes.all_of(scope, [{"id": "1", "name": "Bug"}]))
    for number in strings():
        written = scopes.all_of(scope, [{"id": number, "name": "Bug"}, {"id": "1", "name": "Bug"}])
        numbers = 2 if re.fullmatch("[0-9]+", number) else 1
        assert len(tokens(written)) == len(plain) + 2 * (numbers - 1), number


def test_keys_and_repositories_of_the_configuration_are_checked():
    for text in strings():
        for make, allowed in ((JiraScope, r"[A-Z][A-Z0-9_]+"), (GitHubScope, r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")):
            try:
                make(text)
            except ValueError:
                continue
            assert re.fullmatch(allowed, text), text
            assert not {".", ".."} & set(text.split("/"))


def test_every_variable_of_a_jira_path_is_one_segment():
    for text in strings():
        try:
            path = address("/issue/{id}/comment/{comment}", id=text, comment="7")
        except Refused:
            assert text.strip(".") == ""
            continue
        url = urlsplit(urls.join("https://jira.example", path))
        before, middle, after = url.path.partition("/comment/")
        assert (url.query, url.fragment, middle, after) == ("", "", "/comment/", "7"), text
        assert unquote(before) == f"/issue/{text}"
        assert before.count("/") == 2


def test_a_label_in_an_address_is_one_segment_and_never_stands_for_all():
    for text in strings():
        try:
            written = segment(text)
        except Refused:
            assert text in ("", ".", "..")
            continue
        assert re.fullmatch(r"[A-Za-z0-9_.~%-]+", written), text
        assert unquote(written) == text


def test_an_address_that_a_remote_tells_leads_to_an_issue_or_nowhere():
    for text in strings():
        key = shapes.key_of(f"https://github.com/{text}/issues/7")
        place = shapes.place_of(key or "")
        if place is not None:
            assert re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", place[0]), text
            assert place[0].split("/")[1] not in (".", "..")
            assert place[1] == 7


def test_the_graphql_documents_are_constant_and_things_travel_as_variables(github_wire):
    simulator, wire = github_wire
    asked = list(strings())
    for query in (queries.issue_nodes(), queries.CONTENT_EDITS):
        wire.nodes(query, list(dict.fromkeys(asked)))
    sent = [exchange.request_body for exchange in simulator.requests if exchange.path == "/graphql"]
    assert {body["query"] for body in sent} == {queries.issue_nodes(), queries.CONTENT_EDITS}
    assert {name for body in sent for name in body} == {"query", "variables"}
    assert {id_ for body in sent for id_ in body["variables"]["ids"]} == set(asked)


class Forgetful:
    def get(self, key):
        return None


@pytest.fixture
def github_wire():
    simulator = GitHubSimulator()
    simulator.token("fake-token", login="pmhub-bot")
    with serve(simulator) as server:
        clients = []

        def open_client(account, **more):
            clients.append(Client(account, **more))
            return clients[-1]

        context = Context(open_client, lambda: 0, lambda _: None, Forgetful())
        yield simulator, Wire(GitHubSettings(token=Secret({"env": "X"}, "fake-token"), url=server.url), context)
        for client in clients:
            client.close()
