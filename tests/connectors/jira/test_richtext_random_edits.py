"""One word of a random document is changed on the Markdown side: every other block of it stays byte for byte."""

from __future__ import annotations

import json
import os
import random
import re

import pytest
from adf_validity import AdfSchema
from random_adf import RandomAdf
from random_wiki import RandomWiki
from richtext_oracle import adf_schema, nodes

from pmhub.model.markdown import text_key
from pmhub_jira.richtext import from_adf, from_wiki, to_adf, to_adf_over, to_wiki, to_wiki_over

SHARD, SHARDS = (int(part) for part in os.environ.get("SHARD", "0/1").split("/"))


def _checked(seed, schema):
    """Edits one word of a random document and gives how many of its nodes there were, how many of them stayed, and whether
    all blocks beside the edited one did.
    """
    made = RandomAdf(schema, seed)
    document = made.document()
    markdown, native = from_adf(document).text, json.dumps(document)
    words = [word for word in made.words if markdown.count(word) == native.count(word) == 1]
    if not words:
        return 0, 0, True
    word = random.Random(seed).choice(words)
    wanted = markdown.replace(word, "edited")
    result = to_adf_over(document, wanted)
    back = from_adf(result).text
    assert text_key(back) == text_key(from_adf(to_adf(wanted)).text), seed
    assert "edited" in back, seed
    assert AdfSchema(schema).is_valid(result), seed
    others = [node for node in document["content"] if word not in json.dumps(node)]
    rest = iter(result["content"])
    beside = all(other in rest for other in others)
    there = [json.dumps(node) for node in nodes(document) if word not in json.dumps(node)]
    left = [json.dumps(node) for node in nodes(result)]
    return len(there), sum(one in left for one in there), beside


def _figures(seeds):
    known = adf_schema()
    counts = [_checked(seed, known) for seed in seeds]
    there, stayed, beside = (sum(column) for column in zip(*counts, strict=True))
    return sum(one > 0 for one, _, _ in counts), there, stayed, len(counts) - beside


def test_one_word_of_a_random_document_changes_and_every_other_block_stays():
    edited, there, stayed, whole = _figures(range(120))
    assert edited > 100
    assert whole == 0
    assert stayed / there > 0.9


@pytest.mark.soak
def test_one_word_of_each_of_5000_random_documents_changes_and_every_other_block_stays(capsys):
    """`SHARD=i/n` takes every n-th document."""
    edited, there, stayed, whole = _figures(range(SHARD, 5_700, SHARDS))
    with capsys.disabled():
        print(f"\n{edited} documents edited, {whole} of them with another block changed")  # noqa: T201
        print(f"of {there} nodes outside the edited word {stayed / there:.1%} stayed")  # noqa: T201
    assert edited >= 5_000 // SHARDS
    assert whole == 0
    assert stayed / there > 0.9


def _checked_wiki(seed):
    """As `_checked`: whether there was a word to edit, and whether every other block stands in the result as it stood."""
    made = RandomWiki(seed)
    wiki = made.text()
    markdown = from_wiki(wiki).text
    words = [word for word in re.findall(r"w\d+x\d+", markdown) if markdown.count(word) == wiki.count(word) == 1]
    if not words:
        return False, True
    word = random.Random(seed).choice(words)
    wanted = markdown.replace(word, "edited")
    result = to_wiki_over(wiki, wanted)
    assert text_key(from_wiki(result).text) == text_key(from_wiki(to_wiki(wanted)).text), seed
    assert "edited" in result, seed
    rest = result
    for other in (block for block in made.blocks if word not in block):
        _, found, rest = rest.partition(other)
        if not found:
            return True, False
    return True, True


def test_one_word_of_a_random_wiki_text_changes_and_every_other_block_stays():
    found = [_checked_wiki(seed) for seed in range(60)]
    assert sum(edited for edited, _ in found) > 50
    assert all(stayed for _, stayed in found)


@pytest.mark.soak
def test_one_word_of_each_of_1000_random_wiki_texts_changes_and_every_other_block_stays():
    found = [_checked_wiki(seed) for seed in range(SHARD, 1_100, SHARDS)]
    assert sum(edited for edited, _ in found) >= 1_000 // SHARDS
    assert all(stayed for _, stayed in found)
