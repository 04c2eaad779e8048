"""A simulated Jira Data Center for the conformance kit: wiki markup for documents, a personal access token."""

from __future__ import annotations

from typing import Any

from connectors.conformance.jira_bench import PROJECT, TYPES, JiraBench

from pmhub.sdk import Kind, Ref, Secret
from pmhub_jira.connector import JiraConnector
from pmhub_jira.richtext import from_adf, from_wiki, to_wiki
from pmhub_jira.settings import JiraSettings
from pmhub_jira.simulator import JiraSimulator, serve

PAT = "fake-personal-access-token-of-the-bot"


def wiki(document: Any) -> Any:
    is_document = isinstance(document, dict) and document.get("type") == "doc"
    return to_wiki(from_adf(document).text) if is_document else document


class WikiSpeaking(JiraSimulator):
    """People's documents, as a Data Center holds them."""

    def user_create_issue(
        self, project: str, summary: str, description_adf: Any = None, *more: Any, **fields: Any
    ) -> Any:
        return super().user_create_issue(project, summary, wiki(description_adf), *more, **fields)

    def user_edit_issue(self, key: str, **fields: Any) -> Any:
        return super().user_edit_issue(key, **{name: wiki(value) for name, value in fields.items()})

    def user_comment(self, key: str, adf: Any, **more: Any) -> Any:
        return super().user_comment(key, wiki(adf), **more)

    def user_edit_comment(self, key: str, comment_id: int, adf: Any, **more: Any) -> Any:
        return super().user_edit_comment(key, comment_id, wiki(adf), **more)


class DataCenterBench(JiraBench):
    def __init__(self, clock: Any) -> None:
        super(JiraBench, self).__init__(clock)
        self.jira = WikiSpeaking(clock.seconds, data_center=True)
        self.jira.add_user("Sync Bot", email="bot@example.com", account_id="bot")
        self.jira.token("", PAT, "bot")
        self.jira.add_project(PROJECT, "Shop")
        self.server = serve(self.jira).__enter__()

    def connector(self, context: Any) -> JiraConnector:
        return JiraConnector(JiraSettings(self.server.url, Secret({"env": "TOKEN"}, PAT)), context)

    def look(self, ref: Ref) -> Any:
        if ref.kind is Kind.COMMENT:
            found = self.comment(ref)
            return {"body": from_wiki(found[1].body).text} if found else None
        if ref.kind not in TYPES:
            return super().look(ref)
        issue = next((one for one in self.jira.issues(PROJECT) if str(one.id) == ref.id), None)
        if issue is None:
            return None
        done = self.jira.status_name(issue.key) == "Done"
        words = ("shipped", "planned") if ref.kind is Kind.ROADMAP_ITEM else ("done", "todo")
        body = from_wiki(issue.description).text if issue.description else None
        seen = {"title": issue.summary, "body": body, "labels": tuple(sorted(issue.labels))}
        return {**seen, "status": words[0] if done else words[1]}
