"""A real browser, spoken to over a pipe: opens a page and tells what it asked for, what it complained of, how it looks.

Chromium's DevTools protocol (https://chromedevtools.github.io/devtools-protocol), messages with a NUL between them.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


@dataclass
class Page:
    """`requests`: addresses it asked for, its own among them. `complaints`: errors and warnings of its console."""

    browser: Browser
    session: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    is_loaded: bool = False

    def tell(self, method: str, **params: Any) -> Any:
        return self.browser.tell(method, self.session, **params)

    def evaluate(self, script: str) -> Any:
        told = self.tell("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def picture(self, file: Path) -> Path:
        """All of the page, however long."""
        told = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(told["data"]))
        return file

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
            self.complaints.append(str(params["args"]))
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(params["entry"]["text"])
        elif method == "Page.loadEventFired":
            self.is_loaded = True


class Browser:
    def __init__(self, folder: str) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        wiring = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        command = ["bash", "-c", wiring, "bash", str(CHROMIUM), *OPTIONS, f"--user-data-dir={folder}"]
        self._process = subprocess.Popen(
            command, pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out = os.fdopen(ours_in, "rb"), os.fdopen(ours_out, "wb")
        self._number, self._rest = 0, b""
        self.pages: dict[str, Page] = {}

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)
        self._in.close()
        self._out.close()

    def tell(self, method: str, session: str = "", **params: Any) -> Any:
        """The answer; what happens meanwhile is heard by the page it happens to."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        self._out.write(json.dumps(message).encode() + b"\0")
        self._out.flush()
        while True:
            heard = self._next()
            if heard.get("id") == self._number:
                assert "error" not in heard, heard["error"]
                return heard["result"]

    def _next(self) -> Any:
        while b"\0" not in self._rest:
            piece = os.read(self._in.fileno(), 1 << 16)
            assert piece, "the browser went away"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        heard = json.loads(message)
        page = self.pages.get(heard.get("sessionId", ""))
        if page is not None and "method" in heard:
            page._hear(heard["method"], heard["params"])
        return heard

    def open(self, file: Path, *, width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        """The page in `file`, loaded."""
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self.pages[session] = Page(self, session)
        for domain in ("Page", "Network", "Runtime", "Log"):
            page.tell(f"{domain}.enable")
        page.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.tell("Emulation.setEmulatedMedia", features=[scheme])
        page.tell("Page.navigate", url=file.absolute().as_uri())
        while not page.is_loaded:
            self._next()
        page.evaluate("new Promise(done => setTimeout(done, 50))")  # what a page does right after it was loaded
        return page


@contextmanager
def browser() -> Iterator[Browser]:
    with tempfile.TemporaryDirectory(prefix="pmhub-browser-", ignore_cleanup_errors=True) as folder:
        started = Browser(folder)
        try:
            yield started
        finally:
            started.close()
