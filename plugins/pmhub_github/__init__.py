"""GitHub for pmhub: the connector, and a simulator of GitHub for its tests and the demo."""
