from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from pmhub.config import plugins
from pmhub.config.plugins import PluginInfo

GROUP = "pmhub_test_plugins"

CONNECTOR = """
from pmhub.sdk import Capabilities, Connector, hookimpl

class {class_}(Connector):
    name = "{name}"
    settings_type = scope_type = int
    capabilities = Capabilities({{}}, {{}})

@hookimpl
def pmhub_register_connectors():
    return [{class_}]
"""


def write(folder, name, code, dist="", group=GROUP):
    """An installed distribution: a module and the folder of metadata that pip writes beside it."""
    (folder / f"plug_{name}.py").write_text(textwrap.dedent(code))
    info = folder / f"{dist or 'plug_' + name}-1.2.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {dist or 'plug-' + name}\nVersion: 1.2\n")
    entries = info / "entry_points.txt"
    known = entries.read_text() if entries.exists() else f"[{group}]\n"
    entries.write_text(known + f"{name} = plug_{name}\n")


@pytest.fixture
def install(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield lambda name, code, dist="": write(tmp_path, name, code, dist)
    for module in [module for module in sys.modules if module.startswith("plug_")]:
        del sys.modules[module]


def load(*blocked):
    return plugins.load(blocked, GROUP)


def test_a_plugin_offers_its_connectors(install):
    install("one", CONNECTOR.format(class_="One", name="first"))
    loaded = load()
    assert loaded.found == (PluginInfo("one", "plug-one", "1.2", connectors=("first",)),)
    assert loaded.connectors["first"].__name__ == "One"
    assert loaded.manager.has_plugin("one")


BROKEN = {
    "does not import": ("import absent_module", "ModuleNotFoundError: No module named 'absent_module'"),
    "is no python": ("def", "SyntaxError: "),
    "leaves the program": ("raise SystemExit('bye')", "SystemExit: bye"),
    "is of another interface": ("pmhub_api = 99", "PluginError: was written for interface 99; this is interface 1"),
    "misspells a hook": (
        "from pmhub.sdk import hookimpl\n@hookimpl\ndef pmhub_register_conectors(): return []",
        "unknown hook 'pmhub_register_conectors'",
    ),
    "asks a hook for what it does not give": (
        "from pmhub.sdk import hookimpl\n@hookimpl\ndef pmhub_run_finished(reports): ...",
        "hookimpl definition: pmhub_run_finished(reports)",
    ),
    "breaks when asked": (
        "from pmhub.sdk import hookimpl\n@hookimpl\ndef pmhub_register_connectors(): return [1 // 0]",
        "ZeroDivisionError",
    ),
    "offers no connector class": (
        "from pmhub.sdk import hookimpl\n@hookimpl\ndef pmhub_register_connectors(): return ['x']",
        "offers 'x', which is no Connector class",
    ),
    "offers half a connector": (
        """
        from pmhub.sdk import Connector, hookimpl
        class Half(Connector): name = 'half'
        @hookimpl
        def pmhub_register_connectors(): return [Half]
        """,
        "offers Half without settings_type, scope_type, capabilities",
    ),
}


@pytest.mark.parametrize(("code", "error"), BROKEN.values(), ids=BROKEN)
def test_a_broken_plugin_is_named_and_skipped(install, code, error):
    install("broken", code)
    install("good", CONNECTOR.format(class_="Good", name="good"))
    loaded = load()
    broken, good = loaded.found
    assert broken.name == "broken"
    assert error in broken.error
    assert (good.error, set(loaded.connectors)) == (None, {"good"})
    assert not loaded.manager.has_plugin("broken")
    assert loaded.manager.hook.pmhub_run_finished(report=None) == []


def test_of_two_plugins_with_one_connector_the_first_wins(install):
    install("a", CONNECTOR.format(class_="First", name="same"))
    install("b", CONNECTOR.format(class_="Second", name="same"))
    loaded = load()
    assert loaded.connectors["same"].__name__ == "First"
    assert [info.error for info in loaded.found] == [
        None,
        "PluginError: offers the connector `same`, which plug_a already gives",
    ]
    assert len(loaded.manager.get_plugins()) == 1


def test_a_stranger_cannot_take_the_name_of_one_of_ours(install):
    install("aaa", CONNECTOR.format(class_="Stranger", name="same"))
    install("zzz", CONNECTOR.format(class_="Ours", name="same"), dist="pmhub")
    assert load().connectors["same"].__name__ == "Ours"


def test_a_blocked_plugin_is_named_but_never_imported(install):
    install("one", "raise AssertionError('imported')")
    loaded = load("one")
    assert loaded.found == (PluginInfo("one", "plug-one", "1.2", blocked=True),)
    assert loaded.manager.is_blocked("one")


def test_names_are_listed_without_importing(install):
    install("one", "raise AssertionError('imported')")
    assert plugins.names(GROUP) == ("one",)
    assert "plug_one" not in sys.modules


def test_nothing_is_loaded_from_the_folder_one_stands_in(tmp_path):
    write(tmp_path, "here", "raise AssertionError('imported')")
    code = f"from pmhub.config import plugins; print(plugins.load(group={GROUP!r}).found)"
    (tmp_path / "run.py").write_text(code)
    environ = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    for words in (["-c", code], ["-m", "run"]):
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environ, capture_output=True, check=True, text=True
        )
        assert done.stdout == "()\n"
