"""What a write changes, and what it never touches."""

import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pmhub.model.markdown import text_key
from pmhub.sdk import Kind, Refused, Release, Scope, SetChange, Target, Ticket, Vocabulary, Words, values
from pmhub_folder import mapping
from pmhub_folder.front_matter import parse
from pmhub_folder.scalars import as_text
from pmhub_folder.settings import FolderScope
from pmhub_folder.tree import Tree

HAND_MADE = """\
---
# who: product
title:   "Pay in one step"   # the promise
x-team: {name: core, size: 3}
status: todo
labels:
  - shop   # ours
  - "1.10"
  # keep me
due:
assignees: [ann]
estimate: 3 # points
notes: |
  not ours
  at all
---

Fewer clicks.

***
A second  paragraph  with   blanks.
"""


@pytest.mark.parametrize(
    ("changes", "old", "new"),
    [
        ({"title": "Pay: now"}, '"Pay in one step"', '"Pay: now"'),
        ({"status": "done"}, "status: todo", "status: done"),
        ({"due": "2026-05-01"}, "due:\n", "due: 2026-05-01\n"),
        ({"estimate": 5.0}, "3 # points", "5 # points"),
        ({"estimate": None}, "3 # points", " # points"),
        ({"labels": SetChange(add=("new",))}, '1.10"\n', '1.10"\n  - new\n'),
        ({"labels": SetChange(remove=("shop",))}, "  - shop   # ours\n", ""),
        ({"labels": SetChange(("a: b",), ("1.10",))}, '  - "1.10"\n', '  - "a: b"\n'),
        ({"labels": SetChange(remove=("1.10", "shop"))}, None, None),
        ({"assignees": SetChange(("bob",), ("ann",))}, "[ann]", "[bob]"),
        ({"type": "bug"}, "  at all\n---", "  at all\ntype: bug\n---"),
        ({"body": "Fewer clicks."}, "\n***\nA second  paragraph  with   blanks.\n", ""),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_write_changes_its_value_and_nothing_else(plan, changes, old, new, newline, bom):
    plan.write("tickets/pay.md", bom + HAND_MADE, newline)
    plan.update("tickets/pay.md", **changes)
    text = plan.text("tickets/pay.md")
    pmhub = [line for line in text.splitlines(keepends=True) if line.startswith("pmhub: ")]
    assert len(pmhub) == 1
    if old is not None:
        expected = bom + HAND_MADE.replace(old, new, 1).replace("\n", newline)
        assert text.replace(pmhub[0], "") == expected


def test_the_id_is_written_with_the_first_write_and_stays_what_it_was(plan):
    plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    (before,) = plan.fetch().observations
    after = plan.update("tickets/a.md", title="B")
    assert after.ref == before.ref
    assert plan.text("tickets/a.md") == f"---\ntitle: B\npmhub: {before.ref.id}\n---\n"
    assert plan.fetch().observations[0].ref == before.ref


def test_an_update_is_answered_with_what_stands_there(plan):
    plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    answer = plan.update("tickets/a.md", title=" B  c ", labels=SetChange(("x",)), body="new\n")
    assert (answer.record.title, answer.record.labels, answer.record.body) == ("B c", ("x",), "new")
    (read,) = plan.read(answer.ref)
    assert (answer.ref, answer.record, answer.updated_at) == (read.ref, read.record, read.updated_at)


def test_a_field_that_changed_since_it_was_read_is_not_written_over(plan):
    plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    over = plan.seen()["tickets/a.md"]
    plan.write("tickets/a.md", "---\ntitle: by hand\n---\n")
    with pytest.raises(Refused, match="title was changed since it was read") as refused:
        plan.connector.update(Target(plan.scope, over.ref), over, {"title": "B"})
    assert not refused.value.lasting
    assert plan.text("tickets/a.md") == "---\ntitle: by hand\n---\n"


def test_a_field_beside_what_changed_since_it_was_read_is_written(plan):
    plan.write("tickets/a.md", "---\ntitle: A\nlabels: [x]\n---\n")
    over = plan.seen()["tickets/a.md"]
    plan.write("tickets/a.md", "---\ntitle: A\nlabels: [x, y]\n---\nby hand\n")
    seen = plan.connector.update(
        Target(plan.scope, over.ref), over, {"title": "B", "labels": SetChange(("z",), ("x",))}
    )
    assert (seen.record.title, seen.record.labels, seen.record.body) == ("B", ("y", "z"), "by hand")


def test_an_edit_between_the_look_and_the_rename_is_not_written_over(plan, monkeypatch):
    file = plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    written = Tree._written

    def slowly(self, *args):
        draft = written(self, *args)
        file.write_text("---\ntitle: by hand\n---\n")
        return draft

    monkeypatch.setattr(Tree, "_written", slowly)
    with pytest.raises(Refused, match="changed by somebody else"):
        plan.update("tickets/a.md", title="B")
    assert plan.text("tickets/a.md") == "---\ntitle: by hand\n---\n"
    assert plan.files() == ["tickets/a.md"]


def test_a_value_that_is_not_ours_to_write_is_refused_by_name(plan):
    plan.write("tickets/a.md", "---\ntitle: A\ndue: {from: 1, to: 2}\n---\n")
    with pytest.raises(Refused, match=r"tickets/a\.md: line 3: due holds something else") as refused:
        plan.update("tickets/a.md", due="2026-01-01")
    assert refused.value.field == "due"


def test_a_written_link_is_never_followed(plan, tmp_path):
    outside = tmp_path / "outside.md"
    outside.write_text("---\ntitle: A\n---\n")
    file = plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    over = plan.seen()["tickets/a.md"]
    connector = plan.connector
    tree = connector._index.tree
    file.unlink()
    file.symlink_to(outside)
    with pytest.raises(Refused):
        tree.replace("tickets/a.md", b"x", over.native["digest"])
    (plan.root / "tickets").rename(plan.root / "kept")
    (plan.root / "tickets").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(Refused, match="does not lie in the folder"):
        tree.create("tickets/new.md", b"x")
    assert outside.read_text() == "---\ntitle: A\n---\n"
    assert not (tmp_path / "new.md").exists()


def test_permissions_stay(plan):
    file = plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    file.chmod(0o600)
    plan.update("tickets/a.md", title="B")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_new_file_holds_its_item_and_is_found_by_it_again(plan):
    made = plan.create(title="Pay: in one step?", labels=("shop", "1.10"), due="2026-01-02", body="Text\n\n- one")
    assert plan.text("tickets/pay-in-one-step.md") == (
        '---\nkind: ticket\ntitle: "Pay: in one step?"\nlabels: [shop, "1.10"]\ndue: 2026-01-02\n'
        "pmhub: 0123456789abcdef@012345\n---\n\nText\n\n- one\n"
    )
    (seen,) = plan.fetch().observations
    assert (seen.marker, seen.author) == ("pmhub:0123456789abcdef@012345", plan.connector.check([]).account)
    assert seen == made.observation


def test_creating_the_same_item_again_makes_no_second_file(plan):
    first = plan.create(title="A")
    again = plan.create(title="A")
    assert first.ref == again.ref
    assert plan.files() == ["tickets/a.md"]


def test_files_of_equal_titles_get_names_of_their_own_whatever_the_case(plan):
    plan.write("tickets/Pay.md", "---\ntitle: old\n---\n")
    plan.create("0" * 16 + "@012345", title="Pay")
    plan.create("1" * 16 + "@012345", title="pay!")
    plan.create("2" * 16 + "@012345", title="支払い")
    plan.create("3" * 16 + "@012345", title="CON")
    assert plan.files() == [
        "tickets/Pay.md",
        "tickets/con-ticket.md",
        "tickets/pay-2.md",
        "tickets/pay-3.md",
        "tickets/ticket-22222222.md",
    ]


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "/etc/passwd", "a/b\\c", ".git/config", "x\ny: z\n---\n", "{id}"]
)
def test_a_hostile_title_makes_a_harmless_name(plan, title):
    made = plan.create(title=title)
    assert made.observation.record.title == " ".join(title.split())
    (path,) = plan.files()
    assert re.fullmatch(r"tickets/[a-z0-9-]+\.md", path)


