"""Who may do what: everybody everything, but for what was denied."""

from __future__ import annotations

from dataclasses import dataclass, field

KNOWN = {
    "BROWSE_PROJECTS": ("10", "Browse Projects"),
    "CREATE_ISSUES": ("11", "Create Issues"),
    "EDIT_ISSUES": ("12", "Edit Issues"),
    "ASSIGN_ISSUES": ("13", "Assign Issues"),
    "RESOLVE_ISSUES": ("14", "Resolve Issues"),
    "ADD_COMMENTS": ("15", "Add Comments"),
    "DELETE_ISSUES": ("16", "Delete Issues"),
    "ASSIGNABLE_USER": ("17", "Assignable User"),
    "LINK_ISSUES": ("21", "Link Issues"),
    "ADMINISTER_PROJECTS": ("23", "Administer Projects"),
    "MOVE_ISSUES": ("25", "Move Issues"),
    "SCHEDULE_ISSUES": ("28", "Schedule Issues"),
    "MODIFY_REPORTER": ("30", "Modify Reporter"),
    "EDIT_ALL_COMMENTS": ("34", "Edit All Comments"),
    "DELETE_ALL_COMMENTS": ("36", "Delete All Comments"),
    "EDIT_OWN_COMMENTS": ("35", "Edit Own Comments"),
    "DELETE_OWN_COMMENTS": ("37", "Delete Own Comments"),
    "TRANSITION_ISSUES": ("46", "Transition Issues"),
    "ADMINISTER": ("0", "Administer Jira"),
    "BULK_CHANGE": ("33", "Make bulk changes"),
    "USER_PICKER": ("27", "Browse users and groups"),
}
GLOBAL = frozenset({"ADMINISTER", "BULK_CHANGE", "USER_PICKER"})


@dataclass
class Permissions:
    """A denial without a project holds in all of them."""

    _denied: set[tuple[str, str, int | None]] = field(default_factory=set[tuple[str, str, int | None]])

    def deny(self, account_id: str, permission: str, project_id: int | None = None) -> None:
        self._check(permission)
        self._denied.add((account_id, permission, project_id))

    def allow(self, account_id: str, permission: str, project_id: int | None = None) -> None:
        self._check(permission)
        self._denied.discard((account_id, permission, project_id))

    def has(self, account_id: str | None, permission: str, project_id: int | None = None) -> bool:
        """Anonymous readers have none. Without a project: may it be done anywhere at all?"""
        if account_id is None:
            return False
        denied = {(account_id, permission, None), (account_id, permission, project_id)}
        return not denied & self._denied

    def _check(self, permission: str) -> None:
        if permission not in KNOWN:
            raise ValueError(f"unknown permission {permission!r}; known are {', '.join(sorted(KNOWN))}")
