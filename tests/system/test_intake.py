"""Notices over HTTPS: stored before they are answered, whatever they say,
and nobody is held up by clients that are slow, greedy or broken."""

import contextlib
import datetime
import json
import signal
import socket
import ssl
import threading
import time
import warnings

import pytest

import payment_notices
from conftest import wait_until
from payment_notices import (Service, ecpay, native, native_request,
                             webhook_headers)
from test_faults import ANSWERING

ECPAY = {"name": "ecpay", "scheme": "ecpay", "secret": "keys/ecpay.secret",
         "field_order": "MerchantTradeNo"}


def served(world, *blocks, **settings):
    """A running daemon and the service that talks to it."""
    service = world.channels(*blocks, **settings)
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    wait_until(lambda: healthy(service), "health")
    return daemon, service


def healthy(service):
    try:
        return service.request("GET", "/healthz") == (
            200, '{"status":"ok"}\n')
    except OSError:
        return False


def booked(world, count):
    wait_until(lambda: world.value(
        "SELECT count(*) FROM payment_notice WHERE state = 'booked'")
        >= count, f"{count} booked notices")


def test_a_notice_pays_an_order(world):
    order, other = world.fill(2)
    daemon, service = served(world)
    notice = native(order)
    assert service.send(notice) == (200, "OK")
    booked(world, 1)
    assert world.query("SELECT order_text(order_no), channel, reference, "
                       "source FROM settled_payment JOIN payment "
                       "USING (payment_id)") == [
        (order, "atm", f"evt-atm-{order}", "notice")]
    # Again, in the same and in other words: same answer, no change.
    before = world.snapshot("payment_notice")
    for _ in range(3):
        assert service.send(notice) == (200, "OK")
    assert service.send(notice | {"remark": "again"}) == (200, "OK")
    booked(world, 2)
    assert world.snapshot("payment_notice") == before
    assert world.statuses() == {"paid": 1, "unpaid": 1}
    assert world.query("SELECT sum(repeats), count(*) FROM payment_notice") \
        == [(3, 2)]
    log = daemon.stop()
    assert "event=payment.notices.booked" in log
    assert other not in log and order not in log
    world.verify()


def test_what_was_received_is_kept_as_it_came(world):
    (order,) = world.fill(1)
    daemon, service = served(world)
    body = b'{"event_id": "\xc3\xa9", "odd": [1, 2]}'
    headers = webhook_headers(body, "msg_1") | {"X-Odd": "\xe9\xff"}
    assert service.request("POST", "/notices/atm", body, headers)[0] == 200
    booked(world, 1)
    ((kept, verdict, kind, fault, text, peer),) = world.query(
        "SELECT body, verdict, kind, fault, headers, peer "
        "FROM payment_notice")
    assert (bytes(kept), verdict, kind, peer) == (
        body, "genuine", "unknown", "127.0.0.1")
    assert fault and "webhook-id: msg_1" in text and "X-Odd: ??" in text
    assert world.query("SELECT reason, state FROM payment_exception") == [
        ("unreadable", "open")]
    assert world.statuses() == {"unpaid": 1}
    daemon.stop()
    world.verify()
    assert order


def test_forged_stale_and_malformed(world):
    (order,) = world.fill(1)
    daemon, service = served(world)
    good = json.dumps(native(order)).encode()
    now = time.time()
    forged = webhook_headers(good, "e") | {"webhook-signature": "v1,AAAA"}
    cases = [
        (401, "forged", good, forged),
        (401, "forged", good.replace(b"228", b"229"),
         webhook_headers(good, "e")),
        (400, "stale", good, webhook_headers(good, "e", now - 1000)),
        (400, "stale", good, webhook_headers(good, "f", now + 1000)),
        (400, "malformed", good, {"Content-Type": "application/json"}),
        (400, "malformed", b"", {"webhook-id": "e"}),
    ]
    for status, verdict, body, headers in cases:
        assert service.request("POST", "/notices/atm", body,
                               headers)[0] == status
        assert world.value("SELECT verdict FROM payment_notice "
                           "ORDER BY notice_no DESC LIMIT 1") == verdict
    wait_until(lambda: world.value(
        "SELECT count(*) FROM payment_exception WHERE reason = 'stale'"),
        "the stale ones to be booked")
    assert world.statuses() == {"unpaid": 1}
    # The genuine one is not hindered by any of them, and ends the doubt.
    assert service.send(native(order))[0] == 200
    wait_until(lambda: world.statuses() == {"paid": 1}, "the payment")
    assert world.value("SELECT count(*) FROM payment_exception "
                       "WHERE closed_at IS NULL") == 0
    daemon.stop()
    world.verify()


