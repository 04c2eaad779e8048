"""Decides. A function of values: reads nothing, writes nothing, knows no clock."""
