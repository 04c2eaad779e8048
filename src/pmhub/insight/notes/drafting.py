"""Composes the notes of one release for one audience, by the workspace's rules and template where they are for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pmhub.config.workspace import NotesRules
from pmhub.engine.notes.compose import LeftOut, Notes, compose
from pmhub.engine.notes.rules import Audience, Rules
from pmhub.insight.picture import Picture
from pmhub.insight.releases import audience_of, facts, members
from pmhub.model.lean import dataclass
from pmhub.model.visibility import Visibility
from pmhub.store.reading import ItemRow


@dataclass(frozen=True)
class Draft:
    """`text` is Markdown. What is left out is for a person at the workspace: readers must not learn of it."""

    notes: Notes
    text: str

    @property
    def left_out(self) -> Mapping[LeftOut, int]:
        return self.notes.left_out


def draft_of(
    picture: Picture, release: ItemRow, audience: Audience | None = None, shown_to: Visibility | None = None
) -> Draft:
    """`audience` None: the one the workspace writes for. `shown_to` None: whoever sees the release itself, or of notes
    for people inside, the members. Raises UserError for a template that does not work.
    """
    from pmhub.sync.notes_text import find_template, render  # noqa: PLC0415 - brings in the template engine

    configured = _configured(picture, release)
    chosen = audience or (configured.rules.audience if configured else Audience.CUSTOMER)
    template, rules = _rules(configured, chosen)
    seen_by = shown_to if shown_to is not None else _readers(picture, release, chosen)
    notes = compose(facts(release), members(picture, release), rules, seen_by)
    return Draft(notes, render(notes, find_template(template, picture.workspace.folder)))


def _configured(picture: Picture, release: ItemRow) -> NotesRules | None:
    sync = picture.workspace.syncs.get(release.sync)
    return sync.notes if sync else None


def _rules(configured: NotesRules | None, audience: Audience) -> tuple[str, Rules]:
    """For another audience than the workspace's own, headings and groups are kept; what is left out is not."""
    if configured is None:
        return audience, Rules(audience=audience)
    if configured.rules.audience is audience:
        return configured.template, configured.rules
    return audience, replace(configured.rules, audience=audience, leave_out_labels=None, leave_out_types=())


def _readers(picture: Picture, release: ItemRow, audience: Audience) -> Visibility:
    return audience_of(picture, release) if audience is Audience.CUSTOMER else Visibility.MEMBERS
