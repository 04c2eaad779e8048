"""httpx without its command line, which would bring rich and pygments along into every run."""

from __future__ import annotations

import sys

_ITS_COMMAND_LINE = "httpx._main"

if "httpx" not in sys.modules:
    sys.modules[_ITS_COMMAND_LINE] = None  # type: ignore[assignment] # to httpx: not installed
import httpx  # noqa: E402

if sys.modules.get(_ITS_COMMAND_LINE, httpx) is None:
    del sys.modules[_ITS_COMMAND_LINE]

__all__ = ["httpx"]
