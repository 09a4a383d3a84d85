"""The operators' side of payments: recardctl payment and product.

What is allowed is shown by tests/sql/payment_desk.sql; here it is what an
operator types and sees, with payments that the daemon booked, and two who
want the same order at the same moment.
"""

import csv
import io
import os
import pwd
import re
import threading

import pytest

from conftest import ROOT, wait_until
from world import taipei_now

FORMULA = '=HYPERLINK("http://x","free")'


def told(order, reference, amount=228, result="paid"):
    return {"order_no": order, "amount": amount, "channel_ref": reference,
            "paid_at": taipei_now().isoformat(), "result": result}


def books(world):
    """The payments of a file: one good, and one of each trouble."""
    orders = world.fill(4)
    world.pay([told(orders[0], "good"), told(orders[0], "twice"),
               told(orders[1], "short", 100), told("2611230000001O", "slip"),
               told(FORMULA, "formula", 300),
               told(orders[0], "lost", result="chargeback")])
    world.daemon("payment", expect=1)
    return orders


def number(world, reference):
    return world.value("SELECT payment_id FROM payment "
                       "WHERE reference = %s", reference)


def refused(world, *args):
    """The two lines that a refusal says: what is wrong, and the way out."""
    done = world.ctl(*args, expect=1)
    assert done.out == ""
    lines = done.err.splitlines()
    assert len(lines) == 2, done
    return [line.removeprefix("recardctl: ") for line in lines]


def test_from_the_worklist_to_an_empty_one(world):
    orders = books(world)
    open_ones = world.ctl_json("payment", "exceptions")
    assert [(row["reference"], row["reason"], row["state"], row["suggestion"])
            for row in open_ones] == [
        ("formula", "unknown_order", "open", "match to an order, or refund"),
        ("lost", "chargeback", "open",
         "stop the card if there is time, then close"),
        ("short", "short", "open", "refund"),
        ("slip", "unknown_order", "open", "match to an order, or refund"),
        ("twice", "second_payment", "refund_due", "refund")]
    assert all(row["opened_at"].endswith("+08:00") for row in open_ones)

    def resolve(reference, *how):
        done = world.ctl("payment", "resolve", number(world, reference),
                         "--reason", f"about {reference}", *how)
        assert done.out == "" and done.err.count("\n") == 1
        world.verify()

    resolve("slip", "--as", "matched", "--order", orders[2])
    resolve("twice", "--as", "refunded", "--reference", "R-1")
    resolve("formula", "--as", "refund_due")
    resolve("lost", "--as", "matched")
    assert [row["state"] for row in world.ctl_json("payment", "exceptions")] \
        == ["refund_due", "open"]
    due = world.ctl("payment", "refunds")
    assert "recardctl: 1 to refund: TWD 300\n" in due.err
    resolve("formula", "--as", "refunded", "--reference", "R-2")
    resolve("short", "--as", "refunded", "--reference", "R-3")
    assert world.ctl_json("payment", "exceptions") == []
    assert world.ctl("payment", "exceptions").err == \
        "recardctl: no exceptions\n"
    assert world.ctl("payment", "refunds").err == \
        "recardctl: 0 to refund: nothing\n"

    # The order that was found goes on like any other.
    world.daemon("manufacture")
    assert world.orders("unpaid") == [orders[1], orders[3]]
    assert world.value("SELECT count(*) FROM card_job WHERE order_no = "
                       "%s::bigint", orders[2]) == 1
    me = pwd.getpwuid(os.getuid()).pw_name
    assert world.query("SELECT DISTINCT actor FROM operator_act "
                       "WHERE subject ~ '^payment '") == [(me,)]
    shown = world.ctl("payment", "show", number(world, "slip")).out
    assert f"{me}: matched {orders[2]}: about slip" in shown
    assert re.search(r"^told by settlement\n  file +SETTLE-atm-\S+\.csv\n"
                     r"  file_line +5\n", shown, re.M)


def test_nobody_acts_in_another_name(world):
    books(world)
    world.ctl("payment", "resolve", number(world, "short"), "--as",
              "refund_due", "--reason", "x",
              env={"USER": "boss", "LOGNAME": "boss", "PGUSER": "boss"})
    assert world.value("SELECT actor FROM operator_act "
                       "WHERE subject ~ '^payment '") == \
        pwd.getpwuid(os.getuid()).pw_name


