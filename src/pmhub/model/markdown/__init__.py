"""The Markdown normal form: when do two texts say the same, whatever the tool that wrote them likes to reformat.

Equal keys promise equal rendering; unequal keys promise nothing. A hard break counts as a plain newline and a loose list as
a tight one: trackers show them alike. Terms are CommonMark's: containers hold leaves, leaves hold inlines.
"""

from pmhub.model.markdown.controls import strip_controls
from pmhub.model.markdown.cutting import cut
from pmhub.model.markdown.line import line_key
from pmhub.model.markdown.text import text_key

__all__ = ["cut", "line_key", "strip_controls", "text_key"]
