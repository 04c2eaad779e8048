"""Proof for those who write connectors and for ourselves: memory remotes, the crash and fault harness, oracles."""
