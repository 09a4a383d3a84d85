"""The operators' side of manufacture: recardctl batch, line, request and
exception, and what is done about an order by hand.

Every command in all that it says and refuses. Batches are cut, sealed and
answered by the steps that the SQL tests use, so that nothing here waits for a
daemon; test_batch_desk.py has the same desk beside a running belt.
"""

import csv
import io
import os
import pwd
import re

import pytest

from conftest import ROOT
from world import SOMEBODY

ME = pwd.getpwuid(os.getuid()).pw_name


class Desk:
    """A world whose orders go along by SQL."""

    def __init__(self, world):
        self.world = world
        script = world.folder / "steps.sql"
        script.write_text(f"BEGIN;\n\\i {ROOT}/tests/sql/steps.psql\nCOMMIT;\n")
        done = world.db.psql(script)
        assert done.returncode == 0, done.stderr
        self.value("SELECT test.have_line('main', '{\"min\": 100000}')")

    def value(self, text, *params):
        return self.world.value(text, *params)

    def queued(self, count, **fixed):
        """Orders that are paid and frozen; their numbers."""
        orders = self.world.fill(count, **fixed)
        self.value("SELECT test.pay(VARIADIC %s::text[]::bigint[])", orders)
        assert self.value("SELECT test.freeze()") == count
        return orders

    def cut(self, line="main"):
        """A batch of what waits, not sealed yet."""
        return self.value("SELECT test.cut(%s)", line)

    def send(self, line="main", days_ago=0):
        """Everything that waits goes to the line; the batch."""
        batch = self.cut(line)
        assert self.value("SELECT test.seal(%s, test.epoch(%s))", batch,
                          batch)
        assert self.value("SELECT publish_batch(%s, test.epoch(%s), NULL, "
                          "now() - %s * interval '1 day')", batch, batch,
                          days_ago)
        return batch

    def fill_batch(self, days_ago):
        """A batch of one card that went out some days ago."""
        self.queued(1)
        return self.send(days_ago=days_ago)

    def refuse(self, count=1):
        """A batch that the line refused, and its orders."""
        orders = self.queued(count)
        batch = self.send()
        self.ack(batch, "REJECTED", "BAD_HASH")
        return batch, orders

    def failed(self):
        """An order whose card failed as often as its product allows."""
        order, = self.queued(1)
        limit = self.value("SELECT attempt_limit FROM product "
                           "WHERE product = 'moica'")
        for _ in range(limit):
            batch = self.send()
            self.ack(batch)
            self.results(batch, (order, "REJECTED", "E7"))
        return order

    def ack(self, batch, outcome="ACCEPTED", why=""):
        assert self.value("SELECT test.ack(%s, %s, %s)", batch, outcome,
                          why) == "applied"

    def results(self, batch, *outcomes):
        """What the line says of each order: (order, result, error)."""
        assert self.value(
            "SELECT applied FROM test.results(%s, (SELECT jsonb_agg("
            "test.result(o::bigint, r, jsonb_build_object('error', e))) "
            "FROM unnest(%s::text[], %s::text[], %s::text[]) AS t (o, r, e)))",
            batch, *map(list, zip(*outcomes))) == len(outcomes)

    def act(self, *args, reason="because"):
        """An act that succeeds; the sentences it says."""
        done = self.world.ctl(*args, "--reason", reason)
        return [line.removeprefix("recardctl: ")
                for line in done.err.splitlines()]

    def refused(self, *args, reason="because"):
        """What is wrong, and the way out."""
        before = self.world.snapshot()
        done = self.world.ctl(*args, "--reason", reason, expect=1)
        assert done.out == ""
        assert self.world.snapshot() == before
        return [line.removeprefix("recardctl: ")
                for line in done.err.splitlines()]

    def approved_by_somebody(self, number, remark=None):
        reason = ["--reason", remark] if remark else []
        done = self.world.ctl_as_somebody("request", "approve", str(number),
                                          *reason)
        assert done.out == ""
        assert done.err.startswith(
            f"recardctl: request {number} is approved and carried out: ")


@pytest.fixture
def desk(world):
    return Desk(world)


def csv_of(world, *args, expect=(0,)):
    done = world.ctl("--format", "csv", *args, expect=expect)
    return list(csv.DictReader(io.StringIO(done.out)))