def test_ecpay(world):
    paid, issued, simulated = world.fill(3)
    daemon, service = served(world, ECPAY)
    assert service.send_form(ecpay(issued, code="2"), "ecpay") == \
        (200, "1|OK")
    assert service.send_form(ecpay(simulated, SimulatePaid="1"), "ecpay") == \
        (200, "1|OK")
    assert service.send_form(ecpay(paid), "ecpay") == (200, "1|OK")
    assert service.send_form(ecpay(paid).replace(b"=228", b"=1"),
                             "ecpay")[0] == 401
    booked(world, 3)
    assert world.statuses() == {"paid": 1, "unpaid": 2}
    assert world.query("SELECT kind, reason FROM payment LEFT JOIN "
                       "payment_exception USING (payment_id) "
                       "ORDER BY kind") == [
        ("issued", None), ("paid", None), ("simulated", "simulated")]
    daemon.stop()
    world.verify()


def test_second_secret(world):
    old, new = world.fill(2)
    service = world.channels({"name": "atm", "scheme": "native",
                              "secret": "keys/new.secret",
                              "old_secret": "keys/webhooks.secret"})
    fresh = "whsec_" + "QUJD" * 8
    (world.keys / "new.secret").write_text(fresh)
    (world.keys / "new.secret").chmod(0o600)
    daemon = world.start("payment")
    wait_until(lambda: healthy(service), "health")
    assert service.send(native(old))[0] == 200
    body = json.dumps(native(new)).encode()
    assert service.request("POST", "/notices/atm", body, webhook_headers(
        body, "e", secret=fresh))[0] == 200
    wait_until(lambda: world.statuses() == {"paid": 2}, "both")
    daemon.stop()