def test_what_a_killed_run_left_behind_is_neither_read_nor_in_the_way(plan):
    plan.write("tickets/.a.md.pmhub", "half")
    plan.create(title="A")
    assert plan.files() == ["tickets/a.md"]


def test_a_release_keeps_what_people_wrote_around_its_notes(plan):
    plan.kind, plan.path = Kind.RELEASE, "releases"
    plan.write("releases/1.0.md", "---\nversion: '1.0'\nprerelease: no\n---\nOur first.\n")
    seen = plan.update("releases/1.0.md", notes="- pay", prerelease=True, status="released")
    assert (seen.record.version, seen.record.notes, seen.record.prerelease) == ("1.0", "- pay", True)
    text = plan.text("releases/1.0.md")
    assert "Our first.\n\n<!-- pmhub:begin -->\n- pay\n<!-- pmhub:end -->\n" in text
    assert "version: '1.0'\nprerelease: true\n" in text
    plan.update("releases/1.0.md", notes="- pay\n- go")
    assert plan.text("releases/1.0.md").count("pmhub:begin") == 1


def test_a_parent_is_written_as_the_path_people_read(plan):
    plan.write("goals/q3.md", "---\nkind: roadmap_item\ntitle: Q3\npmhub: Q3\n---\n")
    plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    seen = plan.update("tickets/a.md", parent="roadmap_item:Q3")
    assert "parent: goals/q3.md\n" in plan.text("tickets/a.md")
    assert seen.record.parent == "roadmap_item:Q3"
    assert plan.update("tickets/a.md", parent=None).record.parent is None


