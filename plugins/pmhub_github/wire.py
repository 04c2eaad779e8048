"""GitHub's REST and GraphQL API as calls: paths, headers, paging, and refusals in words that help."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NoReturn, TypeVar
from urllib.parse import quote, urlsplit

from pmhub.http.account import Account, identity_of
from pmhub.http.answers import Answer
from pmhub.http.client import Client
from pmhub.http.pace import Budget, Pace
from pmhub.sdk import ConnectorError, Context, Denied, Gone, Refused, Unavailable
from pmhub_github.queries import MOST_NODES
from pmhub_github.settings import GitHubSettings

API_VERSION: Final = "2022-11-28"
HEADERS: Final = {"accept": "application/vnd.github+json", "x-github-api-version": API_VERSION}
PER_MINUTE, PER_HOUR = 80, 500  # docs: "Rate limits for the REST API", content-generating requests
PAGE: Final = 100
REPO: Final = "/repos/{owner}/{repo}"
ISSUE: Final = f"{REPO}/issues/{{issue_number}}"
RELEASES: Final = "releases"
CREATING: Final = frozenset({f"{REPO}/issues", f"{ISSUE}/comments", f"{REPO}/milestones", f"{REPO}/{RELEASES}"})
SPENT: Final = "content-budget"
HOUR: Final = 3600 * 1000
ABSENCES: Final = frozenset({404, 410})
NO_REF: Final = ABSENCES | {409}  # 409: the repository is empty
OVERLOADED: Final = frozenset({"RESOURCE_LIMITS_EXCEEDED", "TIMEOUT", "MAX_NODE_LIMIT_EXCEEDED"})

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


@dataclass(frozen=True)
class Nodes:
    """`found` by id; `gone`: the ids GitHub says it cannot resolve."""

    found: dict[str, dict[str, Any]]
    gone: frozenset[str]


class Wire:
    def __init__(self, settings: GitHubSettings, context: Context) -> None:
        token = settings.token.reveal()
        account = Account(
            base_url=settings.url,
            authorization=f"Bearer {token}",
            identity=identity_of(token),
            headers=HEADERS,
            ca_file=settings.ca_file,
            proxy=settings.proxy,
        )
        self._context = context
        self._budget = Budget(PER_MINUTE, PER_HOUR, list(context.memory.get(SPENT) or ()))
        pace = Pace(write_gap=settings.write_interval, budget=self._budget)
        self.client: Client = context.open(account, pace=pace)
        self.graphql_url = graphql_url(settings.url)

    @property
    def clock_offset(self) -> int:
        return self.client.clock_offset or 0

    # reads

    def user(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self.client.get("/user", template="/user", conditional=True).data
        except Denied as error:
            raise Denied(
                "GitHub does not accept the token", hint="Make a new one: it is wrong, expired or revoked."
            ) from error
        return found

    def repo(self, repo: str) -> dict[str, Any]:
        """Raises Denied where it cannot be seen, or has another name by now."""
        try:
            found: dict[str, Any] = self.client.get(f"/repos/{repo}", template=REPO, conditional=True).data
        except (Gone, Denied) as error:
            hint = f"Check the name, and that the token may read {repo} and its issues."
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
        query = "state=all&sort=updated&direction=desc" if things == "issues" else "sort=updated&direction=desc"
        path = f"/repos/{repo}/{things}?{query}&per_page={PAGE}"
        return self.in_repo(repo, things, lambda: self.client.get(path, template=f"{REPO}/{things}", conditional=True))

    def pages(self, repo: str, things: str, query: str, *, conditional: bool = False) -> Iterator[Answer]:
        """All pages of a list, by its Link headers."""
        path, template = f"/repos/{repo}/{things}?{query}{'&' if query else ''}per_page={PAGE}", f"{REPO}/{things}"
        answer = self.in_repo(repo, things, lambda: self.client.get(path, template=template, conditional=conditional))
        yield answer
        yield from self.rest_of(answer, repo, template, conditional=conditional)

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

    def issue(self, repo: str, number: int) -> dict[str, Any]:
        """Raises Gone. Follows a transfer, so look at the `node_id`."""
        data: dict[str, Any] = self.client.get(f"/repos/{repo}/issues/{number}", template=ISSUE).data
        return data

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

    def issue_types(self, repo: str) -> list[str]:
        """Casefolded names; a repository of a person has none."""
        path, template = f"/repos/{repo}/issue-types", f"{REPO}/issue-types"
        found = self.client.get(path, template=template, accept={404}).data
        return [str(one["name"]).casefold() for one in found] if isinstance(found, list) else []

    def nodes(self, query: str, ids: Sequence[str]) -> Nodes:
        """In batches of 100; halves a batch that GitHub finds too heavy."""
        found: dict[str, dict[str, Any]] = {}
        gone: set[str] = set()
        for start in range(0, len(ids), MOST_NODES):
            batch = self._batch(query, ids[start : start + MOST_NODES])
            found |= batch.found
            gone |= batch.gone
        return Nodes(found, frozenset(gone))

    def _batch(self, query: str, ids: Sequence[str]) -> Nodes:
        answer = self.client.read(
            self.graphql_url, template="/graphql", json={"query": query, "variables": {"ids": list(ids)}}
        ).data
        errors = [error for error in answer.get("errors") or () if isinstance(error, dict)]
        nodes = (answer.get("data") or {}).get("nodes")
        if len(ids) > 1 and any(error.get("type") in OVERLOADED for error in errors):
            half = len(ids) // 2
            one, other = self._batch(query, ids[:half]), self._batch(query, ids[half:])
            return Nodes(one.found | other.found, one.gone | other.gone)
        if nodes is None:
            raise graphql_error(errors)
        gone = {
            ids[error["path"][1]]
            for error in errors
            if error.get("type") == "NOT_FOUND" and len(error.get("path") or ()) > 1
        }
        found = {asked: node for asked, node in zip(ids, nodes, strict=True) if node is not None}
        if len(found.keys() | gone) < len(set(ids)):
            raise graphql_error([error for error in errors if error.get("type") != "NOT_FOUND"])
        return Nodes(found, frozenset(gone))

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


def graphql_error(errors: Sequence[dict[str, Any]]) -> ConnectorError:
    said = "; ".join(str(error.get("message") or error.get("type")) for error in errors) or "it answered without data"
    if any(error.get("type") in {"FORBIDDEN", "INSUFFICIENT_SCOPES"} for error in errors):
        return Denied(f"POST /graphql: {said}", hint="Give the token read access to issues.")
    return Unavailable(f"POST /graphql: {said}", hint="Try again later.")


def graphql_url(base: str) -> str:
    """Beside the REST API; on GitHub Enterprise Server that is `/api/graphql` (docs: "Forming calls with GraphQL")."""
    path = urlsplit(base).path.rstrip("/")
    root = base.rstrip("/").removesuffix("/v3") if path.endswith("/api/v3") else base.rstrip("/")
    return f"{root}/graphql"


def segment(text: str, field: str = "") -> str:
    """Raises Refused for `.`, `..` and nothing: the path would end at what is above, and there another call means all."""
    if text.strip(".") == "" and len(text) <= len(".."):
        raise Refused(f"{text!r} cannot be named in an address", field=field, hint="Do it by hand in GitHub.")
    return quote(text, safe="")
