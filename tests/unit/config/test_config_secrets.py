from __future__ import annotations

import os
import sys
import traceback
from types import SimpleNamespace

import pytest

from pmhub.config import fetch_secrets, secret_values
from pmhub.config.meaning import meaning
from pmhub.errors import ConfigError

CANARY = "fake-token-canary"
ENV = '{ env = "SHOP_TOKEN" }'


@pytest.fixture
def fetched(read, minimal):
    """The token of `shop`, from a source written in TOML."""

    def fetched_(source: str, **environ: str) -> str:
        workspace = read(minimal.replace(ENV, source))
        done = fetch_secrets(workspace, {"CODE_TOKEN": "fake-code", "PATH": os.environ["PATH"], **environ})
        return done.connections["shop"].settings.token.reveal()

    return fetched_


@pytest.fixture
def failed(fetched):
    def failed_(source: str, **environ: str) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            fetched(source, **environ)
        assert CANARY not in "".join(traceback.format_exception(caught.value))
        return caught.value.problems

    return failed_


def test_a_secret_comes_from_the_environment(fetched):
    assert fetched(ENV, SHOP_TOKEN=CANARY) == CANARY


def test_a_secret_comes_from_a_file_beside_the_configuration_less_one_newline(fetched, tmp_path):
    (tmp_path / "token").write_text(CANARY + "\n\n")
    assert fetched('{ file = "token" }') == CANARY + "\n"


def test_a_relative_file_is_taken_from_systemds_credentials_first(fetched, tmp_path):
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials/token").write_text(CANARY)
    (tmp_path / "token").write_text("fake-other")
    assert fetched('{ file = "token" }', CREDENTIALS_DIRECTORY=str(tmp_path / "credentials")) == CANARY


def test_a_file_systemd_does_not_have_is_taken_from_beside_the_configuration(fetched, tmp_path):
    (tmp_path / "token").write_text(CANARY)
    assert fetched('{ file = "token" }', CREDENTIALS_DIRECTORY=str(tmp_path / "absent")) == CANARY


def command(code: str) -> str:
    return f"{{ command = ['{sys.executable}', '-c', '{code}'] }}"


def test_a_secret_comes_from_a_command_without_a_shell(fetched):
    assert fetched(command('import os; print("$HOME", os.environ["X"])'), X="1") == "$HOME 1"


def test_a_command_runs_once_however_many_secrets_name_it(read, minimal, tmp_path):
    source = command('open("ran", "a").write("x"); print("fake")')
    workspace = read(minimal.replace(ENV, source).replace('{ env = "CODE_TOKEN" }', source))
    done = fetch_secrets(workspace, {})
    assert (tmp_path / "ran").read_text() == "x"
    assert done.connections["code"].settings.token.reveal() == "fake"


def test_a_command_that_fails_shows_what_it_said_but_not_what_it_printed(failed):
    code = f'import sys; print("{CANARY}"); sys.stderr.write("vault is locked"); sys.exit(3)'
    (problem,) = failed(command(code))
    assert problem.startswith("pmhub.toml:6: connections.shop.token: ")
    assert "ended with 3: vault is locked" in problem


def test_a_command_that_takes_too_long_is_stopped(failed, monkeypatch):
    monkeypatch.setattr("pmhub.config.sources._TIMEOUT", 0.2)
    (problem,) = failed(command(f'print("{CANARY}", flush=True); import time; time.sleep(60)'))
    assert "took more than 0.2 seconds" in problem


def test_a_command_that_is_not_there_is_told(failed):
    assert "could not be started" in failed('{ command = ["/absent/program"] }')[0]


def test_a_command_that_prints_no_text_is_told(failed):
    (problem,) = failed(command('import sys; sys.stdout.buffer.write(b"\\\\xff")').replace("\\\\", "\\"))
    assert "did not print UTF-8 text" in problem


def test_all_secrets_that_are_missing_are_told_at_once_with_their_lines(read, minimal):
    with pytest.raises(ConfigError) as caught:
        fetch_secrets(read(minimal), {})
    said = "the environment has no variable {}. hint: set it before you run pmhub; cron sets none, so there write {{ file = … }}"
    assert caught.value.problems == (
        "pmhub.toml:6: connections.shop.token: " + said.format("SHOP_TOKEN"),
        "pmhub.toml:10: connections.code.token: " + said.format("CODE_TOKEN"),
    )


