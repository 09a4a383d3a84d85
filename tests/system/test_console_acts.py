"""Everything that an operator decides, on the console: each act from the page
that offers it to what it does, and several at once."""

import base64
import re
import subprocess
from urllib.parse import parse_qsl, urlsplit

import pytest

from conftest import wait_until
from test_console import SCRIPT, Console
from test_desk_acts import Desk
from test_payment_desk import books, number


class Seat:
    """Somebody in front of a console, who does only what pages offer."""

    def __init__(self, console, role):
        self.browser = console.browser(role)

    def links(self, path):
        """Acts that a page offers: (act, subject) -> the form's address."""
        found = {}
        for link in re.findall(r'href="(/act\?[^"]*)"',
                               self.browser.get(path).text):
            address = link.replace("&amp;", "&")
            query = dict(parse_qsl(urlsplit(address).query))
            found[query["do"], query["on"]] = address
        return found

    def offered(self, path):
        return {act for act, _ in self.links(path)}

    def does(self, path, act, on, **inputs):
        """Follows the link, fills the form in, and lands on a page."""
        address = self.links(path)[act, on]
        form = self.browser.get(address)
        assert form.status == 200
        asked = set(re.findall(r'<(?:input|textarea)[^>]* id="(\w+)"',
                               form.text)) - {"q", "reason"}
        assert set(inputs) <= asked, asked
        hidden = dict(re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.text))
        done = self.browser.post(
            re.search(r'action="([^"?]*)[^"]*" class="decide"', form.text)[1],
            **{**hidden, "back": hidden.get("back", "").replace(
                "&amp;", "&"), "token": hidden["token"]},
            reason=f"because of {act}", **inputs)
        assert done.status == 303, done.text
        page = self.browser.get(done.headers["Location"])
        assert page.status == 200 and 'class="done"' in page.text
        return done.headers["Location"]


@pytest.fixture
def desk(world):
    desk = Desk(world)
    desk.console = Console(world)
    desk.operator = Seat(desk.console, "operator")
    desk.supervisor = Seat(desk.console, "supervisor")
    return desk


def made(location):
    return dict(parse_qsl(urlsplit(location).query))["made"]


def test_payments_that_settle_nothing(world):
    orders = books(world)
    console = Console(world)
    seat = Seat(console, "operator")
    slip, twice, short, lost = (number(world, name) for name in
                                ("slip", "twice", "short", "lost"))
    page = seat.browser.get("/payment-exceptions").text
    assert f'href="/payments/{slip}"' in page
    assert seat.offered(f"/payments/{slip}") == {
        "payment_refund_due", "payment_refunded", "payment_matched"}
    assert Seat(console, "viewer").offered(f"/payments/{slip}") == set()
    assert seat.offered(f"/payments/{number(world, 'good')}") == set()
    seat.does(f"/payments/{slip}", "payment_matched", str(slip),
              order_no=orders[2])
    seat.does(f"/payments/{lost}", "payment_matched", str(lost))
    seat.does(f"/payments/{short}", "payment_refund_due", str(short))
    assert seat.offered(f"/payments/{short}") == {"payment_refunded",
                                                  "payment_matched"}
    for payment in (short, twice):
        seat.does(f"/payments/{payment}", "payment_refunded", str(payment),
                  reference=f"R-{payment}")
    assert world.query(
        "SELECT p.reference, e.state, e.refund_reference, e.closed_by "
        "FROM payment_exception e JOIN payment p USING (payment_id) "
        "WHERE closed_at IS NOT NULL ORDER BY 1") == [
        ("lost", "matched", None, "operator"),
        ("short", "refunded", f"R-{short}", "operator"),
        ("slip", "matched", None, "operator"),
        ("twice", "refunded", f"R-{twice}", "operator")]
    assert world.orders("paid") == sorted([orders[0], orders[2]])
    # What the function refuses is said in words, and in which way out.
    answer = seat.browser.act("payment_matched", slip)
    assert answer.status == 409 and "it is matched since" in answer.text
    world.verify()


