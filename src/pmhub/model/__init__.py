"""Values only: what everything else speaks about. Reads nothing, writes nothing, knows no clock."""
