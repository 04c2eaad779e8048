"""Atlassian's own editor reads what is written for it: every document fits its schema, and wiki markup says what was meant."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest
from fixtures.fetch import EDITOR, LOCKED
from richtext_oracle import adf_words, corpus, words
from richtext_texts import real_texts, seen_words

from pmhub_jira.richtext import to_adf, to_wiki

LINKED_CODE = "marks for node text: link,code"
"""Code that is a link: Atlassian's JSON schema has it (`code_inline_node`), and documents of Jira do; the editor's has it not."""


@pytest.fixture(scope="module")
def editor():
    """Asks the editor for `{"refused": [[place, why]], "read": [document]}`."""
    node = shutil.which("node")
    if node is None or not EDITOR.is_dir():
        reason = "Atlassian's editor is not fetched, or there is no node to run it: make fixtures, which asks npm"
        (pytest.fail if os.environ.get("CI") and node else pytest.skip)(reason)

    def ask(adf, wiki):
        given = json.dumps({"adf": adf, "wiki": wiki})
        done = subprocess.run(
            [node, str(LOCKED / "read.js"), str(EDITOR)],
            input=given,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
        )
        return json.loads(done.stdout)

    return ask


def _figures(editor, texts):
    """The documents refused, the wiki texts not read, and the words that were lost in those that were read."""
    texts = [text for text in texts if to_adf(text)["content"]]  # an empty document is not sent
    answer = editor([to_adf(text) for text in texts], [to_wiki(text) for text in texts])
    unread = [text for text, document in zip(texts, answer["read"], strict=True) if document is None]
    lost = {}
    for text, document in zip(texts, answer["read"], strict=True):
        if document is not None and (gone := _folded(seen_words(text)) - _folded(words(adf_words(document)))):
            lost[text[:60]] = sorted(gone)
    return [(texts[place][:60], why) for place, why in answer["refused"] if not why.endswith(LINKED_CODE)], unread, lost


def _folded(found):
    """The title of an alert is a word in capitals here, and not there."""
    return {word.casefold() for word in found}


def test_the_editor_takes_every_document_of_the_corpus_and_reads_every_word_of_its_wiki_text(editor):
    cases = list(corpus("markdown").values())
    assert _figures(editor, cases) == ([], [], {})


@pytest.mark.soak
def test_the_editor_takes_every_document_of_peoples_texts_and_reads_their_wiki_text(editor, capsys):
    texts = [text for text in real_texts() if len(text) < 20_000]
    refused, unread, lost = _figures(editor, texts)
    told = f"of {len(texts)} texts {len(refused)} documents are refused, {len(unread)} wiki texts not read, {len(lost)} lack a word"
    with capsys.disabled():
        print(f"\n{told}: {list(lost.items())[:10]}")  # noqa: T201
    assert refused == []
    assert len(unread) <= len(texts) / 100
    assert len(lost) <= len(texts) / 20
