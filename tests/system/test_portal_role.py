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


def test_address_of_a_paid_order(world):
    unpaid, paid = world.fill(2)
    world.pay([paid])
    world.daemon("payment")
    edit = "UPDATE recard.applicant SET address = '臺北市中正區新路1號' " \
        "WHERE order_no = {}"
    done = psql(world, edit.format(int(unpaid)))
    assert done.returncode == 0, done.stderr
    before = world.snapshot()
    done = psql(world, edit.format(int(paid)))
    assert done.returncode != 0
    # It says which order, why, and what to know.
    assert re.search(f"order {paid} is paid: .*address.* frozen",
                     done.stderr), done.stderr
    assert "HINT:" in done.stderr
    # The front door says the same.
    done = psql(world, f"SELECT recard.edit_applicant({int(paid)}, "
                "'{\"address\": \"x\"}', 'portal')")
    assert done.returncode != 0
    assert f"order {paid} is paid: " in done.stderr
    assert world.snapshot() == before


@pytest.mark.parametrize("text", [
    "UPDATE recard.orders SET status = 'paid'",
    "UPDATE recard.orders SET amount = 1",
    "UPDATE recard.applicant SET name = 'x'",
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