def test_a_refusal_says_what_is_wrong_and_the_way_out(world):
    orders = books(world)
    good, short, twice = (number(world, name)
                          for name in ("good", "short", "twice"))
    before = world.snapshot()
    assert refused(world, "payment", "resolve", good, "--as", "refund_due",
                   "--reason", "x") == [
        f"payment resolve: payment {good}: it settles order {orders[0]} "
        "[RC020]", "when that order is cancelled its payment is refund due"]
    assert refused(world, "payment", "resolve", short, "--as", "matched",
                   "--order", orders[3], "--reason", "x") == [
        f"payment resolve: payment {short} (short, open): its amount is 100, "
        f"order {orders[3]} costs 228 [RC020]", "resolve it as refund_due"]
    assert refused(world, "payment", "resolve", twice, "--as", "refund_due",
                   "--reason", "x")[0].startswith(
        f"payment resolve: payment {twice} (second_payment, refund_due): ")
    assert refused(world, "product", "price", "moica", "--from",
                   "2020-01-01", "--card-fee", "1", "--postage", "1",
                   "--reason", "x")[0] == \
        "product price: product moica: 2020-01-01 is past [RC020]"
    assert refused(world, "product", "feeds", "moica", "atm", "amt",
                   "--reason", "x") == [
        "product feeds: product moica: there is no feed amt [RC020]",
        "payment feeds shows which there are"]
    assert world.ctl("payment", "show", "999", expect=1).err == \
        "recardctl: there is no payment 999\n"
    assert "unknown" in world.ctl("product", "price", "x", expect=1).err
    assert "unknown" in world.ctl("product", "feeds", "x", expect=1).err
    assert world.snapshot() == before


@pytest.mark.parametrize("args, words", [
    (("show", "x"), "'x' is no number of a payment"),
    (("show", "-1"), "no such option"),
    (("show", "0"), "'0' is no number of a payment"),
    (("show", "99999999999999999999"), "is no number of a payment"),
    (("list", "--limit", "0"), "--limit: '0' is no number from 1 to"),
    (("list", "--limit", "10x"), "--limit: '10x' is no number"),
    (("list", "--limit", " 10"), "--limit: ' 10' is no number"),
    (("list", "--after", "x"), "'x' is no number of a payment"),
    (("list", "--order", "26112300000013"), "is no order number"),
    (("list", "--kind", "payed"), 'did you mean "paid"'),
    (("list", "--match", "xyzzy"), "none of matched, notice_only"),
    (("list", "--channel", "amt"), 'did you mean "atm"'),
    (("list", "--from", "2026-02-30"), "--from: '2026-02-30' is no date"),
    (("list", "--to", "1151123"), "--to: '1151123' is no date"),
    (("list", "--to", "20261123"), "--to: '20261123' is no date"),
    (("exceptions", "--reason", "shrt"), 'did you mean "short"'),
    (("exceptions", "--state", "closed"), "--state: "),
    (("exceptions", "--kind", "paid"), "'--kind': no such option here"),
    (("refunds", "--state", "open"), "none of refund_due, refunded"),
    (("totals", "--date", "today"), "--date: 'today' is no date"),
    (("totals", "--days", "367"), "--days: '367' is no number from 1 to 366"),
    (("resolve",), "PAYMENT is missing"),
    (("resolve", "1"), "--as=WHAT is needed"),
    (("resolve", "1", "--as", "matched"), "--reason=TEXT is needed"),
    (("resolve", "1", "--as", "matched", "--reason", " "),
     "--reason=TEXT is needed"),
    (("resolve", "1", "--as", "closed", "--reason", "x"), "none of refund_due"),
    (("resolve", "1", "--as", "refunded", "--reason", "x"),
     "--reference=TEXT is needed (the bank's"),
    (("resolve", "1", "--as", "matched", "--reason", "x", "--reference", "R"),
     "--reference belongs to --as refunded"),
    (("resolve", "1", "--as", "refund_due", "--reason", "x", "--order",
      "26112300000012"), "--order belongs to --as matched"),
    (("resolve", "1", "--as", "matched", "--reason", "x", "--order", "12"),
     "'12' is no order number"),
])
def test_wrong_words_are_found_before_anything_is_done(world, args, words):
    done = world.ctl("payment", *args, expect=2)
    assert words in done.err and done.out == ""


