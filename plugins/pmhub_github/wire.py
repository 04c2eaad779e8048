"""GitHub's REST and GraphQL API as calls: paths, headers, paging, and refusals in words that help."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import quote, urlsplit

from pmhub.http.answers import Answer
from pmhub.http.client import Client
from pmhub.http.pace import Budget, Pace
from pmhub.sdk import ConnectorError, Context, Denied, Gone, Refused, Unavailable
from pmhub_github.credentials import account_of, credentials_of
from pmhub_github.graphql import GraphQL, Nodes, graphql_url
from pmhub_github.paging import read_ahead
from pmhub_github.queries import issue_nodes
from pmhub_github.server import Server
from pmhub_github.settings import GitHubSettings

PER_MINUTE, PER_HOUR = 80, 500  # docs: "Rate limits for the REST API", content-generating requests
PAGE: Final = 100
USER: Final = "/user"
REPO: Final = "/repos/{owner}/{repo}"
ISSUE: Final = f"{REPO}/issues/{{issue_number}}"
RELEASES: Final = "releases"
NEWEST: Final = {
    "issues": "state=all&sort=updated&direction=desc",
    "issues/comments": "sort=updated&direction=desc",
}
CREATING: Final = frozenset({f"{REPO}/issues", f"{ISSUE}/comments", f"{REPO}/milestones", f"{REPO}/{RELEASES}"})
SPENT: Final = "content-budget"
HOUR: Final = 3600 * 1000
ABSENCES: Final = frozenset({404, 410})
NO_REF: Final = ABSENCES | {409}  # 409: the repository is empty

OUR_FIELDS: Final = {
    "milestone": "releases",
    "state": "status",
    "state_reason": "status",
    "sub_issue_id": "parent",
    "data": "body",
    "description": "body",
    "due_on": "target",
    "tag_name": "version",
    "draft": "status",
}

T = TypeVar("T")


class Wire:
    def __init__(self, settings: GitHubSettings, context: Context) -> None:
        self.credentials = credentials_of(settings, context)
        self._context = context
        self._budget = Budget(PER_MINUTE, PER_HOUR, list(context.memory.get(SPENT) or ()))
        limits = (
            None if settings.is_enterprise else self._budget
        )  # there the administrator sets limits, by default none
        pace = Pace(write_gap=settings.write_interval, budget=limits)
        self.client: Client = context.open(account_of(settings, self.credentials), pace=pace)
        self.graphql_url = graphql_url(settings.url)
        self.host = (urlsplit(settings.url).hostname or "").lower().removeprefix("api.")
        self.server = Server(settings, context, self.client, self.graphql_url)

    @property
    def clock_offset(self) -> int:
        return self.client.clock_offset or 0

    # reads

    def user(self) -> dict[str, Any]:
        """`login` and `name` of the account that acts."""
        told = self.credentials.account()
        if told is not None:
            return told
        try:
            found: dict[str, Any] = self.client.get(USER, template=USER, conditional=True).data
        except Denied as error:
            raise Denied(
                "GitHub does not accept the token", hint="Make a new one: it is wrong, expired or revoked."
            ) from error
        return found

    def begin_user(self) -> None:
        """What `user` will soon be asked."""
        self.client.get_ahead(USER, template=USER, conditional=True)

    def begin_repo(self, repo: str) -> None:
        """What `repo` will soon be asked."""
        self.client.get_ahead(f"/repos/{repo}", template=REPO, conditional=True)

    def repo(self, repo: str) -> dict[str, Any]:
        """Raises Denied where it cannot be seen, or has another name by now."""
        try:
            found: dict[str, Any] = self.client.get(f"/repos/{repo}", template=REPO, conditional=True).data
        except (Gone, Denied) as error:
            hint = f"Check the name, and that {self.credentials.holder} may read {repo} and its issues."
            raise Denied(f"the repository {repo} cannot be seen: {error.message}", hint=hint) from error
        if str(found["full_name"]).casefold() != repo.casefold():
            hint = f"Write {found['full_name']} in the configuration."
            raise Denied(f"the repository {repo} is called {found['full_name']} now", hint=hint)
        return found

    def repo_with_issues(self, repo: str) -> dict[str, Any]:
        """Raises Denied as `repo` does, and where its issues, and so its milestones, are switched off."""
        found = self.repo(repo)
        if not found.get("has_issues", True):
            raise Denied(f"issues are switched off in {repo}", hint="Switch them on in its settings, or take it out.")
        return found

    def first_page(self, repo: str, things: str) -> Answer:
        """The newest changes. Always the same address, so that nothing new costs nothing (docs: conditional requests)."""
        path = listed(repo, things, NEWEST[things])
        return self.in_repo(repo, things, lambda: self.client.get(path, template=f"{REPO}/{things}", conditional=True))

    def begin(self, repo: str, things: str, query: str = "") -> None:
        """The first page of a list, which will be asked for soon."""
        path = listed(repo, things, query or NEWEST.get(things, ""))
        self.client.get_ahead(path, template=f"{REPO}/{things}", conditional=True)

    def begin_whole(self, repo: str, things: str, query: str) -> None:
        """`first_page` and, of a list that is longer, the first one of all its pages."""

        def behind(first: Answer) -> str:
            return listed(repo, things, query) if "next" in first.links else ""

        path = listed(repo, things, NEWEST[things])
        self.client.get_ahead(path, template=f"{REPO}/{things}", conditional=True, then=behind)

    def pages(self, repo: str, things: str, query: str, *, conditional: bool = False) -> Iterator[Answer]:
        """All pages of a list, by its Link headers."""
        path, template = listed(repo, things, query), f"{REPO}/{things}"
        answer = self.in_repo(repo, things, lambda: self.client.get(path, template=template, conditional=conditional))
        yield answer
        yield from self.rest_of(answer, repo, template, conditional=conditional)

    def every_page(self, repo: str, things: str, query: str, place: str = "") -> Iterator[Answer]:
        """As `pages`, from a place on that another such walk came to, for lists that no edit reorders."""
        query += f"&{place}" if place else ""
        return read_ahead(self.client, f"{REPO}/{things}", self.pages(repo, things, query))

    def rest_of(self, answer: Answer, repo: str, template: str, *, conditional: bool = False) -> Iterator[Answer]:
        things = template.removeprefix(f"{REPO}/")

        def get(url: str) -> Answer:
            return self.in_repo(repo, things, partial(self.client.get, url, template=template, conditional=conditional))

        yield from self.following(answer, template, get)

    def following(self, answer: Answer, template: str, get: Callable[[str], Answer]) -> Iterator[Answer]:
        """The pages behind this one, by their Link headers."""
        seen = {answer.url}
        while url := answer.links.get("next"):
            if not self.client.account.owns(url):
                raise Unavailable(f"GET {template}: the list goes on elsewhere", hint="Check the connection's `url`.")
            if url in seen:
                raise Unavailable(
                    f"GET {template}: the list leads back to a page that was read", hint="Try again later."
                )
            seen.add(url)
            answer = get(url)
            yield answer

    def issue(self, repo: str, number: int, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Raises Gone. Follows a transfer, so look at the `node_id`."""
        path = f"/repos/{repo}/issues/{number}"
        data: dict[str, Any] = self.client.get(path, template=ISSUE, headers=headers).data
        return data

    def issue_or_absence(self, repo: str, number: int) -> tuple[int, dict[str, Any] | None]:
        """404 or 410 and nothing, else the issue, wherever it was moved to."""
        answer = self.client.get(f"/repos/{repo}/issues/{number}", template=ISSUE, accept=ABSENCES)
        return answer.status, None if answer.status in ABSENCES else answer.data

    def thing(self, repo: str, below: str, template: str) -> dict[str, Any]:
        """What is there below the repository. Raises Gone."""
        data: dict[str, Any] = self.client.get(f"/repos/{repo}{below}", template=f"{REPO}{template}").data
        return data

    def has_tag(self, repo: str, tag: str) -> bool:
        path, template = f"/repos/{repo}/git/ref/tags/{quote(tag)}", f"{REPO}/git/ref/{{ref}}"
        return self.client.get(path, template=template, accept=NO_REF).status not in NO_REF

    def issue_events(self, repo: str, number: int) -> Iterator[Answer]:
        """Oldest first. Raises Gone."""
        template = f"{ISSUE}/events"
        answer = self.client.get(f"/repos/{repo}/issues/{number}/events?per_page={PAGE}", template=template)
        yield answer
        yield from self.rest_of(answer, repo, template)

    def has_sub_issues(self, repo: str, number: int) -> bool:
        """Whether the server has them at all: false only where the issue is there and they are not."""
        path, template = f"/repos/{repo}/issues/{number}", f"{ISSUE}/sub_issues"
        told = self.client.get(f"{path}/sub_issues?per_page=1", template=template, accept=ABSENCES)
        return told.status not in ABSENCES or self.client.get(path, template=ISSUE, accept=ABSENCES).status in ABSENCES

    def issue_types(self, repo: str) -> list[str]:
        """Casefolded names; a repository of a person has none."""
        path, template = f"/repos/{repo}/issue-types", f"{REPO}/issue-types"
        found = self.client.get(path, template=template, accept={404}).data
        return [str(one["name"]).casefold() for one in found] if isinstance(found, list) else []

    def issue_nodes(self, ids: Sequence[str], *, fields: bool = False) -> Nodes:
        """Issues, with their issue fields where they are wanted, and comments."""
        return self.nodes(issue_nodes(self.server.lacks(), fields=fields), ids)

    def nodes(self, query: str, ids: Sequence[str]) -> Nodes:
        return GraphQL(self.client, self.graphql_url).nodes(query, ids)

    # writes

    def write(
        self,
        method: str,
        repo: str,
        path: str,
        *,
        template: str,
        json: Any = None,  # noqa: ANN401 - JSON
        accept: Collection[int] = (),
        field: str = "",
    ) -> Answer:
        """`path` and `template` start below the repository; `field` is what a refusal without a field is about."""
        try:
            return self._send(method, f"/repos/{repo}{path}", f"{REPO}{template}", json, accept)
        except Denied as error:
            raise said_plainly(error, repo) from error
        except Gone:
            raise
        except Refused as error:
            named = OUR_FIELDS.get(error.field, error.field) or field
            raise Refused(error.message, field=named, hint=error.hint or HINTS.get(named, "")) from error

    def _send(self, method: str, path: str, template: str, json: Any, accept: Collection[int]) -> Answer:  # noqa: ANN401
        """What new content used up of the budget is remembered for the next run."""
        creates = int(method == "POST" and template in CREATING)
        try:
            return self.client.write(method, path, template=template, json=json, accept=accept, creates=creates)
        finally:
            if creates:
                memory, clock = self._context.memory, self._context.clock
                memory.put(SPENT, self._budget.spent, until=clock() + HOUR)

    def gone(self, repo: str, number: int | None, error: Gone) -> NoReturn:
        """Raises Gone only if the thing itself is not there: no access, or a repository without issues, is an outage."""
        self.repo_with_issues(repo)
        if number is not None:
            self.issue(repo, number)
            raise may_not_write(repo, "issues") from error
        raise error

    def in_repo(self, repo: str, things: str, call: Callable[[], T]) -> T:
        """A repository's list that is not there says something about the repository, never about things in it."""
        try:
            return call()
        except (Gone, Denied) as error:
            self.repo(repo) if things == RELEASES else self.repo_with_issues(repo)
            name = "issues" if things.startswith("issues") else things
            raise Denied(f"the {name} of {repo} cannot be read: {error.message}", hint=error.hint) from error