def acts(world):
    return world.query("SELECT actor, act, subject, reason FROM operator_act "
                       "ORDER BY act_id")


# Batches ----------------------------------------------------------------------

def test_a_batch_by_hand(world, desk):
    assert world.ctl("batch", "list").err == "recardctl: no batches\n"
    assert desk.refused("batch", "cut", "main") == [
        "foreign_resident: nothing waits", "moica: nothing waits"]
    orders = desk.queued(3)
    before = world.snapshot()
    done = world.ctl("batch", "cut", "main", "--dry-run")
    batch = re.search(r"^batch +(CB-\d{8}-000001)$", done.out, re.M)[1]
    assert re.search("^cards +3$", done.out, re.M)
    assert done.err == "recardctl: this was a dry run: nothing was changed\n"
    assert world.snapshot() == before
    done = world.ctl("--format", "json", "batch", "cut", "main", "--product",
                     "moica", "--reason", "courier at noon")
    assert f'"batch_no":"{batch}"' in done.out and '"cards":3' in done.out
    assert "recard-manufacture seals it" in done.err
    assert acts(world) == [(ME, "cut", f"batch {batch}", "courier at noon")]

    row, = world.ctl_json("batch", "list", "--line", "main")
    assert (row["batch_no"], row["state"], row["cause"], row["cards"],
            row["open"], row["sealed_at"], row["held"]) == (
        batch, "cut", "hand", 3, 3, None, None)
    assert row["cut_at"].endswith("+08:00")
    assert [(row["line"], row["state"], row["attempt"], row["reason"])
            for row in world.ctl_json("batch", "cards", batch)] == [
        (number, "open", 1, "NEW") for number in (1, 2, 3)]
    assert {row["order_no"] for row in csv_of(
        world, "batch", "cards", batch)} == set(orders)
    assert world.ctl("batch", "list", "--state", "sealed").out == ""
    assert world.ctl("batch", "list", "--product", "foreign_resident").out \
        == ""
    tomorrow = desk.value("SELECT (taipei_date(now()) + 1)::text")
    assert world.ctl("batch", "list", "--from", tomorrow).out == ""
    assert len(csv_of(world, "batch", "list", "--to", tomorrow)) == 1
    desk.queued(1)
    desk.cut()
    done = world.ctl("batch", "list", "--limit", "1")
    assert "there are more batches: recardctl batch list" in done.err
    world.verify()


def test_a_cut_says_why_there_is_none(world, desk):
    desk.queued(2)
    desk.act("line", "stock", "main", "moica", "--count", "0")
    assert desk.refused("batch", "cut", "main", "--product", "moica") == [
        "moica: 2 wait, but the line has no blank card left: see recardctl "
        "line stock"]
    desk.act("line", "stock", "main", "moica", "--add", "1")
    assert desk.act("batch", "cut", "main")
    assert [row["cards"] for row in world.ctl_json("batch", "list")] == [1]
    assert desk.refused("batch", "cut", "other") == [
        "batch cut: line other is unknown [RC061]",
        "line list shows which there are"]
    desk.value("SELECT test.have_line('other', '{\"series\": 1, "
               "\"products\": \"{foreign_resident}\"}')")
    assert desk.refused("batch", "cut", "other", "--product", "moica") == [
        "line other makes no product moica"]


def test_a_name_that_the_line_cannot_print(world, desk):
    order, = desk.queued(1, name="王𪚥")
    desk.value("SELECT test.have_line('main', '{\"characters\": "
               "\"{[19968,40959]}\"}')")
    words = "moica: 1 wait whose names the line cannot print: see " \
        "recardctl exception list"
    done = world.ctl("batch", "cut", "main", "--reason", "x", expect=1)
    assert words in done.err
    # Cutting found it; now it is known.
    assert words in desk.refused("batch", "cut", "main")
    row, = world.ctl_json("exception", "list", "--kind", "card")
    assert (row["order_no"], row["reason"]) == (order, "unprintable U+2A6A5 𪚥")
    assert row["suggestion"] == "extend the line's characters, or order cancel"
    shown = world.ctl("order", "show", order).out
    assert re.search("^  unprintable_on +main$", shown, re.M)
    assert re.search(rf"^exception {row['exception']}$", shown, re.M)
    assert [row["unprintable"] for row in world.ctl_json("line", "list")
            if row["product"] == "moica"] == [1]
    desk.act("order", "cancel", order)
    assert world.ctl("exception", "list").err == "recardctl: no exceptions\n"