def test_batches_and_lines(desk):
    world, operator = desk.world, desk.operator
    desk.queued(2)
    assert operator.offered("/lines") == {"batch_cut", "stock_counted",
                                          "stock_delivered"}
    operator.does("/lines", "stock_counted", "main moica", cards="7")
    operator.does("/lines", "stock_delivered", "main moica", cards="5")
    assert desk.value("SELECT stock_left('main', 'moica')") == 12
    batch = made(operator.does("/lines", "batch_cut", "main moica"))
    page = f"/batches/{batch}"
    assert operator.offered(page) == {"batch_hold"}
    operator.does(page, "batch_hold", batch)
    assert operator.offered(page) == {"batch_release"}
    operator.does(page, "batch_release", batch)
    again = operator.browser.act("batch_cut", "main moica")
    assert again.status == 409 and "nothing waits" in again.text
    desk.value("SELECT test.seal(%s, test.epoch(%s))", batch, batch)
    desk.value("SELECT publish_batch(%s, test.epoch(%s), NULL, now())",
               batch, batch)
    assert operator.offered(page) == {"batch_resend"}
    operator.does(page, "batch_resend", batch)
    desk.ack(batch, "REJECTED", "BAD_HASH")
    location = operator.does(page, "batch_abandon", batch)
    request = made(location)
    # A second person decides.
    assert operator.offered(f"/requests/{request}") == {"decline"}
    desk.supervisor.does("/requests", "approve", request)
    assert world.query("SELECT state, ended_by FROM card_batch") == [
        ("abandoned", "supervisor")]
    # A line that is stopped goes on by a supervisor's word.
    desk.world.query("UPDATE card_line SET stopped_at = now(), "
                     "stop_reason = 'another file'")
    assert "line_resume" not in operator.offered("/lines")
    desk.supervisor.does("/lines", "line_resume", "main", number="40")
    assert desk.value("SELECT last_number FROM card_line") == 40
    assert desk.value("SELECT count(*) FROM operator_act WHERE actor IN "
                      "('operator', 'supervisor')") == 9
    world.verify()


def test_labels_and_print_runs(world):
    orders = world.fill(23)
    world.pay(orders)
    for program in ("payment", "manufacture", "label"):
        world.daemon(program)
    console = Console(world)
    seat = Seat(console, "operator")
    run = world.value("SELECT run_no FROM label_run")
    page = f"/label-runs/{run}"
    assert seat.offered(page) == {"run_reprint", "sheet_preview"}
    assert Seat(console, "viewer").offered(page) == set()
    one, two = orders[:2]
    assert seat.offered(f"/orders/{one}") >= {"label_reprint", "label_void",
                                              "label_preview"}
    assert made(seat.does(f"/orders/{one}", "label_reprint", one)) == "2"
    seat.does(f"/orders/{two}", "label_void", two)
    assert seat.does("/exceptions", "label_reprint", two).startswith(
        "/exceptions?")
    seat.does(page, "run_reprint", run, sheet="2")
    seat.does(page, "run_reprint", run)
    assert world.value("SELECT count(*) FROM label "
                       "WHERE run_no IS NULL AND state = 'pending'") == 23
    refused = seat.browser.act("run_reprint", run, sheet="9")
    assert refused.status == 409 and "no sheet 9" in refused.text
    # A run that a printer took, but cannot tell of.
    world.query("INSERT INTO print_job (run_no, printer, state, created_at) "
                "SELECT %s, 'test', 'sent', now()", run)
    seat.does(page, "print_confirm", run)
    assert world.value("SELECT state FROM print_job") == "printed"
    assert world.query("SELECT DISTINCT actor FROM operator_act "
                       "WHERE act NOT LIKE 'add operator%'") == [
        ("operator",)]
    world.verify()


def pictures(page, folder):
    """What a scanner reads on the pictures of a page, and in what order."""
    found = []
    for n, data in enumerate(re.findall(
            r'<img class="picture" src="data:image/png;base64,([^"]+)"',
            page.text)):
        path = folder / f"{n}.png"
        path.write_bytes(base64.b64decode(data))
        found += subprocess.run(["zbarimg", "-q", path], check=True,
                                capture_output=True,
                                text=True).stdout.split()
    return sorted(code.removeprefix("CODE-128:") for code in found)


