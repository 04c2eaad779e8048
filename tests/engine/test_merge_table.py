"""Unchanged, changed, cleared, absent: every combination of the two sides, for every way a field merges."""

from __future__ import annotations

from dataclasses import replace

import pytest
from quiet_sync import item, side

from pmhub.engine.absorb import absorb
from pmhub.engine.plan import outgoing
from pmhub.engine.state import Counterpart, Stamp, View

GONE = "absent"
NOTHING = "-"
EDITED_THERE_AT = 10

# The values of one side in the order unchanged, changed, cleared; here and there.
HERE = {
    "priority": ("base", "here", None),
    "title": ("base", "here", None),
    "labels": (("a", "b"), ("a", "b", "here"), ()),
    "body": ("one\ntwo", "one here\ntwo", None),
}
THERE = {
    "priority": ("base", "there", None),
    "title": ("base", "there", None),
    "labels": (("a", "b"), ("a", "b", "there"), ()),
    "body": ("one\ntwo", "one\ntwo there", None),
}

# (here, there): what the item holds then, what was lost, what is written there. U, C, E, A as in the title.
ONE_MOVED = {
    "UU": ("U", None, NOTHING),
    "UC": ("there", None, NOTHING),
    "UE": ("E", None, NOTHING),
    "UA": ("U", None, NOTHING),
    "CU": ("here", None, "here"),
    "CA": ("here", None, "here"),
    "EU": ("E", None, "E"),
    "EE": ("E", None, NOTHING),
    "EA": ("E", None, "E"),
    "AU": (GONE, None, NOTHING),
    "AC": ("there", None, NOTHING),
    "AE": ("E", None, NOTHING),
    "AA": (GONE, None, NOTHING),
}
NEWER_THERE = {"CC": ("there", "here", NOTHING), "CE": ("E", "here", NOTHING), "EC": ("there", "E", NOTHING)}
NEWER_HERE = {"CC": ("here", "there", "here"), "CE": ("here", "E", "here"), "EC": ("E", "there", "E")}
MERGED = {
    "labels": {"CC": ("a", "b", "here", "there"), "CE": ("here",), "EC": ("there",)},
    "body": {"CC": "one here\ntwo there", "CE": "one here", "EC": "two there"},
}


def _value(name: str, word: str):
    values = {"U": HERE[name][0], "here": HERE[name][1], "there": THERE[name][1], "E": HERE[name][2]}
    return values.get(word, word)


def _blank(value):
    return value or None


def _meet(name: str, here: str, there: str, edited_here_at: int):
    """Returns what the item holds, what was lost, and what is written."""
    values = dict(zip("UCE", HERE[name], strict=True)), dict(zip("UCE", THERE[name], strict=True))
    ours = {} if here == "A" else {name: values[0][here]}
    seen = {} if there == "A" else {name: values[1][there]}
    at = edited_here_at if here != "U" else 0
    thing = replace(item(**ours), stamps={n: Stamp("hub", at, sure=True) for n in ours})
    counterpart = Counterpart("item", "A", "A1", {name: HERE[name][0]}, {name: HERE[name][0]})
    view = View(side("A"), counterpart, seen, EDITED_THERE_AT)
    after = absorb(thing, [view], {("A", name): Stamp("A", EDITED_THERE_AT, sure=True)}, (), {})
    out = outgoing(after.item, side("A"), after.counterparts["A"], ())
    return after.item.record.get(name, GONE), [c.value for c in after.clashes], out.write.get(name, NOTHING)


@pytest.mark.parametrize("newer", ["here", "there"])
@pytest.mark.parametrize("pair", ONE_MOVED)
@pytest.mark.parametrize("name", HERE)
def test_where_at_most_one_side_moved_nothing_is_lost_whoever_is_newer(name, pair, newer) -> None:
    value, lost, written = _meet(name, *pair, edited_here_at=20 if newer == "here" else 5)
    wanted, _, write = ONE_MOVED[pair]
    assert _blank(value) == _blank(_value(name, wanted))
    assert lost == []
    assert _blank(written) == _blank(_value(name, write))


@pytest.mark.parametrize(("newer", "table"), [("here", NEWER_HERE), ("there", NEWER_THERE)])
@pytest.mark.parametrize("pair", NEWER_HERE)
@pytest.mark.parametrize("name", ["priority", "title"])
def test_where_both_moved_the_newer_is_taken_whole_and_the_other_is_kept_as_lost(name, pair, newer, table) -> None:
    found = _meet(name, *pair, edited_here_at=20 if newer == "here" else 5)
    value, lost, write = (_value(name, word) for word in table[pair])
    assert found == (value, [lost], write)


@pytest.mark.parametrize("newer", ["here", "there"])
@pytest.mark.parametrize("pair", ["CC", "CE", "EC"])
@pytest.mark.parametrize("name", ["labels", "body"])
def test_sets_and_texts_keep_what_both_added_and_lose_nothing(name, pair, newer) -> None:
    value, lost, written = _meet(name, *pair, edited_here_at=20 if newer == "here" else 5)
    assert value == MERGED[name][pair]
    assert lost == []
    assert written == value