def test_adopting_a_file_ties_it_to_its_item_and_changes_nothing_else(plan):
    plan.write("tickets/a.md", "---\ntitle: A # mine\n---\ntext\n")
    before = plan.seen()["tickets/a.md"]
    plan.connector.mark(Target(plan.scope, before.ref), "pmhub:0123456789abcdef@012345")
    after = plan.seen()["tickets/a.md"]
    assert (after.ref, after.marker, after.author) == (before.ref, "pmhub:0123456789abcdef@012345", "")
    line = f"pmhub: {before.ref.id} 0123456789abcdef@012345\n"
    assert plan.text("tickets/a.md").replace(line, "") == "---\ntitle: A # mine\n---\ntext\n"
    assert plan.update("tickets/a.md", title="B").ref == before.ref


def test_a_body_that_quotes_a_merge_is_no_merge(plan):
    body = "```\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> x\n```"
    plan.create(title="A", body=body)
    page = plan.fetch()
    assert page.left_out == {}
    assert page.observations[0].record.body == body


def test_a_folder_without_rights_refuses_for_now(plan):
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    file = plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    file.parent.chmod(0o500)
    with pytest.raises(Refused, match="cannot be written"):
        plan.update("tickets/a.md", title="B")


# What a file would hold, for any value.

WORDS_OF_STATUS = Vocabulary(words={"status": Words({"Open": "todo", "Shut": "done"}, {"doing": "todo"})})
TEXTS = st.text(max_size=40)
TICKETS = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXTS,
        "body": st.text(max_size=120),
        "status": st.sampled_from(["todo", "doing", "done", "odd", ""]),
        "type": TEXTS,
        "labels": st.lists(TEXTS, max_size=4).map(lambda found: tuple(sorted(set(found)))),
        "estimate": st.none() | st.floats(min_value=0, max_value=1000).map(lambda number: round(number, 2)),
        "due": st.none() | st.dates().map(str) | TEXTS,
        "reporter": TEXTS,
    },
)
SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.parametrize("vocabulary", [Vocabulary(), WORDS_OF_STATUS])
@SLOW
@given(fields=TICKETS)
def test_what_fits_fits_again_and_is_what_is_read_back(plan, vocabulary, fields):
    plan.vocabulary = vocabulary
    fitted = mapping.fit(plan.scope, Ticket(**fields)).record
    assert mapping.fit(plan.scope, fitted).record == fitted
    shown = {"title": "T", **values(fitted)}
    for file in plan.root.rglob("*.md"):
        file.unlink()
    made = plan.create(**shown)
    said = values(made.observation.record)
    for name, value in shown.items():
        same = text_key(said[name]) == text_key(value) if name == "body" else said.get(name) == value
        assert same or not value, (name, value, said.get(name))


@SLOW
@given(before=TICKETS, after=TICKETS)
def test_an_update_writes_what_fits_and_leaves_the_rest(plan, before, after):
    for file in plan.root.rglob("*.md"):
        file.unlink()
    plan.create(**{**values(mapping.fit(plan.scope, Ticket(**before)).record), "title": "T"})
    (old,) = plan.seen().values()
    wanted = values(mapping.fit(plan.scope, Ticket(**after)).record)
    changes = {
        name: SetChange(tuple(set(value) - set(old.record.labels)), tuple(set(old.record.labels) - set(value)))
        if name == "labels"
        else value
        for name, value in wanted.items()
    }
    new = plan.connector.update(Target(plan.scope, old.ref), old, changes)
    for name, value in values(new.record).items():
        expected = wanted.get(name, getattr(old.record, name))
        same = text_key(value) == text_key(expected) if name == "body" else value == expected
        assert same or not expected, name


@given(text=st.text(max_size=60))
def test_any_text_is_written_so_that_it_reads_back(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    assert parse(f"---\nkey: {as_text(text)}\n---\n").value("key") == text
    assert parse(f"---\nkey: [{as_text(text)}, x]\n---\n").value("key") == (text, "x")


def test_releases_without_words_of_their_own_read_as_they_stand():
    scope = Scope("releases", FolderScope("releases"))
    assert mapping.fit(scope, Release(version="1.0", status="archived")).record.status == "archived"
