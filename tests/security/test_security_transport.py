"""No environment switches trust off, and no remote sends us into this machine or its network.

Credentials on redirects: tests/unit/http/test_http_redirects.py; certificates nobody vouches for: test_http_tls.py.
"""

from __future__ import annotations

import ssl
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from pmhub.errors import Refused, Unavailable
from pmhub.http import Account, Client, urls
from pmhub.http.answers import Answer
from pmhub.http.hops import problem_with_hop, problem_with_place
from pmhub.sdk import Context, Secret
from pmhub_github.settings import GitHubSettings
from pmhub_github.wire import Wire

INSIDE = (
    "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost", "localhost.", "a.localhost",
    "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fd00::1]", "100.64.0.1", "0.0.0.0", "[::]",
)  # fmt: skip
SWITCHES = {
    "PYTHONHTTPSVERIFY": "0", "REQUESTS_CA_BUNDLE": "{cert}", "CURL_CA_BUNDLE": "{cert}", "SSL_CERT_FILE": "{cert}", "SSL_CERT_DIR": "{folder}",
    "NODE_TLS_REJECT_UNAUTHORIZED": "0", "GIT_SSL_NO_VERIFY": "1", "HTTPX_SSL_VERIFY": "0", "SSLKEYLOGFILE": "{folder}/keys",
}  # fmt: skip
ASK = """
import sys
from pmhub.errors import Unavailable
from pmhub.http import Account, Client
from pmhub.http.requests_adapter import TransportAdapter
import requests
client = Client(Account(sys.argv[1], "Bearer fake-token", "me"), sleep=lambda _: None)
for ask in (lambda: client.get("/x", template="/x"), lambda: client.write("POST", "/x", template="/x", json={})):
    try:
        ask()
    except Unavailable as error:
        print("not trusted" in error.message)
session = requests.Session()
session.verify = False
session.mount("https://", TransportAdapter(client))
try:
    session.get(sys.argv[1] + "/x", verify=False)
except requests.RequestException as error:
    print("not trusted" in str(error))
"""


class Answers(BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 - one server a module
    location = ""

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(302 if self.location else 200)
        self.send_header("location", self.location)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_):
        pass


class Quiet(HTTPServer):
    def handle_error(self, *_):
        """A client that does not trust us hangs up."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ca")
    names = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem"), "-days", "2"]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    try:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *subject],
            check=True,
            capture_output=True,
        )
    except FileNotFoundError:
        pytest.skip("needs the openssl command to make a certificate")
    return folder


@pytest.fixture
def untrusted(certificate):
    Answers.asked.clear()
    server = Quiet(("localhost", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://localhost:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_variable_of_the_environment_switches_trust_off(untrusted, certificate, repository):
    environ = {name: text.format(cert=certificate / "cert.pem", folder=certificate) for name, text in SWITCHES.items()}
    environ["PYTHONPATH"] = f"{repository / 'src'}:{repository / 'plugins'}"
    done = subprocess.run(
        [sys.executable, "-c", ASK, untrusted], env=environ, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "True", "True"], done.stderr
    assert Answers.asked == []
    keys = certificate / "keys"
    assert not keys.exists() or "SECRET" not in keys.read_text()


@pytest.mark.parametrize("host", INSIDE)
def test_places_that_only_we_can_reach_are_known(host):
    assert urls.is_internal(host.strip("[]"))


@pytest.mark.parametrize(
    "host", ["example.com", "8.8.8.8", "2606:4700::1111", "localhost.example.com", "10.example.com", "1.2.3.4.example"]
)
def test_public_places_are_not_taken_for_internal_ones(host):
    assert not urls.is_internal(host)


@pytest.mark.parametrize("host", INSIDE)
def test_a_remote_names_no_address_inside(host):
    with Client(Account("https://tracker.example.com", "Bearer fake-token", "me"), sleep=lambda _: None) as client:
        for ask in (client.get, client.download):
            with pytest.raises(Refused):
                ask(f"https://{host}/latest/meta-data", template="/x")
            with pytest.raises(Refused):
                ask(f"http://{host}:80/latest/meta-data", template="/x")
        found = problem_with_hop(client.account, client._call("GET", "/x", "/x"), f"https://{host}/x")
        assert "this machine or its network" in found


def test_a_tracker_of_ones_own_network_may_name_its_neighbours():
    account = Account("https://10.0.0.5", "Bearer fake-token", "me")
    assert problem_with_place(account, "https://10.0.0.6/x") == ""


class Forgetful:
    def get(self, key):
        return None


def test_a_list_that_goes_on_elsewhere_is_not_followed():
    with Client(Account("https://api.github.com", "Bearer fake-token", "me"), sleep=lambda _: None) as client:
        wire = Wire(
            GitHubSettings(Secret({"env": "X"}, "fake-token")),
            Context(lambda *_, **__: client, lambda: 0, lambda _: None, Forgetful()),
        )
        first = Answer(200, [], {}, "https://api.github.com/a", links={"next": "https://elsewhere.example/a"})
        with pytest.raises(Unavailable, match="goes on elsewhere"):
            list(wire.rest_of(first, "o/r", "/x"))
