"""Remote links of the simulated site: what no link can be, each answer as the vendor describes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from connectors.jira.jira_spec import check_exchange
from jira_site import Site, open_site

RUN = {"url": "https://ci.example/1", "title": "Run"}


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        opened.simulator.user_create_issue("SHOP", "Checkout")
        yield opened
        for each in opened.simulator.requests:
            facts = (each.method, each.path, each.query, each.request_json, each.status, each.response_json)
            assert check_exchange(*facts) == []


@pytest.mark.parametrize(
    ("link", "field"),
    [
        ({"object": RUN | {"title": "t" * 256}}, "title"),
        ({"object": RUN | {"title": "🙂" * 128}}, "title"),
        ({"object": RUN | {"title": ""}}, "title"),
        ({"object": RUN | {"url": ""}}, "url"),
        ({"object": RUN | {"url": "ftp://ci.example/1"}}, "url"),
        ({"object": RUN | {"url": "https:///1"}}, "url"),
        ({"object": RUN | {"url": "https://ci.example/a b"}}, "url"),
        ({"object": RUN, "globalId": "g" * 256}, "globalId"),
    ],
)
def test_what_no_remote_link_can_be_is_refused_by_field(site: Site, link: Any, field: str) -> None:
    assert list(site.post("issue/SHOP-1/remotelink", link, 400)["errors"]) == [field]
    assert site.get("issue/SHOP-1/remotelink") == []


def test_the_longest_title_and_global_id_are_taken(site: Site) -> None:
    link = {"globalId": "g" * 255, "object": RUN | {"title": "🙂" * 127 + "t"}}
    site.post("issue/SHOP-1/remotelink", link, 201)
    assert site.get("issue/SHOP-1/remotelink", globalId="g" * 255)["object"] == link["object"]
