"""Every example of the GFM specification and two thousand texts of people go to Jira and back, as ADF and as wiki markup."""

from __future__ import annotations

import html
import re
from collections import Counter
from functools import cache

import pytest
from adf_validity import AdfSchema
from richtext_oracle import adf_schema, words
from richtext_texts import gfm_examples, real_texts, rendered, seen_words

from pmhub.model.markdown import text_key
from pmhub_jira.richtext import from_adf, from_wiki, to_adf, to_adf_over, to_wiki, to_wiki_over

FORMS = {"ADF": (to_adf, from_adf, to_adf_over), "wiki": (to_wiki, from_wiki, to_wiki_over)}


def _flaws(form, markdown, wanted, schema):
    """What is wrong with the way there and back; nothing for a good one."""
    write, read, over = FORMS[form]
    native = write(markdown)
    back = read(native).text
    if form == "ADF" and not AdfSchema(schema).is_valid(native):
        yield "invalid"
    if read(write(back)).text != back:
        yield "unstable"
    if lost := wanted - seen_words(back) - words(html.unescape(back)):
        yield f"lost {sorted(lost)}"
    if over(native, markdown) != native:
        yield "written again"


def _visible(page):
    return words(html.unescape(re.sub(r"<[^>]*>", " ", page)))


@pytest.mark.parametrize("form", FORMS)
def test_the_examples_of_the_gfm_specification_lose_no_word_and_settle(form, capsys):
    schema, total, exact, flaws = adf_schema(), Counter(), Counter(), {}
    write, read, _ = FORMS[form]
    for example in gfm_examples():
        section = example.section.partition(" ")[2]
        total[section] += 1
        exact[section] += rendered(read(write(example.markdown)).text) == rendered(example.markdown)
        if found := list(_flaws(form, example.markdown, _visible(example.html), schema)):
            flaws[example.number] = found
    with capsys.disabled():
        print(f"\n{form}: {exact.total()} of {total.total()} render the same when they come back")  # noqa: T201
        print("; ".join(f"{section} {exact[section]}/{count}" for section, count in total.items()))  # noqa: T201
    assert total.total() > 600
    assert flaws == {}


def _settles(form, texts):
    schema, flaws = adf_schema(), {}
    for text in texts:
        if found := list(_flaws(form, text, seen_words(text), schema)):
            flaws[text[:60]] = found
        elif writes := _writes_of_ten_syncs(form, text):
            flaws[text[:60]] = [f"{writes} writes"]
    return flaws


def _writes_of_ten_syncs(form, text):
    """The writes made where nobody edits and each side in turn is the one that is read first."""
    write, read, over = FORMS[form]
    ours, native, writes = text, write(text), 0
    shown = cache(lambda markdown: read(write(markdown)).text)
    there = read(native).text
    for turn in range(10):
        if text_key(there) != text_key(shown(ours)):
            native, writes = over(native, ours), writes + 1
            there = read(native).text
        ours = there if turn % 2 else text
    return writes


@pytest.mark.parametrize("form", FORMS)
def test_a_fortieth_of_the_texts_of_people_settles(form):
    texts = [text for text in real_texts() if len(text) < 4_000][::40]
    assert len(texts) > 40
    assert _settles(form, texts) == {}


@pytest.mark.soak
@pytest.mark.parametrize("form", FORMS)
def test_two_thousand_texts_of_people_lose_no_word_and_are_never_written_for_their_form(form, capsys):
    texts = real_texts()
    with capsys.disabled():
        print(f"\n{form}: {len(texts)} texts of {sum(map(len, texts)):,} characters")  # noqa: T201
    assert len(texts) >= 2_000
    assert _settles(form, texts) == {}
