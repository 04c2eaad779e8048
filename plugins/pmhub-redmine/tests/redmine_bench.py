"""A simulated Redmine for pmhub's conformance kit."""

from __future__ import annotations

import re
from typing import ClassVar

from pmhub_redmine.connector import Redmine
from pmhub_redmine.settings import RedmineScope, RedmineSettings
from pmhub_redmine.simulator import LABELS_FIELD, RedmineSimulator, serve
from redmine_site import ANN_KEY, BOT_KEY

from pmhub.sdk import Kind, Ref, Scope, Secret, Vocabulary
from pmhub.testing import Bench

HIDDEN = re.compile(r"\s*<!-- pmhub:\w+@\w+ -->\s*\Z")
STATUS = {"todo": 1, "doing": 2, "done": 5}
PRIORITY = {"low": 1, "medium": 2, "high": 3, "highest": 4}
VERSION_STATUS = {"planned": "open", "draft": "locked", "released": "closed"}


class RedmineBench(Bench):
    connector_type = Redmine
    page: ClassVar[int] = 100

    def __init__(self, clock):
        super().__init__(clock)
        self.redmine = RedmineSimulator(clock.seconds)
        self.redmine.add_project("shop")
        self.redmine.add_user("pmhub", BOT_KEY)
        self.redmine.add_user("ann", ANN_KEY)
        self.server = serve(self.redmine)
        self.url = self.server.__enter__()

    def close(self):
        self.server.__exit__(None, None, None)

    def connector(self, context):
        return Redmine(RedmineSettings(self.url, Secret({"env": "KEY"}, BOT_KEY)), context)

    def scope(self, kind):
        return Scope("shop", RedmineScope("shop"), Vocabulary(fields={"labels": f"cf_{LABELS_FIELD}"}))

    def create(self, kind, fields, on=None):
        if kind is Kind.RELEASE:
            number = self.redmine.user_version("shop", fields["version"], **version(fields))
            return Ref(kind, str(number))
        if kind is Kind.COMMENT:
            self.redmine.user_note(int(on.id), fields["body"])
            return Ref(kind, f"{on.id}.{self.redmine.issues[int(on.id)]['journals'][-1]['id']}")
        subject, description = fields["title"], fields.get("body") or ""
        return Ref(kind, str(self.redmine.user_create("shop", subject, description, **issue(fields))))

    def edit(self, ref, fields):
        if ref.kind is Kind.RELEASE:
            named = {"name": fields["version"]} if "version" in fields else {}
            self.redmine.change_version(self.redmine.versions[int(ref.id)], {**named, **version(fields)})
        elif ref.kind is Kind.COMMENT:
            journal = self.journal(ref)
            journal["notes"] = kept(journal["notes"], fields["body"])
        else:
            body = issue(fields)
            if "title" in fields:
                body["subject"] = fields["title"]
            if "body" in fields:
                body["description"] = kept(self.redmine.issues[int(ref.id)]["description"], fields["body"])
            self.redmine.user_edit(int(ref.id), **body)

    def delete(self, ref):
        if ref.kind is Kind.RELEASE:
            del self.redmine.versions[int(ref.id)]
        elif ref.kind is Kind.COMMENT:
            self.redmine.issues[int(ref.id.partition(".")[0])]["journals"].remove(self.journal(ref))
        else:
            self.redmine.user_delete(int(ref.id))

    def restrict(self, ref):
        if ref.kind is Kind.COMMENT:
            self.journal(ref)["private_notes"] = True
        elif ref.kind is Kind.TICKET:
            self.redmine.user_edit(int(ref.id), is_private=True)
        else:
            raise NotImplementedError

    def journal(self, ref):
        number, _, journal = ref.id.partition(".")
        held = self.redmine.issues.get(int(number), {"journals": []})["journals"]
        return next((one for one in held if one["id"] == int(journal)), None)

    def look(self, ref):
        if ref.kind is Kind.COMMENT:
            journal = self.journal(ref)
            return None if journal is None else {"body": HIDDEN.sub("", journal["notes"])}
        if ref.kind is Kind.RELEASE:
            held = self.redmine.versions.get(int(ref.id))
            return None if held is None else {"version": held["name"], "date": held["due_date"]}
        held = self.redmine.issues.get(int(ref.id))
        if held is None:
            return None
        status = "done" if held["status"]["is_closed"] else "todo" if held["status"]["name"] == "New" else "doing"
        priority = next(word for word, number in PRIORITY.items() if number == held["priority"]["id"])
        body = HIDDEN.sub("", held["description"].replace("\r\n", "\n"))
        told = {"title": held["subject"], "body": body, "status": status}
        labels = next(one["value"] for one in held["custom_fields"] if one["id"] == LABELS_FIELD)
        plain = tuple(sorted(filter(None, labels.split(", "))))
        return {**told, "priority": priority, "due": held["due_date"], "labels": plain}


def issue(fields):
    given = {"start_date": ""}
    if "status" in fields:
        given["status_id"] = STATUS[fields["status"]]
    if "priority" in fields:
        given["priority_id"] = PRIORITY[fields["priority"]]
    if "due" in fields:
        given["due_date"] = fields["due"] or ""
    if "labels" in fields:
        given["custom_fields"] = [{"id": LABELS_FIELD, "value": ", ".join(fields["labels"] or ())}]
    return given


def version(fields):
    given = {}
    if "date" in fields:
        given["due_date"] = fields["date"]
    if "status" in fields:
        given["status"] = VERSION_STATUS[fields["status"]]
    return given


def kept(before, after):
    """A person who edits a text leaves the hidden line at its end alone."""
    hidden = HIDDEN.search(before or "")
    return f"{after or ''}{hidden[0]}" if hidden else (after or "")