def test_hold_and_release(world, desk):
    desk.queued(2)
    batch = desk.cut()
    assert desk.refused("batch", "release", batch) == [
        f"batch release: batch {batch} is not held [RC063]",
        "batch show tells where it stands"]
    assert desk.act("batch", "hold", batch, reason="wrong foil") == [
        f"batch {batch} is held; later batches of the line go on"]
    row, = world.ctl_json("batch", "list")
    assert row["held"] == "wrong foil"
    shown = world.ctl("batch", "show", batch).out
    assert re.search(rf"^  held +wrong foil \({ME}, .*\+08:00\)$", shown, re.M)
    assert desk.refused("batch", "hold", batch) == [
        f"batch hold: batch {batch} is held already: wrong foil [RC063]",
        "batch release lets it go on"]
    assert desk.act("batch", "release", batch) == [f"batch {batch} goes on"]
    assert [(actor, act) for actor, act, _, _ in acts(world)] == [
        (ME, "hold"), (ME, "release")]
    desk.value("SELECT test.seal(%s, test.epoch(%s))", batch, batch)
    desk.value("SELECT publish_batch(%s, test.epoch(%s), NULL)", batch, batch)
    assert desk.refused("batch", "hold", batch) == [
        f"batch hold: batch {batch} is published: it cannot be held any more "
        "[RC063]", "only the card line can stop it now"]


def test_the_same_file_again(world, desk):
    desk.queued(1)
    batch = desk.cut()
    assert desk.refused("batch", "resend", batch) == [
        f"batch resend: batch {batch} is cut: only what was handed out and "
        "not accepted is handed out again [RC063]", "it goes out by itself"]
    desk.value("SELECT test.seal(%s, test.epoch(%s))", batch, batch)
    desk.value("SELECT publish_batch(%s, test.epoch(%s), NULL)", batch, batch)
    assert desk.act("batch", "resend", batch, reason="the line lost it") == [
        "recorded: recard-manufacture hands the same file of batch "
        f"{batch} out again"]
    assert "asked for already" in desk.refused("batch", "resend", batch)[0]
    shown = world.ctl("batch", "show", batch).out
    assert re.search(rf"^handed out again\n  2\S+ +{ME}: the line lost it; "
                     "not yet$", shown, re.M)
    claimed = world.query("SELECT batch_no, resend_no FROM "
                          "claim_batch('main')")
    assert claimed == [(batch, 1)]
    desk.value("SELECT publish_batch(%s, test.epoch(%s), 1)", batch, batch)
    desk.ack(batch)
    assert desk.refused("batch", "resend", batch)[1] == "the line has it"


def test_a_batch_that_there_is_not(world, desk):
    wrong = "CB-20261124-000099"
    for verb in ("hold", "release", "resend"):
        assert desk.refused("batch", verb, wrong) == [
            f"batch {verb}: there is no batch {wrong} [RC063]",
            "batch list shows which there are"]
    assert desk.refused("batch", "abandon", wrong)[0] == \
        f"batch abandon: batch {wrong} is not one that the line refused [RC064]"
    for args, words in ((("show",), f"there is no batch {wrong}"),
                        (("cards",), f"{wrong}: no such cards, or no "
                         "such batch"),
                        (("reconcile",), f"batch {wrong} is not sealed, or "
                         "there is none")):
        done = world.ctl("batch", *args, wrong, expect=1)
        assert done.err == f"recardctl: {words}\n"


# Two people ---------------------------------------------------------------------

