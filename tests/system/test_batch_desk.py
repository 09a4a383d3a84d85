"""The operators' side of manufacture: recardctl batch, line, request,
exception, and the acts on orders. What is allowed is shown by
tests/sql/lines.sql; here it is what an operator types and sees."""

import csv
import io
import json

import pytest


@pytest.fixture
def desk(world):
    """Four orders that are queued, in no batch yet."""
    world.orders_made = world.fill(4)
    world.pay(world.orders_made)
    world.daemon("payment")
    world.card_line(batch_min=1000)
    daemon = world.start("manufacture")
    daemon.says("order.freeze.done")
    daemon.stop()
    assert world.orders("queued") == world.orders_made
    return world


def said(ran):
    return [line.removeprefix("recardctl: ")
            for line in ran.err.splitlines()]


def alarms(world):
    return json.loads(world.ctl("--format", "json", "line", "alarms",
                                expect=1).out)


def refused(world, *args, code=1):
    ran = world.ctl(*args, expect=code)
    assert ran.out == ""
    return said(ran)


def test_a_batch_by_hand(desk):
    waiting, foreign = desk.ctl_json("line", "list")
    assert (waiting["line"], waiting["product"], waiting["waiting"]) in [
        ("main", "moica", 4), ("main", "foreign_resident", 0)]
    assert waiting["waiting"] + foreign["waiting"] == 4
    dry = desk.ctl_json("batch", "cut", "main", "--dry-run")
    assert [(row["product"], row["cards"]) for row in dry] == [("moica", 4)]
    assert desk.ctl_json("batch", "list") == []
    assert refused(desk, "batch", "cut", "main", code=2) == [
        "--reason=TEXT is needed for the record"]
    ran = desk.ctl("batch", "cut", "main", "--reason", "line closes early")
    number = desk.value("SELECT batch_no FROM card_batch")
    assert number in ran.out
    assert said(ran) == ["recard-manufacture seals it and hands it out"]
    assert "moica: nothing waits" in refused(
        desk, "batch", "cut", "main", "--reason", "again")
    desk.ctl("batch", "hold", number, "--reason", "line moves")
    row, = desk.ctl_json("batch", "list", "--state", "cut")
    assert (row["batch_no"], row["held"], row["cards"]) == \
        (number, "line moves", 4)
    desk.daemon("manufacture")
    assert list(desk.line_out.iterdir()) == []
    desk.ctl("batch", "release", number, "--reason", "line is back")
    desk.daemon("manufacture")
    assert [path.name for path in desk.line_out.iterdir()] == \
        [f"{number}.p7m"]
    lines = refused(desk, "batch", "hold", number, "--reason", "x")
    assert lines == [
        f"batch hold: batch {number} is published: it cannot be held any "
        "more [RC063]", "only the card line can stop it now"]
    desk.ctl("batch", "resend", number, "--reason", "line lost it")
    desk.daemon("manufacture")
    shown = desk.ctl("batch", "show", number).out
    for words in ("line closes early", "line moves", "line lost it",
                  "content_digest", "chain_digest", "cut_by"):
        assert words in shown, shown
    assert refused(desk, "batch", "show", "CB-20200101-000001") == [
        "there is no batch CB-20200101-000001"]
    desk.line()
    desk.daemon("manufacture")
    cards = list(csv.DictReader(io.StringIO(
        desk.ctl("--format", "csv", "batch", "cards", number).out)))
    assert sorted(card["order_no"] for card in cards) == desk.orders_made
    assert {card["state"] for card in cards} == {"made"}
    assert set(desk.ctl_json("batch", "list", "--line", "main")[0]) >= {
        "batch_no", "cause", "made", "open"}
    desk.verify()


def test_reconciliation(desk):
    desk.daemon("manufacture")
    number = desk.value("SELECT batch_no FROM card_batch")
    desk.line("--only-ack")
    desk.daemon("manufacture")
    row, = desk.ctl_json("batch", "reconcile", "--open")
    assert (row["batch_no"], row["sent"], row["open"], row["late"]) == \
        (number, 4, 4, False)
    desk.query("UPDATE card_line SET result_patience = '-1 s'")
    ran = desk.ctl("batch", "reconcile", "--open", expect=1)
    assert said(ran) == ["main: 1 batch; 4 sent = 0 made + 0 spoiled + 0 "
                         "rejected + 0 on hold + 4 open; 1 late"]
    alarm, = alarms(desk)
    assert (alarm["alarm"], alarm["subject"], alarm["cards"]) == \
        ("results_late", number, 4)
    desk.line("--reject", desk.orders_made[0])
    desk.daemon("manufacture")
    row, = desk.ctl_json("batch", "reconcile", number)
    assert (row["made"], row["rejected"], row["codes"]) == (3, 1, "CHIP=1")
    assert desk.ctl("batch", "reconcile", "CB-20200101-000001",
                    expect=1).out.count("\n") <= 1
    assert desk.ctl_json("line", "alarms") == []


