"""Where a read may be led: an answer or a link may name other addresses, and not all of them are followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pmhub.errors import Refused
from pmhub.http import urls
from pmhub.http.account import Account
from pmhub.http.call import Call

SEE_OTHER: Final = 303
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def next_hop(account: Account, call: Call, target: str, status: int, redact: Callable[[str], str]) -> Call:
    """The same call at the redirect's `target`. Raises Refused for one that is not followed."""
    problem = urls.problem_with(target) or problem_with_hop(account, call, target)
    if problem:
        shown = redact(urls.shown(target))
        raise Refused(f"{call.what}: redirected to {shown}, which we do not follow: {problem}")
    hop = replace(call, url=target, conditional=False, stored=None)
    return replace(hop, method="GET", content=None) if status == SEE_OTHER else hop


def problem_with_hop(account: Account, call: Call, target: str) -> str:
    if account.owns(target):
        return ""
    if call.method not in READS:
        return "what is not a GET stays on its own server"
    if call.url.startswith("https:") and not target.startswith("https:"):
        return "it gives up encryption"
    return problem_with_place(account, target)


def problem_with_place(account: Account, url: str) -> str:
    """A remote may name addresses of others, in a link or a redirect: none that only we can reach, by number or by name. A
    server in our own network may lead to another one there. Behind a proxy it is the proxy that knows names.
    """
    if account.owns(url):
        return ""
    inside = urls.is_internal if account.proxy else urls.leads_inside
    strays = inside(urls.host_of(url)) and not inside(urls.host_of(account.base_url))
    return "it leads into this machine or its network" if strays else ""
