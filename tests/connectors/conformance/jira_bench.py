"""A simulated Jira Cloud for the conformance kit: one project, a bot and a person."""

from __future__ import annotations

from typing import ClassVar

from pmhub.sdk import Kind, Ref, Scope, Secret, Vocabulary
from pmhub.testing import Bench
from pmhub_jira.connector import JiraConnector
from pmhub_jira.richtext import from_adf, to_adf
from pmhub_jira.settings import JiraScope, JiraSettings
from pmhub_jira.simulator import JiraSimulator, serve

PROJECT, BOT = "SHOP", ("bot@example.com", "fake-token-of-the-bot")
NATIVES = {
    "estimate": "customfield_10016",
    "start": "customfield_10015",
    "horizon": "customfield_10030",
    "objective": "customfield_10031",
}
TYPES = {Kind.TICKET: "Story", Kind.ROADMAP_ITEM: "Epic"}
STATES = {"todo": "To Do", "planned": "To Do", "done": "Done", "shipped": "Done"}


class JiraBench(Bench):
    connector_type = JiraConnector
    kinds: ClassVar[tuple[Kind, ...]] = (Kind.ROADMAP_ITEM, Kind.RELEASE, Kind.TICKET, Kind.COMMENT)
    page: ClassVar[int] = 0

    def __init__(self, clock):
        super().__init__(clock)
        self.jira = JiraSimulator(clock.seconds)
        self.jira.add_user("Sync Bot", email=BOT[0], account_id="bot")
        self.jira.token(*BOT, "bot")
        self.jira.add_project(PROJECT, "Shop")
        self.server = serve(self.jira).__enter__()

    def close(self):
        self.server.__exit__(None, None, None)

    def connector(self, context):
        settings = JiraSettings(url=self.server.url, user=BOT[0], token=Secret({"env": "TOKEN"}, BOT[1]))
        return JiraConnector(settings, context)

    def scope(self, kind):
        return Scope(PROJECT, JiraScope(PROJECT), Vocabulary(fields=NATIVES))

    def create(self, kind, fields, on=None):
        if kind is Kind.COMMENT:
            issue = self.jira.issue(on.id)
            return Ref(kind, str(self.jira.user_comment(issue.key, to_adf(fields["body"])).id), f"{issue.key}#0")
        if kind is Kind.RELEASE:
            version = self.jira.add_version(PROJECT, fields["version"], release=fields.get("date"))
            return Ref(kind, str(version.id), f"{PROJECT}@{version.name}")
        body = to_adf(fields["body"]) if fields.get("body") else None
        made = self.jira.user_create_issue(PROJECT, fields["title"], body, TYPES[kind], **payload(fields))
        self.move(made.key, fields.get("status"))
        return Ref(kind, str(made.id), made.key)

    def edit(self, ref, fields):
        if ref.kind is Kind.COMMENT:
            issue, comment = self.comment(ref)
            self.jira.user_edit_comment(issue.key, comment.id, to_adf(fields["body"]))
            return
        if ref.kind is Kind.RELEASE:
            names = {"version": "name", "date": "releaseDate"}
            given = {names[name]: value for name, value in fields.items() if name in names}
            self.jira.user_edit_version(PROJECT, self.version(ref).name, **given)
            return
        given = payload(fields)
        if "title" in fields:
            given["summary"] = fields["title"]
        if "body" in fields:
            given["description"] = to_adf(fields["body"]) if fields["body"] else None
        key = self.jira.issue(ref.id).key
        if given:
            self.jira.user_edit_issue(key, **given)
        self.move(key, fields.get("status"))

    def move(self, key, status):
        if status and self.jira.status_name(key) != STATES[status]:
            self.jira.user_transition(key, STATES[status])

    def delete(self, ref):
        if ref.kind is Kind.COMMENT:
            issue, comment = self.comment(ref)
            self.jira.user_delete_comment(issue.key, comment.id)
        elif ref.kind is Kind.RELEASE:
            self.jira.user_delete_version(PROJECT, self.version(ref).name)
        else:
            self.jira.user_delete_issue(self.jira.issue(ref.id).key)

    def restrict(self, ref):
        if ref.kind not in TYPES:
            raise NotImplementedError
        self.jira.user_edit_issue(self.jira.issue(ref.id).key, security={"name": "Team"})

    def look(self, ref):
        if ref.kind is Kind.COMMENT:
            found = self.comment(ref)
            return {"body": from_adf(found[1].body).text} if found else None
        if ref.kind is Kind.RELEASE:
            version = self.version(ref)
            return {"version": version.name, "date": version.release} if version else None
        issue = next((one for one in self.jira.issues(PROJECT) if str(one.id) == ref.id), None)
        if issue is None:
            return None
        done = self.jira.status_name(issue.key) == "Done"
        words = ("shipped", "planned") if ref.kind is Kind.ROADMAP_ITEM else ("done", "todo")
        body = from_adf(issue.description).text if issue.description else None
        seen = {"title": issue.summary, "body": body, "labels": tuple(sorted(issue.labels))}
        return {**seen, "status": words[0] if done else words[1]}

    def version(self, ref):
        return self.jira.state.versions.get(int(ref.id))

    def comment(self, ref):
        pairs = ((issue, one) for issue in self.jira.issues(PROJECT) for one in issue.comments)
        return next((pair for pair in pairs if str(pair[1].id) == ref.id), None)

    def lag(self, milliseconds):
        self.jira.index_lag = milliseconds / 1000


def payload(fields):
    given = {NATIVES[name]: fields[name] for name in ("estimate", "start", "objective") if name in fields}
    if {"due", "target"} & fields.keys():
        given["duedate"] = fields.get("due", fields.get("target"))
    if "labels" in fields:
        given["labels"] = list(fields["labels"] or ())
    if fields.get("priority"):
        given["priority"] = {"name": fields["priority"].title()}
    if fields.get("horizon"):
        given[NATIVES["horizon"]] = {"value": fields["horizon"].title()}
    return given