def test_a_refused_batch_is_given_up_by_two(world, desk):
    batch, orders = desk.refuse(count=2)
    row, = world.ctl_json("exception", "list")
    assert (row["kind"], row["subject"], row["reason"], row["suggestion"]) == (
        "batch", batch, "BAD_HASH", "batch resend, or batch abandon; then "
        "close")
    done = world.ctl("--format", "json", "batch", "abandon", batch,
                     "--reason", "key renewed")
    assert '"request":1' in done.out
    assert done.err == "recardctl: somebody else decides: 'recardctl request " \
        "approve 1', or decline\n"
    assert desk.refused("batch", "abandon", batch) == [
        f"batch abandon: abandon_batch {batch}: asked for already [RC064]",
        "request list shows it"]
    assert desk.refused("request", "approve", "1") == [
        "request approve: request 1 is your own: somebody else must approve "
        "it [RC064]", "one asks, another one approves"]
    row, = world.ctl_json("request", "list")
    assert (row["act"], row["subject"], row["requested_by"], row["outcome"],
            row["reason"]) == ("abandon_batch", batch, ME, "open",
                               "key renewed")
    desk.approved_by_somebody(1)
    assert world.ctl("request", "list").err == "recardctl: no requests\n"
    row, = world.ctl_json("request", "list", "--all")
    assert (row["answer"], row["decided_by"]) == (
        f"approved by {SOMEBODY}", SOMEBODY)
    assert f"approved by {SOMEBODY}" in world.ctl("request", "list",
                                                  "--all").out
    # Its cards are made again elsewhere; the worklist is empty.
    assert world.orders("queued") == sorted(orders)
    assert world.ctl_json("exception", "list") == []
    assert [row["state"] for row in world.ctl_json("batch", "list")] == [
        "abandoned"]
    assert desk.refused("request", "decline", "1") == [
        "request decline: there is no open request 1 [RC064]",
        "request list shows which there are"]
    assert [act[:3] for act in acts(world)] == [
        (ME, "request abandon_batch", batch),
        (SOMEBODY, "approve abandon_batch", batch)]
    shown = world.ctl("batch", "show", batch).out
    assert f"{SOMEBODY}: approve abandon_batch: key renewed" in shown
    world.verify()


def test_a_card_that_failed_too_often(world, desk):
    order = desk.failed()
    shown = world.ctl("order", "show", order).out
    assert re.search("^hold\n  reason +attempt_limit\n  by +manufacture\n"
                     "  since .*\n  ended_by +order retry, which two people "
                     "decide$", shown, re.M)
    assert re.search("^  error_code +E7$", shown, re.M)
    assert desk.refused("order", "release", order) == [
        f"order release: order {order}: its card failed too often, another "
        "try is for two people to decide [RC020]", "order retry asks for it"]
    row, = world.ctl_json("exception", "list")
    assert row["suggestion"] == "order retry, or order cancel"
    assert desk.refused("exception", "close", row["exception"]) == [
        f"exception close: exception {row['exception']} ends by what is done "
        "about it [RC065]", "order retry, or order cancel"]

    assert desk.act("order", "retry", order, reason="line repaired")
    shown = world.ctl("order", "show", order).out
    assert re.search(rf"^request 1\n  act +retry_card\n  by +{ME}\n  at .*\n"
                     "  reason +line repaired$", shown, re.M)
    assert desk.act("request", "decline", "1", reason="not yet") == [
        f"request 1 is declined: retry_card {order}"]
    assert "request 1" not in world.ctl("order", "show", order).out
    desk.act("order", "retry", order)
    desk.approved_by_somebody(2, "agreed")
    assert world.ctl_json("exception", "list") == []
    assert [(row["answer"], row["remark"]) for row in
            world.ctl_json("request", "list", "--all")] == [
        (f"approved by {SOMEBODY}", "agreed"), (f"declined by {ME}", "not yet")]
    batch = desk.send()
    assert [row["order_no"] for row in csv_of(
        world, "batch", "cards", batch)] == [order]
    assert desk.refused("order", "retry", order)[0] == \
        f"order retry: order {order} is not stopped by the limit of " \
        "attempts [RC064]"
    world.verify()


# Orders -------------------------------------------------------------------------

def test_an_order_is_held_and_goes_on(world, desk):
    order, other = desk.queued(2)
    assert desk.act("order", "hold", order, reason="name disputed") == [
        f"order {order} is held until 'recardctl order release'"]
    shown = world.ctl("order", "show", order).out
    assert re.search(f"^hold\n  reason +name disputed\n  by +{ME}\n", shown,
                     re.M)
    assert desk.refused("order", "hold", order)[0] == \
        f"order hold: order {order}: not open, or held already [RC020]"
    batch = desk.send()
    assert [row["order_no"] for row in csv_of(
        world, "batch", "cards", batch)] == [other]
    assert desk.act("order", "release", order) == [f"order {order} goes on"]
    assert "\nhold\n" not in world.ctl("order", "show", order).out
    assert "not held" in desk.refused("order", "release", order)[0]
    late = f"its card is in batch {batch}, which is sealed [RC020]"
    assert desk.refused("order", "hold", other)[0] == \
        f"order hold: order {other} cannot be held any more: {late}"
    assert desk.refused("order", "cancel", other) == [
        f"order cancel: order {other} cannot be cancelled any more: {late}",
        "after payment that is possible only until the batch is sealed"]
    assert [act[:3] for act in acts(world)] == [
        (ME, "hold", order), (ME, "release", order)]
    world.verify()