def test_a_sheet_is_looked_at_as_it_is_printed(world, tmp_path):
    orders = world.fill(23, name=SCRIPT[:20])
    world.pay(orders)
    for program in ("payment", "manufacture", "label"):
        world.daemon(program)
    console = Console(world)
    run = world.value("SELECT run_no FROM label_run")
    form = {"on": run, "reason": "stains"}
    browser = console.browser("operator")
    page = browser.post("/sheet", do="sheet_preview", sheet="2", **form)
    assert page.status == 200 and "<script" not in page.text
    on_sheet = [order for order, in world.query(
        "SELECT order_text(order_no) FROM run_labels(%s) WHERE sheet = 2 "
        "ORDER BY cell", run)]
    assert pictures(page, tmp_path) == sorted(on_sheet)
    assert re.findall(r'<td><a href="/orders/(\d{14})">', page.text) == \
        on_sheet
    page = browser.post("/label", do="label_preview", on=orders[0],
                        reason="asked")
    assert pictures(page, tmp_path) == [orders[0]]
    assert world.query("SELECT actor, purpose, count(*) FROM access_record "
                       "GROUP BY 1, 2 ORDER BY 2") == [
        ("operator", "label preview: console: asked", 1),
        ("operator", "label preview: console: stains", 2)]
    # Not everybody's to see; and what is not there is told.
    for role in ("viewer", "auditor"):
        assert console.browser(role).post(
            "/sheet", do="sheet_preview", sheet="2", **form).status == 403
    assert browser.post("/sheet", do="sheet_preview", sheet="9",
                        **form).status == 404
    # Without fonts the words are there all the same.
    world.configure("label", fonts=["/nowhere.otf"])
    page = browser.post("/sheet", do="sheet_preview", sheet="2", **form)
    assert page.status == 200 and pictures(page, tmp_path) == []
    assert on_sheet[0] in page.text
    log = console.daemon.stop()
    assert "console.picture.failed" in log and orders[0] not in log


def test_what_comes_back_goes_out_again(world):
    world.apply(2)
    world.pay(world.orders("unpaid"))
    world.drain()
    console = Console(world)
    operator, supervisor = Seat(console, "operator"), Seat(console,
                                                           "supervisor")
    order, file = world.query(
        "SELECT order_text(order_no), import_id::text FROM mail_item "
        "LIMIT 1")[0]
    # A file is taken back by two.
    assert operator.offered(f"/imports/{file}") == {"revert_import"}
    request = made(operator.does(f"/imports/{file}", "revert_import", file))
    operator.does("/requests", "decline", request)
    # A letter came back: to another address, by two.
    world.query("SELECT advance(ARRAY[%s::bigint], 'returned', 'test')",
                order)
    world.query("INSERT INTO exception (kind, order_no, subject, reason, "
                "opened_at) VALUES ('returned_mail', %s::bigint, %s, "
                "'refused', now())", order, order)
    assert operator.offered("/returned") == {"remail", "correct_address",
                                             "close"}
    address = "臺北市中正區重慶南路一段八百號"
    bad = operator.browser.act("correct_address", order,
                               postal_code="12", address=address)
    assert bad.status == 409 and "bad_postal_code" in bad.text, bad.text
    request = made(operator.does("/returned", "correct_address", order,
                                 postal_code="100006", address=address))
    supervisor.does(f"/requests/{request}", "approve", request)
    world.daemon("manufacture")
    assert world.orders("produced") == [order]
    log = console.daemon.stop()
    assert address not in log and order not in log
    world.verify()


def test_a_stage_is_paused_by_anybody_at_the_desk(desk):
    desk.operator.does("/stages", "pause", "label.print",
                       until="2099-12-31T18:30")
    assert desk.value("SELECT taipei_time(until) FROM stage_pause "
                      "WHERE stage = 'label.print'") == \
        "2099-12-31T18:30:00+08:00"
    desk.operator.does("/stages", "pause", "purge")
    page = desk.operator.browser.get("/stages?lang=en").text
    assert page.count('class="over"') == 2 and "because of pause" in page
    assert "resume" not in desk.operator.offered("/stages")
    for stage in ("label.print", "purge"):
        desk.supervisor.does("/stages", "resume", stage)
    assert desk.value("SELECT count(*) FROM stage_pause") == 0


# Several at once -----------------------------------------------------------------

def chosen(page, act):
    """The form of a list, with every row chosen."""
    subjects = re.findall(r'type="checkbox" name="on" value="([^"]+)"',
                          page.text)
    back = re.search(r'name="back" value="([^"]+)"', page.text)[1]
    assert f'name="do" value="{act}"' in page.text
    return subjects, back.replace("&amp;", "&")


def address_of(act, subjects, back=""):
    return f"/act?do={act}&back={back.replace('&', '%26')}" + "".join(
        f"&on={subject}" for subject in subjects)


