"""The folder connector passes the kit, on real files."""

from folder_bench import FolderBench

from pmhub.testing import ConnectorConformance


class TestFolder(ConnectorConformance):
    bench = FolderBench
    crashes = 4
    storms = 1
