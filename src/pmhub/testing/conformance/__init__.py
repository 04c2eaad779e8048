"""What every connector must do, as a test class that its author subclasses: see docs/writing-a-connector.md."""

from pmhub.testing.conformance.bench import Bench, Clock, Failure
from pmhub.testing.conformance.expectation import Unmet
from pmhub.testing.conformance.suite import ConnectorConformance

__all__ = ["Bench", "Clock", "ConnectorConformance", "Failure", "Unmet"]
