"""Codes of errors and of exits: each that can come has its text, each text can come, and people can ask for it."""

from __future__ import annotations

import ast
import json
import re

import pytest
from cli_workspace import CANARY, PROJECT, ROOT, cli_workspace

from pmhub import errors
from pmhub.cli.error_page import error_page
from pmhub.cli.explained import ERRORS, EXIT_CODES, PRECEDENCE
from pmhub.cli.help import TOPICS
from pmhub.errors import PmhubError
from pmhub.sync import report

FAMILIES = {"PmhubError", "ConnectorError"}
"""Caught by these names and raised by the finer ones of ours; a plugin may raise them as they are."""
CONSTANTS = {name: code for name, code in vars(errors).items() if name.isupper()}
REACHED_BY = {
    0: "test_cli_runs.py::test_a_sync_that_has_nothing_to_do_says_nothing",
    1: "test_cli_runs.py::test_a_stale_plan_writes_nothing",
    2: "test_cli_bad_input.py::test_wrong_usage_exits_with_2",
    3: "test_cli_conflicts.py::test_a_dead_letter_makes_a_run_exit_with_3",
    4: "test_cli_bad_input.py::test_a_wrong_token",
    5: "test_cli_bad_input.py::test_a_host_that_does_not_answer",
    6: "test_cli_runs.py::test_a_held_conflict_exits_with_6_and_names_the_way_out",
    7: "test_cli_bad_input.py::test_a_workspace_that_another_run_holds",
    8: "test_cli_runs.py::test_a_guard_stops_before_the_first_write_and_says_what_to_do",
    9: "test_cli_gate.py::test_a_release_that_is_not_ready_exits_with_9_and_names_why",
    10: "test_cli_runs.py::test_changes_exit_with_10_only_when_that_was_asked_for",
    130: "test_cli_program.py::test_a_signal_ends_a_run_cleanly",
    143: "test_cli_program.py::test_a_signal_ends_a_run_cleanly",
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("codes")) as workspace:
        workspace.jira.user_create_issue(PROJECT, "Pay in one step")
        yield workspace


def kinds(of=PmhubError):
    """Ours: what another module of the tests defines is not asked for a text."""
    ours = [of] if of.__module__ == errors.__name__ else []
    return [*ours, *(each for kind in of.__subclasses__() for each in kinds(kind))]


def names_used(names):
    """Those of them that the code calls, or hands on to be called."""
    wanted, found = re.compile(rf"\b({'|'.join(names)})\b"), set()
    for folder in ("src", "plugins"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "errors.py" and not {"tests", "testing", "simulator"} & set(path.parts):
                lines = path.read_text("utf-8").splitlines()
                found.update(
                    *(
                        wanted.findall(line)
                        for line in lines
                        if not line.startswith(("from ", "import ", " " * 4 + '"""'))
                    )
                )
    return found


def test_every_error_has_a_code_of_its_own_and_every_code_a_text():
    codes = [kind.__dict__.get("code") for kind in kinds()] + list(CONSTANTS.values())
    assert len(set(codes)) == len(codes)
    assert set(codes) == set(ERRORS)
    assert all(re.fullmatch(r"PM\d{3}", code) for code in codes)


def test_every_error_that_is_explained_can_come():
    wanted = {kind.__name__ for kind in kinds()} - FAMILIES | set(CONSTANTS)
    assert wanted - names_used(wanted) == set()


def test_every_text_says_what_it_means_and_what_to_do():
    for code, each in [*ERRORS.items(), *EXIT_CODES.items()]:
        assert each.headline, code
        assert each.means.endswith((".", ")")), code
        assert each.remedy.endswith("."), code


def test_commands_that_the_texts_name_exist(hub):
    texts = "\n".join(f"{each.means} {each.remedy}" for each in [*ERRORS.values(), *EXIT_CODES.values()])
    named = set(re.findall(r"`pmhub ([a-z]+(?: [a-z]+)?)", texts))
    assert named
    for command in named:
        assert hub.run(*command.split(), "--help").code == 0, command


def test_the_page_of_errors_is_current():
    page = (ROOT / "docs" / "errors.md").read_text("utf-8")
    assert page == error_page(), "python -m pmhub.cli.error_page > docs/errors.md"


def test_a_code_is_explained_as_it_is_read_off_a_message(hub):
    told = hub.run("explain", "PM074").out
    assert told.startswith("PM074: the tool asks to wait\n")
    assert "What to do: " in told
    assert hub.run("explain", "pm074").out == hub.run("explain", "error[PM074]:").out == told


def test_an_exit_code_is_explained_too(hub):
    assert hub.run("explain", "8").out.startswith("exit code 8: a guard stopped the run\n")


def test_all_codes_are_listed_in_a_line_each(hub):
    lines = hub.run("explain").out.splitlines()
    assert [line.split()[0] for line in lines] == [*ERRORS, *map(str, EXIT_CODES)]
    assert [row["code"] for row in hub.run("explain", "--format", "json").json["codes"]] == [
        *ERRORS,
        *map(str, EXIT_CODES),
    ]


def test_a_code_that_does_not_exist_gets_the_nearest(hub):
    done = hub.run("explain", "PM0174")
    assert (done.code, done.out) == (1, "")
    assert re.search(r"error\[PM010\]: there is no code PM0174\nhint: Did you mean PM0\d\d\?", done.err)


def test_every_exit_code_is_reached_by_a_test():
    assert set(REACHED_BY) == set(EXIT_CODES)
    for code, name in REACHED_BY.items():
        file, _, test = name.partition("::")
        tree = ast.parse((ROOT / "tests/functional" / file).read_text("utf-8"))
        (found,) = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == test]
        assert code in [node.value for node in ast.walk(found) if isinstance(node, ast.Constant)], name


