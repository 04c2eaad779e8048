"""Our dataclasses are the standard library's to everybody who uses them, and cost a part of it to make."""

import copy
import dataclasses
import inspect
import pickle
import re
from pathlib import Path
from typing import ClassVar

import pytest

from pmhub.model.lean import dataclass as lean

LIBRARYS = re.compile(r"^from dataclasses import .*\bdataclass\b", re.MULTILINE)


def described(dataclass):
    """The same classes, made by either."""

    @dataclass
    class Loose:
        name: str
        tags: list[str] = dataclasses.field(default_factory=list)
        seen: int = dataclasses.field(default=0, init=False)

    @dataclass(frozen=True)
    class Firm:
        name: str
        secret: str = dataclasses.field(default="", repr=False)
        note: str = dataclasses.field(default="", compare=False)
        doubled: str = dataclasses.field(init=False)

        def __post_init__(self):
            object.__setattr__(self, "doubled", self.name * 2)

    @dataclass(frozen=True)
    class Below(Firm):
        more: int = 1

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Slim:
        """Named by hand."""

        first: int
        second: tuple[int, ...] = ()

    @dataclass
    class Empty:
        pass

    return Loose, Firm, Below, Slim, Empty


LOOSE, FIRM, BELOW, SLIM, EMPTY = described(lean)
KNOWN = described(dataclasses.dataclass)
Slim = SLIM  # where pickle looks for it
SLIM.__qualname__ = "Slim"
MADE = [
    (0, ("a",), {}),
    (0, ("a", ["x"]), {}),
    (1, ("a",), {}),
    (1, ("a",), {"secret": "s", "note": "n"}),
    (2, ("a",), {"more": 3}),
    (3, (), {"first": 1}),
    (3, (), {"first": 1, "second": (2,)}),
    (4, (), {}),
]


def both(which, places, names):
    return (LOOSE, FIRM, BELOW, SLIM, EMPTY)[which](*places, **names), KNOWN[which](*places, **names)


@pytest.mark.parametrize(("which", "places", "names"), MADE)
def test_an_instance_holds_shows_and_compares_what_the_librarys_does(which, places, names):
    ours, theirs = both(which, places, names)
    assert dataclasses.asdict(ours) == dataclasses.asdict(theirs)
    assert repr(ours).rpartition(".")[2] == repr(theirs).rpartition(".")[2]
    assert ours == type(ours)(*places, **names)
    assert ours != theirs
    assert (type(ours).__hash__ is None) == (type(theirs).__hash__ is None)
    if type(ours).__hash__ is not None:
        assert hash(ours) == hash(type(ours)(*places, **names))


@pytest.mark.parametrize("which", range(5))
def test_a_class_tells_of_itself_what_the_librarys_does(which):
    ours, theirs = (LOOSE, FIRM, BELOW, SLIM, EMPTY)[which], KNOWN[which]
    assert [(f.name, f.type, f.init, f.kw_only) for f in dataclasses.fields(ours)] == [
        (f.name, f.type, f.init, f.kw_only) for f in dataclasses.fields(theirs)
    ]
    assert ours.__match_args__ == theirs.__match_args__
    assert getattr(ours, "__slots__", None) == getattr(theirs, "__slots__", None)


def test_what_takes_no_part_in_comparing_takes_none_in_the_hash():
    assert FIRM("a", note="x") == FIRM("a", note="y")
    assert hash(FIRM("a", note="x")) == hash(FIRM("a", note="y"))
    assert FIRM("a") != BELOW("a")


@pytest.mark.parametrize("frozen", [FIRM("a"), BELOW("a"), SLIM(first=1)])
def test_what_is_frozen_stays_as_it_is_made(frozen):
    name = dataclasses.fields(frozen)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(frozen, name, "b")
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(frozen, name)
    assert dataclasses.replace(frozen, **{name: "b"}) != frozen


def test_what_is_loose_has_a_list_of_its_own():
    one, other = LOOSE("a"), LOOSE("a")
    one.tags.append("x")
    one.name = "b"
    assert (other.name, other.tags) == ("a", [])


def test_a_slim_one_can_be_copied_and_kept():
    one = SLIM(first=1, second=(2,))
    assert copy.deepcopy(one) == one == pickle.loads(pickle.dumps(one))


def test_a_wrong_call_is_told_by_the_name_of_the_class():
    with pytest.raises(TypeError, match=r"Firm\.__init__\(\) missing 1 required positional argument: 'name'"):
        FIRM()
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        SLIM(1)


def test_a_library_class_may_stand_below_one_of_ours():
    @dataclasses.dataclass(frozen=True)
    class Theirs(FIRM):
        extra: int = 0

    assert Theirs("a", extra=2).extra == 2


def test_only_how_to_make_one_is_compiled_for_each_class():
    for name in ("__eq__", "__hash__", "__setattr__"):
        assert getattr(FIRM, name).__code__ is getattr(BELOW, name).__code__
        assert getattr(KNOWN[1], name).__code__ is not getattr(KNOWN[2], name).__code__


def test_how_to_make_one_is_not_compiled_before_one_is_made():
    loose, *_ = described(lean)
    before = vars(loose)["__init__"]
    loose("a")
    assert (inspect.isfunction(before), inspect.isfunction(vars(loose)["__init__"])) == (False, True)


@pytest.mark.parametrize("which", range(5))
def test_who_asks_how_to_make_one_is_told_what_the_library_tells(which):
    ours, theirs = described(lean)[which], KNOWN[which]
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters)
    assert inspect.get_annotations(ours) == inspect.get_annotations(theirs)


def test_what_a_class_holds_for_all_is_no_field():
    @lean
    class Sorted:
        order: ClassVar[int] = 1
        name: str = ""

    assert [field.name for field in dataclasses.fields(Sorted)] == ["name"]


def test_every_class_that_a_run_brings_in_is_made_so():
    root = Path(__file__).parents[2]
    files = [*root.glob("src/pmhub/**/*.py"), *root.glob("plugins/pmhub_*/**/*.py")]
    running = [f for f in files if not {"testing", "simulator", "pmhub_demo", "errors.py"} & set(f.parts)]
    made = [f.name for f in running if LIBRARYS.search(f.read_text("utf-8"))]
    assert made == [], "from pmhub.model.lean import dataclass: a class costs a fifth, and they are read at every start"
