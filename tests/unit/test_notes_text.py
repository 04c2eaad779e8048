"""Notes as text: what the shipped templates write, what a template of one's own may do, and what it may not."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pmhub.engine.notes.compose import compose
from pmhub.engine.notes.entries import Entry, PullRequest, ReleaseFacts
from pmhub.engine.notes.escape import one_line
from pmhub.engine.notes.rules import Audience, GroupBy, Rules
from pmhub.errors import UserError
from pmhub.model.visibility import Visibility
from pmhub.model.vocabulary import Category
from pmhub.sync.notes_text import LONGEST_SOURCE, SHIPPED, Template, find_template, render

PUBLIC, MEMBERS = Visibility.PUBLIC, Visibility.MEMBERS
RELEASE = ReleaseFacts(version="2.0", status="draft", date="2024-05-01")
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HERE = Path()


def entry(number, title, type_="story", **more) -> Entry:
    return Entry(item=str(number), key=f"SHOP-{number}", title=title, type=type_, **{"visibility": PUBLIC, **more})


ENTRIES = (
    entry(1, "Pay by card"),
    entry(2, "Basket keeps its items", "bug", pull_requests=(
        PullRequest(key="example/shop#9", title="Keep", url="https://git.example/pull/9", visibility=PUBLIC),
        PullRequest(key="example/shop#10", title="Keep more", visibility=PUBLIC),
        PullRequest(key="example/secret#1", title="Hidden", visibility=MEMBERS),
    )),
    entry(3, "Rotate the *keys*", "bug", labels=("internal",)),
    entry(4, "Gift cards", status_category=Category.DOING),
    entry(5, "Not for everybody", visibility=MEMBERS),
)  # fmt: skip


def notes(audience=Audience.CUSTOMER, entries=ENTRIES, shown_to=PUBLIC, **rules):
    return compose(RELEASE, entries, Rules(audience=audience, **rules), shown_to)


def text(source, given=None) -> str:
    return render(given or notes(), Template("own.md.j2", source))


def shipped(audience, **more) -> str:
    return render(notes(audience, **more), find_template(audience, HERE))


def test_the_customers_template_tells_what_changed() -> None:
    assert shipped(Audience.CUSTOMER) == (
        "1 feature, 1 fix.\n\n### Features\n\n- Pay by card (SHOP-1)\n\n### Fixes\n\n- Basket keeps its items (SHOP-2)"
    )


def test_the_internal_template_tells_also_what_is_internal_and_what_is_planned() -> None:
    assert shipped(Audience.INTERNAL) == (
        "1 feature, 2 fixes, 1 planned.\n\n### Features\n\n- Pay by card (SHOP-1)\n\n"
        "### Fixes\n\n- Basket keeps its items (SHOP-2)\n- Rotate the \\*keys\\* (SHOP-3)\n\n"
        "### Planned\n\n- Gift cards (SHOP-4)"
    )


def test_the_developers_template_names_the_pull_requests() -> None:
    assert shipped(Audience.DEVELOPER) == (
        "1 feature, 2 fixes.\n\n### Features\n\n- Pay by card (SHOP-1)\n\n### Fixes\n\n- Basket keeps its items (SHOP-2): "
        "[example/shop#9](https://git.example/pull/9), example/shop#10\n- Rotate the \\*keys\\* (SHOP-3)"
    )


@pytest.mark.parametrize("audience", SHIPPED)
def test_a_release_of_nothing_is_one_sentence(audience) -> None:
    assert shipped(audience, entries=()) == "No changes."


@pytest.mark.parametrize("audience", SHIPPED)
def test_the_same_notes_are_the_same_bytes_whenever_they_are_composed(audience) -> None:
    texts = {shipped(audience, entries=order) for order in itertools.permutations(ENTRIES)}
    other_day = replace(notes(audience), release=replace(RELEASE, date="2030-01-01"))
    assert texts == {render(other_day, find_template(audience, HERE))}


PIECES = (
    "\n# ", "\n- ", "\n1. ", "\n\n", "\n```\n", "~~~", "### ", " #", "> ", "---", "===", "[a](b)", "[x]: /u", "![", "<b>", "<!--", "-->",
    "<script>", "&lt;", "`", "*", "_", "|", "\\", "\n    code", "\t", "\u2028", "\x00", "\ud800", "https://e.example", "word", "é", " ", "{{ 1 }}", "{% x",
)  # fmt: skip
HOSTILE = st.one_of(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.text(max_size=20))


@settings(deadline=None, max_examples=150)
@given(st.lists(st.tuples(HOSTILE, HOSTILE), max_size=4), st.sampled_from(Audience), st.sampled_from(GroupBy))
def test_every_title_is_one_list_item_and_every_heading_one_heading(texts, audience, by) -> None:
    entries = [
        entry(n, title, word, labels=(word,), components=(word,)) for n, (title, word) in enumerate(texts)
    ]  # fmt: skip
    composed = notes(audience, entries, group_by=by)
    shown = READER.parse(render(composed, find_template(audience, HERE)))
    blocks = ["paragraph"]
    words = [composed.summary]
    for group in composed.groups:
        items = len(group.entries) * ["list_item", "paragraph"]
        blocks += ["heading", "bullet_list", *items]
        words += [group.heading, *(f"{one_line(each.title)} ({each.key})" for each in group.entries)]
    assert [token.type.removesuffix("_open") for token in shown if token.nesting == 1] == blocks
    inline = [token for token in shown if token.type == "inline"]
    assert {child.type for token in inline for child in token.children} <= {"text", "text_special"}
    assert ["".join(child.content for child in token.children) for token in inline] == words


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.sampled_from(Visibility), st.sampled_from(Visibility)), max_size=8),
    st.sampled_from(Visibility),
    st.sampled_from(Audience),
    st.sampled_from(GroupBy),
)
def test_no_word_of_what_fewer_may_see_is_written(seen_by, shown_to, audience, by) -> None:
    entries = [_told_by(number, *visibilities) for number, visibilities in enumerate(seen_by)]
    written = shipped(audience, entries=entries, shown_to=shown_to, group_by=by)
    found = {(int(number), bool(pr)) for number, pr in re.findall(r"secret([0-9]+)(pr)?", written)}
    allowed = {(n, False) for n, (whole, _) in enumerate(seen_by) if whole >= shown_to}
    allowed |= {(n, True) for n, (whole, pr) in enumerate(seen_by) if whole >= shown_to and pr >= shown_to}
    assert found <= allowed
    assert {n for n, pr in found if not pr} == {n for n, pr in allowed if not pr}


def _told_by(number, visibility, of_pull_request) -> Entry:
    word = f"secret{number}"
    own = PullRequest(key=f"{word}pr", title=f"{word}pr", url=f"https://{word}pr.example", visibility=of_pull_request)
    return Entry(
        item=word,
        key=word,
        title=word,
        type=word,
        labels=(word,),
        components=(word,),
        visibility=visibility,
        pull_requests=(own,),
    )


def test_every_text_a_template_gets_is_escaped() -> None:
    """Nothing of these is left as it was typed: a template cannot show a mark by naming the wrong field."""
    mark = "*<b>_`"
    own = PullRequest(key=mark, title=mark, labels=(mark,), releases=(mark,), url="javascript:*", visibility=PUBLIC)
    texts = {"key": mark, "labels": (mark,), "components": (mark,), "releases": (mark,), "url": "javascript:*"}
    marked = replace(entry(1, mark, mark, pull_requests=(own,)), **texts)
    composed = compose(replace(RELEASE, version=mark), [marked], Rules(), PUBLIC)
    source = """{% for e in groups[0].entries %}{% for x in [e, e.pull_requests[0]] %}
    {{ x.key }} {{ x.title }} {{ x.labels|join }} {{ x.releases|join }} {{ x.url }}
    {% endfor %}{{ e.type }} {{ e.components|join }}{% endfor %}
    {{ release.version }} {{ groups[0].heading }} {{ counts|items|map('first')|join }} {{ summary }}"""
    assert set(text(source, composed).split()) == {r"\*&lt;b&gt;\_\`", r"\*&lt;b&gt;\_\`:", "1."}


def test_a_template_of_ones_own_is_found_from_the_workspace(tmp_path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "ours.md").write_bytes(b"{{ summary }}\r\n\r\n{{ release.version }}\xc3\xa9\r\n")
    template = find_template("notes/ours.md", tmp_path)
    assert template.name == "notes/ours.md"
    assert render(notes(), template) == "1 feature, 1 fix.\n\n2.0é"


def test_a_shipped_name_is_never_a_file_of_the_workspace(tmp_path) -> None:
    (tmp_path / "customer").write_text("mine")
    assert find_template("customer", tmp_path).source != "mine"


@pytest.mark.parametrize("name", ["missing.md", "", "../nowhere", "/nowhere/at/all", "\x00"])
def test_a_template_that_is_not_there_is_named_with_what_there_is(name, tmp_path) -> None:
    with pytest.raises(UserError) as raised:
        find_template(name, tmp_path)
    assert "there is no template" in raised.value.message
    assert "developer" in raised.value.hint


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * (LONGEST_SOURCE + 1)])
def test_a_file_that_is_no_template_is_refused_by_name(content, tmp_path) -> None:
    (tmp_path / "odd.md").write_bytes(content)
    with pytest.raises(UserError, match=r"template odd\.md"):
        find_template("odd.md", tmp_path)


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("{{ counts['Fixes'] }} {{ counts.items()|list|length }}", "1 2"),
        ("{% for g in groups %}{{ loop.index }}/{{ loop.length }}{{ ', ' if not loop.last }}{% endfor %}", "1/2, 2/2"),
        ("{% for g in groups|sort(attribute='heading', reverse=true) %}{{ g.heading }} {% endfor %}", "Fixes Features"),
        ("{{ groups|map(attribute='heading')|join(' + ') }}", "Features + Fixes"),
        ("{{ groups[0].entries|join('; ', attribute='key') }}", "SHOP-1"),
        (
            "{% set n = namespace(x=0) %}{% for g in groups %}{% set n.x = n.x + g.entries|length %}{% endfor %}{{ n.x }}",
            "2",
        ),
        ("{% macro m(x) %}<{{ x|upper }}>{% endmacro %}{{ m('a') ~ m('b') }}", "<A><B>"),
        ("{{ 2 * 3 }} {{ 7 % 4 }} {{ 'a' + 'b' }} {{ 7 // 2 }} {{ ([1] + [2])|join(',') }}", "6 3 ab 3 1,2"),
        ("{{ summary|replace('fix', 'mend') }} {{ summary.startswith('1') }}", "1 feature, 1 mend. True"),
        ("{{ nothing|default('-') }}{{ '+' if nothing is not defined }}", "-+"),
        ("{{ audience }} {{ release.status }} {{ release.date }}", "customer draft 2024-05-01"),
        ("{% block b %}{{ range(3)|join }}{% endblock %}{{ self.b() }}", "012012"),
        ("{% for e in groups[0].entries %}{{ 'a_b'|escaped in e.labels }}{% endfor %}", "True"),
    ],
)
def test_a_template_may_count_choose_and_arrange(source, written) -> None:
    given = notes(entries=(entry(1, "One", labels=("a_b",)), entry(2, "Two", "bug")))
    assert text(source, given) == written


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{{ missing }}", "'missing' is undefined"),
        ("{{ groups[9].heading }}", "no element 9"),
        ("{{ summary.wrong }}", "no attribute 'wrong'"),
        ("{{ left_out }}", "'left_out' is undefined"),
        ("{{ summary", "unexpected"),
        ("{% for %}", "Expected"),
        ("{% endfor %}", "unknown tag"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ 'a' + 1 }}", "str"),
        ("{{ 'a'|e }}", "No filter named 'e'"),
        ("{{ 'a'|center(9) }}", "No filter named 'center'"),
        ("{{ '%s'|format(1) }}", "No filter named 'format'"),
        ("{{ ['a']|map('center', 9)|list }}", "No filter named 'center'"),
        ("{% include 'customer.md.j2' %}", "no loader"),
        ("{% import '/etc/passwd' as x %}", "no loader"),
        ("{% extends 'x' %}", "no loader"),
        ("{{ ''.__class__ }}", "unsafe"),
        ("{{ ''['__class__'] }}", "unsafe"),
        ("{{ summary.format.__globals__ }}", "unsafe"),
        ("{{ render.__globals__ }}", "undefined"),
        ("{{ [''.__class__]|map(attribute='__mro__')|list }}", "unsafe"),
        ("{{ ['']|map(attribute='__class__')|first }}", "unsafe"),
        ("{{ groups|join(attribute='__class__') }}", "unsafe"),
        ("{{ '{0.__class__}'.format('') }}", "`format` cannot be called"),
        ("{{ 'a'.center(1000000000) }}", "`center` cannot be called"),
        ("{{ 'a'.ljust(1000000000) }}", "`ljust` cannot be called"),
        ("{{ (1).to_bytes(1000000000) }}", "`to_bytes` cannot be called"),
        ("{{ counts.clear() }}", "unsafe"),
        ("{{ groups[0].entries }}", "a tuple is no text"),
        ("{{ groups|map(attribute='heading') }}", "a generator is no text"),
        ("{{ groups|map(attribute='heading')|upper }}", "a generator is no text"),
        ("{{ summary.split }}", "a builtin_function_or_method is no text"),
        ("{{ 'a' ~ loop }}", "undefined"),
        ("{% for a in groups %}{{ 'a' ~ loop }}{% endfor %}", "a LoopContext is no text"),
        ("{{ groups|join }}", "a Group is no text"),
        ("{{ self|string }}", "a TemplateReference is no text"),
        ("{{ release.is_out() }}", "`bool` cannot be called"),
        ("{{ cycler('a') }}", "undefined"),
        ("{{ 'x' * 10 }}", "for numbers"),
        ("{{ 10 * 'x' }}", "for numbers"),
        ("{{ [1] * 1000000000 }}", "for numbers"),
        ("{{ '%1000000000d' % 1 }}", "for numbers"),
        ("{{ 9 ** 9 ** 9 }}", "no `**`"),
        ("{{ range(1000000000)|list }}", "Range too big"),
        ("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "steps"),
        ("{% for a in range(99999) %}{{ range(99999)|list|length }}{% endfor %}", "steps"),
        ("{% for a in [range(99999)] recursive %}{{ loop(a) }}{% endfor %}", "recursive"),
        ("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}", "steps"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
        ("{% for a in range(99999) %}" + 64 * "x" + "{% endfor %}", "characters"),
        ("{% set x = 'ab' %}" + "{% set x = x ~ x %}" * 60 + "{{ x|length }}", "characters"),
        ("{% set x = 'ab' %}" + "{% set x = x + x %}" * 60 + "{{ x|length }}", "characters"),
        ("{% set x = [1] %}" + "{% set x = x + x %}" * 60 + "{{ x|length }}", "characters"),
        ("{% set x = 'ab' %}" + "{% set x = x|replace('a', x) %}" * 60 + "{{ x|length }}", "characters"),
        ("{% set x = 'ab' %}" + "{% set x = [x, x]|join %}" * 60 + "{{ x|length }}", "characters"),
        ("{% set x = 'ab' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60 + "{{ x|length }}", "characters"),
        ("{% set x = 9 %}" + "{% set x = x * x %}" * 60 + "{{ x > 1 }}", "characters"),
    ],
)
def test_a_mistake_names_the_template_and_its_line_and_ends_soon(line, why) -> None:
    with pytest.raises(UserError) as raised:
        text(f"fine\n\n{line}\n")
    assert why in raised.value.message
    assert "0x" not in raised.value.message
    assert raised.value.message.startswith("template own.md.j2:3: ")


def test_blocks_that_stand_too_deep_in_each_other_are_a_mistake_too() -> None:
    with pytest.raises(UserError, match=r"template own\.md\.j2: too many"):
        text("{% for a in [1] %}" * 60 + "{% endfor %}" * 60)


def test_what_is_not_known_is_written_as_nothing() -> None:
    undated = compose(replace(RELEASE, date=None), (), Rules(), PUBLIC)
    assert text("on {{ release.date }}.", undated) == "on ."


def test_one_rendering_leaves_nothing_behind_for_the_next() -> None:
    busy = "{% for a in range(9000) %}{% for b in range(15) %}{% endfor %}{% endfor %}ok"
    assert [text(busy), text(busy)] == ["ok", "ok"]
