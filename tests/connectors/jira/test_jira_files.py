"""Files that a text of Jira shows: names that link to their issue elsewhere, and what they were in Jira, whatever is edited around them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jira_connection import Connection, connect, shop
from jira_spec import check_adf

from pmhub.sdk import Kind, Ref, Scope, Target
from pmhub_jira import files


@pytest.fixture
def jira() -> Iterator[Connection]:
    with connect() as connection:
        yield connection


def media(name: str = "shot.png", **attrs: Any) -> dict[str, Any]:
    return {"type": "media", "attrs": {"type": "file", "id": "6b2e", "collection": "c", "alt": name, **attrs}}


def single(one: dict[str, Any]) -> dict[str, Any]:
    return {"type": "mediaSingle", "attrs": {"layout": "center"}, "content": [one]}


def words(text: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def doc(*content: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(content)}


def issue(jira: Connection, *content: dict[str, Any]) -> Ref:
    return jira.ticket(jira.simulator.user_create_issue("SHOP", "Pay", doc(*content)).key)


def without_links() -> Scope:
    return replace(shop(), attachments="none")


def test_a_file_reads_as_its_name_with_a_link_to_the_issue(jira: Connection) -> None:
    ref = issue(jira, words("See"), single(media()))
    where = f"{jira.site.server.url}/browse/SHOP-1"
    assert jira.seen(ref).record.body == f"See\n\n[shot.png]({where})"
    assert jira.seen(ref, without_links()).record.body == "See\n\nshot.png"


def test_an_image_with_an_address_keeps_it(jira: Connection) -> None:
    outside = {"type": "media", "attrs": {"type": "external", "url": "https://example.com/a.png", "alt": "a"}}
    assert jira.seen(issue(jira, single(outside))).record.body == "![a](https://example.com/a.png)"


def test_a_file_stays_as_it_was_when_the_text_around_it_is_edited(jira: Connection) -> None:
    ref = issue(jira, words("See"), single(media()), words("and tell"))
    over = jira.seen(ref)
    edited = str(over.record.body).replace("and tell", "and tell me")
    jira.connector.update(Target(shop(), ref), over, {"body": edited})
    there = jira.simulator.issue("SHOP-1").description
    assert there["content"][1] == single(media())
    assert check_adf(there) == []
    assert jira.seen(ref).record.body == edited


def test_a_comment_links_to_its_issue_and_keeps_its_file_when_it_is_edited(jira: Connection) -> None:
    ref = issue(jira)
    jira.simulator.user_comment("SHOP-1", doc(words("Look:"), single(media("log.txt"))))
    said = Ref(Kind.COMMENT, str(jira.simulator.comments("SHOP-1")[0].id), f"SHOP-1#{ref.id}")
    over = jira.seen(said)
    assert over.record.body == f"Look:\n\n[log.txt]({jira.site.server.url}/browse/SHOP-1)"
    jira.connector.update(Target(shop(), said), over, {"body": str(over.record.body).replace("Look", "Look here")})
    assert jira.simulator.comments("SHOP-1")[0].body == doc(words("Look here:"), single(media("log.txt")))


@pytest.mark.parametrize("one", [{}, {"marks": [{"type": "link", "attrs": {"href": "https://example.com"}}]}])
def test_what_was_linked_is_what_it_was_before(one: dict[str, Any]) -> None:
    before = doc(words("a"), single({**media(), **one}))
    assert (
        files.unlinked(files.linked(before, "https://here.example/browse/A-1"), "https://here.example/browse/A-1")
        == before
    )


def test_what_is_no_document_is_left_alone() -> None:
    for body in ("!shot.png!", None, [], {"type": "media", "marks": "?", "attrs": None}):
        files.unlinked(files.linked(body, "https://here.example"), "https://here.example")
    assert files.linked("!shot.png!", "https://here.example") == "!shot.png!"
