"""Random trees are written and read. What comes back is the tree in its canonical form.

Canonical is what `shape` makes of a tree, and it takes nothing away that a reader sees: runs of one style side by side are one
run, spaces stand outside of marks, a bare address is a link, a line has no break at its ends, an image alone in a paragraph is
a picture, a tag alone in one a block of HTML. That it is no more than this is held too: a tree that a form can hold has, in its
canonical form, the blocks it had, in each other as they were, with the words they had.

A tree that a form cannot hold is first fitted to it, as a text is before it is compared: what fits stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from adf_validity import AdfSchema
from hypothesis import HealthCheck, given, settings
from random_trees import Trees, all_blocks, depth_of, outline
from richtext_oracle import adf_schema

from pmhub.model.markdown import text_key
from pmhub_jira.richtext.adf_reader import read_adf
from pmhub_jira.richtext.adf_writer import write_adf
from pmhub_jira.richtext.markdown_writer import write
from pmhub_jira.richtext.parse import parse
from pmhub_jira.richtext.shape import shape
from pmhub_jira.richtext.tree import Blocks
from pmhub_jira.richtext.wiki import read_wiki, write_wiki

DEEP, OFTEN = 3, 0.25


def _by_adf(tree: Blocks) -> Blocks:
    document = write_adf(tree, None)
    assert AdfSchema(adf_schema()).is_valid(document)
    return shape(read_adf(document, None)[0])


def _by_markdown(tree: Blocks) -> Blocks:
    return shape(parse(write(tree)))


def _by_wiki(tree: Blocks) -> Blocks:
    return read_wiki(write_wiki(tree, None), None)[0]


FORMS = {
    "ADF": (Trees(), _by_adf),
    "Markdown": (Trees(is_spaced=True), _by_markdown),
    "wiki": (Trees(is_spaced=True, as_wiki=True), _by_wiki),
}


def _comes_back(form: str) -> Callable[[Blocks], None]:
    there_and_back = FORMS[form][1]

    def law(tree: Blocks) -> None:
        canon = shape(tree)
        assert outline(canon) == outline(tree)
        assert there_and_back(canon) == canon

    return law


def _fits_once(tree: Blocks) -> None:
    canon = shape(tree)
    assert shape(canon) == canon
    assert _by_adf(canon) == canon
    for there_and_back in (_by_markdown, _by_wiki):
        fitted = there_and_back(canon)
        assert there_and_back(fitted) == fitted


def _figures(law: Callable[[Blocks], None], trees: Trees, examples: int, *, same_each_time: bool) -> Counter[str]:
    """Holds the law against random trees; how many there were, how many deep ones, and how many blocks of each kind."""
    seen: Counter[str] = Counter()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=same_each_time,
        suppress_health_check=list(HealthCheck),
    )
    @given(trees.documents())
    def holds(tree: Blocks) -> None:
        seen.update(["trees"], deep=depth_of(tree) >= DEEP)
        seen.update(type(block).__name__ for block in all_blocks(tree))
        law(tree)

    holds()
    return seen


@pytest.mark.parametrize("form", FORMS)
def test_a_tree_that_a_form_can_hold_comes_back_as_it_was(form):
    seen = _figures(_comes_back(form), FORMS[form][0], 200, same_each_time=True)
    assert seen["deep"] / seen["trees"] > OFTEN


def test_a_tree_that_no_form_can_hold_stays_as_it_was_fitted():
    seen = _figures(_fits_once, Trees(is_bound=False), 200, same_each_time=True)
    assert seen["deep"] / seen["trees"] > OFTEN


@pytest.mark.parametrize(
    "markdown",
    [
        "*one\n**two***\n**three**",
        "word\n\n<i>",
        "**# word** more",
        "1. one\n\n   ![](https://e.com/i.png)\n\n   <!-- two -->",
        "> - one\n>\n>   > two\n>   >\n>   > > three\n>\n>   four",
        "<details>\n<summary>More</summary>\n\n> [!TIP]\n>\n> - one\n\n</details>",
        '| [\\[r\\] one](https://e.com/t "tip") | H<sub>5!</sub> ![a](https://e.com/i.png) |\n|---|---|',
        "a![b](https://e.com/i.png)c",
        "~~https://e.com/a~~ *https://e.com/b*\\*",
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_what_came_back_otherwise_before_comes_back_as_it_was(form, markdown):
    canon = shape(parse(markdown))
    assert text_key(write(FORMS[form][1](canon))) == text_key(write(canon)) == text_key(markdown)


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
def test_five_thousand_trees_that_a_form_can_hold_come_back_as_they_were(form, capsys):
    _tell(form, _figures(_comes_back(form), FORMS[form][0], 5_000, same_each_time=False), capsys)


@pytest.mark.soak
def test_five_thousand_trees_that_no_form_can_hold_stay_as_they_were_fitted(capsys):
    _tell("any", _figures(_fits_once, Trees(is_bound=False), 5_000, same_each_time=False), capsys)


def _tell(name: str, seen: Counter[str], capsys: pytest.CaptureFixture[str]) -> None:
    trees, deep = seen.pop("trees"), seen.pop("deep")
    with capsys.disabled():
        print(f"\n{name}: {trees} trees, {deep / trees:.0%} of them {DEEP} or more containers deep; {dict(seen)}")  # noqa: T201
    assert trees >= 5_000
