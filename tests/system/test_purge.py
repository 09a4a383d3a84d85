"""What recard-purge deletes, what it keeps, and what is left of a person."""

import re

from conftest import wait_until

CANARIES = {"name": "金絲雀鳥", "address": "臺北市中正區金絲雀路9431號",
            "phone": "0987654321", "email": "canary-9431@example.tw"}


def cover(world):
    """Both feeds say what was paid up to now: nothing."""
    world.pay([], "atm")
    world.pay([], "credit")
    world.daemon("payment")


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
    assert len(re.findall(r"^would keep  \d{14} ", ran.out, re.M)) == 4 and "feed:atm" in ran.out
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
        assert world.places(text) == ["applicant"]
    world.daemon("purge", "-v")
    world.drain()
    world.ctl("order", "show", order)
    for text in CANARIES.values():
        assert world.places(text) == []
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


def told(world, order, verdict="genuine", kind="paid"):
    """A notice that names the order has come in and is not booked yet."""
    world.query(
        "SELECT receive_notices('{credit}', ARRAY[encode(sha256(convert_to("
        "%s, 'UTF8')), 'hex')], '{x}', '{x}', '{x}', ARRAY[%s], ARRAY[%s], "
        "ARRAY[%s], ARRAY[%s], '{228}', '{TWD}', ARRAY[now()], "
        "ARRAY[NULL::text], 100)", f"{order}{kind}", verdict, f"r{order}",
        kind, order)


def test_every_obstacle_is_counted_and_named(world):
    orders = world.fill(60, days_ago=5)
    world.query("SELECT hold_order(order_no, 'test', 'why') FROM unnest("
                "%s::bigint[]) AS order_no", [int(o) for o in orders[:25]])
    world.pay([{"order_no": orders[26], "amount": 200,
                "paid_at": "2026-01-02T03:04:05+08:00"}])
    world.daemon("payment", expect=1)
    world.query("SELECT register_feeds('{credit}', '{true}')")
    cover(world)
    told(world, orders[25])
    before = world.snapshot()
    ran = world.daemon("purge", "--dry-run", once=False)
    assert world.snapshot() == before, "nobody is asked by a dry run"
    assert "would keep  25 of product=moica because of held\n" in ran.out
    assert "would keep  1 of product=moica because of notice\n" in ran.out
    assert "would keep  1 of product=moica because of payment_exception\n" \
        in ran.out
    assert "would keep  33 of product=moica because of question:credit\n" \
        in ran.out
    assert ran.out.count("because of held") == 20 + 1, "20 examples"
    assert ran.out.count("because of question:credit") == 20 + 1
    assert "0 of 60 unpaid orders" in ran.out and "60 kept" in ran.out

    ran = world.daemon("purge")
    assert "event=purge.question.asked prog=recard-purge count=33" in ran.err
    named = re.findall(r"event=purge\.order\.waiting .*order=(\d{14}) "
                       r"reason=(\S+)", ran.err)
    assert len(named) == 20 and {reason for _, reason in named} == {"held"}
    assert {order for order, _ in named} <= set(orders[:25])
    assert re.findall(r"event=purge\.order\.waiting .*reason=(\S+) "
                      r"count=(\d+)", ran.err) == [
        ("held", "5"), ("notice", "1"), ("payment_exception", "1"),
        ("question:credit", "33")]
    assert world.statuses() == {"unpaid": 60}
    world.query("SELECT answer_question(question_no, NULL, NULL, NULL, NULL, "
                "NULL, NULL, NULL, 'payment') FROM payment_question")
    world.daemon("purge")
    assert world.orders("purged") == orders[27:]
    world.verify()


def test_counts_are_exact_for_many(world):
    world.fill(30_000, days_ago=5)
    ran = world.daemon("purge", "--dry-run", once=False)
    assert "would keep  30000 of product=moica because of feed:atm" in ran.out
    assert "0 of 30000 unpaid orders" in ran.out
    assert ran.out.count("\n") == 20 + 1 + 1


def test_feed_that_is_silent_and_one_that_is_behind(world):
    world.fill(3, days_ago=5)
    cover(world)
    world.query("UPDATE payment_feed SET covered_until = now() - "
                "interval '9 days', last_file_at = now() - CASE channel "
                "WHEN 'atm' THEN interval '1 minute' ELSE interval '4 days' "
                "END")
    ran = world.daemon("purge")
    assert re.search(r"event=purge\.feed\.behind .*feed=atm count=3 ", ran.err)
    assert re.search(r"event=purge\.feed\.silent .*feed=credit "
                     r"age_s=34560\d count=3 ", ran.err)
    world.query("UPDATE payment_feed SET max_silence = '5 days'")
    ran = world.daemon("purge")
    assert "purge.feed.silent" not in ran.err
    assert re.search(r"event=purge\.feed\.behind .*feed=credit count=3 ",
                     ran.err)
    assert world.statuses() == {"unpaid": 3}


def test_an_alarm_is_said_again(world):
    world.fill(1, days_ago=5)
    world.configure("purge", alarm_every="1s")
    daemon = world.start("purge")
    wait_until(lambda: daemon.log().count("event=purge.feed.silent") >= 4,
               "two feeds to be named twice")
    assert world.value("SELECT count(*) FROM payment_question") == 0
    daemon.stop()


def test_reminders_are_queued_once(world):
    """Two instances at the same time, many orders; not for those that are
    young, held, or as good as paid."""
    soon = world.fill(400, days_ago=1.75)
    young = world.fill(3)
    world.query("SELECT hold_order(%s, 'test', 'why')", int(soon[0]))
    told(world, soon[1])
    world.configure("purge", batch=50)
    daemons = [world.start("purge", "--once") for _ in range(2)]
    for daemon in daemons:
        daemon.end()
    assert world.query(
        "SELECT order_text(order_no), kind, move_no FROM notice "
        "ORDER BY order_no") == [(order, "reminder", 0)
                                 for order in soon[2:]]
    told(world, young[0], kind="issued")
    world.query("SELECT * FROM book_notices(9, 'payment')")
    ran = world.daemon("purge")
    assert "purge.reminder.queued" not in ran.err
    world.verify()


def test_reminders_can_be_off(world):
    world.fill(1, days_ago=1.75)
    world.configure("purge", reminder="0s")
    world.daemon("purge")
    world.configure("purge", reminder="5h")
    world.daemon("purge")
    assert world.value("SELECT count(*) FROM notice") == 0
    world.configure("purge", reminder="7h")
    world.daemon("purge")
    assert world.value("SELECT count(*) FROM notice") == 1
    world.configure("purge", reminder="8d")
    ran = world.daemon("purge", "-t", once=False, expect=3)
    assert "out of bounds (0s to 7d)" in ran.err
