"""What stands in config/run is sound: files parse, and every command in them exists with its options."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import click
import pytest
import yaml

from pmhub.cli.verbs import verbs
from pmhub.config.workspace import Schedule
from pmhub.workers.job import GRACE

TYPED = re.compile(r"(?:^|[ /])pmhub (?=[a-z])(.*)")
COMMENT = re.compile(r"^\s*#.*$|\s# .*$", re.MULTILINE)
CONTAINERS = ("Dockerfile", "compose.yml", "cronjob.yml", "workers.yml")
AFTER = re.compile(r"\s[|>].*$")
SCHEDULE = re.compile(r"(\S+\s+){4}\S+\s+")


@pytest.fixture
def run(repository) -> Path:
    return repository / "config/run"


def text(path: Path) -> str:
    return COMMENT.sub("", path.read_text("utf-8"))


def commands(path: Path) -> list[list[str]]:
    """A container starts with a list of words, all else with a line."""
    if path.name in CONTAINERS:
        return [list(yaml.safe_load(words)) for words in re.findall(r"(?:CMD|command:|args:) (\[.*\])", text(path))]
    return [shlex.split(AFTER.sub("", found)) for found in TYPED.findall(text(path))]


def options_of(name: str) -> set[str]:
    command = verbs.get_command(click.Context(verbs), name)
    assert command, name
    return {option for param in command.params for option in param.opts}


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("crontab", "sync"),
        ("pmhub.service", "sync"),
        ("github-action.yml", "sync"),
        ("Dockerfile", "sync"),
        ("compose.yml", "sync"),
        ("cronjob.yml", "sync"),
        ("workers.yml", "worker"),
    ],
)
def test_every_command_exists_with_its_options(run, name, verb):
    found = commands(run / name)
    assert any(words[0] == verb for words in found)
    for words in found:
        used = {word for word in words if word.startswith("-")}
        assert used <= options_of(words[0]), f"{name}: pmhub {shlex.join(words)}"


def test_every_line_of_the_crontab_has_its_time_and_its_command(run):
    lines = [line for line in text(run / "crontab").splitlines() if line and not re.match(r"[A-Z]+=", line)]
    assert len(lines) >= 3
    for line in lines:
        assert SCHEDULE.match(line), line
        assert re.split(r"\s+", line, maxsplit=5)[5].split()[0] in {"pmhub", "sqlite3"}, line
        assert "%" not in line, "cron takes it for the end of the line"


def test_the_workflow_plans_for_a_pull_request_and_writes_only_on_schedule(run):
    jobs = yaml.safe_load((run / "github-action.yml").read_text("utf-8"))["jobs"]
    assert jobs.keys() == {"plan", "sync"}
    told = {name: " ".join(step.get("run", "") for step in job["steps"]) for name, job in jobs.items()}
    assert "pmhub plan" in told["plan"]
    assert "pmhub sync" not in told["plan"]
    assert jobs["sync"]["if"] == "github.event_name != 'pull_request'"
    assert "head.repo.full_name == github.repository" in jobs["plan"]["if"]


def test_the_container_is_nobody_special_and_may_write_to_its_volume_alone(run):
    last = (run / "Dockerfile").read_text("utf-8").rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d*$", last, re.MULTILINE)
    service = yaml.safe_load((run / "compose.yml").read_text("utf-8"))["services"]["pmhub"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert [each for each in service["volumes"] if not each.endswith(":ro")] == ["state:/var/lib/pmhub"]


def test_a_worker_has_the_time_that_its_runs_may_take(run):
    services = yaml.safe_load((run / "workers.yml").read_text("utf-8"))["services"]
    worker = services["worker"]
    assert worker["read_only"] is True
    assert worker["cap_drop"] == ["ALL"]
    assert int(worker["stop_grace_period"].removesuffix("m")) * 60 >= Schedule("shop").seconds + 2 * GRACE
    assert "PASSWORD" not in {*services["postgres"]["environment"]}


def test_a_worker_is_asked_for_its_health_where_it_answers(run):
    worker = yaml.safe_load((run / "workers.yml").read_text("utf-8"))["services"]["worker"]
    address = worker["command"][worker["command"].index("--health") + 1]
    assert f"http://{address}/healthz" in worker["healthcheck"]["test"][-1]
    assert address.startswith("127.0.0.1:"), "what it tells stays inside"


def test_the_cluster_starts_one_run_at_a_time_with_no_more_rights_than_it_needs(run):
    spec = yaml.safe_load((run / "cronjob.yml").read_text("utf-8"))["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert {mount["name"] for mount in container["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}


def test_the_unit_keeps_tokens_out_of_the_environment(run):
    unit = RawConfigParser(strict=False)
    unit.optionxform = str
    unit.read(run / "pmhub.service", encoding="utf-8")
    assert "TOKEN" not in unit["Service"]["Environment"]
    assert "LoadCredential" in unit["Service"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_takes_both_units_as_they_are(run, tmp_path):
    for name in ("pmhub.service", "pmhub.timer"):
        there = (run / name).read_text("utf-8").replace("/opt/pmhub/bin/pmhub", "/bin/true")
        (tmp_path / name).write_text(there, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
