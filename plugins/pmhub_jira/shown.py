"""What Jira shows of one field's value, and what is lost of it. Pure.

Fields are judged one at a time, so a rule that needs two (a sub-task needs a parent) is left to the write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from pmhub.model.markdown import strip_controls
from pmhub.sdk import ABSENT, Kind, Scope
from pmhub_jira import labels, texts, words
from pmhub_jira.moments import day as iso_day

TITLE_LIMIT: Final = 255  # [D] "Summary can't exceed 255 characters."
MINUTE: Final = 60  # seconds
ELLIPSIS: Final = "…"

Shown = tuple[Any, str]
"""The value that will stand there, or ABSENT, and what is lost, in words for people."""
Showing = Callable[[Scope, Any], Shown]


def title(text: str | None, limit: int = TITLE_LIMIT) -> str:
    """One line of at most `limit` UTF-16 units, which is how Java counts characters; empty for nothing that can be shown."""
    line = " ".join(strip_controls(text or "").replace("\t", " ").splitlines()).strip()
    if _units(line) <= limit:
        return line
    while _units(line) > limit - 1:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


def version_names(given: Iterable[str]) -> tuple[str, ...]:
    """Names of versions and components: Jira keeps no spaces around them, and at most 255 characters [D]."""
    names = {" ".join(strip_controls(name).split()) for name in given}
    return tuple(sorted(name for name in names if 0 < len(name) <= TITLE_LIMIT))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def summary(_: Scope, value: Any) -> Shown:  # noqa: ANN401 - a value of the model
    shown = title(value)
    if not shown:
        return ABSENT, "Jira has no issue without a summary"
    return shown, "cut to 255 characters" if shown.endswith(ELLIPSIS) and shown != value else ""


def body(form: texts.Form, limit: int = texts.LIMIT) -> Showing:
    """How a text of that form is shown."""

    def showing(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
        shown, was_cut = texts.shown(value, scope.vocabulary.people, limit, form)
        return shown, "the end does not fit into Jira's 32,767 characters" if was_cut else ""

    return showing


def type_(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
    native = words.type_name(scope, value) if value else None
    if native is None:
        return ABSENT, f"no issue type stands for `{value}`: name one in the configuration" if value else ""
    return words.named(scope.vocabulary, "type", native), ""


def status(kind: Kind) -> Showing:
    """How a status of that kind is shown."""
    return lambda scope, value: (words.status_shown(scope.vocabulary, value, kind), "") if value else (ABSENT, "")


def priority(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
    """An issue always has a priority where its project knows them: "none" is nothing Jira can be told."""
    native = words.priority_name(scope.vocabulary, value) if value else None
    if native is None:
        return ABSENT, f"no priority stands for `{value}`: name one in the configuration" if value else ""
    return words.named(scope.vocabulary, "priority", native), ""


def assignees(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
    mapped = [name for name in value if scope.vocabulary.people.lower(name)]
    unknown = [name for name in value if name not in mapped]
    why = [f"no Jira account is known for {', '.join(unknown)}"] if unknown else []
    why += [f"Jira has one assignee: {mapped[0]} stays"] if len(mapped) > 1 else []
    shown = tuple(mapped[:1]) if mapped or not value else ABSENT
    return shown, "; ".join(why)


def label_set(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    natives = {label: labels.lower(label) for label in value}
    too_long = [label[:30] for label, native in natives.items() if native is None]
    shown = tuple(sorted({labels.lift(native) for native in natives.values() if native}))
    return shown, f"Jira cannot hold these labels: {', '.join(too_long)}" if too_long else ""


def version_set(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    long = [name[:30] for name in value if len(name) > TITLE_LIMIT and not version_names([name])]
    return version_names(value), f"Jira cannot hold names this long: {', '.join(long)}" if long else ""


def day(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    if not value:
        return None, ""
    shown = iso_day(value)
    return (shown, "") if shown else (ABSENT, f"`{value}` is no date")


def estimate(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
    if not scope.vocabulary.fields.get("estimate"):
        return ABSENT, ""
    return (None if value is None else float(value)), ""


def time_estimate(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    """Whole minutes; there is no way to say that there is none any more [U], so an empty one is no opinion."""
    return (max(1, round(value / MINUTE)) * MINUTE, "") if value else (ABSENT, "")


def takes_parts(scope: Scope) -> bool:
    """Do sub-tasks take part?"""
    return any(map(words.is_subtask, scope.settings.types))


def ticket_parent(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
    if not value or value.startswith(f"{Kind.ROADMAP_ITEM}:") or takes_parts(scope):
        return value or None, ""
    return ABSENT, "in Jira only a sub-task belongs to another ticket"


def owner(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
    if not value:
        return None, ""
    return (value, "") if scope.vocabulary.people.lower(value) else (ABSENT, f"no Jira account is known for {value}")


def horizon(scope: Scope, value: Any) -> Shown:  # noqa: ANN401
    if not value:
        return None, ""
    native = words.horizon_name(scope.vocabulary, value)
    if native is None:
        return ABSENT, f"no horizon stands for `{value}`: name one in the configuration"
    return words.named(scope.vocabulary, "horizon", native), ""


def line(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    """A text field holds as much as a summary [D]."""
    shown = title(" ".join((value or "").split()))
    return shown or None, "cut to 255 characters" if shown.endswith(ELLIPSIS) and shown != value else ""


def where_named(name: str, showing: Showing) -> Showing:
    """A field that Jira lacks: held only where the configuration names a custom field for it."""
    return lambda scope, value: showing(scope, value) if scope.vocabulary.fields.get(name) else (ABSENT, "")


def roadmap_parent(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    if not value or value.startswith(f"{Kind.ROADMAP_ITEM}:"):
        return value or None, ""
    return ABSENT, "in Jira what stands above an epic is no ticket"


def nothing_above(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    return ABSENT, "nothing stands above an epic in a Data Center" if value else ""


def unwritten(_: Scope, __: Any) -> Shown:  # noqa: ANN401
    """The reporter: setting it takes a right that few accounts have ("Modify reporter"), so Jira names its writer [D]."""
    return ABSENT, ""


def comment_author(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    return (author(value), "") if author(value) else (ABSENT, "")


def deleted(_: Scope, value: Any) -> Shown:  # noqa: ANN401
    return (True, "") if value else (ABSENT, "")


def author(name: str | None) -> str:
    """A name as it stands in a mirrored comment's first line."""
    return " ".join(strip_controls(name or "").split())[: texts.NAME_LIMIT].strip()
