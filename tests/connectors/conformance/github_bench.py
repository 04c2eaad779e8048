"""A simulated GitHub for the conformance kit: one private repository, a bot and a person."""

from __future__ import annotations

import re
from typing import ClassVar

from pmhub.sdk import Kind, Ref, Scope, Secret
from pmhub.testing import Bench
from pmhub_github.connector import GitHub
from pmhub_github.settings import GitHubScope, GitHubSettings
from pmhub_github.simulator import GitHubSimulator, serve
from pmhub_github.simulator.state import node_id

REPO, BOT, PERSON = "example/shop", "pmhub-bot", "octocat"
HIDDEN = re.compile(r"\n*<!-- pmhub:\w+@\w+ -->\s*\Z")


class GitHubBench(Bench):
    connector_type = GitHub
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.ROADMAP_ITEM, Kind.RELEASE, Kind.TICKET, Kind.COMMENT)
    page: ClassVar[int] = 100

    def __init__(self, clock):
        super().__init__(clock)
        self.github = GitHubSimulator(clock.seconds)
        self.github.add_repo(REPO, private=True)
        self.github.token("fake-token-of-the-bot", login=BOT)
        self.github.add_user(PERSON)
        self.server = serve(self.github).__enter__()

    def close(self):
        self.server.__exit__(None, None, None)

    def connector(self, context):
        token = Secret({"env": "TOKEN"}, "fake-token-of-the-bot")
        return GitHub(GitHubSettings(token=token, url=self.server.url, write_interval=0), context)

    def scope(self, kind):
        return Scope(REPO, GitHubScope(REPO))

    def create(self, kind, fields, on=None):
        if kind is Kind.COMMENT:
            made = self.github.user_comment(REPO, self.thing(on).number, fields["body"])
            return Ref(kind, made.node_id)
        if kind is Kind.ROADMAP_ITEM:
            made = self.github.user_create_milestone(REPO, fields["title"], **milestone(fields))
            return Ref(kind, self.node_id(made), f"{REPO}/milestone/{made.number}")
        if kind is Kind.RELEASE:
            made = self.github.user_create_release(REPO, f"v{fields['version']}", draft=True, body="By hand.")
            return Ref(kind, str(made.id), f"{REPO}@{made.tag}")
        given = {"labels": list(fields.get("labels") or ())}
        made = self.github.user_create_issue(REPO, fields["title"], fields.get("body"), **given)
        if fields.get("status") == "done":
            self.github.user_close(REPO, made.number)
        return Ref(kind, made.node_id)

    def edit(self, ref, fields):
        thing = self.thing(ref)
        if ref.kind is Kind.COMMENT:
            self.github.user_edit_comment(REPO, thing.id, kept_marker(thing.body, fields["body"]))
            return
        if ref.kind is Kind.ROADMAP_ITEM:
            title = {"title": fields["title"]} if "title" in fields else {}
            self.github.user_edit_milestone(REPO, thing.number, **title, **milestone(fields))
            return
        if ref.kind is Kind.RELEASE:
            if "version" not in fields:
                raise NotImplementedError
            tag = f"v{fields['version']}"
            self.github.user_edit_release(REPO, thing.id, tag_name=tag, name=tag)
            return
        given = {name: fields[name] for name in ("title", "body") if name in fields}
        if "body" in given:
            given["body"] = kept_marker(thing.body, given["body"])
        if "labels" in fields:
            given["labels"] = list(fields["labels"] or ())
        if "status" in fields:
            given["state"] = "closed" if fields["status"] == "done" else "open"
        self.github.user_edit_issue(REPO, thing.number, **given)

    def delete(self, ref):
        thing = self.thing(ref)
        if ref.kind is Kind.COMMENT:
            self.github.user_delete_comment(REPO, thing.id)
        elif ref.kind is Kind.ROADMAP_ITEM:
            self.github.user_delete_milestone(REPO, thing.number)
        elif ref.kind is Kind.RELEASE:
            self.github.user_delete_release(REPO, thing.id)
        else:
            self.github.user_delete_issue(REPO, thing.number)

    def look(self, ref):
        thing = self.thing(ref)
        if thing is None:
            return None
        if ref.kind is Kind.COMMENT:
            return {"body": HIDDEN.sub("", thing.body)}
        if ref.kind is Kind.RELEASE:
            return {"version": thing.tag.removeprefix("v")}
        closed = thing.state == "closed"
        if ref.kind is Kind.ROADMAP_ITEM:
            due = thing.due_on[:10] if thing.due_on else None
            status = "shipped" if closed else "planned"
            return {"title": thing.title, "body": thing.description, "target": due, "status": status}
        labels = tuple(sorted(self.github.label_names(REPO, thing.number)))
        body = HIDDEN.sub("", thing.body or "")
        return {"title": thing.title, "body": body, "labels": labels, "status": "done" if closed else "todo"}

    def thing(self, ref):
        held = {
            Kind.COMMENT: self.github.comments,
            Kind.TICKET: self.github.issues,
            Kind.RELEASE: self.github.releases,
            Kind.ROADMAP_ITEM: self.github.milestones,
        }
        found = held[ref.kind](REPO).values()
        if ref.kind is Kind.RELEASE:
            return next((one for one in found if str(one.id) == ref.id), None)
        return next((one for one in found if self.node_id(one) == ref.id), None)

    def node_id(self, thing):
        return thing.node_id if hasattr(thing, "node_id") else node_id("MI", thing.id)


def milestone(fields):
    names = {"body": "description"}
    given = {names[name]: fields[name] for name in names if name in fields}
    if "target" in fields:
        given["due_on"] = f"{fields['target']}T00:00:00Z" if fields["target"] else None
    if "status" in fields:
        given["state"] = "closed" if fields["status"] == "shipped" else "open"
    return given


def kept_marker(before, after):
    """A person who edits a text leaves the hidden line at its end alone."""
    hidden = HIDDEN.search(before or "")
    return f"{after or ''}{hidden[0]}" if hidden else after
