"""What the real GitHub once answered about milestones and releases goes through the mapping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fixtures.recorded_answers import pygithub_answers
from github_connector import scope

from pmhub.sdk import ABSENT, Kind
from pmhub_github import mapping, milestone_mapping
from pmhub_github.simulator.milestone_changes import due


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from objects(one)


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    return [one for answer in pygithub_answers() for one in objects(answer.body)]


@pytest.fixture(scope="module")
def milestones(told):
    return [one for one in told if {"due_on", "title", "creator"} <= one.keys()]


@pytest.fixture(scope="module")
def releases(told):
    return [one for one in told if {"tag_name", "draft", "upload_url"} <= one.keys()]


def test_a_real_due_date_is_midnight_of_its_day_on_the_pacific(milestones):
    dues = {one["due_on"] for one in milestones if one["due_on"] and one["due_on"][11:] != "23:39:01Z"}
    assert len(dues) > 10
    for given in dues:
        day = milestone_mapping.day(given)
        assert day == given[:10]
        assert due(milestone_mapping.due_on(day)) == given


def test_a_real_milestone_reads_as_a_roadmap_item(milestones):
    whole = [one for one in milestones if one.get("node_id") and one.get("html_url")]
    assert whole
    for raw in whole:
        seen = mapping.normalise(Kind.ROADMAP_ITEM, scope(), raw)
        assert seen.record.title == raw["title"]
        assert seen.record.status == {"open": "planned", "closed": "shipped"}[raw["state"]]
        assert seen.ref.key.endswith(f"/milestone/{raw['number']}")
        assert mapping.normalise(Kind.ROADMAP_ITEM, scope(), seen.native) == seen


def test_a_real_release_reads_as_a_release(releases):
    assert len(releases) > 40
    for raw in releases:
        seen = mapping.normalise(Kind.RELEASE, scope(tag="{version}"), raw)
        assert (seen.record.version, seen.record.status) == (raw["tag_name"], "released")
        assert date.fromisoformat(seen.record.date).isoformat() == raw["published_at"][:10]
        assert seen.record.prerelease is raw["prerelease"]
        assert seen.ref.key.endswith(f"@{raw['tag_name']}")
        assert mapping.normalise(Kind.RELEASE, scope(tag="{version}"), seen.native) == seen


def test_a_tag_without_the_templates_v_has_no_version(releases):
    [odd, *_] = [one for one in releases if one["tag_name"].startswith("v")]
    assert mapping.normalise(Kind.RELEASE, scope(tag="release-{version}"), odd).record.version is ABSENT
