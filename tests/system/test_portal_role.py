"""The portal's own role at a psql prompt: the database says no."""

import os
import re
import subprocess

import pytest


def psql(world, text, role="recard_portal"):
    return subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
         world.db.conninfo(role), "-c", text], capture_output=True,
        text=True, check=False, timeout=30,
        env=os.environ | {"PGCLIENTENCODING": "UTF8"})


SESSION = b"s" * 32


def log_in(world, order):
    """Whoever an order belongs to is logged in."""
    world.query("INSERT INTO citizen_session (session, card_no, holder_hash, "
                "begun_at, seen_at, idle) SELECT %s, card_no, holder_hash, "
                "now(), now(), '15 minutes' FROM applicant "
                "WHERE order_no = %s", SESSION, int(order))


def edit(order, address):
    return (f"SELECT recard.citizen_edit('\\x{SESSION.hex()}', {int(order)}, "
            f"'{{\"address\": \"{address}\"}}')")


def test_address_of_a_paid_order(world):
    unpaid, paid = world.fill(2)
    world.pay([paid])
    world.daemon("payment")
    log_in(world, unpaid)
    done = psql(world, edit(unpaid, "臺北市中正區新路1號"))
    assert done.returncode == 0, done.stderr
    assert "outlying_island" in done.stdout
    # Another's order looks like one that there is not.
    for order in paid, "00000000000000":
        done = psql(world, edit(order, "臺北市中正區新路1號"))
        assert (done.returncode, done.stdout.strip()) == (0, "")
    world.query("DELETE FROM citizen_session")
    log_in(world, paid)
    before = world.snapshot()
    done = psql(world, edit(paid, "臺北市中正區新路1號"))
    assert done.returncode != 0
    # It says why, and what to do.
    assert re.search("frozen: the order is paid", done.stderr), done.stderr
    assert "HINT:" in done.stderr
    assert world.snapshot() == before


@pytest.mark.parametrize("text", [
    "UPDATE recard.orders SET status = 'paid'",
    "UPDATE recard.orders SET amount = 1",
    "UPDATE recard.applicant SET name = 'x'",
    "UPDATE recard.applicant SET address = 'x' WHERE order_no = {}",
    "SELECT order_no FROM recard.applicant",
    "SELECT recard.edit_applicant({}, '{{}}', 'portal')",
    "SELECT recard.take_application('{{}}', NULL, 'x', now())",
    "SELECT recard.citizen_of('\\x00', now())",
    "INSERT INTO recard.citizen_session SELECT",
    "SELECT * FROM recard.citizen_session",
    "SELECT user_code_hash FROM recard.activation",
    "UPDATE recard.activation SET tries = 0",
    "SELECT recard.activation_unlock({}, 'portal', 'x')",
    "SELECT address FROM recard.applicant",
    "SELECT recard.advance(ARRAY[{}], 'paid', 'portal')",
    "DELETE FROM recard.applicant",
    "INSERT INTO recard.settled_payment SELECT",
    "SELECT recard.purge_due('\\x00', 1, 'portal')",
    "SET ROLE recard_mover",
    "CREATE TABLE recard.mine ()",
])
def test_refused(world, text):
    (order,) = world.fill(1)
    before = world.snapshot()
    done = psql(world, text.format(int(order)))
    assert done.returncode != 0
    assert "permission denied" in done.stderr, done.stderr
    assert world.snapshot() == before


def test_status_is_refused_to_everybody(world):
    """Also the superuser goes through the listed moves."""
    world.fill(1)
    done = psql(world, "UPDATE recard.orders SET status = 'paid'", "postgres")
    assert done.returncode != 0
    assert "moved by recard.advance() only" in done.stderr
    assert "use the function of your step" in done.stderr
    assert world.statuses() == {"unpaid": 1}