def test_a_cancelled_order_gets_its_money_back(world, desk):
    order, unpaid = desk.queued(1) + world.fill(1)
    payment = desk.value("SELECT payment_id FROM settled_payment")
    said = [f"order {order} is cancelled",
            f"payment {payment}, TWD 228, is refund due: see recardctl "
            "payment refunds"]
    before = world.snapshot()
    assert desk.act("order", "cancel", order, "--dry-run") == said + [
        "this was a dry run: nothing was changed"]
    assert world.snapshot() == before
    assert desk.act("order", "cancel", order) == said
    assert [row["payment"] for row in world.ctl_json("payment", "refunds")] \
        == [payment]
    assert desk.act("order", "cancel", unpaid) == [
        f"order {unpaid} is cancelled",
        "it was not paid: there is nothing to refund"]
    assert desk.refused("order", "cancel", order)[0] == \
        f"order cancel: order {order}: cancelled is not allowed in status " \
        "cancelled [RC020]"
    assert "no such order" in desk.refused("order", "cancel",
                                           "26112300000012")[0]
    world.verify()


# Reconciling --------------------------------------------------------------------

def test_every_card_is_accounted_for(world, desk):
    orders = desk.queued(5)
    batch = desk.send(days_ago=2)
    desk.ack(batch)
    desk.results(batch, (orders[0], "MADE", ""),
                 (orders[1], "SPOILED", "CHIP"), (orders[2], "ON_HOLD", "FOIL"),
                 (orders[3], "REJECTED", "CHIP"))
    done = world.ctl("batch", "reconcile", batch)
    assert done.err == "recardctl: main: 1 batch; 5 sent = 1 made + 1 " \
        "spoiled + 1 rejected + 1 on hold + 1 open\n"
    assert re.search(rf"^main +{batch} +accepted +5 +1 +1 +1 +1 +1 +2 d 0 h  "
                     "–     CHIP=2 FOIL=1$", done.out, re.M)
    row, = world.ctl_json("batch", "reconcile")
    assert {name: row[name] for name in ("sent", "made", "spoiled", "rejected",
                                         "on_hold", "open", "late", "balanced",
                                         "note", "codes")} == {
        "sent": 5, "made": 1, "spoiled": 1, "rejected": 1, "on_hold": 1,
        "open": 1, "late": False, "balanced": True, "note": None,
        "codes": "CHIP=2 FOIL=1"}
    assert [(row["state"], row["error_code"]) for row in world.ctl_json(
        "batch", "cards", batch) if row["order_no"] == orders[2]] == [
        ("on_hold", "FOIL")]
    held, = world.ctl_json("batch", "cards", batch, "--state", "on_hold")
    assert held["order_no"] == orders[2] and held["on_hold_since"]
    assert re.search("^  on_hold_since +2", world.ctl(
        "order", "show", orders[2]).out, re.M)
    shown = world.ctl("batch", "show", batch).out
    assert re.search("^error codes\n  CHIP +2\n  FOIL +1$", shown, re.M)
    assert re.search("^cards\n  sent +5\n  made +1\n  spoiled +1\n", shown,
                     re.M)
    assert re.search(rf"{batch}.1.result.p7m +\S+ done: 4 of 4 rows applied$",
                     shown, re.M)
    # Nothing but numbers: no name leaves the desk.
    for args in (("show", batch), ("cards", batch), ("list",)):
        assert "王" not in world.ctl("batch", *args).out

    desk.results(batch, (orders[2], "MADE", ""), (orders[4], "MADE", ""))
    done = world.ctl("batch", "reconcile", "--open")
    assert (done.out, done.err) == ("", "recardctl: no batches\n")
    assert world.ctl("--format", "csv", "batch", "reconcile", "--open").err \
        == ""
    world.verify()


