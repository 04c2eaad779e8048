"""Trust is always checked; proxies are explicit or the environment's; start-up stays cheap."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from pmhub.errors import ConfigError, Refused, Unavailable
from pmhub.http import Account, tls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.http.conftest import Clock, Script

    from pmhub.http import Client


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("ca")
    key, cert = folder / "key.pem", folder / "cert.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        str(key),
        "-out",
        str(cert),
        "-days",
        "2",
    ]
    try:
        subprocess.run(
            [*command, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("needs the openssl command to make a certificate")
    return cert, key


class Ok(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/down" else 200)
        self.send_header("location", "http://localhost:9/x")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        pass


class Quiet(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that does not trust us hangs up."""


@pytest.fixture
def secure_url(certificate: tuple[Path, Path]) -> Any:
    cert, key = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server = Quiet(("localhost", 0), Ok)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_nobody_vouches_for_is_not_trusted(
    secure_url: str,
    make_client: Callable[..., Client],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    certificate: tuple[Path, Path],
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    with pytest.raises(Unavailable, match="not trusted") as caught:
        make_client(secure_url).get("/x", template="/x")
    assert "ca_file" in caught.value.hint
    assert clock.naps == []


def test_a_private_authority_can_be_added(
    secure_url: str, certificate: tuple[Path, Path], make_client: Callable[..., Client]
) -> None:
    account = Account(secure_url, "", "me", ca_file=str(certificate[0]))
    assert make_client(account=account).get("/x", template="/x").status == 200


def test_a_redirect_does_not_give_up_encryption(
    secure_url: str, certificate: tuple[Path, Path], make_client: Callable[..., Client]
) -> None:
    client = make_client(account=Account(secure_url, "", "me", ca_file=str(certificate[0])))
    with pytest.raises(Refused, match="gives up encryption"):
        client.get("/down", template="/down")


def test_an_unreadable_authority_is_a_configuration_error(make_client: Callable[..., Client], tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    for path in (empty, tmp_path / "missing.pem"):
        account = Account("https://tracker.example.com", "", "me", ca_file=str(path))
        with pytest.raises(ConfigError, match="ca_file"):
            make_client(account=account).get("/x", template="/x")


def test_one_context_serves_the_process() -> None:
    assert tls.context_for(None) is tls.context_for(None)
    assert tls.context_for(None).verify_mode is ssl.CERT_REQUIRED


def test_proxies_are_the_setting_then_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", "inside.example.com")
    assert tls.proxy_for("https://e.com", None) == "http://proxy.example.com:3128"
    assert tls.proxy_for("https://e.com", "http://mine:1") == "http://mine:1"
    assert tls.proxy_for("https://inside.example.com", None) is None
    assert tls.proxy_for("http://127.0.0.1:80", "http://mine:1") is None


def test_this_machine_is_never_asked_through_a_proxy(
    server: Script, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.says(200, {})
    assert client.get("/x", template="/x").status == 200


def test_a_write_that_its_proxy_refuses_was_not_applied(server: Script, make_client: Callable[..., Client]) -> None:
    account = Account("https://tracker.example.com", "Bearer fake-token-canary", "me", proxy=server.url)
    server.says(502)
    with pytest.raises(Unavailable, match="no connection"):
        make_client(account=account).write("POST", "/x", template="/x", json={})
    assert [seen.method for seen in server.seen] == ["CONNECT"]
    assert "canary" not in str(server.seen[0].headers)


def test_a_netrc_is_not_read(
    server: Script, make_client: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password fake")
    monkeypatch.setenv("NETRC", str(netrc))
    server.says(200, {})
    make_client(account=Account(server.url, "", "anonymous")).get("/x", template="/x")
    assert "authorization" not in server.seen[0].headers


def test_importing_the_transport_imports_no_http_library() -> None:
    code = "import sys, pmhub.http; print(sorted({'httpx', 'tenacity', 'requests'} & set(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    assert found.stdout == "[]\n"
