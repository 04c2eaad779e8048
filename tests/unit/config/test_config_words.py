from __future__ import annotations

import pytest

from pmhub.sdk import Category, Words


@pytest.fixture
def endpoints(read, minimal):
    def endpoints_(fields: str):
        shop, code = read(minimal + "\n[syncs.backlog.fields]\n" + fields).syncs["backlog"].endpoints
        return shop.scope.vocabulary, code.scope.vocabulary

    return endpoints_


STATUS = """
[syncs.backlog.fields.status.map]
todo = { shop = ["To Do", "Backlog"], forge = "open" }
doing = { tracker = "In Progress" }
review = { category = "doing", shop = "In Review" }
shipped = { category = "done", tracker = ["Done", "Won't Do"], code = "closed" }
"""


def test_each_endpoint_gets_its_own_words_in_their_order(endpoints):
    shop, code = endpoints(STATUS)
    assert list(shop.words["status"].lifts.items()) == [
        ("To Do", "todo"),
        ("Backlog", "todo"),
        ("In Progress", "doing"),
        ("In Review", "review"),
        ("Done", "shipped"),
        ("Won't Do", "shipped"),
    ]
    assert code.words["status"].lifts == {"open": "todo", "closed": "shipped"}
    assert shop.words["status"].lower("todo") == "To Do"


def test_every_status_word_has_a_category(endpoints):
    shop, code = endpoints(STATUS)
    assert shop.categories == code.categories
    assert {word: shop.category(word) for word in ("todo", "doing", "review", "shipped")} == {
        "todo": Category.TODO,
        "doing": Category.DOING,
        "review": Category.DOING,
        "shipped": Category.DONE,
    }


def test_a_word_a_remote_lacks_falls_back_within_its_category(endpoints):
    shop, _ = endpoints(STATUS.replace('doing = { tracker = "In Progress" }', 'doing = { forge = "busy" }'))
    assert shop.words["status"].lower("doing") == "In Review"


def test_what_is_not_done_falls_back_to_what_is_not_done(endpoints):
    _, code = endpoints(STATUS)
    assert code.words["status"].lower("review") == "open"
    assert code.words["status"].lower("doing") == "open"


def test_done_never_falls_back_to_a_word_that_is_not_done(endpoints):
    shop, _ = endpoints(STATUS.replace('tracker = ["Done", "Won\'t Do"], ', ""))
    assert shop.words["status"].lower("shipped") is None
    assert shop.words["status"].lower("done") is None


def test_a_category_itself_can_be_written_where_no_word_is_called_so(endpoints):
    shop, code = endpoints(STATUS)
    assert shop.words["status"].lower("done") == "Done"
    assert code.words["status"].lower("done") == "closed"


def test_an_explicit_nearest_wins(endpoints):
    _, code = endpoints(STATUS.replace('category = "doing", shop', 'category = "doing", nearest = "shipped", shop'))
    assert code.words["status"].lower("review") == "closed"


def test_a_connections_own_words_win_over_its_connectors(endpoints):
    shop, _ = endpoints('status.map = { todo = { tracker = "General", shop = "Own" } }')
    assert shop.words["status"].lifts == {"Own": "todo"}


def test_a_remote_nothing_is_said_of_keeps_its_own_reading(endpoints):
    shop, code = endpoints('status.map = { todo = { shop = "Open" }, parked = { category = "todo", shop = "Parked" } }')
    assert "status" in shop.words
    assert code.words == {}
    assert code.category("parked") is Category.TODO


def test_types_and_priorities_have_words_without_categories(endpoints):
    shop, code = endpoints(
        'priority.map = { high = { shop = ["High", "Highest"], code = "P1" }, low = { shop = "Low", nearest = "high" } }\n'
        'type.map = { bug = { shop = "Bug" } }'
    )
    assert shop.words["type"] == Words({"Bug": "bug"})
    assert code.words["priority"].lower("low") == "P1"
    assert shop.categories == {}


FILE = """
[status]
new = { category = "todo", tracker = "New", forge = "open" }
[type]
bug = { forge = "defect" }
"""