def test_late_and_refused_batches_are_told(world, desk):
    """The command of the night: silent as long as all is well."""
    quiet = world.ctl("batch", "reconcile", "--late")
    assert (quiet.out, quiet.err) == ("", "")
    fine, refused, late = (desk.fill_batch(days) for days in (0, 0, 6))
    quiet = world.ctl("batch", "reconcile", "--late", "--line", "main",
                      expect=1)
    assert late in quiet.out and fine not in quiet.out
    desk.ack(refused, "REJECTED", "BAD_COUNT")
    done = world.ctl("batch", "reconcile", "--late", expect=1)
    assert done.err == "recardctl: main: 2 batches; 2 sent = 0 made + 0 " \
        "spoiled + 0 rejected + 0 on hold + 2 open; 1 late; 1 refused\n"
    assert {row["batch_no"]: row["note"] for row in csv_of(
        world, "batch", "reconcile", expect=1)} == {
        fine: "", refused: "refused", late: "late"}
    today = desk.value("SELECT taipei_date(now())::text")
    assert len(csv_of(world, "batch", "reconcile", "--from", today, "--to",
                      today, expect=1)) == 3
    assert csv_of(world, "batch", "reconcile", "--to", "2020-01-01") == []
    # Each line by itself.
    desk.value("SELECT test.have_line('other', '{\"series\": 1, \"min\": "
               "100000}')")
    desk.queued(1)
    desk.send("other")
    done = world.ctl("batch", "reconcile", expect=1)
    assert re.findall(r"^recardctl: (\w+): (\d+) batch", done.err, re.M) == [
        ("main", "3"), ("other", "1")]
    world.ctl("batch", "reconcile", "--line", "other")


def test_cards_that_do_not_add_up(world, desk):
    desk.queued(2)
    batch = desk.send()
    with world.db.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE card_batch SET cards = 3 "
                           "WHERE batch_no = %s", (batch,))
    done = world.ctl("batch", "reconcile", "--late", expect=7)
    assert "1 unbalanced: call whoever keeps the database" in done.err
    row, = csv_of(world, "batch", "reconcile", expect=7)
    assert (row["note"], row["balanced"]) == ("unbalanced", "false")


# Lines --------------------------------------------------------------------------

def test_blank_cards(world, desk):
    desk.queued(3)

    def stock():
        return {row["product"]: row["stock"]
                for row in world.ctl_json("line", "list")}["moica"]

    assert stock() is None
    assert desk.act("line", "stock", "main", "moica", "--count", "10",
                    reason="counted") == [
        "line main has 10 blank cards of moica"]
    desk.send()
    assert stock() == 7
    assert desk.act("line", "stock", "main", "moica", "--add", "5") == [
        "line main has 12 blank cards of moica"]
    desk.act("line", "stock", "main", "moica", "--count", "7")
    assert stock() == 7
    assert desk.refused("line", "stock", "main", "x", "--count", "1") == [
        "line stock: line main makes no product x [RC062]",
        "line list shows what each makes"]
    assert desk.refused("line", "stock", "other", "moica", "--add", "1")[0] \
        == "line stock: line other makes no product moica [RC062]"
    assert [act[1:3] for act in acts(world)] == [
        ("counted 10", "stock main moica"), ("delivered 5", "stock main moica"),
        ("counted 7", "stock main moica")]


def test_cards_of_a_batch_that_was_given_up_are_left(world, desk):
    desk.act("line", "stock", "main", "moica", "--count", "10")
    batch, _ = desk.refuse(count=4)
    assert desk.value("SELECT stock_left('main', 'moica')") == 6
    desk.act("batch", "abandon", batch)
    desk.approved_by_somebody(1)
    assert desk.value("SELECT stock_left('main', 'moica')") == 10


def test_lines_tell_what_they_have_to_do(world, desk):
    desk.queued(3)
    desk.send()
    desk.queued(2)
    row, = [row for row in world.ctl_json("line", "list")
            if row["product"] == "moica"]
    assert (row["line"], row["waiting"], row["out_batches"],
            row["out_cards"], row["last_number"], row["stopped"]) == (
        "main", 2, 1, 3, 1, False)
    assert row["since"].endswith("+08:00")
    assert world.ctl("line", "alarms").err == "recardctl: no alarms\n"
    assert world.ctl_json("line", "alarms") == []


