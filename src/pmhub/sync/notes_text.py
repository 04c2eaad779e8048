"""Notes as Markdown, by a shipped template or one of the workspace's own.

A template sees `release` (version, status, date), `audience`, `summary`, `groups` (heading, entries) and `counts`. All texts
come escaped: what the template writes is Markdown, what it fills in is words. The filter `escaped` does it to a word to compare with.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

from jinja2 import TemplateError, TemplateSyntaxError

from pmhub.engine.notes.compose import Notes
from pmhub.engine.notes.markdown import as_markdown
from pmhub.errors import BadTemplate
from pmhub.model.lean import dataclass
from pmhub.model.markdown import strip_controls
from pmhub.sync.notes_sandbox import Sandbox

SHIPPED: Final = ("customer", "internal", "developer")
LONGEST_SOURCE: Final = 100_000
_FOLDER: Final = Path(__file__).with_name("templates")
_MISTAKES: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a wrong expression raises in Python."""


@dataclass(frozen=True, slots=True)
class Template:
    """`name` is what messages call it by: a shipped name, or the path as the configuration has it."""

    name: str
    source: str


def find_template(name: str, workspace: Path) -> Template:
    """The shipped template called `name`, else the file at this path from the folder of the workspace. Raises BadTemplate."""
    path = _FOLDER / f"{name}.md.j2" if name in SHIPPED else workspace / name
    if not path.is_file():
        hint = f"Give a file's path from the workspace, or one of: {', '.join(SHIPPED)}."
        raise BadTemplate(f"there is no template `{name}`", hint=hint)
    try:
        source = path.read_text("utf-8")
    except (OSError, ValueError) as error:  # ValueError: not UTF-8
        raise BadTemplate(f"template {name} cannot be read: {error}") from error
    if len(source) > LONGEST_SOURCE:
        raise BadTemplate(f"template {name} is longer than {LONGEST_SOURCE:,} characters")
    return Template(name, source)


def render(notes: Notes, template: Template) -> str:
    """The text of the notes: the same bytes for the same notes. Raises BadTemplate with the template's name and line."""
    said = as_markdown(notes)
    fields = {name: getattr(said, name) for name in ("release", "audience", "summary", "groups", "counts")}
    try:
        text = Sandbox().template(template.source, template.name).render(fields)
    except TemplateSyntaxError as error:
        raise _unusable(template, error.message or "it cannot be read", error.lineno) from error
    except SyntaxError as error:  # Python's own, about the code that Jinja made
        raise _unusable(template, error.msg, None) from error
    except (TemplateError, *_MISTAKES) as error:
        raise _unusable(template, str(error) or type(error).__name__, _line_of(error, template)) from error
    return strip_controls(text).strip()


def _unusable(template: Template, why: str, line: int | None) -> BadTemplate:
    where = f"{template.name}:{line}" if line else template.name
    return BadTemplate(f"template {where}: {why}", hint="Correct the template or choose another one.")


def _line_of(error: Exception, template: Template) -> int | None:
    """Jinja puts the lines of a template into the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno for frame in reversed(frames) if frame.filename == template.name), None)
