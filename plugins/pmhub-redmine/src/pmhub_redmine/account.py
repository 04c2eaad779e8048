"""Who we are on a Redmine, which projects we look at, and what its JSON needs beside itself to be read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pmhub.sdk import Container, Scope, Visibility
from pmhub_redmine.mapping import EXTRA
from pmhub_redmine.settings import RedmineSettings
from pmhub_redmine.wire import Json, Wire


@dataclass
class Account:
    wire: Wire
    settings: RedmineSettings

    @cached_property
    def me(self) -> Json:
        return self.wire.me()

    @cached_property
    def _projects(self) -> dict[str, Json]:
        return {}

    def project(self, scope: Scope) -> Json:
        """As it stood when this run first asked. Raises Denied."""
        identifier = scope.settings.project
        if identifier not in self._projects:
            self._projects[identifier] = self.wire.project(identifier)
        return self._projects[identifier]

    def container(self, scope: Scope) -> Container:
        """Project status 1 is active; a closed one (5) can only be read."""
        project = self.project(scope)
        shown = Visibility.PUBLIC if project.get("is_public") else Visibility.MEMBERS
        return Container(scope.key, str(project["id"]), shown, writable=project.get("status", 1) == 1)

    def told(self, scope: Scope, native: Json, **more: Any) -> Json:  # noqa: ANN401
        extra = {
            "web": self.settings.base,
            "public": bool(self.project(scope).get("is_public")),
            "account": str(self.me["id"]),
            "marker_field": self.settings.marker_field,
        }
        return {**native, EXTRA: {**extra, **more}}