def test_exit_codes_are_those_of_a_run():
    names = (
        "OK",
        "ERROR",
        "USAGE",
        "ITEMS_FAILED",
        "AUTH",
        "TEMPORARY",
        "CONFLICTS",
        "LOCKED",
        "GUARD",
        "NOT_READY",
        "CHANGES",
    )
    assert {getattr(report, name) for name in names} == set(EXIT_CODES) - {130, 143}
    assert report._ORDER == PRECEDENCE


def test_help_tells_what_each_exit_code_asks(hub):
    told = hub.run("help", "exit-codes").out
    for code, each in EXIT_CODES.items():
        assert re.search(rf"^ *{code}  {re.escape(each.headline)}$", told, re.MULTILINE), code
    assert told.count("To do: ") == len(EXIT_CODES)


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_page_that_needs_no_configuration(tmp_path, monkeypatch, hub, topic):
    monkeypatch.chdir(tmp_path)
    assert len(hub.run("help", *topic).out.splitlines()) > 3


def test_help_shows_the_page_of_a_command(hub):
    assert hub.run("help", "conflicts", "resolve").out == hub.run("conflicts", "resolve", "--help").out
    assert hub.run("help").out == hub.run("--help").out


def test_a_topic_that_does_not_exist_gets_the_nearest(hub):
    assert "Did you mean `exit-codes`?" in hub.run("help", "exit-code").err
    assert "Did you mean `resolve`?" in hub.run("help", "conflicts", "reslve").err


@pytest.mark.parametrize("format_", ["json", "jsonl"])
def test_an_error_in_json_carries_its_code(hub, format_):
    done = hub.run("show", "NOPE-1", "--format", format_)
    assert (done.code, done.out) == (1, "")
    assert json.loads(done.err) == {
        "type": "error",
        "code": "PM010",
        "message": "no item is known as NOPE-1",
        "problems": [],
        "hint": "Give a key, an address or our id; `pmhub plan` reads what is new.",
    }


def test_a_wrong_configuration_in_json_lists_its_problems(hub):
    hub.write(more="gaurds = 1")
    done = hub.run("plan", "--format", "json")
    hub.write()
    (told,) = map(json.loads, done.err.splitlines())
    assert (told["code"], len(told["problems"])) == ("PM020", 1)


def test_a_problem_of_a_run_carries_its_code_on_both_streams(hub):
    done = hub.run("sync", "--format", "json", JIRA_TOKEN="fake-token-wrong")
    assert [problem["code"] for problem in done.json["problems"]] == ["PM071"]
    told = [json.loads(line) for line in done.err.splitlines()]
    assert [each["code"] for each in told if each["type"] == "error"] == ["PM071"]
    assert CANARY not in done.out + done.err
