import pytest
from folder_connection import Plan


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "plan").mkdir()
    return Plan(tmp_path / "plan")
