"""Values of the custom fields that hold a roadmap item's horizon, objective or start: a choice, a line, a document, a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pmhub.sdk import ABSENT, Absent
from pmhub_jira.richtext import plain
from pmhub_jira.texts import ADF, Form

Json = Mapping[str, Any]
_DOCUMENT: Final = ":textarea"


def read(value: Any) -> str | Absent | None:  # noqa: ANN401 - JSON
    """One line of text; None for nothing, ABSENT for a value that is neither text nor a choice."""
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ABSENT
    if value.get("type") == "doc":
        return plain.line(value) or None
    return value["value"] if isinstance(value.get("value"), str) else ABSENT


def written(schema: Json, text: str | None, form: Form) -> Any:  # noqa: ANN401 - JSON
    """`schema` is that of `GET /field`: a choice is named by its value, a text of several lines is in Cloud a document [D]."""
    if text is None:
        return None
    if schema.get("type") == "option":
        return {"value": text}
    if form is ADF and str(schema.get("custom", "")).endswith(_DOCUMENT):
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": text}]}
        return {"type": "doc", "version": 1, "content": [paragraph]}
    return text
