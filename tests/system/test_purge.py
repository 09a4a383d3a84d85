"""What recard-purge deletes, what it keeps, and what is left of a person."""

import re

from psycopg import sql

CANARIES = {"name": "金絲雀鳥", "address": "臺北市中正區金絲雀路9431號",
            "phone": "0987654321", "email": "canary-9431@example.tw"}


def cover(world):
    """Both feeds say what was paid up to now: nothing."""
    world.pay([], "atm")
    world.pay([], "credit")
    world.daemon("payment")


def places(world, text):
    """Tables of the whole database that hold a text in any column."""
    found = []
    with world.db.connect(autocommit=True) as connection:
        for schema, table in connection.execute(
                "SELECT schemaname, tablename FROM pg_tables").fetchall():
            if connection.execute(
                    sql.SQL("SELECT EXISTS (SELECT FROM {} AS t "
                            "WHERE strpos(t::text, %s) > 0)").format(
                                sql.Identifier(schema, table)),
                    (text,)).fetchone()[0]:
                found.append(table)
    return found


def test_dry_run_deletes_nothing(world):
    due = world.fill(3, days_ago=5)
    young = world.fill(2)
    cover(world)
    before = world.snapshot()
    ran = world.daemon("purge", "--dry-run", once=False)
    assert sorted(re.findall(r"^would purge (\d{14}) ", ran.out, re.M)) == due
    assert not any(order in ran.out for order in young)
    assert "3 of 3 unpaid orders past their deadline" in ran.out
    assert world.snapshot() == before
    world.daemon("purge")
    assert world.orders("purged") == due
    assert world.orders("unpaid") == young


def test_feed_that_is_behind(world):
    due = world.fill(4, days_ago=5)
    world.pay([], "credit")
    world.daemon("payment")
    before = world.snapshot()
    ran = world.daemon("purge")
    assert re.search(r"event=purge\.feed\.silent .*\bfeed=atm count=4\b",
                     ran.err), "it never brought a file"
    assert "feed=credit" not in ran.err
    assert world.snapshot() == before
    ran = world.daemon("purge", "--dry-run", once=False)
    assert ran.out.count("would keep") == 4 and "feed:atm" in ran.out
    assert all(order in ran.out for order in due)
    cover(world)
    world.daemon("purge")
    assert world.orders("purged") == due


def test_held_orders_and_open_payments_are_kept(world):
    held, short, due = world.fill(3, days_ago=5)
    world.query("SELECT hold_order(%s, 'test', 'asked by phone')", int(held))
    world.pay([{"order_no": short, "amount": 200,
                "paid_at": "2026-01-02T03:04:05+08:00"}])
    world.daemon("payment", expect=1)
    cover(world)
    ran = world.daemon("purge")
    assert world.orders("purged") == [due]
    assert world.orders("unpaid") == sorted([held, short])
    assert "reason=held" in ran.err
    assert "reason=payment_exception" in ran.err


def test_nothing_is_left_of_the_person(world):
    (order,) = world.fill(1, days_ago=5, **CANARIES)
    (paid,) = world.fill(1)
    world.pay([paid])
    cover(world)
    for text in CANARIES.values():
        assert places(world, text) == ["applicant"]
    world.daemon("purge", "-v")
    world.drain()
    world.ctl("order", "show", order)
    for text in CANARIES.values():
        assert places(world, text) == []
        for path in world.folder.rglob("*"):
            if path.is_file():
                assert text.encode() not in path.read_bytes(), path
        assert text not in world.db.cluster.log()
    assert world.query(
        "SELECT row_counts, octet_length(commitment) FROM purge_record") == [
            ({"applicant": 1, "activation": 1, "notice": 0,
              "payment_notice": 0}, 32)]
    world.verify()


def test_late_payment_of_a_purged_order(world):
    (order,) = world.fill(1, days_ago=5)
    cover(world)
    world.daemon("purge")
    world.pay([order])
    world.daemon("payment", expect=1)
    assert world.query(
        "SELECT reason, state, order_text(order_no) "
        "FROM payment_exception") == [("purged_order", "refund_due", order)]
    assert world.statuses() == {"purged": 1}
    world.verify()


def test_repeated_request_of_a_purged_order(world):
    """The client asks again with the same id: the same order, not a new
    one."""
    world.apply(1, 5, "--unpaid-share", "1")
    (order,) = world.orders("unpaid")
    cover(world)
    world.daemon("purge")
    world.ctl("order", "import", world.folder / "applications.jsonl")
    assert world.statuses() == {"purged": 1}
    assert world.orders("purged") == [order]
