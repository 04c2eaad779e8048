"""Texts made to ping, to link and to give orders; and a reader that finds what GitHub would act on, by a real parser."""

from __future__ import annotations

import html
import random
import re

from markdown_it import MarkdownIt

PIECES = (
    "@octocat", "@org/team", "#1", "#123", "owner/repo#1", "GH-7", "fixes #1", "Closes GH-3", "resolves owner/repo#9",
    "https://github.com/owner/repo/issues/4", "https://github.com/owner/repo/pull/4#issuecomment-1", "&#64;octocat",
    "&#x40;octocat", "&commat;octocat", "&#35;12", "&num;12", "\\@octocat", "\\#5", "请看@octocat", "é@octocat", "_@octocat_",
    "**@octocat**", "@@octocat", "[@octocat](https://e.example)", "](#123)", "[a](#12-intro)", "/close", "!merge",
    "`", "``", "```", "~~~", "\n", "\n\n", "\n```\n", "\n~~~\n", "\n> ```\n", "\n- ```\n", "\n  ```\n", "\n    ```\n", " ", " ",
    "<div>", "</div>", "<!--", "-->", '<a title="`">', "<https://x.example/`>", "https://e.example/`", "https://e.example/@octocat",
    "https://a_b.c_d/@octocat", "|", "| ` |", "| a | b |\n|---|---|\n", "\\", "\\`", "# ", "1. ", "- ", "> ", "word", "a", ".",
    "a@b.example", "<pre>", "\t", "[x]: /u `", "$`@octocat`$", "*", "_", "[", "]", "(", ")", "&", "<b>@octocat</b>",
)  # fmt: skip
MENTION = re.compile(r"(?:^|[^A-Za-z0-9_])@([A-Za-z0-9][A-Za-z0-9-]*)")
REFERENCE = re.compile(r"#([0-9]+)|(?:^|[^A-Za-z0-9])GH-([0-9]+)", re.IGNORECASE)
ADDRESS = re.compile(r"https?://(?:www\.)?github\.com/[^\s/]+/[^\s/]+/(?:issues|pull)/[0-9]+", re.IGNORECASE)
URL = re.compile(r"(?<![A-Za-z])https?://(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+[^\s<]*")
TAG = re.compile(r"<[A-Za-z/!?][^<>]*>")


def texts(count: int, seed: int) -> list[str]:
    chooser = random.Random(seed)
    return ["".join(chooser.choices(PIECES, k=chooser.randint(1, 14))) for _ in range(count)]


def acted_on(markdown: str) -> list[str]:
    """What would notify somebody or leave a trace elsewhere: in the words of the rendered page, outside code and links."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    found = [address[0] for address in ADDRESS.finditer(_without_code(parser, markdown))]
    for words in _words(parser, markdown):
        found += [each[0] for pattern in (MENTION, REFERENCE) for each in pattern.finditer(words)]
    return found


def _words(parser: MarkdownIt, markdown: str) -> list[str]:
    pages: list[str] = []
    for token in parser.parse(markdown):
        if token.type == "html_block":
            shown = re.sub(r"<!--.*?(?:-->|\Z)", "\0", token.content, flags=re.DOTALL)
            pages.append(html.unescape(TAG.sub("\0", shown)))
        run, links = "", 0
        for child in token.children or ():
            links += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            is_words = child.type in {"text", "text_special", "softbreak"} and not links
            run += (child.content or "\n") if is_words else "\0"
        pages.append(URL.sub("\0", run))
    return pages


def _without_code(parser: MarkdownIt, markdown: str) -> str:
    return "\n".join(
        token.content
        if token.type == "html_block"
        else "\0".join(c.content for c in token.children or () if c.type != "code_inline")
        for token in parser.parse(markdown)
        if token.type in {"html_block", "inline"}
    )
