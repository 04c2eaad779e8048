"""The scenarios that the guards are there for, each told in a few lines. A trial gives what broke, in sentences."""