def test_stock(desk):
    for arguments in ([], ["--count", "1", "--add", "1"]):
        assert refused(desk, "line", "stock", "main", "moica", *arguments,
                       "--reason", "x", code=2) == [
            "either --count=N (so many are there) or --add=N (so many came) "
            "is needed"]
    assert said(desk.ctl("line", "stock", "main", "moica", "--count", "0",
                         "--reason", "inventory")) == [
        "line main has 0 blank cards of moica"]
    assert "moica: 4 wait, but the line has no blank card left: see " \
        "recardctl line stock" in refused(
            desk, "batch", "cut", "main", "--reason", "try")
    alarm, = alarms(desk)
    assert (alarm["alarm"], alarm["cards"]) == ("stock_out", 4)
    ran = desk.daemon("manufacture")
    assert "line.stock.out" in ran.err
    desk.ctl("line", "stock", "main", "moica", "--add", "3", "--reason",
             "delivery 17")
    desk.daemon("manufacture")
    assert desk.value("SELECT cards FROM card_batch") == 3


def test_orders_by_hand(desk):
    first, second, third, _ = desk.orders_made
    assert said(desk.ctl("order", "hold", first, "--reason", "look")) == [
        f"order {first} is held until 'recardctl order release'"]
    assert "held already" in refused(desk, "order", "hold", first, "--reason",
                                     "x")[0]
    desk.ctl("order", "cancel", second, "--reason", "asked by phone")
    assert [row["order_ref"] for row in desk.ctl_json(
        "payment", "refunds")] == [second]
    desk.daemon("manufacture")
    lines = refused(desk, "order", "cancel", third, "--reason", "x")
    assert "cannot be cancelled any more: its card is in batch" in lines[0]
    assert lines[1] == ("after payment that is possible only until the batch "
                        "is sealed")
    desk.ctl("order", "release", first, "--reason", "fine")
    assert "not held" in refused(desk, "order", "release", first, "--reason",
                                 "x")[0]
    assert "not stopped by the limit" in refused(
        desk, "order", "retry", first, "--reason", "x")[0]
    desk.verify()


def test_two_people(desk):
    """What fails too often waits until two people agree."""
    order = desk.orders_made[0]
    for _ in range(3):
        desk.daemon("manufacture")
        desk.line("--reject", order)
        desk.daemon("manufacture")
    row, = desk.ctl_json("exception", "list", "--kind", "card")
    assert (row["order_no"], row["reason"]) == (order, "attempt_limit")
    assert "ends by what is done about it" in refused(
        desk, "exception", "close", str(row["exception"]), "--reason", "x")[0]
    assert "two people" in refused(desk, "order", "release", order,
                                   "--reason", "x")[0]
    line, = said(desk.ctl("order", "retry", order, "--reason", "new lot"))
    request, = desk.ctl_json("request", "list")
    number = str(request["request"])
    assert f"'recardctl request approve {number}'" in line
    assert (request["act"], request["subject"], request["reason"]) == \
        ("retry_card", order, "new lot")
    assert "your own" in refused(desk, "request", "approve", number,
                                 "--reason", "me too")[0]
    desk.ctl("request", "decline", number, "--reason", "by the other one")
    assert desk.ctl_json("request", "list") == []
    assert [row["outcome"] for row in desk.ctl_json(
        "request", "list", "--all")] == ["declined"]
    number = desk.value("SELECT decision_request('retry_card', %s, 'clerk', "
                        "'new lot')", order)
    assert said(desk.ctl("request", "approve", str(number), "--reason",
                         "seen")) == [
        f"request {number} is approved and carried out: retry_card {order}"]
    desk.daemon("manufacture")
    desk.line()
    desk.daemon("manufacture")
    assert order in desk.orders("produced")
    assert desk.ctl_json("exception", "list") == []
    desk.verify()


def test_line_that_is_stopped(desk):
    desk.query("SELECT line_stop('main', 'another file', 'manufacture')")
    assert alarms(desk)[0]["alarm"] == "stopped"
    assert "is stopped: another file" in refused(
        desk, "batch", "cut", "main", "--reason", "x")[0]
    assert refused(desk, "line", "resume", "main", "--reason", "x",
                   code=2) == [
        "--after=NUMBER is needed (the last number that the line has)"]
    ran = desk.ctl("line", "resume", "main", "--after", "CB-20261123-000041",
                   "--reason", "asked")
    assert said(ran) == ["line main goes on after 00041; 00001 to 00041 are "
                         "never used here"]
    desk.daemon("manufacture")
    assert desk.value("SELECT right(batch_no, 6) FROM card_batch") == "000042"
    desk.verify()