@pytest.mark.parametrize("args, words", [
    (("price", "moica", "--from", "2030-01-01"), "--card-fee=N is needed"),
    (("price", "moica", "--reason", "x"), "--from=DATE is needed"),
    (("price", "moica", "--from", "x", "--card-fee", "1", "--postage", "1",
      "--reason", "x"), "--from: 'x' is no date"),
    (("price", "moica", "--from", "2030-01-01", "--card-fee", "-1",
      "--postage", "1", "--reason", "x"), "--card-fee: '-1' is no number"),
    (("feeds", "moica", "atm"), "--reason=TEXT is needed"),
    (("feeds", "moica", "--reason", "x"), "--reason belongs to a change"),
])
def test_wrong_words_about_products(world, args, words):
    done = world.ctl("product", *args, expect=2)
    assert words in done.err and done.out == ""


def test_paging_ends_where_the_ledger_does(world):
    world.pay(world.fill(5))
    world.daemon("payment")
    seen, after = [], "0"
    while after:
        options = ("--after", after) if after != "0" else ()
        page = world.ctl("--format", "json", "payment", "list", "--limit",
                         "2", *options)
        rows = re.findall(r'"payment":(\d+)', page.out)
        seen += rows
        hint = re.search(r"--after (\d+)", page.err)
        after = hint[1] if hint else None
    assert len(seen) == 5 and seen == sorted(set(seen), key=int)


