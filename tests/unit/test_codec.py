"""Values as text and back."""

from __future__ import annotations

from pmhub.model.codec import dump, fields_from


def test_what_is_done_with_fields_stays_with_them() -> None:
    text = dump({"title": "Once", "labels": ("a", "b")})
    first = fields_from(text)
    first["title"] = "Changed"
    assert fields_from(text) == {"title": "Once", "labels": ("a", "b")}


def test_the_same_value_is_the_same_text() -> None:
    assert dump({"b": "ä", "a": (1, None)}) == dump({"a": [1, None], "b": "ä"}) == '{"a":[1,null],"b":"ä"}'
