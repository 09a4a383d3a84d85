"""The operators' side over HTTPS: who gets in, who may do what, and what the
pages show and do not show."""

import http.client
import re
import signal
import ssl
import subprocess
import sys
import urllib.parse

import pytest

from conftest import ROOT, wait_until
from free_ports import free_port
from operators import Authority, Browser
from test_desk_acts import Desk, ME

sys.path.append(str(ROOT / "tests" / "lint"))
import facts  # noqa: E402

ROLES = ("viewer", "operator", "supervisor", "auditor")
LISTS = ("/", "/orders", "/exceptions", "/payment-exceptions", "/returned",
         "/overdue",
         "/claims", "/requests", "/batches", "/label-runs", "/imports",
         "/feeds")
SCRIPT = "<script>alert(1)</script>"


class Console:
    """A running console, and an operator of each role who has a card."""

    def __init__(self, world, **settings):
        self.world = world
        self.authority = Authority(world.keys)
        self.port, self.metrics = free_port(), free_port()
        form_key = world.keys / "form.key"
        form_key.touch(0o600)
        form_key.write_text("ab" * 32)
        world.configure(
            "console", listen=f"127.0.0.1:{self.port}",
            certificate="keys/server.crt", key="keys/server.key",
            operators_ca="keys/operators.crt", form_key="keys/form.key",
            metrics_listen=f"127.0.0.1:{self.metrics}", **settings)
        self.cards = {ME: self.authority.card(ME)}
        self.add(ME, "supervisor")
        for role in ROLES:
            self.cards[role] = self.authority.card(role)
            self.add(role, role)
        self.daemon = world.start("console")
        self.daemon.says("console.server.listening")
        wait_until(self.ready, "the console to be ready")

    def add(self, name, role, *options, expect=0):
        return self.world.ctl(
            "operator", "add", name, self.authority.folder / f"{name}.crt",
            "--as", role, "--reason", "test", *options, expect=expect)

    def plain(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.metrics,
                                                timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        except ConnectionError:
            return None, ""
        finally:
            connection.close()

    def ready(self):
        return self.plain("/readyz")[0] == 200

    def browser(self, name, **options):
        return Browser(self.port, self.world.keys / "server.crt",
                       self.cards.get(name), **options)


@pytest.fixture
def console(world):
    return Console(world)


# Who gets in ------------------------------------------------------------------

def refused(browser):
    """TLS does not let him in."""
    try:
        browser.get("/")
    except (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected):
        return True
    return False


def test_only_cards_of_the_operators_authority(console):
    stranger = Authority(console.world.folder, "others")
    console.cards |= {"nobody": None,
                      "expired": console.authority.card("expired", -1),
                      "foreign": stranger.card("foreign")}
    for name in ("nobody", "expired", "foreign"):
        assert refused(console.browser(name)), name
    assert refused(Browser(console.port, console.world.keys / "server.crt",
                           (stranger.certificate, stranger.key)))
    # TLS 1.2 is good enough, and both ask for a card.
    old = ssl.TLSVersion.TLSv1_2
    assert console.browser("viewer", maximum=old).get("/").status == 200
    assert refused(console.browser("nobody", maximum=old))
    # A card of the right authority that is nobody's: let in, not served.
    console.cards["passer-by"] = console.authority.card("passer-by")
    for _ in range(3):
        answer = console.browser("passer-by").get("/orders")
        assert answer.status == 403 and "<nav" in answer.text
        assert 'href="/orders"' not in answer.text
    assert console.world.query(
        "SELECT operator, act, subject, times FROM console_refusal") == [
            (None, "", "", 3)]


def test_revoked_removed_and_over(console):
    world = console.world
    console.authority.revoke()
    world.configure("console", revoked="keys/operators.crl")
    console.daemon.process.send_signal(signal.SIGHUP)
    console.daemon.says("config.reload.done")
    assert console.browser("viewer").get("/").status == 200
    console.authority.revoke(console.cards["viewer"][0])
    console.daemon.process.send_signal(signal.SIGHUP)
    wait_until(lambda: refused(console.browser("viewer")), "the new list")
    assert console.browser("auditor").get("/").status == 200
    # A list that cannot be read: the former one stays.
    console.authority.revoked.write_text("nothing")
    console.daemon.process.send_signal(signal.SIGHUP)
    console.daemon.says("console.server.refused")
    assert refused(console.browser("viewer"))
    world.ctl("operator", "remove", "auditor", "--reason", "left")
    assert console.browser("auditor").get("/").status == 403
    console.add("operator", "operator", "--from", "2020-01-01", "--to",
                "2020-01-02")
    assert console.browser("operator").get("/").status == 403


def test_operators_are_a_supervisors_matter(world):
    authority = Authority(world.keys)
    for name in (ME, "other"):
        authority.card(name)

    def add(name, role, expect=0):
        return world.ctl("operator", "add", name, world.keys / f"{name}.crt",
                         "--as", role, "--reason", "test", expect=expect).err

    assert "there is no supervisor yet" in add("other", "viewer", 1)
    add("other", "supervisor")
    assert f"{ME} is no supervisor" in add(ME, "supervisor", 1)
    world.query("UPDATE operator SET name = %s", ME)
    assert "another operator has that certificate" in add(
        "other", "viewer", 1)
    authority.card(ME)
    add(ME, "supervisor")
    authority.card("other")
    add("other", "viewer")
    listed = world.ctl_json("operator", "list")
    assert [(row["name"], row["role"], row["state"]) for row in listed] == \
        sorted([(ME, "supervisor", "in force"),
                ("other", "viewer", "in force")])
    world.ctl("operator", "remove", "other", "--reason", "left")
    world.ctl("operator", "remove", "other", "--reason", "left", expect=1)
    assert [row["state"] for row in world.ctl_json(
        "operator", "list", "--all")].count("removed") == 2
    assert "no certificate" in world.ctl(
        "operator", "add", "x", world.conf, "--as", "viewer", "--reason",
        "y", expect=1).err
    assert world.query("SELECT act, count(*)::int FROM operator_act "
                       "GROUP BY act ORDER BY act") == [
        ("add operator supervisor", 2), ("add operator viewer", 1),
        ("remove operator", 1)]


# Who may do what ----------------------------------------------------------------

def rights(world):
    return set(world.query("SELECT act, role FROM console_right"))


# Acts that are done by a form, as the program's own table has them: what each
# is done to, and where its form goes.
ACTS = facts.console_acts(ROOT)
# Nothing that anything can be done to, and what the forms ask for besides.
NOWHERE = {"order": "7", "payment": "7", "claim": "7", "exception": "7",
           "request": "7", "import": "7", "batch": "CB-20260101-000001",
           "label_run": "LR-20260101-000001", "line": "none moica",
           "stage": "nothing"}
BESIDES = {"postal_code": "100006", "address": "臺北市中正區一段一號",
           "reference": "R-1", "cards": "5", "number": "5", "sheet": "1"}


def test_every_act_has_a_right_and_a_form(console):
    """What is in one table is in the other."""
    assert {act for act, _ in rights(console.world)} == \
        set(ACTS) | {"view", "search", "audit"}


@pytest.mark.parametrize("role", ROLES)
def test_every_act_asks_for_the_right(console, role):
    """By direct post, whatever the pages offer."""
    world = console.world
    (order,) = world.fill(1)
    browser = console.browser(role)
    token = browser.get("/").token
    allowed = rights(world)
    assert len(ACTS) > 30
    for act, (subject, post) in ACTS.items():
        world.query("DELETE FROM console_refusal")
        before = world.snapshot("console_refusal")
        on = order if act == "reveal" else NOWHERE[subject]
        form = browser.get(
            f"/act?do={act}&on={urllib.parse.quote(on)}")
        answer = browser.post(post, token=token, do=act, on=on, reason="test",
                              **BESIDES)
        if (act, role) in allowed:
            assert answer.status in (200, 404, 409), (act, answer.text)
            assert world.value("SELECT count(*) FROM console_refusal") == 0
            assert form.status == 200 and "<textarea" in form.text, act
        else:
            assert answer.status == 403, (act, answer.text)
            assert world.snapshot("console_refusal") == before
            assert world.query("SELECT operator, act, subject, times "
                               "FROM console_refusal") == [
                (role, act, on, 2)]
            assert form.status == 403
    assert (browser.get("/audit").status == 200) == \
        (("audit", role) in allowed)
    assert browser.get("/").text.count('href="/audit"') == \
        (("audit", role) in allowed)


def test_an_order_is_held_released_and_cancelled(console):
    world = console.world
    (order,) = world.fill(1)
    browser = console.browser("operator")
    page = browser.get(f"/orders/{order}?lang=en")
    assert page.status == 200 and f"do=hold&amp;on={order}" in page.text
    assert "do=release" not in page.text
    answer = browser.act("hold", order, reason="calls back")
    assert answer.status == 303
    assert answer.headers["Location"] == f"/orders/{order}?done=hold"
    page = browser.get(f"/orders/{order}?done=hold&lang=en")
    assert "Done: hold" in page.text and "calls back" in page.text
    assert "do=release" in page.text
    again = browser.act("hold", order)
    assert again.status == 409 and "held already" in again.text
    assert browser.act("release", order).status == 303
    assert browser.act("cancel", order).status == 303
    assert world.query("SELECT actor, act, subject, reason FROM operator_act "
                       "WHERE subject = %s ORDER BY act_id", order) == [
        ("operator", "hold", order, "calls back"),
        ("operator", "release", order, "to test it"),
        ("operator", "cancel", order, "to test it")]
    assert world.statuses() == {"cancelled": 1}
    log = console.daemon.stop()
    assert order not in log and "calls back" not in log
    world.verify()


def test_two_people_decide(console):
    world = console.world
    desk = Desk(world)
    (order,) = desk.queued(1)
    world.query("UPDATE orders SET held = true")
    world.query("INSERT INTO hold (order_no, reason, placed_at, placed_by, "
                "by_two) SELECT order_no, 'attempts', now(), 'test', true "
                "FROM orders")
    me, other = console.browser("supervisor"), console.browser(ME)
    operator = console.browser("operator")
    assert "two people" in operator.act("release", order).text
    assert me.act("retry", order).status == 303
    number = world.value("SELECT decision_no FROM decision")
    page = me.get("/requests?lang=en")
    assert f"do=approve&amp;on={number}" in page.text
    assert f"do=approve&amp;on={number}" not in operator.get(
        "/requests").text
    page = me.get(f"/requests/{number}?lang=en").text
    assert f"do=approve&amp;on={number}" in page and order in page
    answer = me.act("approve", number)
    assert answer.status == 409 and "your own" in answer.text
    assert operator.act("approve", number).status == 403
    assert other.act("approve", number).status == 303
    assert world.query("SELECT requested_by, decided_by, outcome "
                       "FROM decision") == [("supervisor", ME, "approved")]
    assert not world.value("SELECT held FROM orders")
    assert "do=approve" not in me.get(f"/requests/{number}").text


def test_a_corrected_address_is_seen_before_it_is_approved(console):
    world = console.world
    world.apply(2)
    world.pay(world.orders("unpaid"))
    world.drain()
    order = world.orders("mailed")[0]
    world.query("SELECT advance(ARRAY[%s::bigint], 'returned', 'test')",
                order)
    address = "臺北市中正區重慶南路一段八百號"
    number = world.value(
        "SELECT request FROM correct_address(%s::bigint, '100006', %s, "
        "'desk', 'moved')", order, address)
    browser = console.browser("supervisor")
    page = browser.get(f"/requests/{number}").text
    assert address not in page and "do=request_reveal" in page
    assert "do=request_reveal" not in console.browser("viewer").get(
        f"/requests/{number}").text
    form = {"do": "request_reveal", "on": number, "reason": "to decide it"}
    assert console.browser("auditor").post(
        "/reveal-request", **form).status == 403
    assert address in browser.post("/reveal-request", **form).text
    assert world.query("SELECT actor, order_text(order_no), purpose "
                       "FROM access_record") == [
        ("supervisor", order, "request show: to decide it")]
    assert browser.act("approve", number).status == 303


def test_a_button_with_nothing_chosen(console):
    answer = console.browser("operator").get(
        "/act?do=hold&back=%2Forders%3Fstatus%3Dpaid&lang=en")
    assert answer.status == 400 and "Choose at least one" in answer.text
    assert 'href="/orders?status=paid&amp;lang=en"' in answer.text


def test_a_claim_from_opening_to_its_end(console):
    world = console.world
    world.apply(3)
    world.pay(world.orders("unpaid"))
    world.drain()
    order = world.orders("mailed")[0]
    browser = console.browser("operator")
    # What somebody wrote stays so, also where words of ours stand in it.
    why = "delivered, but no card"
    assert browser.act("claim_open", order, reason=why).status == 303
    claim = world.value("SELECT claim_id FROM claim")
    assert f'href="/claims/{claim}"' in browser.get("/claims").text
    for path in ("/claims", f"/claims/{claim}", f"/orders/{order}"):
        assert why in browser.get(path + "?lang=zh").text, path
    assert why in console.browser("auditor").get("/audit?lang=zh").text
    assert browser.act("claim_note", claim, reason="asked").headers[
        "Location"] == f"/claims/{claim}?done=claim_note"
    page = browser.get(f"/claims/{claim}?lang=en")
    assert "asked" in page.text and "do=claim_close" in page.text
    # A form is done once, however often it is sent; its lines end as lines.
    form = re.search(r'name="form" value="([0-9a-f]{32})"', browser.get(
        f"/act?do=claim_note&on={claim}").text)[1]
    said = [browser.act("claim_note", claim, reason="one\r\ntwo", form=form)
            for _ in range(2)]
    assert [answer.status for answer in said] == [303, 409]
    assert "sent before" in said[1].text
    assert world.query("SELECT text FROM claim_note WHERE text LIKE 'one%%'") \
        == [("one\ntwo",)]
    assert "\ufffd" not in browser.get(f"/claims/{claim}").text
    assert browser.act("claim_close", claim, reason="found").status == 303
    page = browser.get(f"/claims/{claim}")
    assert "do=claim_close" not in page.text and "found" in page.text
    # Found by its tracking number, and by either card.
    number, old, new = world.query(
        "SELECT tracking_no, card_no, new_card_no FROM mail_item "
        "JOIN applicant USING (order_no) JOIN card_job USING (order_no) "
        "WHERE order_text(order_no) = %s", order)[0]
    for wanted in (order, number, old, new):
        answer = browser.post("/search", q=wanted)
        assert answer.status == 200 and f'href="/orders/{order}"' in \
            answer.text, wanted
    assert world.query("SELECT actor, order_text(order_no), purpose "
                       "FROM access_record") == [
        ("operator", order, "search by card")] * 2
    # What was made of it is on its pages.
    batch, run = world.query("SELECT batch_no, run_no FROM card_batch, "
                             "label_run")[0]
    assert batch in browser.get("/batches").text
    assert f"{batch}.ack.p7m" in browser.get(f"/batches/{batch}").text
    assert f'href="/label-runs/{run}"' in browser.get("/label-runs").text
    assert order in browser.get(f"/label-runs/{run}").text
    assert browser.get("/imports/1").status == 200
    world.verify()


# Forged posts --------------------------------------------------------------------

def test_forged_posts_do_nothing(console):
    world = console.world
    (order,) = world.fill(1)
    browser, other = console.browser("operator"), console.browser("operator")
    token, foreign = browser.get("/").token, other.get("/").token
    before = world.snapshot()
    form = {"do": "hold", "on": order, "reason": "forged"}
    cases = [
        {"token": ""}, {"token": "1.ab"}, {"token": foreign},
        {"token": token[:-1] + ("0" if token[-1] != "0" else "1")},
        {"token": f"9{token}"},
        {"token": token, "headers": {"Origin": "https://evil.example"}},
        {"token": token, "headers": {"Sec-Fetch-Site": "cross-site"}},
        {"token": token, "headers": {"Sec-Fetch-Site": "same-site"}},
        {"token": token, "headers": {"Cookie": "x=1"}},
        {"token": token, "headers": {"Cookie": other.cookie}},
    ]
    for case in cases:
        for path in ("/act", "/reveal"):
            answer = browser.post(path, **form, **case)
            assert answer.status == 403, case
            browser.cookie = browser.cookie if "headers" not in case else \
                browser.cookie
    assert world.snapshot() == before
    # A get changes nothing either.
    assert browser.get(f"/act?do=hold&on={order}").status == 200
    assert world.snapshot() == before
    console.daemon.says("console.form.refused")


def test_a_session_is_kept_from_scripts_and_other_sites(console):
    answer = console.browser("viewer").get("/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-recard=")
    for part in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax"):
        assert part in cookie.split("; ")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_forms_grow_old(world):
    console = Console(world, form_time="1s")
    (order,) = world.fill(1)
    browser = console.browser("operator")
    page = browser.get("/")
    wait_until(lambda: browser.post(
        "/act", token=page.token, do="hold", on="7",
        reason="x").status == 403, "the form to grow old")
    answer = browser.post("/act", token=page.token, do="hold", on=order,
                          reason="late")
    assert answer.status == 403
    assert not world.value("SELECT held FROM orders")
    assert browser.act("hold", order).status == 303


@pytest.mark.parametrize("form, status", [
    ({"do": "hold", "on": "7", "reason": " \n"}, 400),
    ({"do": "hold", "on": "7", "reason": "x" * 3000}, 400),
    ({"do": "hold", "on": "7; DROP TABLE orders", "reason": "x"}, 400),
    ({"do": "hold", "on": "", "reason": "x"}, 400),
    ({"do": "view", "on": "7", "reason": "x"}, 400),
    ({"do": "explode", "on": "7", "reason": "x"}, 400),
    ({"do": "reveal", "on": "7", "reason": "x"}, 400),
    ({"do": "hold", "on": "9" * 15, "reason": "x"}, 400),
    ({"do": "batch_hold", "on": "main", "reason": "x"}, 400),
    ({"do": "payment_refunded", "on": "7", "reason": "x"}, 400),
    ({"do": "payment_refunded", "on": "7", "reason": "x",
      "reference": " "}, 400),
    ({"do": "stock_counted", "on": "main moica", "reason": "x",
      "cards": "-1"}, 400),
    ({"do": "stock_counted", "on": "main moica", "reason": "x",
      "cards": "99999999"}, 400),
    ({"do": "pause", "on": "label", "reason": "x",
      "until": "tomorrow"}, 400),
    ({"do": "pause", "on": "label", "reason": "x",
      "until": "2026-99-99T99:99"}, 400),
    ({"do": "hold", "on": "9" * 14, "reason": "x"}, 409)])
def test_odd_forms_are_refused(console, form, status):
    before = console.world.snapshot()
    assert console.browser("supervisor").post(
        "/act", **form).status == status
    assert console.world.snapshot() == before


def test_odd_requests(console):
    browser = console.browser("supervisor")
    for path, status in [
            ("/nothing", 404), ("/orders/x", 404), ("/orders/", 404),
            ("/orders/26112300000012", 404), ("/orders/" + "9" * 19, 404),
            ("/batches/CB-20261123-999999", 404), ("/claims/9", 404),
            ("/imports/9", 404), ("/orders?after=x", 400),
            ("/orders?status=sleeping", 400), ("/orders?a=%zz", 400),
            ("/orders?a=%00", 400), ("/orders?a=%ff", 400),
            ("/orders?a=1&a=2", 400), ("/act", 400),
            ("/act?do=hold", 400), ("/act?do=view&on=7", 400),
            ("/requests?before=99999999999999999999", 400)]:
        assert browser.get(path).status == status, path
    assert browser.request("PUT", "/").status == 405
    assert browser.request("DELETE", "/orders").status == 405
    head = browser.request("HEAD", "/")
    assert head.status == 200 and head.text == ""
    assert browser.post("/nothing", reason="x").status == 404
    assert browser.request("POST", "/act", "a=%00").status == 400


# What pages show -------------------------------------------------------------------

def test_what_others_wrote_is_text(console):
    world = console.world
    (order,) = world.fill(1, name=SCRIPT,
                          address='台北"><img src=x onerror=alert(1)>')
    for browser in (console.browser("operator"), console.browser("viewer")):
        page = browser.get(f"/orders/{order}")
        assert page.status == 200 and "alert" not in page.text
    browser = console.browser("operator")
    shown = browser.post("/reveal", do="reveal", on=order, reason=SCRIPT)
    assert shown.status == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown.text
    assert "<script" not in shown.text and "<img" not in shown.text
    assert world.query("SELECT actor, order_text(order_no), purpose "
                       "FROM access_record") == [
        ("operator", order, f"console: {SCRIPT}")]
    assert browser.act("hold", order, reason='"><script>').status == 303
    page = browser.get(f"/orders/{order}")
    assert "&quot;&gt;&lt;script&gt;" in page.text
    for path in ('/orders?status="><script>', "/?lang=<script>",
                 "/?done=<script>", "/act?do=<script>&on=7"):
        assert "<script>" not in browser.get(
            path.replace('"', "%22").replace("<", "%3C").replace(
                ">", "%3E")).text


def test_personal_data_is_masked(console):
    world = console.world
    name, address = "歐陽測試甲", "臺北市中正區試驗路九百九十九號"
    (order,) = world.fill(1, name=name, address=address,
                          email="canary@example.tw", phone="0987654321")
    card = world.value("SELECT card_no FROM applicant")
    told = (name, address, "canary@example.tw", "0987654321", card)
    for role in ROLES:
        browser = console.browser(role)
        for path in (*LISTS, f"/orders/{order}", "/audit"):
            text = browser.get(path).text
            assert not [word for word in told if word in text], path
    shown = console.browser("operator").post(
        "/reveal", do="reveal", on=order, reason="holder calls").text
    assert all(word in shown for word in told)
    log = console.daemon.stop()
    assert not [word for word in told if word in log]


def test_returned_mail_is_sent_again_or_closed(console):
    world = console.world
    world.apply(4)
    world.pay(world.orders("unpaid"))
    world.drain()
    again, closed = world.orders("mailed")[:2]
    for order in (again, closed):
        world.query("SELECT advance(ARRAY[%s::bigint], 'returned', 'test')",
                    order)
        world.query(
            "INSERT INTO exception (kind, order_no, subject, reason, "
            "opened_at) VALUES ('returned_mail', %s::bigint, %s, 'refused', "
            "now())", order, order)
    browser = console.browser("operator")
    page = browser.get("/returned").text
    assert f"do=remail&amp;on={again}" in page
    assert f"do=close&amp;on={closed}" in page
    assert "do=remail" not in console.browser("viewer").get("/returned").text
    assert browser.act("remail", again).status == 303
    assert browser.act("close", closed).status == 303
    assert browser.get("/returned").text.count("do=remail") == 0
    assert world.statuses() == {"mailed": 2, "produced": 1, "closed": 1}
    told = samples(console.plain("/metrics")[1])
    assert told["recard_stage_items", 'status="closed"'] == 1
    world.verify()


def test_overdue_letters(console):
    world = console.world
    world.apply(3)
    world.pay(world.orders("unpaid"))
    world.drain()
    late = world.orders("mailed")[:2]
    browser = console.browser("operator")
    assert "<td" not in browser.get("/overdue").text
    world.query("SET session_replication_role = replica; "
                "UPDATE mail_item SET posted_on = current_date - 9, "
                "promised_on = current_date - 5 "
                "WHERE order_text(order_no) = ANY ('{%s}')"
                % ",".join(late))
    page = browser.get("/overdue").text
    assert re.findall(r'<td><a href="/orders/(\d{14})">', page) == late
    assert f"do=claim_open&amp;on={late[0]}" in page
    assert samples(console.plain("/metrics")[1])[
        "recard_letters_overdue", None] == 2
    after = world.query("SELECT key FROM console_overdue("
                        "NULL, NULL, NULL, NULL, 1)")[0][0]
    page = browser.get(f"/overdue?after={after.replace('/', '%2F')}").text
    assert re.findall(r'<td><a href="/orders/(\d{14})">', page) == late[1:]


def test_filters_are_those_of_the_data(console):
    """What the pages offer to choose is what there can be."""
    def offered(path, name):
        page = console.browser("viewer").get(path).text
        select = re.search(rf'<select id="{name}".*?</select>', page, re.S)[0]
        return sorted(re.findall(r'<option value="(\w+)"', select))

    def known(table, column):
        """What a check of a table allows."""
        return sorted(re.findall(r"'(\w+)'", console.world.value(
            "SELECT string_agg(pg_get_constraintdef(oid), ' ') "
            "FROM pg_constraint WHERE conrelid = %s::regclass AND conname = "
            "%s", table, f"{table}_{column}_check")))

    assert offered("/payment-exceptions", "reason") == sorted(
        reason for reason, in console.world.query(
            "SELECT reason FROM payment_reason()"))
    assert offered("/orders", "status") == [
        status for status, in console.world.query(
            "SELECT status::text AS name FROM order_state ORDER BY name")]
    assert offered("/exceptions", "kind") == known("exception", "kind")
    assert offered("/requests", "act") == known("decision", "act")
    assert offered("/batches", "state") == known("card_batch", "state")
    assert offered("/label-runs", "state") == known("label_run", "state")
    assert offered("/label-runs", "print_state") == known("print_job",
                                                          "state")
    assert offered("/imports", "kind") == known("import", "kind")


@pytest.mark.parametrize("path", LISTS)
def test_lists_in_both_languages(console, path):
    browser = console.browser("viewer")
    titles = set()
    for lang, header in (("zh-Hant", "zh-TW,zh;q=0.9,en;q=0.8"),
                         ("en", "en-GB,en;q=0.9,zh;q=0.5")):
        page = browser.get(path, **{"Accept-Language": header})
        assert page.status == 200
        assert f'<html lang="{lang}">' in page.text
        titles.add(re.search(r"<h1>(.*?)</h1>", page.text)[1])
    assert len(titles) == 2
    # Chosen in the address, it stays there.
    page = browser.get(path + "?lang=en", **{"Accept-Language": "zh"})
    assert '<html lang="en">' in page.text
    links = re.findall(r'href="(/[^"#]*)"', page.text)
    assert len(links) > 10
    assert [link for link in links if "lang=" not in link] == ["/style.css"]


def test_long_lists_are_paged_by_key(console):
    world = console.world
    numbers = world.fill(120)
    late = world.fill(1, days_ago=1)
    browser = console.browser("viewer")

    def listed(path):
        seen = []
        while path:
            page = browser.get(path).text
            seen += re.findall(r'<td><a href="/orders/(\d{14})">', page)
            more = re.search(r'<a href="([^"]*)" class="more"', page)
            following = more and more[1].replace("&amp;", "&")
            assert not following or path.split("&")[0].split("?after")[0] \
                in following
            path = following
        return seen

    # All of one moment; the one that has stood there longer is first.
    assert listed("/orders?status=unpaid") == late + sorted(numbers)
    assert listed("/orders") == sorted(numbers + late, reverse=True)
    world.query("SELECT cancel_order(order_no, 'test', 'test') FROM orders")
    assert listed("/orders?status=cancelled") == \
        sorted(numbers + late, reverse=True)
    assert listed("/orders?status=unpaid") == []


def test_the_belt_shows_what_is_late(console):
    world = console.world
    world.fill(3)
    browser = console.browser("viewer")
    assert 'class="over"' not in browser.get("/").text
    world.query("UPDATE orders SET moved_at = now() - interval '6 days'")
    page = browser.get("/?lang=en").text
    assert page.count('class="over"') == 1 and "over target" in page
    assert 'href="/orders?status=unpaid&amp;lang=en"' in page


def test_a_slow_query_is_ended(world):
    console = Console(world, page_time="300ms", database_connections=1)
    with world.db.connect() as connection:
        connection.execute("LOCK TABLE recard.exception")
        answer = console.browser("viewer").get("/exceptions")
        assert answer.status == 503
        assert console.browser("viewer").get("/orders").status == 200
    assert console.browser("viewer").get("/exceptions").status == 200


def test_without_a_database(console):
    world = console.world
    browser = console.browser("viewer")
    assert browser.get("/").status == 200
    with world.db.cluster.administrator() as connection:
        connection.execute(
            f"ALTER DATABASE {world.db.name} ALLOW_CONNECTIONS false")
        connection.execute("SELECT pg_terminate_backend(pid) FROM "
                           "pg_stat_activity WHERE datname = %s",
                           (world.db.name,))
        wait_until(lambda: console.plain("/readyz")[0] == 503, "not ready")
        assert console.plain("/healthz")[0] == 200
        assert console.plain("/metrics")[0] == 503
        assert browser.get("/").status == 503
        connection.execute(
            f"ALTER DATABASE {world.db.name} ALLOW_CONNECTIONS true")
    wait_until(console.ready, "the console to come back")
    wait_until(lambda: browser.get("/").status == 200, "its pages")
    console.daemon.stop()


@pytest.mark.parametrize("changes, words", [
    ({"form_key": None}, "needs certificate, key, operators_ca and form_key"),
    ({"operators_ca": None}, "needs certificate"),
    ({"operators_ca": "keys/server.key"}, "clients' authority"),
    ({"revoked": "keys/server.crt"}, "revoked certificates"),
    ({"metrics_listen": "0.0.0.0:9464"}, "reached from outside"),
    ({"listen": "here"}, "neither ADDRESS:PORT")])
def test_wrong_configuration_is_refused(console, changes, words):
    console.world.configure("console", **changes)
    assert words in console.world.daemon("console", "-t", once=False,
                                         expect=3).err


# Metrics ----------------------------------------------------------------------------

def samples(text):
    """(name, labels) -> value."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels, value = re.fullmatch(
            r"(\w+)(?:\{(.*)\})? (\S+)", line).groups()
        found[name, labels] = float(value)
    return found


def test_metrics_follow_the_belt(console):
    world = console.world
    world.apply(5)
    orders = world.orders("unpaid")
    world.pay(orders[:4])
    world.drain()
    world.query("INSERT INTO exception (kind, subject, reason, opened_at) "
                "VALUES ('batch', 'CB-1', 'ack_missing', now())")
    world.verify()
    status, text = console.plain("/metrics")
    assert status == 200
    told = samples(text)
    assert told["recard_stage_items", 'status="unpaid"'] == 1
    assert told["recard_stage_items", 'status="mailed"'] == 4
    assert told["recard_transitions_total",
                'to="unpaid",from=""'] == 5
    assert told["recard_transitions_total",
                'to="mailed",from="produced"'] == 4
    assert told["recard_exceptions_open",
                'kind="batch",reason="ack_missing"'] == 1
    assert told["recard_import_rows_total",
                'kind="tracking",result="applied"'] == 4
    assert told["recard_invariant_violations", 'invariant="I1"'] == 0
    assert abs(told["recard_db_clock_skew_seconds", None]) < 5
    assert told["recard_feed_watermark_age_seconds",
                'channel="credit"'] == float("inf")
    # Added up, nothing is counted twice or lost.
    wait_until(lambda: world.value("SELECT count(*) FROM move_tally") == 0,
               "the tally to be added up")
    again = samples(console.plain("/metrics")[1])
    assert {key: value for key, value in again.items()
            if key[0] == "recard_transitions_total"} == {
        key: value for key, value in told.items()
        if key[0] == "recard_transitions_total"}
    assert world.query(
        "SELECT coalesce(from_status::text, ''), to_status::text, count(*) "
        "FROM order_history GROUP BY 1, 2 ORDER BY 1, 2") == world.query(
        "SELECT from_status, to_status, sum(orders)::bigint "
        "FROM move_count GROUP BY 1, 2 ORDER BY 1, 2")
    # Nothing that names somebody.
    assert not [order for order in orders if order in text]


def test_a_breach_is_told_until_the_next_verification(console):
    world = console.world
    (order,) = world.fill(1)
    world.query("SET session_replication_role = replica; "
                "UPDATE order_history SET to_status = 'paid'")
    world.ctl("verify", expect=7)
    told = samples(console.plain("/metrics")[1])
    assert told["recard_invariant_violations", 'invariant="I10"'] > 0
    assert told["recard_last_success_timestamp_seconds",
                'job="verify"'] > 0
    assert order


def test_metrics_pass_promtool(console):
    world = console.world
    world.apply(2)
    world.pay(world.orders("unpaid"))
    world.drain()
    world.verify()
    text = console.plain("/metrics")[1]
    done = subprocess.run(["promtool", "check", "metrics"], input=text,
                          capture_output=True, text=True, check=False,
                          timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


# Sessions ---------------------------------------------------------------------------

def test_a_session_ends_when_nobody_does_anything(world):
    console = Console(world, session_idle="1s")
    (order,) = world.fill(1)
    browser = console.browser("operator")
    token = browser.get("/").token
    kept = browser.cookie

    def over():
        browser.cookie = kept
        return browser.get("/orders?status=unpaid&lang=en")

    wait_until(lambda: over().status == 403, "the session to end")
    page = over()
    assert "session has ended" in page.text
    assert 'href="/orders?status=unpaid&amp;lang=en"' in page.text
    browser.cookie = kept
    before = world.snapshot()
    answer = browser.post("/act", token=token, do="hold", on=order,
                          reason="late")
    assert answer.status == 403 and world.snapshot() == before
    # What the script of the page asks keeps no session.
    browser.cookie = kept
    quiet = browser.get("/", **{"Sec-Fetch-Dest": "empty"})
    assert quiet.status == 403 and "Set-Cookie" not in quiet.headers
    # Go on: another session, in which the old forms are dead.
    over()
    assert browser.cookie != kept
    assert browser.get("/orders").status == 200
    assert browser.post("/act", token=token, do="hold", on=order,
                        reason="late").status == 403
    assert browser.act("hold", order).status == 303


def test_a_cookie_is_ours_and_of_one_person(console):
    browser, other = console.browser("operator"), console.browser("viewer")
    page = browser.get("/")
    value = browser.cookie.split("=", 1)[1]
    number, moment, seal = value.split(".")
    assert (len(number), len(seal)) == (64, 64)
    # Renewed seldom, and only when it is old.
    assert "Set-Cookie" not in browser.get("/orders").headers
    for forged in (number, f"{number}.{moment}", f"{number}.{moment}.{'0' * 64}",
                   f"{number}.{int(moment) + 1}.{seal}",
                   f"{'0' * 64}.{moment}.{seal}",
                   f"{number}.{page.token}"):
        browser.cookie = f"__Host-recard={forged}"
        assert "Set-Cookie" in browser.get("/orders").headers, forged
    other.cookie = f"__Host-recard={value}"
    assert "Set-Cookie" in other.get("/orders").headers


def test_who_leaves_is_gone(console):
    browser = console.browser("operator")
    page = browser.get("/")
    assert 'action="/leave"' in page.text
    answer = browser.post("/leave", token=page.token)
    assert answer.status == 200
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    # Cookies of the whole domain are not ours to clear.
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert console.browser("operator").post(
        "/leave", token="1.ab").status == 403


def test_the_belt_refreshes_itself_by_a_file(console):
    browser = console.browser("viewer")
    page = browser.get("/")
    assert re.findall(r"<script[^>]*>", page.text) == [
        '<script src="/refresh.js" defer="defer">']
    answer = browser.get("/refresh.js")
    assert answer.status == 200 and "fetch(" in answer.text
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "<script" not in browser.get("/orders").text