def test_several_at_once(desk):
    world, browser = desk.world, desk.operator.browser
    orders = world.fill(5)
    assert browser.act("hold", orders[1]).status == 303
    page = browser.get("/orders?status=unpaid")
    subjects, back = chosen(page, "hold")
    assert subjects == orders and back == "/orders?status=unpaid"
    form = browser.get(address_of("hold", subjects, back) + "&lang=en")
    assert "× 5" in form.text and 'id="count"' not in form.text
    answer = browser.post("/act", token=form.token, do="hold", back=back,
                          on=subjects, reason="fire")
    assert answer.status == 200 and answer.text.count('class="over"') == 1
    assert "held already" in answer.text
    assert f'href="{back}"' in answer.text.replace("&amp;", "&")
    assert world.query("SELECT subject FROM operator_act "
                       "WHERE reason = 'fire' ORDER BY 1") == [
        (order,) for order in orders if order != orders[1]]
    # What cannot be taken back needs its count, typed.
    form = browser.get(address_of("cancel", subjects[:3]))
    assert 'id="count"' in form.text
    before = world.snapshot()
    for count in ("", "2", "4"):
        answer = browser.post("/act", token=form.token, do="cancel",
                              on=subjects[:3], reason="x", count=count)
        assert answer.status == 400
    assert world.snapshot() == before
    answer = browser.post("/act", token=form.token, do="cancel", count="3",
                          on=subjects[:3], reason="holder asked")
    assert answer.status == 200 and 'class="over"' not in answer.text
    assert world.statuses() == {"cancelled": 3, "unpaid": 2}
    world.verify()


def test_bounds_of_several(desk):
    world, browser = desk.world, desk.operator.browser
    before = world.snapshot()
    many = [str(n) for n in range(1, 202)]
    assert browser.get(address_of("hold", many[:200])).status == 200
    assert browser.get(address_of("hold", many)).status == 400
    form = {"reason": "x", "count": "201"}
    assert browser.post("/act", do="hold", on=many, **form).status == 400
    # One at a time, by their nature; and every one of them must fit.
    assert browser.get(address_of("claim_open", many[:2])).status == 400
    assert browser.post("/act", do="claim_open", on=many[:2],
                        **form).status == 400
    assert browser.get(address_of("hold", ["1", "x"])).status == 400
    assert browser.post("/act", do="hold", on=["1", "x"], **form).status == 400
    # Not his, and neither is one of several.
    viewer = desk.console.browser("viewer")
    assert "checkbox" not in viewer.get("/orders").text
    assert viewer.get(address_of("hold", many[:2])).status == 403
    assert viewer.post("/act", do="hold", on=many[:2], **form).status == 403
    world.query("DELETE FROM console_refusal")
    assert world.snapshot() == before


def test_an_act_leads_back_to_where_it_began(desk):
    browser = desk.operator.browser
    (order,) = desk.world.fill(1)
    for back, where in [("/orders?status=unpaid", "/orders?status=unpaid&"),
                        ("//evil.example/", f"/orders/{order}?"),
                        ("/\\evil.example", f"/orders/{order}?"),
                        ("https://evil.example", f"/orders/{order}?"),
                        ("/x\r\nSet-Cookie: a=b", f"/orders/{order}?")]:
        for act in ("hold", "release"):
            answer = browser.act(act, order, back=back)
            assert answer.status == 303
            assert answer.headers["Location"].startswith(where)
            assert "evil" not in str(answer.headers)
            assert "a=b" not in str(answer.headers)


def test_two_who_do_the_same_to_many(desk):
    """Neither waits for the other for ever, and each thing is done once."""
    world = desk.world
    orders = world.fill(40)
    with world.db.connect() as one, world.db.connect() as two:
        one.execute("BEGIN")
        one.execute("SELECT FROM recard.orders WHERE order_no = %s FOR UPDATE",
                    (orders[20],))
        browser = desk.operator.browser
        answer = browser.post("/act", do="hold", on=orders, reason="a")
        assert answer.status == 503
        assert two.execute("SELECT count(*) FROM recard.orders WHERE held"
                           ).fetchone()[0] == 0
        one.execute("ROLLBACK")
    wait_until(lambda: browser.post("/act", do="hold", on=orders,
                                    reason="b").status == 200, "a free list")
    assert desk.value("SELECT count(*) FROM operator_act "
                      "WHERE act = 'hold'") == 40
