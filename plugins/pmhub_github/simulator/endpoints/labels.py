"""Labels: the repository's, and those on an issue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pmhub_github.simulator.call import Call, Reply
from pmhub_github.simulator.errors import check_length, invalid, not_found
from pmhub_github.simulator.issue_changes import set_labels
from pmhub_github.simulator.issue_fields import add_label, check_label_name, label_ids
from pmhub_github.simulator.issue_shapes import label_json
from pmhub_github.simulator.paging import paged

from .issues import names_of

if TYPE_CHECKING:
    from pmhub_github.simulator.call import Route
    from pmhub_github.simulator.state import Issue, Label, Repo

ISSUE = "/repos/<owner>/<repo>/issues/<int:issue_number>/labels"
REPO = "/repos/<owner>/<repo>/labels"


def list_labels(call: Call) -> Reply:
    repo = call.repo()
    found = sorted(repo.labels.values(), key=lambda label: label.name.lower())
    return paged(call, repo, found, lambda label: label_json(call.world, repo, label))


def find(call: Call, repo: Repo) -> Label:
    label = repo.label_named(call.args["name"])
    if label is None:
        raise not_found()
    return label


def get_label(call: Call) -> Reply:
    repo = call.repo()
    return Reply(200, label_json(call.world, repo, find(call, repo)))


def post_label(call: Call) -> Reply:
    repo = call.repo()
    call.writable(repo, "write")
    name = str(call.body.get("name") or "")
    check_new_name(repo, name)
    check_looks(call)
    label = add_label(call.world, repo, name)
    change_looks(call, label)
    shape = label_json(call.world, repo, label)
    return Reply(201, shape, {"Location": shape["url"]})


def patch_label(call: Call) -> Reply:
    repo = call.repo()
    label = find(call, repo)
    call.writable(repo, "write")
    name = str(call.body.get("new_name") or label.name)
    if name.lower() != label.name.lower():
        check_new_name(repo, name)
    check_looks(call)
    label.name = name
    change_looks(call, label)
    return Reply(200, label_json(call.world, repo, label))


def delete_label(call: Call) -> Reply:
    repo = call.repo()
    label = find(call, repo)
    call.writable(repo, "write")
    del repo.labels[label.id]
    for issue in repo.issues.values():
        issue.labels = [one for one in issue.labels if one != label.id]
    return Reply(204)


def check_new_name(repo: Repo, name: str) -> None:
    check_label_name(name)
    if repo.label_named(name):
        raise invalid("Label", "name", "already_exists")


def check_looks(call: Call) -> None:
    color = call.body.get("color")
    if color is not None and not re.fullmatch("[0-9a-fA-F]{6}", str(color)):
        raise invalid("Label", "color", "invalid")
    check_length("Label", "description", str(call.body.get("description") or ""), 100)


def change_looks(call: Call, label: Label) -> None:
    label.color = str(call.body.get("color") or label.color).lower()
    label.description = call.body.get("description", label.description)


def list_issue_labels(call: Call) -> Reply:
    repo = call.repo_with_issues()
    found = [repo.labels[one] for one in call.issue(repo).labels]
    return paged(call, repo, found, lambda label: label_json(call.world, repo, label))


def add_to_issue(call: Call) -> Reply:
    repo, issue = labelled(call)
    return write(call, repo, issue, issue.labels + label_ids(call.world, repo, asked(call)))


def set_on_issue(call: Call) -> Reply:
    repo, issue = labelled(call)
    return write(call, repo, issue, label_ids(call.world, repo, asked(call)))


def remove_from_issue(call: Call) -> Reply:
    repo, issue = labelled(call)
    label = repo.label_named(call.args["name"])
    if label is None or label.id not in issue.labels:
        error = not_found()
        error.message = "Label does not exist"
        raise error
    return write(call, repo, issue, [one for one in issue.labels if one != label.id])


def clear_issue(call: Call) -> Reply:
    repo, issue = labelled(call)
    set_labels(call.world, repo, issue, call.actor(), [])
    return Reply(204)


def labelled(call: Call) -> tuple[Repo, Issue]:
    repo = call.repo_with_issues()
    issue = call.issue(repo)
    call.writable(repo, "triage")
    return repo, issue


def asked(call: Call) -> list[str]:
    return names_of(call.body.get("labels", []), "name")


def write(call: Call, repo: Repo, issue: Issue, wanted: list[int]) -> Reply:
    set_labels(call.world, repo, issue, call.actor(), list(dict.fromkeys(wanted)))
    return Reply(200, [label_json(call.world, repo, repo.labels[one]) for one in issue.labels])


ROUTES: list[Route] = [
    ("GET", REPO, list_labels),
    ("POST", REPO, post_label),
    ("GET", f"{REPO}/<path:name>", get_label),
    ("PATCH", f"{REPO}/<path:name>", patch_label),
    ("DELETE", f"{REPO}/<path:name>", delete_label),
    ("GET", ISSUE, list_issue_labels),
    ("POST", ISSUE, add_to_issue),
    ("PUT", ISSUE, set_on_issue),
    ("DELETE", ISSUE, clear_issue),
    ("DELETE", f"{ISSUE}/<path:name>", remove_from_issue),
]