@pytest.mark.parametrize("folder", ["mappings", "config/mappings"])
def test_a_named_vocabulary_is_a_file_of_the_workspace(endpoints, tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "ours.toml").write_text(FILE)
    shop, code = endpoints('status.map = "ours"\ntype.map = "ours"')
    assert shop.words["status"].lifts == {"New": "new"}
    assert (code.words["status"].lifts, code.words["type"].lifts) == ({"open": "new"}, {"defect": "bug"})


def test_a_file_of_the_workspace_comes_before_one_that_is_shipped(endpoints, tmp_path):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/scrum.toml").write_text(FILE)
    shop, _ = endpoints('status.map = "scrum"')
    assert shop.words["status"].lifts == {"New": "new"}


WRONG = [
    ('todo = { shop = "Open" }\ndoing = { shop = ["open"] }', "doing", "`open` of shop already means `todo`"),
    ('todo = { shop = "Open" }\ndoing = { tracker = "OPEN" }', "doing", "`OPEN` of shop already means `todo`"),
    ('parked = { shop = "Parked" }', "parked.category", "is missing. hint: say which `parked` is: todo, doing, done"),
    ('parked = { category = "later", shop = "Parked" }', "parked.category", "must be one of todo, doing, done"),
    ('todo = { nearest = "dong", shop = "x" }\ndoing = {}', "todo.nearest", "`dong` is no word here. hint: did you mean"),
    ("todo = { nearest = 1 }", "todo.nearest", "must be text"),
    ('todo = { shopp = "x" }', "todo.shopp", "is neither a connection nor a connector. hint: did you mean `shop`?"),
    ("todo = { shop = 1 }", "todo.shop", "must be text or a list of texts"),
    ("todo = { shop = [] }", "todo.shop", "must be text or a list of texts"),
    ('todo = "Open"', "todo", "must be a table"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "path", "said"), WRONG)
def test_a_mistake_in_words_is_told(refused, minimal, words, path, said):
    problems = refused(minimal + "[syncs.backlog.fields.status.map]\n" + words)
    assert any(f": syncs.backlog.fields.status.map.{path}: {said}" in problem for problem in problems), problems


def test_a_mistake_in_a_vocabularys_file_is_told_with_its_own_line(refused, minimal, tmp_path):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/ours.toml").write_text(FILE.replace('"todo"', '"tada"') + "[labels]\n")
    assert refused(minimal + 'fields.status.map = "ours"\n') == (
        "mappings/ours.toml:3: status.new.category: must be one of todo, doing, done",
        "mappings/ours.toml:6: labels: only words of these can be mapped. hint: status, type, priority",
    )


def test_a_category_for_a_word_that_is_no_status_is_told(refused, minimal):
    (problem,) = refused(minimal + 'fields.type.map = { bug = { category = "todo" } }\n')
    assert "type.map.bug.category: only words of a status have a category" in problem


def test_a_vocabulary_that_is_not_there_is_told_with_the_nearest_that_is(refused, minimal):
    (problem,) = refused(minimal + 'fields.status.map = "scrumm"\n')
    assert "status.map: there is no vocabulary called `scrumm`. hint: did you mean `scrum`?" in problem


@pytest.mark.parametrize("name", ["../ours", "/etc/passwd", ""])
def test_the_name_of_a_vocabulary_is_no_path(refused, minimal, tmp_path, name):
    (tmp_path.parent / "ours.toml").write_text(FILE)
    (problem,) = refused(minimal + f'fields.status.map = "{name}"\n')
    assert "there is no vocabulary called" in problem


def test_a_vocabulary_without_a_table_for_the_field_is_told(refused, minimal, tmp_path):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/ours.toml").write_text(FILE)
    (problem,) = refused(minimal + 'fields.priority.map = "ours"\n')
    assert "mappings/ours.toml has no table [priority]" in problem


@pytest.mark.parametrize("written", [b"[status\n", b"\xff"])
def test_a_vocabulary_that_is_not_toml_is_told(refused, minimal, tmp_path, written):
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings/ours.toml").write_bytes(written)
    (problem,) = refused(minimal + 'fields.status.map = "ours"\n')
    assert "status.map: ours.toml cannot be read: " in problem
