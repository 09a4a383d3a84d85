"""Notices under fire: what was answered 200 is in the ledger, once, whatever
was killed meanwhile."""

import collections
import random
import shutil
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest

from conftest import Cluster, Database, migrate, wait_until
from payment_notices import Service, native
from world import World

CLIENTS = 50
NOTICES = 20000
KNOWN, UNKNOWN, PURGED = 12000, 833, 500  # distinct events; the rest repeats
KILLS, STOPS = 20, 5
GIVE_UP = 300  # seconds


@pytest.fixture
def durable(keys, tmp_path):
    """A world on a server of its own that keeps what it has committed."""
    # Not below tmp_path, which the server's account cannot reach.
    folder = Path(tempfile.mkdtemp(prefix="recard-pg-", dir="/var/tmp"))
    server = Cluster(folder, {"fsync": "on", "full_page_writes": "on",
                              "synchronous_commit": "on"})
    server.create()
    server.start()
    with server.administrator() as connection:
        connection.execute("CREATE DATABASE recard")
    database = Database(server, "recard")
    migrate(database, tmp_path)
    made = World(database, tmp_path / "world", keys)
    try:
        yield made, server
    finally:
        made.close()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Sender:
    """Sends notices over many connections until each has been answered
    200, as payment services do, and remembers what was."""

    def __init__(self, world, notices):
        self.world = world
        self.queue = collections.deque(notices)
        self.answered = collections.Counter()
        self.failures = 0
        self.lock = threading.Lock()
        self.until = time.monotonic() + GIVE_UP
        self.threads = [threading.Thread(target=self.client, daemon=True)
                        for _ in range(CLIENTS)]
        for thread in self.threads:
            thread.start()

    def client(self):
        service = Service("127.0.0.1", self.world.port,
                          self.world.keys / "server.crt", timeout=20)
        while time.monotonic() < self.until:
            try:
                notice = self.queue.popleft()
            except IndexError:
                break
            try:
                status = service.send(notice)[0]
            except OSError:
                status = None
            with self.lock:
                if status == 200:
                    self.answered[notice["event_id"]] += 1
                    continue
                self.failures += 1
            assert status in (None, 503), status
            self.queue.append(notice)
            time.sleep(0.05)
        service.close()

    def done(self):
        return sum(self.answered.values())

    def join(self):
        for thread in self.threads:
            thread.join()


def notices_for(world, rng):
    """20,000 notices, a third of them repeated."""
    purged = world.fill(PURGED, days_ago=5)
    world.query("UPDATE payment_feed SET covered_until = now()")
    world.daemon("purge")
    known = world.fill(KNOWN)
    unknown = [f"{99000000000000 + number:014d}" for number in range(UNKNOWN)]
    distinct = [native(order, paid_at="2026-11-20T10:00:00+08:00")
                for order in known + unknown + purged]
    repeated = rng.choices(distinct, k=NOTICES - len(distinct))
    mixed = distinct + repeated
    rng.shuffle(mixed)
    return distinct, mixed


def test_kills_and_stops_under_load(durable):
    world, server = durable
    rng = random.Random(3)
    distinct, mixed = notices_for(world, rng)
    world.channels(answer_time="5s")
    world.configure(None, retry_max="100ms", connect_timeout="2s")
    daemons = [world.start("payment") for _ in range(2)]
    for daemon in daemons:
        daemon.says("payment.server.listening")
    sender = Sender(world, mixed)
    stops = 0
    for kill in range(KILLS):
        goal = NOTICES * (kill + 1) // (KILLS + 2)
        wait_until(lambda: sender.done() >= goal, f"{goal} answers", GIVE_UP)
        victim = rng.randrange(2)
        daemons[victim].stop(signal.SIGKILL, expect=-signal.SIGKILL)
        daemons[victim] = world.start("payment")
        if kill % (KILLS // STOPS) == 1:
            server.stop(signal.SIGQUIT)
            server.start()
            stops += 1
    sender.join()
    assert stops == STOPS and not sender.queue
    assert sender.done() == NOTICES
    assert set(sender.answered) == {notice["event_id"] for notice in distinct}
    assert sender.failures > 0  # it was under fire

    wait_until(lambda: world.value(
        "SELECT count(*) FROM payment_notice WHERE state = 'received'") == 0,
        "all of them to be booked", 120)
    # What was answered 200 is in the ledger, once.
    ledger = collections.Counter(reference for reference, in world.query(
        "SELECT reference FROM payment"))
    assert ledger == dict.fromkeys(sender.answered, 1)
    assert world.statuses() == {"paid": KNOWN, "purged": PURGED}
    assert dict(world.query("SELECT reason || ' ' || state, count(*) "
                            "FROM payment_exception GROUP BY 1")) == {
        "unknown_order open": UNKNOWN, "purged_order refund_due": PURGED}
    assert world.query("SELECT received, in_progress, refund_due, accounted "
                       "FROM ledger") == [
        (228 * len(distinct), 228 * KNOWN, 228 * (UNKNOWN + PURGED),
         228 * len(distinct))]
    for daemon in daemons:
        daemon.stop()
    world.verify()


def test_webhook_off_settlement_alone(world):
    """Without any notice the settlement file moves every order."""
    orders = world.fill(300)
    service = world.channels()
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    world.pay(orders[:150], "atm")
    world.pay(orders[150:], "credit")
    wait_until(lambda: world.statuses() == {"paid": 300}, "the payments")
    # The notices that come after all that confirm it, and change nothing.
    world.query("UPDATE orders SET held = held")
    before = world.snapshot("payment_notice", "payment_confirmation")
    reference = dict(world.query(
        "SELECT order_ref, reference FROM payment WHERE channel = 'atm'"))
    for order in orders[:150]:
        assert service.send(native(
            order, event_id=reference[order]))[0] == 200
    wait_until(lambda: world.value(
        "SELECT count(*) FROM payment_confirmation") == 150, "confirmation")
    assert world.snapshot("payment_notice", "payment_confirmation") == before
    assert dict(world.query("SELECT match, count(*) FROM payment_match "
                            "GROUP BY match")) == {
        "matched": 150, "line_only": 150}
    daemon.stop()
    world.verify()
