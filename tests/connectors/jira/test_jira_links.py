"""Issue links: each is stated by one of its ends, read with the issue itself, made and taken off one by one, of either flavour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jira_connection import Connection, connect, scope, shop, stream

from pmhub.sdk import BLOCKED_BY, DUPLICATES, RELATES, Refused, SetChange, Target, Ticket, link
from pmhub_jira.settings import JiraScope


@pytest.fixture(params=[False, True], ids=["cloud", "data center"])
def jira(request: pytest.FixtureRequest) -> Iterator[Connection]:
    with connect(data_center=request.param) as connection:
        for title in ("One", "Two", "Three"):
            connection.simulator.user_create_issue("SHOP", title)
        yield connection


def to(jira: Connection, key: str, relation: str = BLOCKED_BY) -> str:
    return link(relation, f"ticket:{jira.simulator.issue(key).id}")


def links(jira: Connection, key: str) -> object:
    seen = jira.seen(jira.ticket(key))
    assert isinstance(seen.record, Ticket)
    return seen.record.links


def change(
    jira: Connection, key: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = (), **more: object
) -> object:
    over = jira.seen(jira.ticket(key), more.pop("of", None))  # type: ignore[arg-type]
    jira.requests()
    return jira.connector.update(Target(shop(), over.ref), over, {"links": SetChange(add, remove), **more})  # type: ignore[dict-item]


def test_a_link_is_told_by_the_ticket_that_is_blocked_that_is_the_duplicate_or_that_it_goes_out_from(
    jira: Connection,
) -> None:
    for kind in ("Blocks", "Duplicate", "Relates", "Cloners"):
        jira.simulator.user_link(kind, "SHOP-1", "SHOP-2")
    assert links(jira, "SHOP-1") == (to(jira, "SHOP-2", DUPLICATES), to(jira, "SHOP-2", RELATES))
    assert links(jira, "SHOP-2") == (to(jira, "SHOP-1"),)
    assert links(jira, "SHOP-3") == ()


def test_links_come_with_the_issues_and_cost_no_request_of_their_own(jira: Connection) -> None:
    jira.simulator.user_link("Blocks", "SHOP-1", "SHOP-2")
    jira.fetch(stream())
    jira.requests()
    [found] = jira.fetch(stream()).values()
    assert {each.ref.key: each.record.links for each in found}["SHOP-2"] == (to(jira, "SHOP-1"),)  # type: ignore[union-attr]
    assert len(jira.requests()) == 1


@pytest.mark.parametrize("relation", [BLOCKED_BY, DUPLICATES, RELATES])
def test_what_is_written_is_read_back_and_can_be_taken_off(jira: Connection, relation: str) -> None:
    member = to(jira, "SHOP-2", relation)
    assert change(jira, "SHOP-1", add=(member,)) is None
    assert jira.requests() == ["GET issueLinkType", "POST issueLink"]
    assert (links(jira, "SHOP-1"), links(jira, "SHOP-2")) == ((member,), ())
    change(jira, "SHOP-1", remove=(member,))
    assert links(jira, "SHOP-1") == ()


def test_what_blocks_reads_in_jira_as_it_should(jira: Connection) -> None:
    change(jira, "SHOP-1", add=(to(jira, "SHOP-2"),))
    [told] = jira.site.get("issue/SHOP-1", fields="issuelinks")["fields"]["issuelinks"]
    assert (told["type"]["inward"], told["inwardIssue"]["key"]) == ("is blocked by", "SHOP-2")


def test_links_of_other_types_and_to_strangers_stay(jira: Connection) -> None:
    jira.simulator.add_project("ELSE", "Elsewhere")
    jira.simulator.user_create_issue("ELSE", "Strange")
    jira.simulator.user_link("Cloners", "SHOP-1", "SHOP-2")
    jira.simulator.user_link("Blocks", "ELSE-1", "SHOP-1")
    change(jira, "SHOP-1", add=(to(jira, "SHOP-3"),), title="Another title")
    change(jira, "SHOP-1", remove=(to(jira, "SHOP-3"),))
    assert links(jira, "SHOP-1") == (to(jira, "ELSE-1"),)
    assert len(jira.site.get("issue/SHOP-1", fields="issuelinks")["fields"]["issuelinks"]) == 2


def test_what_was_done_by_somebody_else_meanwhile_is_no_failure(jira: Connection) -> None:
    jira.simulator.user_link("Blocks", "SHOP-2", "SHOP-1")
    over = jira.seen(jira.ticket("SHOP-1"))
    jira.simulator.user_unlink("Blocks", "SHOP-2", "SHOP-1")
    jira.simulator.user_link("Blocks", "SHOP-3", "SHOP-1")
    delta = SetChange((to(jira, "SHOP-3"),), (to(jira, "SHOP-2"),))
    jira.connector.update(Target(shop(), over.ref), over, {"links": delta})
    assert links(jira, "SHOP-1") == (to(jira, "SHOP-3"),)


def test_a_link_to_what_is_gone_is_refused_by_field(jira: Connection) -> None:
    member = to(jira, "SHOP-2")
    jira.simulator.user_delete_issue("SHOP-2")
    with pytest.raises(Refused) as caught:
        change(jira, "SHOP-1", add=(member,))
    assert caught.value.field == "links"


def test_a_type_of_another_name_is_named_in_the_configuration_and_nothing_else_is_believed(jira: Connection) -> None:
    named = scope(links={BLOCKED_BY: "Cloners", RELATES: ""})
    jira.simulator.user_link("Cloners", "SHOP-2", "SHOP-1")
    jira.simulator.user_link("Blocks", "SHOP-3", "SHOP-1")
    jira.simulator.user_link("Relates", "SHOP-1", "SHOP-3")
    seen = jira.seen(jira.ticket("SHOP-1"), named)
    assert seen.record.links == (to(jira, "SHOP-2"),)  # type: ignore[union-attr]
    wanted = (to(jira, "SHOP-2"), to(jira, "SHOP-3", RELATES))
    fitted = jira.connector.fit(named, Ticket(links=wanted))
    assert fitted.record == Ticket(links=wanted[:1])
    assert "links" in fitted.lost


def test_a_relation_that_the_site_has_no_type_for_is_refused_once_and_then_left_alone(jira: Connection) -> None:
    named, member = scope(links={BLOCKED_BY: "Hinders"}), to(jira, "SHOP-2")
    over = jira.seen(jira.ticket("SHOP-1"))
    with pytest.raises(Refused) as caught:
        jira.connector.update(Target(named, over.ref), over, {"links": SetChange((member,)), "title": "Not written"})
    assert (caught.value.field, caught.value.lasting) == ("links", False)
    assert jira.seen(jira.ticket("SHOP-1")).record.title == "One"  # type: ignore[union-attr]
    assert jira.connector.fit(named, Ticket(links=(member,))).record == Ticket(links=())


def test_a_relation_that_there_is_not_is_a_configuration_error() -> None:
    with pytest.raises(ValueError, match="blocked_by, relates, duplicates"):
        JiraScope("SHOP", links={"blocks": "Blocks"})
