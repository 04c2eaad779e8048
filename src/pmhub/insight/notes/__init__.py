"""The notes of a release for one audience, and how they look where they are put."""

from pmhub.insight.notes.drafting import Draft, draft_of
from pmhub.insight.notes.formats import FORMATS, render_as

__all__ = ["FORMATS", "Draft", "draft_of", "render_as"]
