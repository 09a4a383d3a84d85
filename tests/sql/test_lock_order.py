"""Two acts on one order at the same moment end one after the other.

Each test holds a row until both sessions wait for it, which is the moment
at which locks taken in different orders would be a deadlock.
"""

import contextlib
import threading
from pathlib import Path

import pytest

from conftest import wait_until

STEPS = Path(__file__).resolve().with_name("steps.psql")


class Session(threading.Thread):
    """One call in a connection of its own; commits."""

    def __init__(self, db, statement, *values):
        super().__init__(daemon=True)
        self.connection = db.connect()
        self.pid = self.connection.info.backend_pid
        self.statement = statement
        self.values = values
        self.result = self.error = None
        self.start()

    def run(self):
        try:
            with self.connection:
                self.result = self.connection.execute(
                    self.statement, self.values).fetchone()[0]
        except Exception as error:  # told to the test by outcome()
            self.error = error

    def outcome(self):
        self.join(30)
        assert not self.is_alive(), "still waiting"
        if self.error:
            raise self.error
        return self.result


@pytest.fixture(scope="module")
def belt(db, tmp_path_factory):
    """The database with the steps of steps.psql kept in schema test."""
    file = tmp_path_factory.mktemp("belt") / "steps.sql"
    file.write_text(f"BEGIN;\n\\i {STEPS}\nCOMMIT;\n")
    done = db.psql(file)
    assert done.returncode == 0, done.stderr
    return db


@contextlib.contextmanager
def holding(db, query, *values):
    """Keeps rows locked for the block."""
    with db.connect() as connection:
        connection.execute(query, values)
        yield


def blocked(db, session):
    with db.connect(autocommit=True) as watcher:
        wait_until(lambda: watcher.execute(
            "SELECT cardinality(pg_blocking_pids(%s)) > 0",
            (session.pid,)).fetchone()[0], "a session to wait")


def call(db, statement, *values):
    with db.connect() as connection:
        connection.execute(
            "SELECT set_config('recard.holder_key', repeat('ab', 32), true), "
            "set_config('lock_timeout', '10s', true)")
        return connection.execute(statement, values).fetchone()[0]


def test_an_edit_and_a_purge(belt):
    order = call(belt, "SELECT test.apply(1, now() - interval '3 days')")
    with belt.connect() as connection:
        connection.execute("UPDATE payment_feed SET covered_until = now()")
    with holding(belt, "SELECT FROM applicant WHERE order_no = %s FOR UPDATE",
                 order):
        edit = Session(
            belt, "SELECT edit_applicant(%s, '{\"phone\": \"02-1234567\"}', "
            "'portal')", order)
        blocked(belt, edit)
        assert call(belt, "SELECT purge_due(test.key(), 10, 'purge')") == 0, \
            "what is being edited is left for the next time"
    edit.outcome()
    assert call(belt, "SELECT phone FROM applicant WHERE order_no = %s",
                order) == "02-1234567"
    assert call(belt, "SELECT purge_due(test.key(), 10, 'purge')") == 1


@pytest.mark.parametrize("act, person", [("cancel_order", 2),
                                         ("hold_order", 3)])
def test_a_seal_and_an_operator(belt, act, person):
    order = call(belt, "SELECT test.apply(%s)", person)
    other = call(belt, "SELECT test.apply(%s)", person + 10)
    assert call(belt, "SELECT test.pay(%s, %s)", order, other) == 2
    assert call(belt, "SELECT test.freeze()") == 2
    batch = call(belt, "SELECT test.cut()")
    with holding(belt, "SELECT FROM orders WHERE order_no = %s FOR UPDATE",
                 order):
        operator = Session(belt, f"SELECT {act}(%s, 'op', 'why')", order)
        blocked(belt, operator)
        seal = Session(belt, "SELECT seal_batch(%s, 0, '-', 2, '0', repeat('a', 64), "
                       "repeat('b', 64), 'x', 'CN=us', 'm')", batch)
        blocked(belt, seal)
    operator.outcome()
    assert seal.outcome() is False, "the operator came first"
    assert call(belt, "SELECT count(*) FROM batch_content(%s)", batch) == 1
    assert call(belt, "SELECT count(*) FROM verify()") == 0
    # Out of the way of the next one.
    assert call(belt, "SELECT test.seal(%s, test.epoch(%s))", batch, batch)


def test_a_seal_first(belt):
    order = call(belt, "SELECT test.apply(4)")
    call(belt, "SELECT test.pay(%s)", order)
    call(belt, "SELECT test.freeze()")
    batch = call(belt, "SELECT test.cut()")
    with holding(belt, "SELECT FROM orders WHERE order_no = %s FOR UPDATE",
                 order):
        seal = Session(belt, "SELECT test.seal(%s, 0)", batch)
        blocked(belt, seal)
        operator = Session(
            belt, "SELECT cancel_order(%s, 'op', 'why')", order)
        blocked(belt, operator)
    assert seal.outcome() is True
    with pytest.raises(Exception, match="cannot be cancelled any more"):
        operator.outcome()
    assert call(belt, "SELECT test.status(%s)", order) == "producing"
