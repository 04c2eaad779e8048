"""Projects v2 over REST: the fields and items of a project of an organisation or a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from pmhub.http.answers import Answer
from pmhub.model.lean import dataclass
from pmhub.sdk import Denied, Gone, Refused
from pmhub_github.wire import ABSENCES, PAGE, Wire

OWNERS: Final[Mapping[str, str]] = {
    "orgs": "/orgs/{org}/projectsV2/{project_number}",
    "users": "/users/{username}/projectsV2/{project_number}",
}
ITEM: Final = "/items/{item_id}"
MAY_READ: Final = "Check owner and number, and that the token may read the projects of the owner."
MAY_WRITE: Final = "Give the token write access to the projects of the owner."


@dataclass(frozen=True)
class ProjectPlace:
    """`project` as in the configuration (`example/5`), `owners` whether it is an organisation's or a person's."""

    project: str
    owners: str

    def path(self, below: str) -> str:
        owner, _, number = self.project.partition("/")
        return f"/{self.owners}/{owner}/projectsV2/{number}{below}"

    def template(self, below: str) -> str:
        return f"{OWNERS[self.owners]}{below}"


@dataclass(frozen=True)
class ProjectCalls:
    wire: Wire

    def has_projects(self, project: str) -> bool:
        """Whether the server has this part of the API: an owner without a project has an empty list."""
        owner = project.partition("/")[0]
        for owners, template in OWNERS.items():
            answer = self.wire.client.get(
                f"/{owners}/{owner}/projectsV2?per_page=1",
                template=template.removesuffix("/{project_number}"),
                accept=ABSENCES,
            )
            if answer.status not in ABSENCES:
                return True
        return False

    def look_up(self, project: str) -> tuple[ProjectPlace, list[Mapping[str, Any]]]:
        """Where it is, and its fields: a project has 50 at most. Raises Denied where it cannot be seen."""
        for owners in OWNERS:
            place = ProjectPlace(project, owners)
            path, template = place.path(f"/fields?per_page={PAGE}"), place.template("/fields")
            try:
                answer = self.wire.client.get(path, template=template, accept=ABSENCES)
            except Denied as error:
                raise unseen(project, error.message) from error
            if answer.status not in ABSENCES:
                return place, answer.data
        raise unseen(project, "it is not there")

    def items(self, place: ProjectPlace, fields: Iterable[int]) -> Iterator[Mapping[str, Any]]:
        """Conditional: a page that did not change costs nothing."""
        path, template = place.path(f"/items?per_page={PAGE}{shown('&', fields)}"), place.template("/items")
        get = partial(self.wire.client.get, template=template, conditional=True)
        try:
            answer: Answer = get(path)
            yield from answer.data
            for following in self.wire.following(answer, template, get):
                yield from following.data
        except (Gone, Denied) as error:
            raise unseen(place.project, error.message) from error

    def item(self, place: ProjectPlace, item: int, fields: Iterable[int]) -> Mapping[str, Any] | None:
        """None where it is in the project no more."""
        path, template = place.path(f"/items/{item}{shown('?', fields)}"), place.template(ITEM)
        answer = self.wire.client.get(path, template=template, accept=ABSENCES)
        return None if answer.status in ABSENCES else answer.data

    def add(self, place: ProjectPlace, issue: int) -> int:
        """The item that the issue, by its database id, is from now on; one that is there already stays."""
        raw = self._write("POST", place, "/items", "/items", {"type": "Issue", "id": issue})
        return int(raw["id"])

    def change(self, place: ProjectPlace, item: int, values: Sequence[tuple[int, str | None]]) -> None:
        """Several fields at once, by id; None empties one."""
        fields = [{"id": field, "value": value} for field, value in values]
        self._write("PATCH", place, f"/items/{item}", ITEM, {"fields": fields})

    def _write(self, method: str, place: ProjectPlace, below: str, template: str, json: Any) -> Mapping[str, Any]:  # noqa: ANN401
        try:
            data: Mapping[str, Any] = self.wire.client.write(
                method, place.path(below), template=place.template(template), json=json, creates=0
            ).data
        except Denied as error:
            raise Denied(f"the project {place.project} cannot be changed: {error.message}", hint=MAY_WRITE) from error
        except Gone as error:
            raise Refused(
                f"the project {place.project} or the issue's item in it is not there",
                hint=f"Run again: it was moved meanwhile. Else: {MAY_WRITE}",
                lasting=False,
            ) from error
        return data


def shown(mark: str, fields: Iterable[int]) -> str:
    """Without ids GitHub shows the title alone."""
    ids = ",".join(str(field) for field in sorted(fields))
    return f"{mark}fields={ids}" if ids else ""


def unseen(project: str, why: str) -> Denied:
    return Denied(f"the project {project} cannot be seen: {why}", hint=MAY_READ)
