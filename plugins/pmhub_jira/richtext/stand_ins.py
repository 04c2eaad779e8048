"""What stands in ADF for what it lacks; the writer puts it there and the reader knows it again."""

from __future__ import annotations

HTML_GREY = "#8590a3"  # the colour of raw HTML, which the editor's palette does not have
PICTURE_SIGN = "🖼"  # begins a link that is an image inside a line
PANELS = {"note": "info", "tip": "success", "important": "note", "warning": "warning", "caution": "error"}
