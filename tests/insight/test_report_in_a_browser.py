"""The report opened in a real browser: no error, no request, no script, at any width, light and dark, on paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import CHROMIUM, browser
from insight_workspace import filled, page_of

from pmhub.model.kinds import Kind
from pmhub.model.results import Case, Outcome

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (Debian: apt install chromium)")
FETCHED = Path(__file__).parents[1] / "fixtures" / "fetched"
HOSTILE = (
    '"><script>window.hit=1</script><img src=x onerror="window.hit=2">{{7*7}}</style></title><svg onload=window.hit=3>'
)
BAD_LINK = "javascript:window.hit=4"
SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def chromium():
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory, nothing, sixty, five_thousand):
    folder = tmp_path_factory.mktemp("pages")
    for name, workspace in (("nothing", nothing), ("sixty", sixty), ("five thousand", five_thousand)):
        (folder / name).with_suffix(".html").write_text(page_of(workspace))
    return folder


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    with filled(folder) as made:
        goal = made.add(
            Kind.ROADMAP_ITEM, key=HOSTILE, title=HOSTILE, status=HOSTILE, owner=HOSTILE, target="2026-06-01"
        )
        ticket = made.add(
            Kind.TICKET, title=HOSTILE, status=HOSTILE, type=HOSTILE, labels=("blocked", HOSTILE), parent=goal, releases=(HOSTILE,)
        )  # fmt: skip
        made.add(Kind.TICKET, title=HOSTILE, status="done", age=1, releases=(HOSTILE,))
        made.add(Kind.RELEASE, key="SHOP@x", version=HOSTILE, status="planned", notes=HOSTILE)
        made.conflict(ticket, "title", HOSTILE, HOSTILE)
        made.set(goal, "target", HOSTILE, days=1)
        for number in range(3):
            case = Case(suite=HOSTILE, name=HOSTILE, outcome=Outcome.FAILED, message=HOSTILE, seconds=1.0)
            made.test_run(number, days=3 - number, cases={"x": case}, environment=HOSTILE)
        made.store.database.write("UPDATE observation SET url = ?", [BAD_LINK])
    file = folder / "report.html"
    file.write_text(page_of(folder))
    return file


@pytest.mark.parametrize("name", ["nothing", "sixty", "five thousand"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_opens_in_silence_and_fits(chromium, pages, name, width, dark):
    file = pages / f"{name}.html"
    page = chromium.open(file, width=width, dark=dark)
    assert page.complaints == []
    assert page.requests == [file.absolute().as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (max(map(int, paper[4:-1].split(","))) < 100) is dark


def test_hostile_titles_are_words_and_run_no_script(chromium, hostile):
    page = chromium.open(hostile)
    assert page.complaints == []
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('script,img,iframe,object,embed,form').length") == 0
    assert page.evaluate("[...document.querySelectorAll('a')].every(a => a.protocol != 'javascript:')")
    assert "{{7*7}}" in page.evaluate("document.body.innerText")
    handlers = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on'))"
    assert page.evaluate(handlers) == []


def test_a_script_that_did_get_in_would_not_run(chromium, hostile, tmp_path):
    """The policy is the second wall: with a script planted into the file the browser refuses it."""
    planted = tmp_path / "planted.html"
    planted.write_text(hostile.read_text().replace("</main>", "<script>window.hit=5</script></main>"))
    page = chromium.open(planted)
    assert page.evaluate("window.hit") is None
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


def test_every_link_is_reached_by_the_keyboard_and_shows_where_it_is(chromium, pages):
    page = chromium.open(pages / "sixty.html")
    for _ in range(3):
        page.tell("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
        page.tell("Input.dispatchKeyEvent", type="keyUp", key="Tab", windowsVirtualKeyCode=9)
    assert page.evaluate("document.activeElement.tagName") == "A"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(chromium, pages):
    page = chromium.open(pages / "sixty.html")
    page.tell("Input.dispatchKeyEvent", type="keyDown", key="Tab", windowsVirtualKeyCode=9)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"


def test_on_paper_all_of_it_is_there(chromium, pages):
    page = chromium.open(pages / "sixty.html")
    page.tell("Emulation.setEmulatedMedia", media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate("[...document.querySelectorAll('.notes')].every(e => e.getBoundingClientRect().height > 0)")


@pytest.mark.parametrize(
    ("name", "dark"),
    [
        ("nothing", False),
        ("nothing", True),
        ("sixty", False),
        ("sixty", True),
        ("five thousand", False),
        pytest.param("five thousand", True, marks=pytest.mark.soak),
    ],
)
def test_axe_finds_no_serious_violation(chromium, pages, name, dark):
    scripts = sorted(FETCHED.glob("axe-core-*/axe.min.js"))
    if not scripts:
        pytest.skip("axe-core is not fetched: make fixtures")
    page = chromium.open(pages / f"{name}.html", dark=dark)
    page.evaluate(scripts[-1].read_text("utf-8") + "; true")
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))")
    told = [(each["id"], each["impact"], each["nodes"][0]["html"][:200]) for each in json.loads(found)]
    assert [each for each in told if each[1] in SERIOUS] == []
