"""Markdown as HTML, and as Confluence's storage format (XHTML with macros of its own for code and pictures)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict


def parser(renderer: type[RendererHTML] = RendererHTML) -> MarkdownIt:
    """Raw HTML in the source is text, and a link leads to a web address or nowhere."""
    options = {"html": False, "xhtmlOut": True}
    return MarkdownIt("commonmark", options, renderer_cls=renderer).enable(["table", "strikethrough"])


def as_html(markdown: str) -> str:
    rendered: str = parser().render(markdown)
    return rendered.strip()


def as_part_of_a_page(markdown: str, deeper: int) -> str:
    """HTML whose headings are `deeper` levels down, and which loads nothing: a picture is a link to it."""
    markdown_it = parser(_Quiet)
    tokens = markdown_it.parse(markdown)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1]) + deeper)}"
    rendered: str = markdown_it.renderer.render(tokens, markdown_it.options, {})
    return rendered.strip()


class _Quiet(RendererHTML):
    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:  # noqa: ANN401
        del options, env
        source = escape(str(tokens[idx].attrGet("src") or ""))
        return f'<a href="{source}">{escape(tokens[idx].content) or source}</a>'


def as_confluence(markdown: str) -> str:
    rendered: str = parser(_Storage).render(markdown)
    return rendered.strip()


class _Storage(RendererHTML):
    """See "Confluence Storage Format" in Atlassian's documentation: well-formed XML, without HTML's named entities."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:  # noqa: ANN401
        del options, env
        language = tokens[idx].info.split(" ")[0]
        named = f'<ac:parameter ac:name="language">{escape(language)}</ac:parameter>' if language else ""
        return f'<ac:structured-macro ac:name="code">{named}{_cdata(tokens[idx].content)}</ac:structured-macro>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:  # noqa: ANN401
        return self.fence(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:  # noqa: ANN401
        del options, env
        source = str(tokens[idx].attrGet("src") or "")
        return f'<ac:image ac:alt="{escape(tokens[idx].content)}"><ri:url ri:value="{escape(source)}" /></ac:image>'

    def s_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:  # noqa: ANN401
        del tokens, idx, options, env
        return '<span style="text-decoration: line-through;">'

    def s_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: Any) -> str:  # noqa: ANN401
        del tokens, idx, options, env
        return "</span>"


def _cdata(text: str) -> str:
    """The end of a CDATA section cannot stand in one: it is spread over two."""
    inside = text.removesuffix("\n").replace("]]>", "]]]]><![CDATA[>")
    return f"<ac:plain-text-body><![CDATA[{inside}]]></ac:plain-text-body>"