def test_an_alarm_says_what_to_do(world, desk):
    """Each kind, with the advice of the manual page."""
    silent, late = desk.fill_batch(2), desk.fill_batch(6)
    desk.ack(late)
    desk.queued(1)
    desk.act("line", "stock", "main", "moica", "--count", "0")
    desk.value("SELECT test.have_line('other', '{\"series\": 1, \"cut_at\": "
               "\"{10:00}\", \"products\": \"{foreign_resident}\"}')")
    with world.db.connect() as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM calendar_year")
    desk.value("SELECT line_stop('main', 'an older copy', 'm')")
    rows = csv_of(world, "line", "alarms", expect=1)
    assert {(row["alarm"], row["line"], row["subject"], row["cards"])
            for row in rows if row["alarm"] != "calendar_missing"} == {
        ("ack_missing", "main", silent, "1"),
        ("results_late", "main", late, "1"),
        ("stock_out", "main", "moica", "1"),
        ("stopped", "main", "an older copy", "")}
    page = (ROOT / "man" / "recardctl.1").read_text(encoding="utf-8")
    section = re.search(r"^\.It Ic line alarms\n(.*?)^\.It Ic ", page,
                        re.M | re.S)[1]
    assert dict(re.findall(r"^\.It Li (\w+)\n(.+)$", section, re.M)) == {
        row["alarm"]: row["suggestion"] for row in rows}


def test_a_line_goes_on_after_a_restore(world, desk):
    desk.queued(2)
    desk.send()
    desk.value("SELECT line_stop('main', 'CB-20261123-000042 was handed out', "
               "'m')")
    assert desk.refused("batch", "cut", "main") == [
        "batch cut: line main is stopped: CB-20261123-000042 was handed out "
        "[RC061]", "help line resume tells what to find out first"]
    row, = world.ctl_json("exception", "list")
    assert (row["about"], row["reason"], row["suggestion"]) == (
        "main", "line_stopped", "line resume")
    assert desk.refused("line", "resume", "main", "--after", "0")[0] == \
        "line resume: line main: the number must be from 1 to 99999 [RC061]"
    done = world.ctl("line", "resume", "main", "--after",
                     "CB-20261123-100042", "--reason", "x", expect=2)
    assert "is a number of series 1, line main has series 0" in done.err
    assert desk.act("line", "resume", "main", "--after",
                    "CB-20261123-000042") == [
        "line main goes on after 00042; 00002 to 00042 are never used here"]
    assert world.ctl_json("exception", "list") == []
    assert desk.refused("line", "resume", "main", "--after", "50") == [
        "line resume: line main: unknown, or not stopped [RC061]",
        "line list shows which there are"]
    desk.queued(1)
    assert desk.cut().endswith("-000043")
    desk.value("SELECT line_stop('main', 'x', 'm')")
    assert desk.act("line", "resume", "main", "--after", "43") == [
        "line main goes on after 00043"]
    world.verify()


# Exceptions ---------------------------------------------------------------------

def test_exceptions_are_closed_when_they_are_settled(world, desk):
    batch, _ = desk.refuse()
    number = desk.value("SELECT exception_id FROM exception")
    assert desk.act("exception", "close", number, reason="line takes it") == [
        f"exception {number} is closed"]
    assert world.ctl("exception", "list").err == "recardctl: no exceptions\n"
    row, = world.ctl_json("exception", "list", "--all", "--kind", "batch")
    assert (row["closed_by"], row["resolution"], row["about"]) == (
        ME, "line takes it", batch)
    assert f"closed by {ME}: line takes it" in world.ctl(
        "exception", "list", "--all").out
    assert desk.refused("exception", "close", number) == [
        f"exception close: there is no open exception {number} [RC065]",
        "exception list shows which there are"]


def test_a_spreadsheet_computes_nothing(world, desk):
    desk.queued(1)
    batch = desk.cut()
    desk.act("batch", "hold", batch, reason="=1+1")
    done = world.ctl("--format", "csv", "batch", "list")
    assert done.out.splitlines()[1].endswith(",'=1+1")
    assert world.ctl_json("batch", "list")[0]["held"] == "=1+1"


# Words --------------------------------------------------------------------------

