"""An edit made elsewhere is laid into an issue's description; what it would take away unseen waits for a person."""

from __future__ import annotations

import json

import pytest
from richtext_oracle import doc, paragraph, text

from pmhub.sdk import Kind, Observation, People, Ref, Refused, Scope, Ticket, Vocabulary
from pmhub_jira import payloads, texts
from pmhub_jira.flavours import CLOUD, DATA_CENTER
from pmhub_jira.settings import JiraScope

FILE = {
    "type": "mediaGroup",
    "content": [{"type": "media", "attrs": {"type": "file", "id": "f1", "collection": "c", "alt": "plan.png"}}],
}
DESCRIPTION = doc(paragraph(text("first")), FILE, paragraph(text("last", "underline")))
WIKI = "first\n\n!plan.png|thumbnail!\n\n+last+"


def _edit(flavour, native, old, new, lossy="hold"):
    scope = Scope("shop", JiraScope("SHOP", lossy=lossy), Vocabulary(people=People({})))
    body = texts.read(native, People({}))
    native = {"fields": {"description": native}}
    over = Observation(Ref(Kind.TICKET, "1", "SHOP-1"), Ticket(body=body), 0, 0, "ann", native)
    return payloads.edit(flavour, scope, over, {"body": body.replace(old, new)})["fields"]["description"]


def test_a_description_keeps_every_block_that_the_edit_did_not_touch():
    written = _edit(CLOUD, DESCRIPTION, "first", "**first**")
    assert written["content"][1:] == DESCRIPTION["content"][1:]
    assert json.dumps(written["content"][1:]) == json.dumps(DESCRIPTION["content"][1:])
    assert _edit(DATA_CENTER, WIKI, "first", "**first**") == WIKI.replace("first", "*first*")


@pytest.mark.parametrize(("flavour", "native"), [(CLOUD, DESCRIPTION), (DATA_CENTER, WIKI)])
def test_an_edit_that_would_take_an_attachment_away_is_held_and_says_which(flavour, native):
    with pytest.raises(Refused) as refused:
        _edit(flavour, native, "plan.png", "plan.pdf")
    assert (refused.value.field, refused.value.lasting) == ("body", True)
    assert "attachment" in refused.value.message
    assert "plan.png" in refused.value.message


def test_who_says_overwrite_loses_it():
    written = _edit(CLOUD, DESCRIPTION, "plan.png", "plan.pdf", lossy="overwrite")
    assert "media" not in json.dumps(written)
