"""`[schedule]`: when workers run a workspace."""

from __future__ import annotations

import pytest

from pmhub.config.workspace import Schedule


def test_without_the_table_it_runs_every_five_minutes_by_the_name_of_its_folder(read, minimal):
    found = read(minimal)
    assert found.schedule == Schedule(found.folder.name[:40], "*/5 * * * *", "", 900)


def test_every_setting_is_taken(read, minimal):
    text = '[schedule]\nname = "shop"\nsync = ""\ndeep = "30 2 * * mon-fri"\nseconds = 60\n'
    assert read(f"{minimal}\n{text}").schedule == Schedule("shop", "", "30 2 * * mon-fri", 60)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('sync = "every five minutes"', "'every five minutes' is no schedule"),
        ('deep = "* * * *"', "'* * * *' is no schedule"),
        ('name = "../shop"', "'../shop' is no name"),
        ("seconds = 0", "must be more than 0"),
    ],
)
def test_a_mistake_is_named_with_its_place(refused, minimal, written, told):
    [found] = refused(f"{minimal}\n[schedule]\n{written}\n")
    assert "pmhub.toml:" in found
    assert told in found