BROKEN = {
    "no_such_channel": ("POST", "/notices/nobody", b"{}", {}, 404),
    "no_such_path": ("POST", "/", b"{}", {}, 404),
    "get": ("GET", "/notices/atm", None, {}, 405),
    "body_too_large": ("POST", "/notices/atm", b"x" * 70000, {}, 413),
    "header_too_large": ("POST", "/notices/atm", b"", {"X": "y" * 20000},
                         400),
    "sql": ("POST", "/notices/atm';DROP TABLE orders;--", b"", {}, 404),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_broken_requests(world, case):
    method, path, body, headers, status = case
    daemon, service = served(world)
    try:
        assert service.request(
            method, path.replace(" ", "%20"), body, headers)[0] == status
    except OSError:
        # It was closed while we were still sending.
        assert status in (413, 400)
    service.close()
    assert healthy(service)
    assert world.value("SELECT count(*) FROM payment_notice") == 0
    daemon.stop()


def raw(world, context=None):
    plain = socket.create_connection(("127.0.0.1", world.port), timeout=30)
    return context.wrap_socket(plain, server_hostname="localhost") \
        if context else plain


def test_slow_clients_harm_nobody(world):
    """More clients than connections: some say nothing, some never finish
    their handshake, some send a byte now and then. The others are served
    as soon as those have had their time."""
    orders = world.fill(5)
    daemon, service = served(world, request_time="1s", connections=10)
    service.close()
    context = service.context
    slow = [raw(world) for _ in range(4)]
    slow += [raw(world, context) for _ in range(4)]
    drip = [raw(world, context) for _ in range(2)]
    stop = threading.Event()

    def dribble():
        for byte in b"POST /notices/atm HTTP/1.1\r\nHost: x\r\n" * 100:
            if stop.wait(0.1):
                return
            for one in drip:
                try:
                    one.sendall(bytes([byte]))
                except OSError:
                    pass
    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        started = time.monotonic()
        for order in orders:
            assert service.send(native(order))[0] == 200
        assert time.monotonic() - started < 10
        # Each of them has been hung up on.
        for one in slow + drip:
            one.settimeout(10)
            try:
                while one.recv(100):
                    pass
            except (ConnectionError, ssl.SSLError):
                pass
    finally:
        stop.set()
        thread.join()
        for one in slow + drip:
            one.close()
    wait_until(lambda: world.statuses() == {"paid": 5}, "the payments")
    daemon.stop()


def test_only_tls_1_2_and_better(world):
    daemon, service = served(world)
    old = ssl.create_default_context(cafile=world.keys / "server.crt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises((ssl.SSLError, OSError)):
        raw(world, old)
    with raw(world, service.context) as good:
        assert good.version() in ("TLSv1.2", "TLSv1.3")
    with raw(world) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            assert b"200" not in plain.recv(1000)
        except ConnectionError:
            pass
    assert healthy(service)
    daemon.stop()


def test_plain_listener_for_a_proxy(world):
    path = world.folder / "intake.sock"
    world.channels(listen_plain=f"unix:{path}")
    world.configure("payment", listen=None)
    (order,) = world.fill(1)
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    body = json.dumps(native(order)).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in
                   webhook_headers(body, "e").items())

    def answered():
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(30)
            client.connect(str(path))
            client.sendall(f"POST /notices/atm HTTP/1.1\r\nHost: x\r\n{head}"
                           f"Content-Length: {len(body)}\r\n\r\n".encode()
                           + body)
            return client.recv(1000).startswith(b"HTTP/1.1 200")
    wait_until(answered, "the answer")
    wait_until(lambda: world.statuses() == {"paid": 1}, "the payment")
    daemon.stop()
    # A socket left behind by a kill is no obstacle.
    killed = world.start("payment")
    killed.says("payment.server.listening")
    killed.stop(signal.SIGKILL, expect=-signal.SIGKILL)
    assert path.exists()
    again = world.start("payment")
    again.says("payment.server.listening")
    again.stop()


REFUSED = {
    "plain_for_everybody": ({"listen_plain": "0.0.0.0:8080"},
                            "can be reached from outside"),
    "no_port": ({"listen": "127.0.0.1"}, "is neither ADDRESS:PORT"),
    "no_certificate": ({"certificate": None}, "needs certificate and key"),
    "wrong_key": ({"key": "keys/our.key"}, "key values mismatch"),
    "no_scheme": ({"channels": [{"name": "atm"}]},
                  "payment.channels[1]: scheme must be"),
    "no_secret": ({"channels": [{"name": "atm", "scheme": "native"}]},
                  "needs secret"),
    "bad_secret": ({"channels": [{"name": "atm", "scheme": "newebpay",
                                  "secret": "keys/ecpay.secret"}]},
                   "ecpay.secret: "),
    "twice": ({"channels": [{"name": "atm", "scheme": "query",
                             "query_url": "https://x/{order}"}] * 2},
              "is another block's"),
    "query_in_the_clear": ({"channels": [{"name": "atm", "scheme": "query",
                                          "query_url": "http://x/{order}"}]},
                           "must begin with https://"),
}


@pytest.mark.parametrize("changes, words", REFUSED.values(), ids=REFUSED)
def test_wrong_configuration_is_refused(world, changes, words):
    world.channels()
    world.configure("payment", **changes)
    ran = world.daemon("payment", "-t", once=False, expect=3)
    assert words in ran.err, ran
    assert "whsec" not in ran.err and "pwFH" not in ran.err


def test_without_database_senders_are_told_to_come_again(
        world, cluster):
    (order,) = world.fill(1)
    daemon, service = served(world, answer_time="500ms")
    # The daemon's own connections end, and no new one is let in.
    with cluster.administrator() as other:
        other.execute(f"ALTER DATABASE {world.db.name} "
                      "ALLOW_CONNECTIONS false")
        other.execute("SELECT pg_terminate_backend(pid) FROM "
                      "pg_stat_activity WHERE datname = %s", (world.db.name,))
        wait_until(lambda: service.request("GET", "/healthz")[0] == 503,
                   "ill health")
        assert service.send(native(order)) == (503, "try again later\n")
        other.execute(f"ALTER DATABASE {world.db.name} "
                      "ALLOW_CONNECTIONS true")
    wait_until(lambda: service.send(native(order))[0] == 200, "an answer")
    wait_until(lambda: world.statuses() == {"paid": 1}, "the payment")
    daemon.stop()
    world.verify()


def test_certificate_is_renewed_on_reload(world):
    daemon, service = served(world)
    for kind in ("crt", "key"):
        (world.keys / f"server.{kind}").write_bytes(
            (world.keys / f"our.{kind}").read_bytes())
    daemon.process.send_signal(signal.SIGHUP)
    daemon.says("config.reload.done")
    renewed = ssl.create_default_context(cafile=world.keys / "our.crt")
    renewed.check_hostname = False
    wait_until(lambda: raw(world, renewed).close() is None, "it")
    # The connection that is there goes on.
    assert healthy(service)
    daemon.stop()


def test_many_repeats_of_one_event(world):
    """10,000 repeats of one event over 50 connections: one row."""
    (order,) = world.fill(1)
    daemon, service = served(world)
    notice, answers = native(order), []

    def client():
        own = Service("127.0.0.1", world.port, world.keys / "server.crt")
        answers.extend(own.send(notice) for _ in range(200))
        own.close()
    threads = [threading.Thread(target=client) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 10000 and set(answers) == {(200, "OK")}
    booked(world, 1)
    assert world.query("SELECT count(*), sum(repeats) FROM payment_notice") \
        == [(1, 9999)]
    assert world.value("SELECT count(*) FROM payment") == 1
    assert world.statuses() == {"paid": 1}
    daemon.stop()
    world.verify()


@pytest.mark.parametrize("failpoint", ANSWERING)
def test_killed_around_the_commit(world, failpoint):
    orders = world.fill(10)
    service = world.channels()
    dying = world.start("payment", failpoint=f"{failpoint}:kill:3")
    wait_until(lambda: healthy(service), "health")
    told = set()
    for order in orders:
        try:
            if service.send(native(order))[0] == 200:
                told.add(order)
        except OSError:
            pass
    dying.end(expect=-signal.SIGKILL)
    assert len(told) < len(orders)
    daemon = world.start("payment")
    wait_until(lambda: healthy(service), "health")
    for order in orders:
        assert service.send(native(order)) == (200, "OK")
    wait_until(lambda: world.statuses() == {"paid": 10}, "the payments")
    assert world.value("SELECT count(*) FROM payment") == 10
    daemon.stop()
    world.verify()


def test_channel_files_are_no_part_of_any_output(world):
    (order,) = world.fill(1)
    daemon, service = served(world)
    service.send(native(order))
    log = daemon.stop()
    printed = world.daemon("payment", "-p", once=False)
    for secret in payment_notices.SECRETS.values():
        assert secret.strip() not in log + printed.out
    assert 'name = "atm";' in printed.out


def test_one_that_the_database_refuses_harms_no_other(world):
    """Many in one transaction, one of them refused: the others are stored."""
    orders = world.fill(40)
    daemon, service = served(world)
    world.query("ALTER TABLE payment_notice ADD CHECK "
                "(order_ref <> 'poison')")
    notices = [native(order) for order in orders] + [
        native("poison", event_id="poison-1"),
        native("poison", event_id="poison-2")]
    clients = {notice["event_id"]: Service(
        "127.0.0.1", world.port, world.keys / "server.crt")
        for notice in notices}
    with locked(world):
        # They gather while the first transaction waits.
        for notice in notices:
            clients[notice["event_id"]].begin(*native_request(notice))
    answers = {event: one.finish()[0] for event, one in clients.items()}
    for one in clients.values():
        one.close()
    assert answers == {notice["event_id"]:
                       500 if notice["order_no"] == "poison" else 200
                       for notice in notices}
    wait_until(lambda: world.statuses() == {"paid": 40}, "the payments")
    assert "event=payment.notice.unstored" in daemon.log()
    assert "poison" not in daemon.log()
    daemon.stop()
    world.verify()


@contextlib.contextmanager
def locked(world):
    with world.db.connect() as holder:
        holder.execute("LOCK TABLE payment_notice IN EXCLUSIVE MODE")
        yield


def test_unconfirmed_notices_raise_an_alarm(world):
    told, confirmed = world.fill(2)
    daemon, service = served(world, alarm_every="1s")
    for order in (told, confirmed):
        assert service.send(native(order))[0] == 200
    wait_until(lambda: world.statuses() == {"paid": 2}, "the payments")
    assert "payment.notice.unconfirmed" not in daemon.log()
    # The file covers the time of both and names one.
    world.pay([{"order_no": confirmed, "amount": 228,
                "paid_at": "2026-11-20T10:00:00+08:00",
                "channel_ref": f"evt-atm-{confirmed}"}],
              covered_until=world.value("SELECT now() + interval '1 min'"))
    daemon.says("event=payment.notice.unconfirmed prog=recard-payment "
                "channel=atm count=1")
    daemon.stop()
    world.verify()


def test_odd_notices_end_on_the_worklist(world):
    """Rightly signed, and still nothing to pay an order by: each is answered,
    in the ledger, and waits for somebody."""
    orders = world.fill(12)
    ahead = (datetime.datetime.now(datetime.timezone.utc)
             + datetime.timedelta(days=3)).isoformat()
    digit = (int(orders[11]) + 1) % 10
    wrong_digit = f"{orders[11][:13]}{digit}"
    odd = [
        (native(orders[0], amount=228.0), "unreadable", "bad_amount"),
        (native(orders[1], amount="228.0"), "unreadable", "bad_amount"),
        (native(orders[2], amount="1e2"), "unreadable", "bad_amount"),
        (native(orders[3], amount=-228), "unreadable", "bad_amount"),
        (native(orders[4], amount=22800000000000000000), "unreadable",
         "bad_amount"),
        (native(orders[5], amount=None), "unreadable", "bad_amount"),
        (native(orders[6], paid_at="yesterday"), "unreadable",
         "bad_paid_at"),
        (native(orders[7], paid_at=ahead), "unreadable",
         "paid_at_in_future"),
        (native(orders[8], result="perhaps"), "unreadable",
         "unknown_result"),
        (native(orders[9], channel="credit") | {"event_id": "elsewhere"},
         "unreadable", "wrong_channel"),
        (native(orders[10], currency="USD"), "currency", None),
        (native(wrong_digit), "unknown_order", None),
        (native("' OR 1=1 --", event_id="sql"), "unknown_order", None),
    ]
    daemon, service = served(world)
    for notice, _, _ in odd:
        assert service.send(notice) == (200, "OK"), notice
    booked(world, len(odd))
    assert world.statuses() == {"unpaid": 12}
    found = {reference: (reason, fault) for reference, reason, fault in
             world.query("SELECT reference, reason, fault FROM payment "
                         "JOIN payment_exception USING (payment_id)")}
    assert found == {notice["event_id"]: (reason, fault)
                     for notice, reason, fault in odd}
    daemon.stop()
    world.verify()
