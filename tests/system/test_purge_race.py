"""Payments and purges of the same orders at the deadline, thousands of them:
whoever locks an order first decides, and no money and no order is lost."""

import hashlib
import random
import threading

import psycopg

from conftest import wait_until

KEY = b"k" * 32
PURGE = "SELECT purge_due(%s, %s, 'purge')"
BOOK = "SELECT settled, exceptions FROM book_notices(%s, 'payment')"
IN_TURN = 10_000  # orders, in rounds where one side comes first
ROUND = 500
AT_ONCE = 10_000


def due(world, count):
    """Orders that a purge may take this moment; a price each."""
    orders = [int(order) for order in world.fill(count, days_ago=5)]
    world.query("UPDATE payment_feed SET covered_until = now(), "
                "last_file_at = now()")
    return orders


def told(connection, orders):
    """The payment service tells of a payment of each order."""
    refs = [f"race-{order:014d}" for order in orders]
    connection.execute(
        "SELECT receive_notices("
        "array_agg('credit'::text), array_agg(d), array_agg(''::text), "
        "array_agg(''::text), array_agg(convert_to(r, 'UTF8')), "
        "array_agg('genuine'::text), array_agg(r), array_agg('paid'::text), "
        "array_agg(o), array_agg(228::bigint), array_agg('TWD'::text), "
        "array_agg(now()), array_agg(NULL::text), 0) "
        "FROM unnest(%s::text[], %s::text[], %s::text[]) AS t (d, r, o)",
        ([hashlib.sha256(ref.encode()).hexdigest() for ref in refs], refs,
         [f"{order:014d}" for order in orders]))


class Session(threading.Thread):
    """Work of one session; what it raises is raised by end()."""

    def __init__(self, world, role, work, *arguments):
        super().__init__(daemon=True)
        self.connection = world.db.connect(role, autocommit=True)
        self.pid = self.connection.info.backend_pid
        self.work, self.arguments = work, arguments
        self.result = self.error = None
        self.start()

    def run(self):
        try:
            self.result = self.work(self.connection, *self.arguments)
        except Exception as error:  # told to the test by end()
            self.error = error
        finally:
            self.connection.close()

    def end(self):
        self.join(60)
        assert not self.is_alive(), "still at work"
        if self.error:
            raise self.error
        return self.result


def sums(world, orders):
    """Each order is paid or purged, each payment settles or is due back."""
    paid, purged = (
        {int(order) for order in world.orders(status)}
        for status in ("paid", "purged"))
    assert paid | purged == set(orders) and not paid & purged
    settled = {order for order, in world.query(
        "SELECT order_no FROM settled_payment")}
    assert settled == paid
    refunds = {order for order, in world.query(
        "SELECT order_no FROM payment_exception "
        "WHERE (reason, state) = ('purged_order', 'refund_due')")}
    assert refunds <= purged
    assert world.query(
        "SELECT count(*), count(DISTINCT reference) FROM payment") == [
            (len(orders), len(orders))]
    assert refunds == purged
    assert world.query("SELECT payments, received, in_progress, refund_due "
                       "FROM ledger") == [
        (len(orders), 228 * len(orders), 228 * len(paid),
         228 * len(purged))]
    assert {order for order, in world.query(
        "SELECT order_no FROM purge_record")} == purged
    assert world.query("SELECT * FROM verify()") == []
    return paid, purged


def payment_first(world, orders):
    """The payment has the orders in hand, and commits while a purge that
    found them due looks: it passes over all of them."""
    with world.db.connect("recard_payment", autocommit=True) as payment:
        told(payment, orders)
        with payment.transaction():
            assert payment.execute(BOOK, (ROUND,)).fetchone() == (ROUND, 0)
            with world.db.connect("recard_purge", autocommit=True) as purge:
                assert purge.execute(PURGE, (KEY, ROUND)).fetchone() == (0,)
    with world.db.connect("recard_purge", autocommit=True) as purge:
        assert purge.execute(PURGE, (KEY, ROUND)).fetchone() == (0,)


def purge_first(world, orders):
    """The purge has the orders in hand when the payment comes: it waits for
    the end of the purge and becomes a refund."""
    with world.db.connect("recard_purge", autocommit=True) as purge:
        with purge.transaction():
            assert purge.execute(PURGE, (KEY, ROUND)).fetchone() == (ROUND,)

            def pay(connection):
                told(connection, orders)
                return connection.execute(BOOK, (ROUND,)).fetchone()
            payment = Session(world, "recard_payment", pay)
            wait_until(lambda: world.value(
                "SELECT cardinality(pg_blocking_pids(%s)) > 0", payment.pid),
                "the payment to wait for the purge")
        assert payment.end() == (0, ROUND)


def test_each_side_first(world):
    orders = []
    for turn in range(IN_TURN // ROUND):
        batch = due(world, ROUND)
        orders += batch
        (payment_first if turn % 2 else purge_first)(world, batch)
    paid, purged = sums(world, orders)
    assert len(paid) == len(purged) == IN_TURN // 2


def test_all_at_once(world):
    """Two purgers, two that are told of payments in any order, and book."""
    orders = due(world, AT_ONCE)
    shuffled = random.Random(1).sample(orders, len(orders))
    barrier = threading.Barrier(4)
    rest = threading.Event()

    def purge(connection):
        barrier.wait(30)
        purged = 0
        while not rest.is_set():
            purged += connection.execute(PURGE, (KEY, 50)).fetchone()[0]
        return purged

    def pay(connection, mine):
        barrier.wait(30)
        settled = 0
        while mine:
            part, mine = mine[:25], mine[25:]
            told(connection, part)
            while (row := connection.execute(BOOK, (40,)).fetchone()) \
                    != (0, 0):
                settled += row[0]
        return settled

    payers = [Session(world, "recard_payment", pay, shuffled[half::2])
              for half in range(2)]
    purgers = [Session(world, "recard_purge", purge) for _ in range(2)]
    try:
        settled = sum(payer.end() for payer in payers)
    finally:
        rest.set()
    purged = sum(purger.end() for purger in purgers)
    # The last notices in hand of one were passed over by the other.
    world.query(BOOK, AT_ONCE)
    paid, gone = sums(world, orders)
    assert settled <= len(paid) and purged == len(gone)
    assert paid and gone, "one side was so fast that nothing was shown"


def test_control_without_the_lock(world):
    """With a purge that does not wait for those who have an order in hand
    the sums do not agree: they would notice."""
    orders = due(world, 2)
    with world.db.connect(autocommit=True) as owner:
        owner.execute("ALTER TABLE orders DISABLE TRIGGER moved_by_advance")
        with world.db.connect("recard_payment") as payment:
            told(payment, orders)
            payment.execute(BOOK, (10,))
        owner.execute("UPDATE orders SET status = 'purged' "
                      "WHERE order_no = %s", (orders[0],))
    try:
        sums(world, orders)
    except (AssertionError, psycopg.Error):
        return
    raise AssertionError("an order that is paid and purged went unnoticed")
