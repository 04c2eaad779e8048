"""What Jira's wiki markup writes how (its "Text Formatting Notation Help"), and what stands in it for what it lacks."""

from __future__ import annotations

import re
from typing import Final

from pmhub_jira.richtext.tree import EM, STRIKE, STRONG, SUB, SUP

MARKS: Final = {STRONG: "*", EM: "_", STRIKE: "-", SUP: "^", SUB: "~"}
READ_MARKS: Final = {sign: mark for mark, sign in MARKS.items()}
UNDERLINE: Final = "+"
CITATION: Final = "??"

ESCAPABLE: Final = "*_-+^~?!|{}[]()#:;.\\"
ESCAPE: Final = re.compile(r"\\([" + re.escape(ESCAPABLE[:-1]) + "])")
ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
BACKSLASH: Final = "&#92;"  # Jira shows entities; a backslash before a backslash would be a line break

# Names a code macro colours without complaint (Jira names them when it meets another); others go into the title.
LANGUAGES: Final = frozenset(
    [
        "actionscript",
        "ada",
        "applescript",
        "bash",
        "c",
        "c#",
        "c++",
        "cpp",
        "css",
        "erlang",
        "go",
        "groovy",
        "haskell",
        "html",
        "java",
        "javascript",
        "js",
        "json",
        "lua",
        "nyan",
        "objc",
        "perl",
        "php",
        "python",
        "r",
        "rainbow",
        "ruby",
        "scala",
        "sh",
        "sql",
        "swift",
        "visualbasic",
        "xml",
        "yaml",
    ]
)
NO_LANGUAGE: Final = "none"
JOINER: Final = "\u200b"  # parts the brace from the name where the text of a code block would end it

PANELS: Final = {
    "note": ("Note", "#deebff"),
    "tip": ("Tip", "#e3fcef"),
    "important": ("Important", "#eae6ff"),
    "warning": ("Warning", "#fffae6"),
    "caution": ("Caution", "#ffebe6"),
}
EXPAND_SIGN: Final = "▸"  # begins the title of a panel that is an expand

EMOTICONS: Final = {
    ":)": "🙂",
    ":(": "🙁",
    ":P": "😛",
    ":D": "😃",
    ";)": "😉",
    "(y)": "👍",
    "(n)": "👎",
    "(i)": "ℹ️",  # noqa: RUF001 - the sign is meant
    "(/)": "✅",
    "(x)": "❌",
    "(!)": "⚠️",
    "(+)": "➕",  # noqa: RUF001 - the sign is meant
    "(-)": "➖",  # noqa: RUF001 - the sign is meant
    "(?)": "❓",
    "(on)": "💡",
    "(off)": "🌑",
    "(*)": "⭐",
    "(*r)": "⭐",
    "(*g)": "⭐",
    "(*b)": "⭐",
    "(*y)": "⭐",
    "(flag)": "🚩",
    "(flagoff)": "🏳️",
}
EMOTICON: Final = r"(?<![^\W_])(?:" + "|".join(map(re.escape, EMOTICONS)) + r")(?![^\W_])"
SMART: Final = frozenset({"smart-link", "smart-card", "smart-embed", "smart-icon"})
