"""The memory connector, which all tests of the engine lean on, passes the kit."""

from memory_bench import MemoryBench

from pmhub.testing import ConnectorConformance


class TestMemory(ConnectorConformance):
    bench = MemoryBench
    crashes = 20
