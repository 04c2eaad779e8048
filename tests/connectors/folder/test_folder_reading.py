"""What files say, which file is which, and what is left alone."""

import os
import time

import pytest

from pmhub.sdk import ABSENT, Denied, Kind, People, Scope, Stream, Tombstone, Unavailable, Visibility, Vocabulary, Words
from pmhub_folder.connector import Folder
from pmhub_folder.settings import FolderScope, FolderSettings

PAY = """
---
title: Pay in one step
status: doing
type: Story
priority: high
assignees: [ann, "o'neil"]
labels:
  - shop
  - "1.10"
estimate: 3
due: 2026-01-05
---

Fewer clicks.

- one
- two
"""


def test_a_ticket_is_read_with_all_it_says(plan):
    plan.write("tickets/pay.md", PAY)
    (seen,) = plan.fetch().observations
    ticket = seen.record
    assert (ticket.title, ticket.status, ticket.type) == ("Pay in one step", "doing", "Story")
    assert (ticket.assignees, ticket.labels) == (("ann", "o'neil"), ("1.10", "shop"))
    assert (ticket.estimate, ticket.due) == (3.0, "2026-01-05")
    assert ticket.body == "Fewer clicks.\n\n- one\n- two"
    assert (seen.author, seen.marker, seen.visibility) == ("", None, Visibility.MEMBERS)


def test_words_stay_what_stands_there(plan):
    plan.write("tickets/a.md", "---\ntitle: no\nlabels: [yes, 1.10, 12:30, ~]\ntype: on\n---\n")
    ticket = plan.seen()["tickets/a.md"].record
    assert (ticket.title, ticket.type, ticket.labels) == ("no", "on", ("1.10", "12:30", "yes"))


def test_a_missing_line_is_an_empty_value_but_no_status(plan):
    plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    ticket = plan.seen()["tickets/a.md"].record
    assert (ticket.due, ticket.labels, ticket.parent, ticket.body) == (None, (), None, "")
    assert ticket.status is ABSENT


def test_what_cannot_be_read_is_no_opinion_and_told_by_line(plan):
    plan.write("tickets/a.md", "---\ntitle: A\ndue: soon\nestimate: large\n---\n")
    page = plan.fetch()
    ticket = page.observations[0].record
    assert (ticket.due, ticket.estimate) == (ABSENT, ABSENT)
    assert list(page.left_out) == [
        "tickets/a.md:4: estimate: 'large' is no number",
        "tickets/a.md:3: due: 'soon' is no date as 2026-01-31",
    ]


def test_the_scopes_words_people_and_keys_are_used(plan):
    plan.vocabulary = Vocabulary(
        words={"status": Words({"Backlog": "todo", "Live": "done"})},
        people=People({"Ann E.": "ann"}),
        fields={"due": "deadline"},
    )
    plan.write("tickets/a.md", "---\ntitle: A\nstatus: live\nassignees: [Ann E., bob]\ndeadline: 2026-02-03\n---\n")
    ticket = plan.seen()["tickets/a.md"].record
    assert (ticket.status, ticket.assignees, ticket.due) == ("done", ("ann", "bob"), "2026-02-03")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("no front matter\n", 1, "has no front matter"),
        ("---\ntitle: A\n", 1, "no line --- ends"),
        ("---\ntitle: A\ntitle: B\n---\n", 3, "'title' twice"),
        ("---\ntitle: A\nlabels: [a\n---\n", 4, "cannot be read as YAML"),
        ("---\ntitle: &x A\nb: *x\n---\n", 2, "an anchor, an alias or a tag"),
        ("---\ntitle: !!python/object:os.system A\n---\n", 2, "an anchor, an alias or a tag"),
        ("---\n- a\n- b\n---\n", 2, "no list of `key: value` lines"),
        ("---\nstatus: done\n---\n", 1, "has no title"),
        ("---\ntitle: A\n---\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n", 4, "conflict of a merge"),
        ("---\n<<<<<<< HEAD\ntitle: A\n=======\ntitle: B\n>>>>>>> other\n---\n", 2, "conflict of a merge"),
        (b"---\ntitle: A\n---\n\xff\n", 4, "is not UTF-8"),
    ],
)
def test_a_malformed_file_is_told_of_by_line_and_left_alone_and_not_taken_for_gone(plan, text, line, why):
    file = plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    before = plan.fetch().observations[0]
    content = text if isinstance(text, bytes) else text.encode()
    file.write_bytes(content)
    page = plan.fetch()
    assert page.observations == ()
    (told,) = page.left_out
    assert told.startswith(f"tickets/a.md:{line}: ")
    assert why in told
    assert plan.fetch().left_out == page.left_out
    connector = plan.connector
    list(connector.fetch([plan.stream]))
    assert [ref.id for ref in connector.sweep(plan.stream)] == [before.ref.id]
    assert plan.read(before.ref) == []
    assert file.read_bytes() == content
    plan.write("tickets/a.md", "---\ntitle: Mended\n---\n")
    (mended,) = plan.fetch().observations
    assert (mended.ref, mended.record.title) == (before.ref, "Mended")