HINTS: Final = {
    "assignees": "Everybody in the people map must be able to be assigned in the repository.",
    "type": "The organisation has no issue type of that name.",
    "parent": "GitHub allows one parent, 100 sub-issues and 8 levels.",
}


def listed(repo: str, things: str, query: str) -> str:
    return f"/repos/{repo}/{things}?{query}{'&' if query else ''}per_page={PAGE}"


def may_not_write(repo: str, things: str) -> Denied:
    return Denied(f"the token may not change {things} in {repo}", hint=f"Give it write access to {things}.")


def said_plainly(error: Denied, repo: str) -> ConnectorError:
    text = error.message.casefold()
    if "locked" in text:
        return Refused(f"the conversation is locked: {error.message}", hint="Unlock it, or let it be.")
    if "archived" in text:
        return Denied(
            f"{repo} is archived, so nothing in it can change",
            hint="Unarchive it, or take it out of the configuration.",
        )
    return Denied(error.message, hint=f"Give the token write access to the issues of {repo}.")


def segment(text: str, field: str = "") -> str:
    """Raises Refused for `.`, `..` and nothing: the path would end at what is above, and there another call means all."""
    if text.strip(".") == "" and len(text) <= len(".."):
        raise Refused(f"{text!r} cannot be named in an address", field=field, hint="Do it by hand in GitHub.")
    return quote(text, safe="")
