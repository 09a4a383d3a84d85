"""Two who want the same order at the same moment, in both orders: the
second waits for the first and then sees what it did."""

import hashlib
import hmac
import threading

import psycopg
import pytest

from conftest import wait_until

NEW_ADDRESS = "臺北市中正區新路1號"
EDIT = "SELECT edit_applicant(%s, jsonb_build_object('address', %s::text), " \
    "'portal')"
STAGE = "INSERT INTO payment_staging (entry, reference, kind, order_ref, " \
    "amount, currency, paid_at) VALUES (2, 'r1', 'paid', %s, 228, 'TWD', now())"
SETTLE = "SELECT import_id, applied, exceptions FROM book_settlement(" \
    "'race.csv', repeat('a', 64), 1, 'atm', current_date, 1, now(), 'payment')"
KEY = b"k" * 32
PURGE = "SELECT purge_due(%s, 100, 'purge')"
CUT = "SELECT cut_batch('main', 'drain', NULL, 'manufacture')"


class Later:
    """A statement that must wait for somebody, on a connection of its
    own."""

    def __init__(self, world, role, text, *params, first=None):
        self.world, self.error, self.rows = world, None, None
        self.connection = world.db.connect(role, autocommit=True)
        self.pid = self.connection.info.backend_pid
        if first:
            self.connection.execute(*first)
        self.thread = threading.Thread(target=self.run, args=(text, params))
        self.thread.start()

    def run(self, text, params):
        try:
            self.rows = self.connection.execute(text, params).fetchall()
        except psycopg.Error as error:
            self.error = error

    def waits(self):
        def check():
            assert self.thread.is_alive(), self.error or self.rows
            return self.world.value(
                "SELECT cardinality(pg_blocking_pids(%s)) > 0", self.pid)
        wait_until(check, "the other one to wait")
        return self

    def result(self):
        self.thread.join(30)
        assert not self.thread.is_alive()
        self.connection.close()
        if self.error:
            raise self.error
        return self.rows


def digest(name, code, address, key):
    text = f"{name}\n{code}\n{address}\n".encode()
    return hmac.digest(key, text, hashlib.sha256)


def frozen_as_it_stands(world, order):
    """The frozen digest is that of the address in the table."""
    key = bytes.fromhex((world.keys / "address.key").read_text())
    world.daemon("manufacture")
    world.daemon("label")
    ((name, code, address),) = world.query(
        "SELECT name, postal_code, address FROM applicant "
        "WHERE order_no = %s", int(order))
    for table, column in (("address_freeze", "digest"),
                          ("card_job", "address_digest"),
                          ("label", "address_digest")):
        assert world.value(f"SELECT {column} FROM {table} WHERE order_no = "
                           "%s", int(order)) == digest(name, code, address,
                                                       key)
    return address


def test_edit_first_then_payment(world):
    (order,) = world.fill(1)
    with world.db.connect() as portal:
        portal.execute(EDIT, (int(order), NEW_ADDRESS))
        payment = Later(world, "recard_payment", SETTLE,
                        first=(STAGE, (order,))).waits()
        assert world.statuses() == {"unpaid": 1}
    assert payment.result()[0][1:] == (1, 0)
    assert world.statuses() == {"paid": 1}
    assert frozen_as_it_stands(world, order) == NEW_ADDRESS
    world.verify()


def test_payment_first_then_edit(world):
    (order,) = world.fill(1)
    with world.db.connect("recard_payment") as payment:
        payment.execute(STAGE, (order,))
        payment.execute(SETTLE)
        edit = Later(world, "postgres", EDIT, int(order),
                     NEW_ADDRESS).waits()
    with pytest.raises(psycopg.Error, match="is paid: .* frozen"):
        edit.result()
    assert world.statuses() == {"paid": 1}
    assert frozen_as_it_stands(world, order) != NEW_ADDRESS
    world.verify()


