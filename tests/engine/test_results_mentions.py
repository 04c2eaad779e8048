"""Which tickets a run speaks of, and which words only look so."""

from __future__ import annotations

import time

import pytest

from pmhub.engine.mentions import Mention, Patterns, Pull, Reason, mentioned_by, mentions
from pmhub.model.results import Case, Outcome

PATTERNS = Patterns(
    projects=("SHOP", "SHOPX"), repositories=("example/shop", "example/web"), names=("test_{ticket}_", "issue{number}")
)


def case(name="a", **properties) -> Case:
    return Case(suite="s", name=name, outcome=Outcome.PASSED, properties=properties)


def found(**said):
    return [(mention.ticket, mention.reason) for mention in mentions(PATTERNS, **said)]


@pytest.mark.parametrize(
    ("branch", "expected"),
    [
        ("feature/SHOP-12-cart", ["SHOP-12"]),
        ("SHOP-12", ["SHOP-12"]),
        ("fix-SHOP-12_and_SHOPX-3", ["SHOP-12", "SHOPX-3"]),
        ("feature/shop-12", []),
        ("MYSHOP-12", []),
        ("SHOP-12a", []),
        ("SHOP-0", []),
        ("SHOP-", []),
        ("UTF-8/SHA-256/ISO-8601", []),
        ("main", []),
    ],
)
def test_a_branch_names_keys_of_configured_projects_only(branch, expected) -> None:
    assert found(branch=branch) == [(ticket, Reason.BRANCH) for ticket in expected]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Fixes #12", [("example/shop#12", Reason.CLOSES)]),
        ("closed: #12, resolves #13", [("example/shop#12", Reason.CLOSES), ("example/shop#13", Reason.CLOSES)]),
        ("fix example/web#7", [("example/web#7", Reason.CLOSES)]),
        ("Closes Example/Web#7", [("example/web#7", Reason.CLOSES)]),
        ("resolve https://tracker.example/example/shop/issues/9", [("example/shop#9", Reason.CLOSES)]),
        ("Resolved SHOP-12.", [("SHOP-12", Reason.CLOSES)]),
        ("SHOP-12: add the cart", [("SHOP-12", Reason.COMMIT)]),
        ("see example/web#7", [("example/web#7", Reason.COMMIT)]),
        ("see https://tracker.example/browse/SHOP-12", [("SHOP-12", Reason.COMMIT)]),
        ("Add the cart (#45)", []),
        ("prefixes #12", []),
        ("fixes other/repository#12", []),
        ("fixes https://tracker.example/other/shop/issues/9", []),
        ("fixes #0 and #x", []),
        ("fixes\n\n\n\n\n#12", []),
    ],
)
def test_a_commit_names_keys_and_closes_numbers(message, expected) -> None:
    assert found(commits=[message]) == expected


def test_a_pull_request_speaks_in_its_title_and_in_what_its_body_shows() -> None:
    body = "<!-- Fixes #1 -->\nFixes #2, like `SHOP-3`\n```\nSHOP-4\n```\nrelates to SHOP-5 <!-- SHOP-6"
    assert found(pulls=[Pull("SHOP-7 Cart", body)]) == [
        ("SHOP-7", Reason.PULL_TITLE),
        ("example/shop#2", Reason.CLOSES),
        ("SHOP-5", Reason.PULL_BODY),
    ]


def test_a_case_speaks_by_its_properties() -> None:
    spoken = case(
        requirements=("SHOP-1, SHOP-2;#3", "example/web#4", "other/repository#5"),
        test_key=("SHOP-5",),
        other=("SHOP-6",),
    )
    tickets = [mention.ticket for mention in mentioned_by(PATTERNS, spoken)]
    assert tickets == ["SHOP-5", "SHOP-1", "SHOP-2", "example/shop#3", "example/web#4"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SHOP-12: adds", ["SHOP-12"]),
        ("test_SHOP_12_adds", ["SHOP-12"]),
        ("test_shopx_3_adds", ["SHOPX-3"]),
        ("test_shop-3_adds", ["SHOP-3"]),
        ("shows issue7", ["example/shop#7"]),
        ("test_utf_8_adds", []),
        ("test_shop_adds", []),
        ("fixes #7", []),
    ],
)
def test_a_case_speaks_by_its_name(name, expected) -> None:
    assert found(cases=[case(name)]) == [(ticket, Reason.TEST_NAME) for ticket in expected]


def test_a_ticket_is_told_once_for_each_reason_with_the_first_words_that_gave_it() -> None:
    spoken = mentions(PATTERNS, branch="SHOP-1", commits=["SHOP-1 one\n\nmore", "SHOP-1 two"], cases=[case("SHOP-1")])
    assert spoken == (
        Mention("SHOP-1", Reason.BRANCH, "SHOP-1"),
        Mention("SHOP-1", Reason.COMMIT, "SHOP-1 one"),
        Mention("SHOP-1", Reason.TEST_NAME, "SHOP-1"),
    )


def test_without_projects_and_repositories_nothing_is_a_ticket() -> None:
    said = {"branch": "SHOP-1", "commits": ["fixes #1 a/b#2"], "cases": [case("x", requirements=("SHOP-1 #3",))]}
    assert mentions(Patterns(names=("{ticket}", "{number}")), **said) == ()
    assert [mention.ticket for mention in mentions(Patterns(projects=("SHOP",)), **said)] == ["SHOP-1", "SHOP-1"]


@pytest.mark.parametrize("name", ["no place", "{ticket}{number}", "{ticket}{ticket}", ""])
def test_a_piece_of_a_name_has_one_place_for_a_ticket(name) -> None:
    with pytest.raises(ValueError, match="has to hold one"):
        Patterns(names=(name,))


def test_a_piece_of_a_name_is_plain_text_not_an_expression() -> None:
    plain = Patterns(projects=("SHOP",), names=("[(a+)+{ticket}]",))
    assert [mention.ticket for mention in mentions(plain, cases=[case("x [(a+)+shop_1] y")])] == ["SHOP-1"]


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 25_000,
        "`" * 100_000,
        "```\n" * 25_000,
        "https://" * 12_000,
        "SHOP-" * 20_000,
        "fixes " * 16_000,
        "#1" * 50_000,
    ],
)
def test_no_text_takes_long_to_search(text) -> None:
    began = time.process_time()
    mentions(PATTERNS, commits=[text], pulls=[Pull(text, text)], cases=[case(text)])
    assert time.process_time() - began < 2.0