def test_only_what_changed_is_read_again(plan):
    for name in "abc":
        os.utime(plan.write(f"tickets/{name}.md", f"---\ntitle: {name}\n---\n"), (1, 1))
    assert len(plan.fetch().observations) == 3
    assert plan.fetch().observations == ()
    plan.write("tickets/b.md", "---\ntitle: B\n---\n")
    assert [one.record.title for one in plan.fetch().observations] == ["B"]


def test_a_change_that_leaves_size_and_time_as_they_were_is_seen(plan):
    file = plan.write("tickets/a.md", "---\ntitle: one\n---\n")
    before = file.stat()
    plan.fetch()
    plan.write("tickets/a.md", "---\ntitle: two\n---\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    (seen,) = plan.fetch().observations
    assert seen.record.title == "two"


def test_time_never_goes_back_with_a_restored_file(plan):
    file = plan.write("tickets/a.md", "---\ntitle: one\n---\n")
    (first,) = plan.fetch().observations
    plan.write("tickets/a.md", "---\ntitle: old\n---\n")
    os.utime(file, (1, 1))
    (second,) = plan.fetch().observations
    assert second.updated_at > first.updated_at
    assert abs(second.updated_at - time.time() * 1000) < 60_000


@pytest.mark.parametrize("told", [True, False])
def test_a_renamed_file_is_the_same_thing(plan, told):
    key = "pmhub: PAY-1\n" if told else ""
    file = plan.write("tickets/pay.md", f"---\ntitle: Pay\n{key}---\n")
    (first,) = plan.fetch().observations
    (plan.root / "tickets/2026").mkdir()
    file.rename(plan.root / "tickets/2026/checkout.md")
    (second,) = plan.fetch().observations
    assert (second.ref.id, second.ref.key) == (first.ref.id, "tickets/2026/checkout.md")


def test_a_file_that_is_renamed_and_changed_at_once_is_followed_by_its_inode(plan):
    file = plan.write("tickets/pay.md", "---\ntitle: Pay\n---\n")
    (first,) = plan.fetch().observations
    moved = file.rename(plan.root / "tickets/checkout.md")
    with moved.open("a") as stream:
        stream.write("\nmore\n")
    (second,) = plan.fetch().observations
    assert second.ref.id == first.ref.id


def test_a_new_file_under_the_name_of_a_renamed_one_is_another_thing(plan):
    file = plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    first = plan.update("tickets/a.md", title="Adopted")
    file.rename(plan.root / "tickets/b.md")
    plan.write("tickets/a.md", "---\ntitle: New\n---\n")
    seen = plan.seen()
    assert seen["tickets/b.md"].ref.id == first.ref.id
    assert seen["tickets/a.md"].ref.id != first.ref.id


def test_two_files_with_one_id_are_told_of_and_both_left_alone(plan):
    for name in "ab":
        plan.write(f"tickets/{name}.md", f"---\ntitle: {name}\npmhub: PAY-1\n---\n")
    page = plan.fetch()
    assert page.observations == ()
    assert sorted(page.left_out) == [
        "tickets/a.md: has the same pmhub id as tickets/b.md; delete the line `pmhub:` in the one that is a copy",
        "tickets/b.md: has the same pmhub id as tickets/a.md; delete the line `pmhub:` in the one that is a copy",
    ]
    assert set(plan.ids()) == {"PAY-1"}


def test_links_hidden_folders_readmes_and_other_files_are_none_of_it(plan, tmp_path, caplog):
    (tmp_path / "outside.md").write_text("---\ntitle: secret\n---\n")
    plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    plan.write("tickets/.git/b.md", "---\ntitle: B\n---\n")
    plan.write("tickets/README.md", "# how to\n")
    plan.write("tickets/a.txt", "x")
    (plan.root / "tickets/c.md").symlink_to(tmp_path / "outside.md")
    (plan.root / "tickets/d").symlink_to(tmp_path, target_is_directory=True)
    assert list(plan.seen()) == ["tickets/a.md"]
    assert "tickets/c.md: is a link and is not followed" in caplog.text


def test_a_parent_is_named_by_its_path_or_its_id(plan):
    plan.write("goals/q3.md", "---\nkind: roadmap_item\ntitle: Q3\npmhub: Q3\n---\n")
    for name, parent in [("a", "goals/q3.md"), ("b", "../goals/q3.md"), ("c", "Q3"), ("d", "goals/none.md")]:
        plan.write(f"tickets/{name}.md", f"---\ntitle: {name}\nparent: {parent}\n---\n")
    parents = [seen.record.parent for seen in plan.seen().values()]
    assert parents == ["roadmap_item:Q3"] * 3 + [ABSENT]


def test_several_kinds_can_lie_together_when_files_say_what_they_are(plan):
    plan.write("a.md", "---\nkind: ticket\ntitle: A\n---\n")
    plan.write("b.md", "---\nkind: roadmap_item\ntitle: B\n---\n")
    plan.write("c.md", "---\ntitle: C\n---\n")
    scope = Scope(".", FolderScope(".", by_kind=True))
    titles = {
        kind: [one.record.title for page in plan.connector.fetch([Stream(kind, scope)]) for one in page.observations]
        for kind in (Kind.TICKET, Kind.ROADMAP_ITEM)
    }
    assert titles == {Kind.TICKET: ["A"], Kind.ROADMAP_ITEM: ["B"]}


def test_a_file_of_another_kind_is_told_of_and_not_taken_for_gone(plan):
    plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    (before,) = plan.fetch().observations
    plan.write("tickets/a.md", "---\nkind: tiket\ntitle: A\n---\n")
    page = plan.fetch()
    assert (page.observations, list(page.left_out)) == (
        (),
        ["tickets/a.md: says that its kind is 'tiket', so it is no ticket"],
    )
    assert plan.read(before.ref) != [Tombstone(before.ref)]


def test_where_kinds_lie_together_a_malformed_file_is_told_of(plan):
    plan.write("a.md", "---\ntitle: [\n---\n")
    scope = Scope(".", FolderScope(".", by_kind=True))
    (page,) = plan.connector.fetch([Stream(Kind.TICKET, scope)])
    assert len(page.left_out) == 1


def test_a_deleted_file_is_a_tombstone_when_it_is_read(plan):
    file = plan.write("tickets/a.md", "---\ntitle: A\n---\n")
    (seen,) = plan.fetch().observations
    file.unlink()
    assert plan.read(seen.ref) == [Tombstone(seen.ref)]


def test_a_folder_that_is_not_there_is_denied_and_never_empty(plan):
    gone = Folder(FolderSettings(str(plan.root / "none")), plan.connector.context)
    with pytest.raises(Denied, match="there is no folder"):
        gone.check([plan.scope])
    with pytest.raises(Denied):
        gone.sweep(plan.stream)


@pytest.mark.parametrize("name", ["MERGE_HEAD", "rebase-merge", "index.lock"])
def test_nothing_is_read_or_written_while_git_is_at_work(plan, name):
    (plan.root / ".git").mkdir()
    over = plan.write("tickets/a.md", "---\ntitle: A\n---\n") and plan.seen()["tickets/a.md"]
    (plan.root / ".git" / name).touch()
    for call in (plan.fetch, plan.ids, lambda: plan.create(title="B"), lambda: plan.read(over.ref)):
        with pytest.raises(Unavailable, match="is under way"):
            call()
    assert plan.files() == [f".git/{name}", "tickets/a.md"]


def test_only_the_branch_that_was_named_is_looked_at(plan):
    git = plan.root / ".git"
    git.mkdir()
    connector = Folder(FolderSettings(str(plan.root), branch="main"), plan.connector.context)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    assert connector.check([plan.scope]).site == "plan"
    (git / "HEAD").write_text("ref: refs/heads/feature/x\n")
    with pytest.raises(Unavailable, match="shows feature/x, not main"):
        connector.check([plan.scope])


@pytest.mark.parametrize("path", ["/etc", "../x", "a/../../x", ".git", "a/.hidden"])
def test_a_scope_lies_in_the_folder(path):
    with pytest.raises(ValueError, match="leads out of the folder"):
        FolderScope(path)


@pytest.mark.parametrize("file", ["x.md", "{slug}.txt", "../{slug}.md", ".{slug}.md", "a:{slug}.md"])
def test_a_template_names_a_file_that_everybody_can_have(file):
    with pytest.raises(ValueError, match=r"file '.*' is no"):
        FolderScope(file=file)


def test_two_kinds_in_one_folder_are_a_misfit_unless_the_files_tell():
    mixed = [(Kind.TICKET, FolderScope("plan")), (Kind.RELEASE, FolderScope("plan/releases"))]
    assert len(Folder.misfits(mixed)) == 1
    assert Folder.misfits([(kind, FolderScope("plan", by_kind=True)) for kind, _ in mixed]) == ()
    assert Folder.misfits([(Kind.TICKET, FolderScope("a")), (Kind.TICKET, FolderScope("ab"))]) == ()


def test_a_relative_folder_starts_at_the_nearest_workspace(tmp_path, monkeypatch):
    (tmp_path / "product/plan/tickets").mkdir(parents=True)
    (tmp_path / "product/pmhub.toml").touch()
    monkeypatch.chdir(tmp_path / "product/plan/tickets")
    assert FolderSettings("plan").root == tmp_path / "product/plan"
