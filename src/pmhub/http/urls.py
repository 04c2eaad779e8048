"""Addresses: where a request may go, what belongs to one origin, and what of a URL may be shown."""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
ODD_CHARACTERS = re.compile(r"[\\\x00-\x20\x7f]")
LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[^;,"]*(?:"[^"]*")?)*)')
REL = re.compile(r'rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))', re.IGNORECASE)
KEPT = 256
"""Answers: a run asks a few hosts hundreds of times."""


@lru_cache(maxsize=KEPT)
def problem_with(url: str) -> str:
    """Why no request may go to `url`; empty if one may. Plain http is for this machine alone."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"it is not a URL ({error})"
    if ODD_CHARACTERS.search(url) or not host or parts.scheme not in DEFAULT_PORTS:
        return "it is not an http(s) URL"
    if parts.username is not None or parts.password is not None:
        return "it holds credentials"
    if parts.scheme == "http" and not is_loopback(host):
        return "plain http is only for this machine"
    return ""


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    address = address_of(host)
    return address is not None and address.is_loopback


def is_internal(host: str) -> bool:
    """Our machine, its link (where cloud metadata services live) or its network: no place for a remote to send us to."""
    address, name = address_of(host), host.lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or (address is not None and not address.is_global)


def leads_inside(host: str) -> bool:
    """As `is_internal`, also for a name that stands for such an address; False for a name that nobody knows."""
    if is_internal(host) or address_of(host) is not None:
        return is_internal(host)
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return False
    return any(is_internal(str(entry[4][0])) for entry in found)


@lru_cache(maxsize=KEPT)
def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host.partition("%")[0].rstrip("."))
    except ValueError:
        return _address_in_short(host)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _address_in_short(host: str) -> ipaddress.IPv4Address | None:
    """`127.1`, `2130706433` and `0x7f.1` are addresses to whoever connects."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host)) if host[:1].isdigit() else None
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=KEPT)
def origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or DEFAULT_PORTS.get(parts.scheme, 0)


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def path_of(url: str) -> str:
    return urlsplit(url).path or "/"


def join(base_url: str, path_or_url: str) -> str:
    """Keep a base URL's path prefix: a leading slash does not climb out of it."""
    if path_or_url.startswith(("https://", "http://")):
        return path_or_url
    return f"{base_url.rstrip('/')}/{path_or_url.lstrip('/')}"


def shown(url: str) -> str:
    """For messages: without userinfo, query and fragment, where signatures and tokens travel."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "(an unreadable address)"
    netloc = f"[{host}]" if ":" in host else host
    return SplitResult(parts.scheme, f"{netloc}:{port}" if port else netloc, parts.path, "", "").geturl()


def links(header: str, base: str) -> dict[str, str]:
    """A Link header (RFC 8288) as rel -> absolute URL."""
    found: dict[str, str] = {}
    for target, parameters in LINK.findall(header):
        for quoted, bare in REL.findall(parameters)[:1]:
            for rel in (quoted or bare).split():
                found.setdefault(rel, urljoin(base, target))
    return found
