"""The command line: one small file a verb. Data goes to stdout, everything else to stderr."""