def covered(world):
    """An order that is due, with all feeds past its deadline."""
    (order,) = world.fill(1, days_ago=5)
    world.query("UPDATE payment_feed SET covered_until = now()")
    return order


def test_purge_first_then_payment(world):
    order = covered(world)
    with world.db.connect("recard_purge") as purge:
        assert purge.execute(PURGE, (KEY,)).fetchone() == (1,)
        payment = Later(world, "recard_payment", SETTLE,
                        first=(STAGE, (order,))).waits()
    assert payment.result()[0][1:] == (1, 1)
    assert world.statuses() == {"purged": 1}
    assert world.query("SELECT reason, state FROM payment_exception") == [
        ("purged_order", "refund_due")]
    world.verify()


def test_payment_first_then_purge(world):
    order = covered(world)
    with world.db.connect("recard_payment") as payment:
        payment.execute(STAGE, (order,))
        payment.execute(SETTLE)
        # The purge passes over what a payment has in hand.
        with world.db.connect("recard_purge", autocommit=True) as purge:
            assert purge.execute(PURGE, (KEY,)).fetchone() == (0,)
    with world.db.connect("recard_purge", autocommit=True) as purge:
        assert purge.execute(PURGE, (KEY,)).fetchone() == (0,)
    assert world.statuses() == {"paid": 1}
    world.verify()


def test_purge_and_payment_let_go_at_once(world):
    """Many orders, one purger and one payment at the same instant: each
    order ends on one side, and no money is lost."""
    count = 60
    orders = world.fill(count, days_ago=5)
    world.query("UPDATE payment_feed SET covered_until = now()")
    world.configure("purge", batch=2)
    for order in orders:
        world.pay([order])
    daemons = [world.start("payment", "--once"),
               world.start("purge", "--once")]
    for daemon in daemons:
        daemon.end(expect=(0, 1), seconds=60)
    paid, purged = (len(world.orders(state)) for state in ("paid", "purged"))
    assert paid + purged == count
    assert world.value("SELECT count(*) FROM payment") == count
    assert world.value("SELECT count(*) FROM settled_payment") == paid
    assert world.query(
        "SELECT count(*) FROM payment_exception WHERE (reason, state) = "
        "('purged_order', 'refund_due')") == [(purged,)]
    world.verify()


def test_two_cutters(world):
    orders = world.fill(5)
    world.pay(orders)
    world.daemon("payment")
    world.query("UPDATE card_line SET batch_max = 3")
    with world.db.connect("recard_manufacture", autocommit=True) as connection:
        connection.execute("SELECT freeze_and_queue(%s, 100, 'manufacture')",
                           (KEY,))
    with world.db.connect("recard_manufacture") as first:
        one = first.execute(CUT).fetchone()[0]
        second = Later(world, "recard_manufacture", CUT).waits()
    two = second.result()[0][0]
    assert None not in (one, two) and one < two
    assert world.query(
        "SELECT batch_no, count(*) FROM card_batch_line GROUP BY batch_no "
        "ORDER BY batch_no") == [(one, 3), (two, 2)]
    assert world.value("SELECT count(DISTINCT job_no) FROM card_batch_line") \
        == len(orders)


def test_hold_while_a_batch_is_cut(world):
    """Who is held after the cut does not go to the line."""
    orders = world.fill(3)
    world.pay(orders)
    world.daemon("payment")
    world.killed("manufacture", "batch.rendered")
    world.query("SELECT hold_order(%s, 'test', 'asked by phone')",
                int(orders[1]))
    world.daemon("manufacture")
    assert world.query(
        "SELECT order_text(order_no) FROM card_batch_line "
        "JOIN card_job USING (job_no) ORDER BY 1") == [
            (orders[0],), (orders[2],)]
    assert world.orders("queued") == [orders[1]]
    world.line()
    world.query("SELECT release_order(%s, 'test', 'all is well')",
                int(orders[1]))
    world.daemon("manufacture")
    world.drain()
    assert world.orders("mailed") == orders
    world.verify()
