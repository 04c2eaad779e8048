from __future__ import annotations

import pytest

from pmhub.config import find
from pmhub.errors import ConfigError


@pytest.fixture
def tree(tmp_path):
    for name in ("above", "above/here", "named", "environ"):
        (tmp_path / name).mkdir()
        if name != "above/here":
            (tmp_path / name / "pmhub.toml").touch()
    return tmp_path


def test_the_option_comes_before_the_environment(tree):
    environ = {"PMHUB_CONFIG": str(tree / "environ/pmhub.toml")}
    assert find("../../named/pmhub.toml", environ, tree / "above/here").samefile(tree / "named/pmhub.toml")


def test_the_environment_comes_before_the_folder(tree):
    environ = {"PMHUB_CONFIG": str(tree / "environ")}
    assert find(None, environ, tree / "above") == tree / "environ/pmhub.toml"


def test_folders_are_searched_upwards(tree):
    assert find(None, {}, tree / "above/here") == tree / "above/pmhub.toml"


def test_nothing_found_says_where_it_looked_and_what_to_do(tmp_path):
    with pytest.raises(ConfigError, match=str(tmp_path)) as caught:
        find(None, {}, tmp_path)
    assert "pmhub init" in caught.value.hint


@pytest.mark.parametrize(("option", "environ"), [("absent.toml", {}), (None, {"PMHUB_CONFIG": "absent.toml"})])
def test_a_file_that_was_named_must_be_there_even_if_another_could_be_found(tree, option, environ):
    with pytest.raises(ConfigError, match=r"absent\.toml"):
        find(option, environ, tree / "above")
