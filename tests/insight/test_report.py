"""The report as a file: what it tells, what it leaves out and says so, and what cannot be in it."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

from insight_workspace import filled, page_of
from invented import DAY, NOW, write_config

from pmhub.insight.report import Window
from pmhub.insight.report.page import made_at
from pmhub.model.kinds import Kind
from pmhub.model.results import Case, Outcome

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Tree(HTMLParser):
    """Every tag with its attributes, and whether all of them are closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page.partition("<body>")[2])).split())


def test_the_page_is_well_formed_and_asks_for_nothing(sixty):
    tree = Tree(page_of(sixty))
    names = {tag for tag, _ in tree.tags}
    assert not names & {"script", "iframe", "object", "embed", "img", "form", "base"}
    for tag, attributes in tree.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "src" not in attributes, tag
    assert [attributes["href"] for tag, attributes in tree.tags if tag == "link"] == ["data:,"]


def test_the_policy_forbids_all_but_the_one_style(sixty):
    page = page_of(sixty)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:;")


def test_every_anchor_leads_to_a_part_of_the_page(sixty):
    tree = Tree(page_of(sixty))
    ids = [attributes["id"] for _, attributes in tree.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {a["href"][1:] for tag, a in tree.tags if tag == "a" and a["href"].startswith("#")}
    assert anchors
    assert anchors <= set(ids)


def test_headings_go_down_one_level_at_a_time(sixty):
    levels = [int(tag[1]) for tag, _ in Tree(page_of(sixty)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_five_thousand_tickets_fit_in_a_megabyte_and_three_seconds(five_thousand):
    begun = time.process_time()
    page = page_of(five_thousand)
    assert time.process_time() - begun < 3
    assert len(page.encode()) < 1_000_000


def test_whatever_is_cut_is_counted(five_thousand):
    told = words_of(page_of(five_thousand))
    assert re.search(r"and \d+ goals more, not shown here", told)
    assert re.search(r"and \d+ signals more, not shown here", told)
    assert re.search(r"and \d+ tickets more, not shown here", told)
    assert re.search(r"The 10 slowest of 500", told)


def test_the_first_lines_count_all_and_not_only_what_is_shown(tmp_path):
    with filled(tmp_path) as made:
        for number in range(50):
            target = "2026-05-01" if number < 40 else "2027-05-01"
            made.add(Kind.ROADMAP_ITEM, title=f"Goal {number}", status="planned", target=target)
    assert "50 goals are open: 40 late, most of all “" in words_of(page_of(tmp_path))


def test_a_workspace_without_anything_has_a_page_too(nothing):
    told = words_of(page_of(nothing))
    assert "No roadmap items yet." in told
    assert "Nothing waits for a person." in told


def test_a_folder_without_a_database_has_a_page_too(tmp_path):
    write_config(tmp_path)
    assert "backlog on jira and backlog on github were never read." in words_of(page_of(tmp_path))


def test_progress_names_what_was_counted(tmp_path):
    with filled(tmp_path) as made:
        goal = made.add(Kind.ROADMAP_ITEM, title="Carts", status="in_progress", target="2026-05-20")
        made.add(Kind.TICKET, title="Pay", status="done", estimate=3.0, parent=goal)
        made.add(Kind.TICKET, title="Add up", status="doing", estimate=5.0, parent=goal)
    told = words_of(page_of(tmp_path))
    assert "1 of 2 tickets done 3 of 8 points done 8 days late" in told
    assert "%" not in told


def test_what_changed_since_the_report_before_this_one(tmp_path):
    with filled(tmp_path) as made:
        old = made.add(Kind.TICKET, title="Old", status="todo", age=40)
        made.set(old, "status", "done", days=2)
        made.add(Kind.TICKET, title="Fresh", status="todo", age=1)
        again = made.add(Kind.TICKET, title="Back", status="done", age=40, set_days=30)
        made.set(again, "status", "todo", days=1)
        goal = made.add(Kind.ROADMAP_ITEM, title="Goal", status="planned", target="2026-06-01", age=40)
        made.set(goal, "target", "2026-07-01", days=1)
    (tmp_path / "report.html").write_text(page_of(tmp_path, Window(NOW - 10 * DAY)))
    assert made_at(tmp_path / "report.html") == NOW - 10 * DAY
    told = words_of(page_of(tmp_path, Window(since=made_at(tmp_path / "report.html")))).partition("What changed Since")[
        2
    ]
    assert "Finished 1 Old SHOP-1" in told
    assert "New 1 Fresh SHOP-2" in told
    assert "Open again 1 Back SHOP-3" in told
    assert "Goal SHOP-4 target: 2026-06-01 → 2026-07-01" in told
    quiet = words_of(page_of(tmp_path, Window(since=NOW - 1)))
    assert "Since 28 May 2026, 20:26 UTC. Nothing." in quiet


def test_a_file_that_is_no_report_has_no_date(tmp_path):
    (tmp_path / "other.html").write_text("<p>hello</p>")
    assert made_at(tmp_path / "other.html") is None
    assert made_at(tmp_path / "nothing.html") is None


def test_a_conflict_shows_both_sides(tmp_path):
    with filled(tmp_path) as made:
        item = made.add(Kind.TICKET, title="Pay", status="todo")
        made.conflict(item, "title", "Pay in one step", "Pay in two steps")
    told = words_of(page_of(tmp_path))
    assert "1 conflict waits for a person." in told
    assert "Pay SHOP-1 · title jira Pay in one step github Pay in two steps" in told


def test_the_past_shows_what_it_can_and_names_what_it_cannot(sixty):
    told = words_of(page_of(sixty, Window(NOW - 30 * DAY)))
    assert "as it was then" in told
    assert "It does not tell which releases were ready" in told
    assert "Waiting for a person" not in told


def test_broken_and_flaky_tests_are_told_apart_and_the_slow_ones_named(tmp_path):
    def case(name, good, seconds):
        outcome = Outcome.PASSED if good else Outcome.FAILED
        return Case(suite="shop", name=name, outcome=outcome, seconds=seconds)

    with filled(tmp_path) as made:
        for number in range(20):
            flaky = number in {3, 7, 12}
            cases = [
                case("steady", True, 0.1),
                case("slow", True, 9.5),
                case("flaky", not flaky, 0.1),
                case("broken", number < 15, 0.1),
            ]
            made.test_run(number, days=30 - number, cases={each.name: each for each in cases})
    told = words_of(page_of(tmp_path))
    assert "Of 4 tests 1 broken and 1 flaky; 12 of the last 20 runs passed." in told
    assert "broken shop on linux broken 5 of 20" in told
    assert "flaky shop on linux flaky 3 of 20" in told
    assert "slow shop on linux 9.50 s" in told


def test_a_goal_whose_work_is_all_done_and_that_nobody_closed_is_told(tmp_path):
    with filled(tmp_path) as made:
        goal = made.add(Kind.ROADMAP_ITEM, title="Carts", status="in_progress")
        made.add(Kind.TICKET, title="Pay", status="done", parent=goal)
    assert "1 of 1 ticket done all done, still in progress" in words_of(page_of(tmp_path))


def test_what_is_blocked_is_told_with_what_it_waits_for(tmp_path):
    with filled(tmp_path) as made:
        goal = made.add(Kind.ROADMAP_ITEM, title="Carts", status="in_progress")
        prices = made.add(Kind.TICKET, key="SHOP-9", title="Prices", status="doing")
        for number in range(3):
            links = (f"blocked_by:{prices}",)
            made.add(Kind.TICKET, key=f"SHOP-1{number}", title="Pay", status="todo", parent=goal, links=links)
    told = words_of(page_of(tmp_path))
    assert "SHOP-10 waits for SHOP-9 SHOP-11 waits for SHOP-9 and 1 more blocked" in told
