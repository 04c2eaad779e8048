"""The plugin's own folder is importable as an installed one would be."""

import sys
from pathlib import Path

import pytest

SOURCE = str(Path(__file__).resolve().parents[1] / "src")
if SOURCE not in sys.path:
    sys.path.append(SOURCE)

from redmine_site import open_site  # noqa: E402 - only now can it be imported


@pytest.fixture(params=[0, 1], ids=["hidden line", "custom field"])
def site(request):
    with open_site(marker_field=request.param) as site:
        yield site


@pytest.fixture
def plain():
    with open_site() as site:
        yield site
