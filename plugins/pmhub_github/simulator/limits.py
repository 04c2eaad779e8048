"""The primary rate limit: one window of an hour for each account and resource."""

from __future__ import annotations

from dataclasses import dataclass, field

HOUR = 3600
LIMIT = 5000
ANONYMOUS_LIMIT = 60
RESOURCES = ("core", "graphql", "search")


@dataclass(slots=True)
class Window:
    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)


@dataclass
class Limits:
    windows: dict[tuple[str | None, str], Window] = field(default_factory=dict)

    def window(self, login: str | None, resource: str, now: int) -> Window:
        """Return the running window; one that is over starts anew."""
        window = self.windows.get((login, resource))
        if window is None or now >= window.reset:
            window = Window(ANONYMOUS_LIMIT if login is None else LIMIT, 0, now + HOUR)
            self.windows[login, resource] = window
        return window


def limit_headers(window: Window, resource: str) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(window.limit),
        "x-ratelimit-remaining": str(window.remaining),
        "x-ratelimit-used": str(window.used),
        "x-ratelimit-reset": str(window.reset),
        "x-ratelimit-resource": resource,
    }


def overview(limits: Limits, login: str | None, now: int) -> dict[str, object]:
    """Return the answer of GET /rate_limit, which itself costs nothing."""
    windows = {resource: limits.window(login, resource, now) for resource in RESOURCES}
    resources = {
        name: {"limit": one.limit, "used": one.used, "remaining": one.remaining, "reset": one.reset}
        for name, one in windows.items()
    }
    return {"resources": resources, "rate": resources["core"]}