def test_a_file_that_is_not_there_is_told(failed):
    assert "token cannot be read: No such file" in failed('{ file = "token" }')[0]


@pytest.mark.parametrize("source", [ENV, '{ file = "empty" }', '{ command = ["true"] }'])
def test_an_empty_secret_is_told(failed, tmp_path, source):
    (tmp_path / "empty").write_text("\n")
    assert "is empty" in failed(source, SHOP_TOKEN="")[0]


@pytest.fixture
def keyring(monkeypatch):
    """Stands where the package would: it is an extra, and its back ends are the desktop's."""

    def keyring_(get_password):
        monkeypatch.setitem(sys.modules, "keyring", get_password and SimpleNamespace(get_password=get_password))

    return keyring_


def test_a_secret_comes_from_the_keyring(fetched, keyring):
    keyring(lambda service, user: f"{service}:{user}")
    assert fetched('{ keyring = "pmhub/shop/bot" }') == "pmhub/shop:bot"


def test_a_keyring_that_is_not_installed_is_told(failed, keyring):
    keyring(None)
    assert "the package `keyring` is not installed. hint: pip install keyring" in failed('{ keyring = "a/b" }')[0]


def test_a_keyring_without_the_secret_is_told(failed, keyring):
    keyring(lambda _service, _user: None)
    assert "no password for a/b: it has none" in failed('{ keyring = "a/b" }')[0]


def test_a_keyring_that_breaks_is_told(failed, keyring):
    keyring(lambda _service, _user: 1 // 0)
    assert "no password for a/b: ZeroDivisionError" in failed('{ keyring = "a/b" }')[0]


def test_secrets_anywhere_in_the_settings_are_fetched_and_known_for_redaction(read, minimal):
    workspace = read(
        minimal.replace(ENV, ENV + '\nproxy = { host = "p", password = { env = "B" } }').replace(
            '{ env = "CODE_TOKEN" }', '{ env = "C" }\nkeys = [{ env = "D" }, { env = "E" }]'
        )
    )
    assert secret_values(workspace) == ()
    done = fetch_secrets(
        workspace, {"SHOP_TOKEN": "fake-a", "B": "fake-b", "C": "fake-c", "D": "fake-d", "E": "fake-e"}
    )
    assert secret_values(done) == ("fake-a", "fake-b", "fake-c", "fake-d", "fake-e")
    assert done.connections["shop"].settings.proxy.password.reveal() == "fake-b"
    assert secret_values(workspace) == ()


def test_a_fetched_secret_is_in_no_text_of_the_workspace_and_not_in_its_fingerprint(read, minimal):
    workspace = read(minimal)
    done = fetch_secrets(workspace, {"SHOP_TOKEN": CANARY, "CODE_TOKEN": CANARY})
    assert CANARY not in repr(done) + str(done) + str(done.connections["shop"].settings)
    assert "***" in repr(done)
    assert meaning(done.connections, done.syncs) == workspace.fingerprint


@pytest.mark.parametrize(
    "written",
    [
        f'"{CANARY}"',
        f'["{CANARY}"]',
        f'{{ value = "{CANARY}" }}',
        f'{{ env = "{CANARY}", file = "{CANARY}" }}',
        f'{{ command = "{CANARY}" }}',
        f'{{ keyring = "{CANARY}" }}',
    ],
)
def test_a_secret_written_into_the_file_is_refused_and_never_repeated(read, minimal, written):
    with pytest.raises(ConfigError) as caught:
        read(minimal.replace(ENV, written))
    (problem,) = caught.value.problems
    assert problem.startswith("pmhub.toml:6: connections.shop.token: ")
    assert CANARY not in problem + "".join(traceback.format_exception(caught.value))


def test_a_literal_secret_is_told_how_to_be_written(refused, minimal):
    (problem,) = refused(minimal.replace(ENV, f'"{CANARY}"'))
    assert 'a secret is never written here: say where it is, as in { env = "NAME" }' in problem


def test_a_secret_under_a_misspelt_key_is_not_repeated(refused, minimal):
    assert not any(CANARY in problem for problem in refused(minimal.replace(f"token = {ENV}", f'tokn = "{CANARY}"')))


def test_a_secret_pasted_as_the_name_of_a_variable_is_not_repeated(failed):
    assert "no variable of the name written here" in failed(f'{{ env = "{CANARY}" }}')[0]
