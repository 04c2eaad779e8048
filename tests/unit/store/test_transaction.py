import sqlite3

import pytest

from pmhub.store.transaction import immediate


class SignalAfterCommit(sqlite3.Connection):
    """Python runs a signal's function between two of its own steps: here, right after the commit."""

    def execute(self, sql, *values):
        done = super().execute(sql, *values)
        if sql == "COMMIT":
            raise KeyboardInterrupt
        return done


def opened(folder, factory=sqlite3.Connection):
    connection = sqlite3.connect(folder / "t.db", isolation_level=None, factory=factory)
    connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
    return connection


def test_a_signal_right_after_the_commit_stays_that_signal(tmp_path):
    with pytest.raises(KeyboardInterrupt), immediate(opened(tmp_path, SignalAfterCommit)):
        pass


def test_what_was_committed_before_the_signal_is_there(tmp_path):
    connection = opened(tmp_path, SignalAfterCommit)
    with pytest.raises(KeyboardInterrupt), immediate(connection):
        connection.execute("INSERT INTO t VALUES (1)")
    assert opened(tmp_path).execute("SELECT x FROM t").fetchall() == [(1,)]


def test_a_failure_inside_leaves_nothing(tmp_path):
    connection = opened(tmp_path)
    with pytest.raises(ValueError, match="no"), immediate(connection):
        connection.execute("INSERT INTO t VALUES (1)")
        raise ValueError("no")
    assert connection.execute("SELECT x FROM t").fetchall() == []
