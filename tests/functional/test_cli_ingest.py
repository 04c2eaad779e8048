"""`pmhub ingest junit`: results of any CI, from files, folders, archives or a pipe, each run once."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from cli_workspace import PROJECT, cli_workspace

REAL = Path(__file__).parents[1] / "connectors" / "junit" / "real"
REPORT = """\
<testsuite name="shop">
  <testcase classname="cart" name="test_pay"><properties><property name="requirements" value="SHOP-1"/></properties>{pay}</testcase>
  <testcase classname="cart" name="test_other"/>
</testsuite>
"""
GOOD, BAD = REPORT.format(pay=""), REPORT.format(pay='<failure message="2 is not 3"/>')


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    with cli_workspace(tmp_path_factory.mktemp("ingest")) as workspace:
        for title in ("Pay in one step", "Another thing", "A third"):
            workspace.jira.user_create_issue(PROJECT, title)
        workspace.sync()
        yield workspace


@pytest.fixture
def report(tmp_path):
    def write(text: str, name: str = "report.xml") -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path / name)

    return write


def standing_of(hub, key):
    return hub.run("show", key, "--format", "json").json["tests"]


def test_a_test_that_names_a_ticket_says_how_it_stands(hub, report):
    assert hub.run("ingest", "junit", report(BAD), "--run", "1").code == 0
    assert standing_of(hub, "SHOP-1")["state"] == "NOK"
    done = hub.run("ingest", "junit", report(GOOD), "--run", "2")
    assert done.out.splitlines() == ["run 2: 2 tests: 2 passed", "speaks of SHOP-1"]
    assert standing_of(hub, "SHOP-1")["state"] == "OK"


def test_why_tells_the_reason(hub, report):
    hub.run("ingest", "junit", report(GOOD), "--run", "7", "--branch", "feature/SHOP-2-cart")
    done = hub.run("why", "SHOP-2")
    assert "tests: OK" in done.out
    assert "branch: feature/SHOP-2-cart" in done.out
    assert "test property: requirements of cart.test_pay" in hub.run("why", "SHOP-1").out


def test_the_same_report_five_times_is_one_run(hub, report):
    for _ in range(5):
        hub.run("ingest", "junit", report(GOOD), "--ticket", "SHOP-3")
    found = standing_of(hub, "SHOP-3")["results"]
    assert len(found) == 1
    assert found[0]["reasons"] == ["named when it was ingested"]


def test_each_environment_is_told_of(hub, report):
    for environment, text in (("linux", GOOD), ("windows", BAD)):
        hub.run("ingest", "junit", report(text), "--run", "9", "--environment", environment)
    found = {row["environment"]: row["outcome"] for row in standing_of(hub, "SHOP-1")["results"]}
    assert (found["linux"], found["windows"]) == ("passed", "failed")


def test_a_test_that_fails_one_run_in_five_is_called_flaky_not_broken(hub, report):
    for number in range(20):
        text = (BAD if number % 5 == 2 else GOOD).replace("SHOP-1", "SHOP-3").replace("test_pay", "test_now_and_then")
        hub.run("ingest", "junit", report(text), "--run", f"flaky {number}", "--environment", "nightly")
    (row,) = [r for r in standing_of(hub, "SHOP-3")["results"] if r["environment"] == "nightly"]
    assert (row["verdict"], row["failures"], row["runs"]) == ("flaky", 4, 20)
    assert "flaky: failed in 4 of 20 runs" in hub.run("show", "SHOP-3").out


def test_a_renamed_test_keeps_its_history(hub, report):
    keyed = GOOD.replace('name="requirements" value="SHOP-1"', 'name="test_key" value="SHOP-2"')
    for number, name in enumerate(["test_pay", "test_pay", "test_pay_in_one_step"]):
        text = keyed.replace("test_pay", name)
        hub.run("ingest", "junit", report(text), "--run", f"renamed {number}", "--environment", "keyed")
    (row,) = [r for r in standing_of(hub, "SHOP-2")["results"] if r["environment"] == "keyed"]
    assert row["runs"] == 3


def test_folders_archives_and_pipes_are_read_too(hub, report, tmp_path):
    folder = Path(report(GOOD)).parent
    with zipfile.ZipFile(tmp_path / "reports.zip", "w") as archive:
        archive.writestr("deep/inside.xml", GOOD.replace("test_other", "test_zipped"))
    done = hub.run("ingest", "junit", str(folder), str(tmp_path / "reports.zip"), "--format", "json")
    assert (done.json["reports"], done.json["passed"]) == (2, 3)


def test_a_pipe_is_read(hub):
    piped = hub.piped(GOOD, "ingest", "junit", "-", "--format", "json")
    assert piped.json["passed"] == 2


def test_what_else_lies_in_a_folder_of_reports_is_passed_over(hub, report):
    folder = Path(report(GOOD)).parent
    report("<coverage version='7'/>", "coverage.xml")
    done = hub.run("ingest", "junit", str(folder))
    assert done.code == 0
    assert "coverage.xml" in done.err
    assert hub.run("ingest", "junit", str(folder / "coverage.xml")).code == 1


def test_a_pass_in_one_report_does_not_hide_a_failure_in_another(hub, report):
    done = hub.run("ingest", "junit", report(BAD, "linux.xml"), report(GOOD, "macos.xml"), "--format", "json")
    assert (done.json["outcome"], done.json["failed"], done.json["flaky"]) == ("failed", 1, 0)


def test_a_broken_report_changes_nothing(hub, report):
    before = hub.run("show", "SHOP-1", "--format", "json").json
    done = hub.run("ingest", "junit", report(BAD), report(BAD[:150], "half.xml"), "--run", "cut")
    assert done.code == 1
    assert "half.xml" in done.err
    assert "hint:" in done.err
    assert hub.run("show", "SHOP-1", "--format", "json").json == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("ingest", "trx", "x.xml"), "Known formats: junit."),
        (("ingest", "junit", "nowhere.xml"), "nowhere.xml cannot be read: No such file or directory"),
        (("ingest", "junit", "."), ". holds no .xml file"),
    ],
)
def test_bad_input_is_one_clear_error(hub, args, said):
    done = hub.run(*args)
    assert done.code == 1
    assert said in done.err


def test_real_tools_reports_are_read_together(hub):
    done = hub.run("ingest", "junit", str(REAL), "--run", "real", "--format", "json")
    assert done.code == 0
    assert done.json["reports"] == len(list(REAL.glob("*.xml")))
