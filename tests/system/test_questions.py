"""Questions to a payment service: a notice that nobody signed is a hint, and
what counts is the answer; before a purge the service is asked once more."""

import json

import pytest

from conftest import wait_until
from https_server import HttpsServer
from payment_notices import native

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Bank(HttpsServer):
    """Knows of payments; asked for /out/?order=NUMBER."""

    def __init__(self, world, token="t0ken"):
        super().__init__(world.folder, world.keys / "server.crt",
                         world.keys / "server.key", token=token)

    def knows(self, order, result="paid", **more):
        body = json.dumps({
            "reference": f"bank-{order}", "order_no": order, "amount": 228,
            "currency": "TWD", "paid_at": "2026-11-20T10:00:00+08:00",
            "result": result} | more).encode()
        self.answers[f"/out/?order={order}"] = (
            200, {"Content-Type": "application/json"}, body)

    def asked(self, order):
        return self.requests.count(f"GET /out/?order={order}")


@pytest.fixture
def bank(world):
    (world.keys / "query.token").write_text("t0ken\n")
    (world.keys / "query.token").chmod(0o600)
    with Bank(world) as server:
        yield server


def channel(bank, **more):
    return {"name": "bank", "scheme": "query",
            "field_reference": "reference",
            "failed": ["unpaid"],
            "query_url": f"{bank.url}?order={{order}}",
            "query_token": "keys/query.token",
            "query_ca": "keys/server.crt"} | more


def ask_again(world):
    """The next try is now."""
    world.query("UPDATE payment_question SET next_try_at = now() "
                "WHERE answered_at IS NULL")


def answered(world, count):
    wait_until(lambda: world.value(
        "SELECT count(*) FROM payment_question WHERE answered_at IS NOT NULL")
        >= count, f"{count} answers")


def test_a_hint_is_asked_about(world, bank):
    paid, unpaid, lied = world.fill(3)
    service = world.channels(channel(bank))
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    bank.knows(paid)
    bank.knows(unpaid, "unpaid")
    bank.knows(lied, amount=5)
    for order in (paid, unpaid, lied):
        assert service.send_form(f"order_no={order}".encode(), "bank") == \
            (200, "OK")
    answered(world, 3)
    assert world.statuses() == {"paid": 1, "unpaid": 2}
    assert world.query("SELECT source, reference FROM settled_payment "
                       "JOIN payment USING (payment_id)") == [
        ("query", f"bank-{paid}")]
    assert world.query("SELECT order_ref, reason FROM payment_exception "
                       "JOIN payment USING (payment_id)") == [(lied, "short")]
    # The hint comes again when it is paid: asked again, and true now.
    bank.knows(unpaid)
    assert service.send_form(f"order_no={unpaid}".encode(), "bank")[0] == 200
    ask_again(world)
    wait_until(lambda: world.statuses() == {"paid": 2, "unpaid": 1},
               "the second payment")
    assert bank.asked(paid) == 1
    log = daemon.stop()
    assert "t0ken" not in log and paid not in log
    world.verify()


def test_hints_about_nothing_are_noise(world, bank):
    service = world.channels(channel(bank), keep_refused=3)
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    for number in range(6):
        service.send_form(f"order_no=9900000000000{number}".encode(), "bank")
    wait_until(lambda: world.value(
        "SELECT count(*) FROM payment_notice WHERE state = 'refused'") == 3,
        "three that are kept")
    assert world.value("SELECT count(*) FROM payment_question") == 0
    assert not bank.requests
    daemon.stop()


UNUSABLE = {
    "not_json": lambda bank, order: bank.answers.update({
        f"/out/?order={order}": (200, {}, b"<html>")}),
    "error": lambda bank, order: bank.answers.update({
        f"/out/?order={order}": (500, {}, b"")}),
    "not_found": lambda bank, order: bank.answers.update({
        f"/out/?order={order}": (404, {}, b"")}),
    "another_order": lambda bank, order: bank.knows(
        order, order_no="26112300000012"),
    "odd_result": lambda bank, order: bank.knows(order, "perhaps"),
    "odd_amount": lambda bank, order: bank.knows(order, amount="228.0"),
    "wrong_token": lambda bank, order: setattr(bank, "token", "other"),
}