def test_every_kind_can_be_asked_for(world):
    kinds = set(re.findall(r"'(\w+)'", world.value(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conname = 'payment_kind_check'")))
    assert len(kinds) == 8
    for kind in kinds:
        assert world.ctl_json("payment", "list", "--kind", kind) == []


def test_the_manual_gives_the_same_advice(world):
    page = (ROOT / "man" / "recardctl.1").read_text(encoding="utf-8")
    assert re.findall(r"^\.It Li (\w+) Ta (.+)$", page, re.M) == world.query(
        "SELECT reason, suggestion FROM payment_reason()")


def test_a_spreadsheet_computes_nothing(world):
    books(world)
    world.ctl("payment", "resolve", number(world, "formula"), "--as",
              "refund_due", "--reason", "@SUM(A1:A9)")
    for command in ("list", "refunds", "exceptions"):
        done = world.ctl("payment", command, "--format", "csv")
        rows = list(csv.reader(io.StringIO(done.out)))
        assert {len(row) for row in rows} == {len(rows[0])}
        cells = [cell for row in rows for cell in row]
        assert "'" + FORMULA in cells
        assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    noted = csv.DictReader(io.StringIO(
        world.ctl("payment", "refunds", "--format", "csv").out))
    assert [row["note"] for row in noted] == ["'@SUM(A1:A9)", ""]
    # Programs get what was written.
    assert FORMULA in [row["order_ref"] for row in
                       world.ctl_json("payment", "list")]


def test_a_terminal_obeys_nobody(world):
    books(world)
    world.query("INSERT INTO payment (channel, reference, kind, order_ref, "
                "amount, currency, source, booked_at) VALUES ('atm', "
                "E'\\x1b[2J', 'paid', E'\\x1b]0;x\\x07', 1, E'\\x1b[1m', "
                "'query', now())")
    world.query("INSERT INTO payment_exception (payment_id, reason, state, "
                "opened_at) SELECT payment_id, 'currency', 'open', now() "
                "FROM payment WHERE source = 'query'")
    odd = number(world, "\x1b[2J")
    for args in (("list",), ("show", odd), ("exceptions",), ("totals",),
                 ("resolve", odd, "--as", "matched", "--reason", "x"),
                 ("resolve", odd, "--as", "refund_due", "--reason", "x"),
                 ("refunds",)):
        done = world.ctl("payment", *args, expect=(0, 1))
        assert "\x1b" not in done.out + done.err, args


def test_two_payments_want_one_order(world):
    """Whoever comes second is told that the order is paid."""
    order, = world.fill(1)
    world.pay([told("x", "one"), told("y", "two")])
    world.daemon("payment", expect=1)
    outcomes = []

    def match(reference):
        outcomes.append(world.ctl(
            "payment", "resolve", number(world, reference), "--as",
            "matched", "--order", order, "--reason", "race", expect=(0, 1)))

    with world.db.connect() as holder:
        holder.execute("SELECT FROM orders WHERE order_no = %s::bigint "
                       "FOR UPDATE", (order,))
        threads = [threading.Thread(target=match, args=(reference,))
                   for reference in ("one", "two")]
        for thread in threads:
            thread.start()
        wait_until(lambda: world.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = "
            "current_database() AND wait_event_type = 'Lock'") == 2,
            "both to wait")
    for thread in threads:
        thread.join()
    assert sorted(done.code for done in outcomes) == [0, 1]
    assert f"order {order} is paid" in max(
        outcomes, key=lambda done: done.code).err
    assert world.statuses() == {"paid": 1}
    world.verify()


def test_a_match_and_a_purge(world):
    """An overdue order is either paid or deleted."""
    order, = world.fill(1, days_ago=3)
    other, = world.fill(1)
    world.pay([told("x", "late")])
    world.pay([], channel="credit")
    world.daemon("payment", expect=1)
    outcome = []
    with world.db.connect() as holder:
        holder.execute("SELECT FROM orders WHERE order_no = %s::bigint "
                       "FOR UPDATE", (order,))
        thread = threading.Thread(target=lambda: outcome.append(world.ctl(
            "payment", "resolve", number(world, "late"), "--as", "matched",
            "--order", order, "--reason", "race")))
        thread.start()
        wait_until(lambda: world.value(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = "
            "current_database() AND wait_event_type = 'Lock'") == 1,
            "the match to wait")
        world.daemon("purge")
    thread.join()
    assert outcome[0].code == 0
    world.daemon("purge")
    assert world.orders("paid") == [order]
    assert world.orders("unpaid") == [other]
    world.verify()


def test_totals_agree_with_the_provider(world):
    orders = books(world)
    world.pay([told(orders[3], "credit 1")], channel="credit")
    world.daemon("payment")
    today = taipei_now().date().isoformat()
    rows = {(row["day"], row["channel"], row["item"]):
            (row["count"], row["amount"]) for row in
            world.ctl_json("payment", "totals", "--date", today)}
    assert rows[today, None, "orders_made"] == (4, 912)
    assert rows[today, "atm", "lines_paid"] == (5, 228 + 228 + 100 + 228 + 300)
    assert rows[today, "atm", "lines_chargeback"] == (1, 228)
    assert rows[today, "atm", "settled"] == (1, 228)
    assert rows[today, "credit", "settled"] == (1, 228)
    assert rows[today, "atm", "exception_unknown_order"] == (2, 528)
    assert rows["sum", "all", "settled"] == (2, 456)
    assert rows["sum", "all", "files"] == (2, None)
    week = world.ctl_json("payment", "totals", "--days", "7")
    assert {row["day"] for row in week} > {today, "sum"}
    assert len({row["day"] for row in week}) == 8


def test_feeds_tell_who_waits_for_whom(world):
    world.fill(2, days_ago=3)
    world.pay([], sequence=1)
    world.pay([], sequence=3)
    world.daemon("payment", expect=(0, 1))
    feeds = {row["channel"]: row for row in
             world.ctl_json("payment", "feeds")}
    assert (feeds["atm"]["state"], feeds["atm"]["missing_sequence"],
            feeds["atm"]["waiting"]) == ("gap", 2, 0)
    assert (feeds["credit"]["state"], feeds["credit"]["waiting"],
            feeds["credit"]["covered_until"]) == ("silent", 2, None)
    world.ctl("product", "feeds", "moica", "atm", "--reason",
              "no cards for the moment")
    feeds = {row["channel"]: row for row in
             world.ctl_json("payment", "feeds")}
    assert feeds["credit"]["waiting"] == 0
    assert [row["channel"] for row in
            world.ctl_json("product", "feeds", "moica")] == ["atm"]


def test_a_price_of_tomorrow(world):
    tomorrow = world.value("SELECT (taipei_date(now()) + 1)::text")
    shown = world.ctl_json(
        "product", "price", "moica", "--from", tomorrow, "--card-fee", "200",
        "--postage", "36", "--reason", "postage rises")
    assert shown == [
        {"from": "2014-10-01", "card_fee": 200, "postage": 28, "price": 228,
         "in_force": True},
        {"from": tomorrow, "card_fee": 200, "postage": 36, "price": 236,
         "in_force": False}]
    assert {row["product"]: row["price"] for row in
            world.ctl_json("product", "list")} == \
        {"foreign_resident": 278, "moica": 228}
    assert world.query("SELECT act, subject, reason FROM operator_act") == [
        (f"price 200+36 from {tomorrow}", "product moica", "postage rises")]


def test_an_order_shows_its_money(world):
    orders = books(world)
    shown = world.ctl("order", "show", orders[0]).out
    assert re.search(r"^payment\n  payment +\d+\n  channel +atm\n"
                     r"  reference +good\n", shown, re.M)
    assert re.search(rf"^payment exception {number(world, 'twice')}\n", shown,
                     re.M)
    assert "second_payment" in shown and "chargeback" in shown
