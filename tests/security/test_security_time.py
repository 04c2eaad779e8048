"""Bodies of 64 kB made to hang a parser take a bounded time through all that every text goes through."""

from __future__ import annotations

import time

import pytest

from pmhub.cli.telling import Teller
from pmhub.http import Secrets
from pmhub.model.markdown import cut, line_key, text_key
from pmhub.sdk import Comment, Draft, Kind, Ref, Scope, Ticket
from pmhub_github import mapping as github
from pmhub_github import payloads as to_github
from pmhub_github import texts as github_texts
from pmhub_github.settings import GitHubScope
from pmhub_jira import fitting as jira
from pmhub_jira.flavours import CLOUD
from pmhub_jira.settings import JiraScope

FULL, HALF = 65_536, 32_768
MARKER = "pmhub:0123456789abcdef@0a1b2c"
GITHUB = Scope("o/r", GitHubScope(repo="o/r"))
JIRA = Scope("SHOP", JiraScope(project="SHOP"))
UNITS = {
    "stars": "*", "brackets": "[", "ticks": "`", "odd ticks": "` ``", "comments": "<!--", "bars": "|", "spaces": " ", "quotes": "> ",
    "lines of quotes": ">\n", "deep quotes": "> - ", "mentions": "@a", "numbers": "#1", "addresses": "https://a.b/", "hosts": "https://a.",
    "issues": "https://github.com/o/r/issues/1", "bullets": "*\n", "entities": "&#", "angles": "<", "tags": "<a", "fences": "```\n",
    "orders": "/a\n", "anchors": "[a](#", "joiners": "\u2060", "markers": f"<!-- {MARKER} -->\n", "half markers": "<!-- pmhub:", "tabs": "\t",
    "names": "**a", "escapes": "\\*", "underscores": "_a", "tildes": "~~a", "images": "![](", "rows": "|a|b|\n", "colons": "://",
}  # fmt: skip


def github_whole(text):
    github_texts.read(
        to_github.new_issue(Draft(GITHUB, Ticket(title=text, body=text), MARKER)).payload["body"], ours=True
    )
    to_github.new_comment(Draft(GITHUB, Comment(body=text, author=text), MARKER, Ref(Kind.TICKET, "1")))
    github.fit(GITHUB, Ticket(title=text, body=text))
    github_texts.live(text)


def jira_whole(text):
    jira.fit(CLOUD, JIRA, Ticket(title=text[:1000], body=text))


def model_whole(text):
    text_key(text)
    line_key(text)
    cut(text, 1000, "note")


def cli_whole(text):
    Teller(Kind.TICKET, str).change("body", text, f"{text}\nmore")
    Secrets(["fake-token-canary", "a" * 40]).redact(text)


def seconds(of, text):
    start = time.process_time()
    of(text)
    return time.process_time() - start


@pytest.mark.parametrize("of", [github_whole, model_whole, cli_whole])
@pytest.mark.parametrize("name", UNITS)
def test_a_hostile_body_takes_a_bounded_time(of, name):
    is_bounded(of, UNITS[name])


@pytest.mark.parametrize(
    "name", ["spaces", "tildes", "rows", "orders", "mentions", "lines of quotes", "bullets", "escapes"]
)
def test_a_hostile_body_takes_a_bounded_time_on_its_way_to_jira(name):
    """More of them, both ways: tests/connectors/jira/test_richtext_hostile.py. A quadratic reading takes minutes."""
    unit = UNITS[name]
    assert seconds(jira_whole, (unit * (FULL // len(unit) + 1))[:FULL]) < 10


def is_bounded(of, unit):
    """Two seconds on a core, or, where the machine is slow, no more than in proportion to the length."""
    whole, half = ((unit * (size // len(unit) + 1))[:size] for size in (FULL, HALF))
    took = seconds(of, whole)
    assert took < 2.0 or took < 3 * seconds(of, half)