@pytest.mark.parametrize("spoil", UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_not_understood_is_no_answer(world, bank, spoil):
    (order,) = world.fill(1)
    service = world.channels(channel(bank))
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    spoil(bank, order)
    service.send_form(f"order_no={order}".encode(), "bank")
    daemon.says("event=payment.question.")
    assert world.query("SELECT answer, tries FROM payment_question") == [
        (None, 1)]
    assert world.value("SELECT count(*) FROM payment") == 0
    # The question stays, and is answered when the service has recovered.
    bank.token = "t0ken"
    bank.answers.clear()
    bank.knows(order)
    ask_again(world)
    wait_until(lambda: world.statuses() == {"paid": 1}, "the payment")
    daemon.stop()
    world.verify()


def test_unknown_authority_is_not_believed(world, bank):
    (order,) = world.fill(1)
    service = world.channels(channel(bank, query_ca="keys/our.crt"))
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    bank.knows(order)
    service.send_form(f"order_no={order}".encode(), "bank")
    daemon.says("event=payment.question.failed")
    assert not bank.requests and world.statuses() == {"unpaid": 1}
    daemon.stop()


def test_once_answers_what_is_due(world, bank):
    """Under cron, without a server, the questions are asked all the same."""
    (order,) = world.fill(1)
    world.channels(channel(bank))
    bank.knows(order)
    world.query("SELECT register_feeds('{bank}', '{f}')")
    world.query("INSERT INTO payment_question (channel, order_ref, order_no, "
                "asked_at, next_try_at) VALUES ('bank', %s, %s, now(), "
                "now())", order, int(order))
    world.daemon("payment")
    assert world.statuses() == {"paid": 1}


def test_notices_are_answered_while_a_service_hangs(world, bank):
    """A question takes its time; nobody else waits for it."""
    first, second = world.fill(2)
    native_channel = {"name": "atm", "scheme": "native",
                      "secret": "keys/webhooks.secret"}
    service = world.channels(channel(bank), native_channel)
    daemon = world.start("payment")
    daemon.says("payment.server.listening")
    # An answer that never ends.
    bank.answers[f"/out/?order={first}"] = (
        200, {"Content-Length": "1000"}, b"{")
    service.send_form(f"order_no={first}".encode(), "bank")
    wait_until(lambda: bank.asked(first), "the question")
    assert service.send(native(second)) == (200, "OK")
    assert world.value("SELECT count(*) FROM payment_notice") == 2
    daemon.stop(seconds=40)


def test_asked_before_a_purge(world, bank):
    """Both are due; the service knows that one of them was paid, and only
    then, by the answer, do we."""
    paid, unpaid = world.fill(2, days_ago=5)
    world.channels(channel(bank, ask_before_purge=True))
    world.configure("payment", listen=None)
    bank.knows(paid)
    bank.knows(unpaid, "unpaid")
    world.daemon("payment")
    world.query("INSERT INTO product_feed VALUES ('moica', 'bank')")
    world.query("UPDATE payment_feed SET covered_until = now(), "
                "last_file_at = now()")
    world.daemon("purge")
    assert world.statuses() == {"unpaid": 2}
    world.daemon("payment")
    assert world.statuses() == {"paid": 1, "unpaid": 1}
    world.daemon("purge")
    assert world.statuses() == {"paid": 1, "purged": 1}
    assert world.orders("paid") == [paid]
    assert (bank.asked(paid), bank.asked(unpaid)) == (1, 1)
    world.verify()


def test_silent_service_stops_the_purge(world, bank):
    (order,) = world.fill(1, days_ago=5)
    world.channels(channel(bank, ask_before_purge=True))
    world.configure("payment", listen=None)
    world.daemon("payment")
    world.query("INSERT INTO product_feed VALUES ('moica', 'bank')")
    world.query("UPDATE payment_feed SET covered_until = now(), "
                "last_file_at = now()")
    world.daemon("purge")
    bank.answers[f"/out/?order={order}"] = (500, {}, b"")
    for _ in range(3):
        ask_again(world)
        world.daemon("payment")
        ran = world.daemon("purge")
    assert "event=purge.order.waiting" in ran.err and order in ran.err
    assert world.statuses() == {"unpaid": 1}