BATCH = "CB-20261123-000001"
ORDER = "26112300000012"


@pytest.mark.parametrize("args, words", [
    (("batch", "show"), "BATCH is missing"),
    (("batch", "show", "CB-20261123-1"), "is no batch number like CB-"),
    (("batch", "show", BATCH + "0"), "is no batch number"),
    (("batch", "cards", BATCH, "--state", "opened"), 'did you mean "open"'),
    (("batch", "list", "--state", "accept"), 'did you mean "accepted"'),
    (("batch", "list", "--line", "mian"), 'did you mean "main"'),
    (("batch", "list", "--product", "mocia"), 'did you mean "moica"'),
    (("batch", "list", "--from", "1151123"), "is no date"),
    (("batch", "list", "--limit", "0"), "is no number from 1"),
    (("batch", "reconcile", "x"), "'x' is no batch number"),
    (("batch", "reconcile", "--to", "x"), "is no date"),
    (("batch", "reconcile", "--line", "x"), "--line: "),
    (("batch", "cut"), "LINE is missing"),
    (("batch", "cut", "main"), "--reason=TEXT is needed"),
    (("batch", "cut", "main", "--product", "x", "--dry-run"), "--product: "),
    (("batch", "hold", BATCH), "--reason=TEXT is needed for the record"),
    (("batch", "release", BATCH, "--reason", " "), "--reason=TEXT is needed"),
    (("batch", "resend", BATCH), "--reason=TEXT is needed"),
    (("batch", "abandon", BATCH), "--reason=TEXT is needed"),
    (("batch", "abandon", "7", "--reason", "x"), "'7' is no batch number"),
    (("line", "stock", "main"), "LINE PRODUCT is missing"),
    (("line", "stock", "main", "moica", "--reason", "x"),
     "either --count=N (so many are there) or --add=N"),
    (("line", "stock", "main", "moica", "--count", "1", "--add", "1",
      "--reason", "x"), "either --count=N"),
    (("line", "stock", "main", "moica", "--add", "0", "--reason", "x"),
     "--add: '0' is no number from 1"),
    (("line", "stock", "main", "moica", "--count", "-1", "--reason", "x"),
     "--count: '-1' is no number"),
    (("line", "stock", "main", "moica", "--count", "1"),
     "--reason=TEXT is needed"),
    (("line", "resume", "main", "--reason", "x"), "--after=NUMBER is needed"),
    (("line", "resume", "main", "--after", "100042", "--reason", "x"),
     "--after: '100042' is no number from 0 to 99999"),
    (("line", "resume", "main", "--after", "CB-1", "--reason", "x"),
     "'CB-1' is no batch number"),
    (("line", "resume", "main", "--after", "7"), "--reason=TEXT is needed"),
    (("order", "hold", ORDER), "--reason=TEXT is needed"),
    (("order", "release", ORDER), "--reason=TEXT is needed"),
    (("order", "cancel", ORDER, "--dry-run"), "--reason=TEXT is needed"),
    (("order", "cancel", "12", "--reason", "x"), "'12' is no order number"),
    (("order", "retry", ORDER), "--reason=TEXT is needed"),
    (("request", "approve", "x"), "'x' is no number of a request: "
     "'recardctl request list' shows them"),
    (("request", "decline", "1"), "--reason=TEXT is needed"),
    (("request", "list", "--limit", "x"), "is no number"),
    (("exception", "list", "--kind", "cards"), 'did you mean "card"'),
    (("exception", "close", "x", "--reason", "x"),
     "'x' is no number of an exception"),
    (("exception", "close", "1"), "--reason=TEXT is needed"),
])
def test_wrong_words_are_found_before_anything_is_done(desk, args, words):
    done = desk.world.ctl(*args, expect=2)
    assert words in done.err and done.out == ""


def test_help_fits_a_terminal(world):
    listed = world.ctl("help").out
    listed = listed[listed.index("Commands:"):listed.index("\nNouns")]
    commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)(?= |$)", listed, re.M)
    assert len(commands) > 70
    for command in commands:
        shown = world.ctl("help", *command.split()).out
        details = shown[:shown.index("\nOptions:")]
        assert max(map(len, details.splitlines())) <= 82, details
        assert f"recardctl {command}" in shown[shown.index("\nExamples:"):]
