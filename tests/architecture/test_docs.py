"""What the pages say about the repository is so: links lead somewhere, and every word has its term."""

from __future__ import annotations

import configparser
import re
import tomllib

from pmhub.cli.explained import ERRORS

LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)(?:#[^)]*)?\)")
WORDS = (
    "workspace connector connection remote sync endpoint stream kind record item ref counterpart observation agreed marker "
    "cursor sweep tombstone plan action apply intent run journal conflict hold guard settled provenance absent empty"
)


def test_relative_links_lead_somewhere(files, repository) -> None:
    found = [(page, link) for page in files(suffix=".md") for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert found
    assert not [f"{page.relative_to(repository)}: {link}" for page, link in found if not (page.parent / link).exists()]


def test_every_page_is_reached_from_the_first(files, repository) -> None:
    reached, to_read = set(), [repository / "README.md"]
    while to_read:
        page = to_read.pop()
        if page in reached:
            continue
        reached.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8")) if page.suffix == ".md" and page.is_file() else []
        to_read += [(page.parent / link).resolve() for link in links]
    folders = {page for page in reached if page.is_dir()}
    told = (page for page in files("docs") if page.suffix in (".md", ".json"))
    pages = [page for page in told if page not in reached and page.parent not in folders]
    assert [page.relative_to(repository).as_posix() for page in pages] == []


def test_codes_that_pages_name_are_explained(files) -> None:
    named = {
        code for page in files(suffix=".md") for code in re.findall(r"\bPM\d{3}\b", page.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= set(ERRORS)


def test_every_word_of_the_domain_has_a_term(repository) -> None:
    terms = set(
        re.findall(r"^\| \*\*([\w ]+)\*\* \|", (repository / "docs/terms.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert terms == {*WORDS.split(), "dead letter"}


def test_every_make_target_is_explained(repository) -> None:
    text = (repository / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    assert targets == set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))
    assert {"demo", "test", "check", "bench", "soak", "fixtures", "help"} <= targets


def test_decisions_are_numbered_without_a_gap(files, repository) -> None:
    pages = list(files("docs/adr", suffix=".md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for number, page in enumerate(pages, 1):
        assert page.read_text(encoding="utf-8").startswith(f"# {number}. "), page.relative_to(repository)


def test_every_way_to_run_waits_for_a_busy_run(files) -> None:
    for path in files("config/run"):
        text = path.read_text(encoding="utf-8").replace('", "', " ")
        assert path.suffix == ".timer" or re.search(r"sync --config \S*pmhub\.toml --wait 60|\bworker /", text), path


def test_units_are_readable(repository) -> None:
    for name in ("pmhub.service", "pmhub.timer"):
        unit = configparser.RawConfigParser(strict=False)
        unit.read(repository / "config/run" / name, encoding="utf-8")
        assert "Unit" in unit, name


def test_the_wheel_holds_every_plugin_of_ours(repository) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    packaged = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    ours = [path.parent for path in (repository / "plugins").glob("*/__init__.py")]
    assert {path.relative_to(repository).as_posix() for path in ours} <= packaged
