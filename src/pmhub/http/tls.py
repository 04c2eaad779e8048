"""Trust and routes: one verified TLS context a process and authority file, and the proxy for a host."""

from __future__ import annotations

import functools
import ssl
from typing import Final
from urllib.request import getproxies, proxy_bypass

from pmhub.errors import ConfigError
from pmhub.http import urls
from pmhub.http.lean import httpx

TRUSTS_NOBODY: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For servers of this machine that speak without TLS: nothing is loaded, and nothing else could be reached with it."""


@functools.cache
def context_for(ca_file: str | None) -> ssl.SSLContext:
    """Always verifies; `ca_file` adds to the public authorities. Nothing in the environment changes it."""
    context = httpx.create_ssl_context(trust_env=False)
    context.keylog_filename = None  # type: ignore[assignment] # SSLKEYLOGFILE would tell every token to a file
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(
                f"ca_file {ca_file!r} cannot be used: {error.strerror or error}",
                hint="Name a readable file with certificates in PEM form.",
            ) from None
    return context


def proxy_for(url: str, configured: str | None) -> str | None:
    """The configured proxy, else HTTPS_PROXY or ALL_PROXY unless NO_PROXY exempts the host; never for this machine."""
    host = urls.host_of(url)
    if urls.is_loopback(host):
        return None
    if configured:
        return configured
    found = getproxies()
    proxy = found.get("https") or found.get("all")
    if not proxy or proxy_bypass(host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
