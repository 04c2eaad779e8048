"""A plugin that hangs or prints when it is loaded, or offers what is no connector, is named and skipped."""

from __future__ import annotations

import sys

import pytest

from pmhub.config import plugins

GROUP = "pmhub_test_isolation"
GOOD = """
from pmhub.sdk import Capabilities, Connector, hookimpl

class Good(Connector):
    name = "good"
    settings_type = scope_type = int
    capabilities = Capabilities({}, {})

@hookimpl
def pmhub_register_connectors():
    return [Good]
"""
HANGS_AT_IMPORT = "import time\nwhile True: time.sleep(0.01)"
HANGS_WHEN_ASKED = GOOD.replace("    return [Good]", "    while True: pass").replace('"good"', '"bad"')


@pytest.fixture
def install(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(plugins, "LOAD_PATIENCE", 0.3)

    def install_(name, code):
        (tmp_path / f"isolated_{name}.py").write_text(code)
        info = tmp_path / f"isolated_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: isolated-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = isolated_{name}\n")

    yield install_
    for module in [module for module in sys.modules if module.startswith("isolated_")]:
        del sys.modules[module]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (HANGS_AT_IMPORT, "took longer than 0.3 seconds"),
        (HANGS_WHEN_ASKED, "took longer than 0.3 seconds"),
        (GOOD.replace('name = "good"', "name = 7"), "whose name is no text"),
        (GOOD.replace("Capabilities({}, {})", "{}"), "whose capabilities are no Capabilities"),
        ("pmhub_api = 2\n" + GOOD, "was written for interface 2; this is interface 1"),
        ("pmhub_api = 'new'\n" + GOOD, "was written for interface 'new'; this is interface 1"),
    ],
)
def test_it_is_named_and_the_others_are_loaded(install, code, told):
    install("bad", code)
    install("good", GOOD)
    loaded = plugins.load((), GROUP)
    bad, good = loaded.found
    assert told in bad.error
    assert (good.error, set(loaded.connectors)) == (None, {"good"})


def test_what_it_prints_goes_to_the_log(install, capsys, caplog):
    install("chatty", "print('hello')\n" + GOOD)
    assert plugins.load((), GROUP).found[0].error is None
    assert capsys.readouterr().out == ""
    assert "the plugin `chatty` printed: hello" in caplog.text


def test_a_blocked_name_that_no_plugin_has_is_known(install):
    install("good", GOOD)
    assert plugins.load(("good", "tracker"), GROUP).unknown == ("tracker",)
