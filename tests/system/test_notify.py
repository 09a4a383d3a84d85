"""Mail to applicants: over a stand-in for a mail server that is slow, refuses,
loses answers and dies; what each mail says; who is written to once more, who
never; certificates that will not do; mail that came back."""

import datetime
import json
import shutil
import signal
import ssl
import tempfile
import time
from pathlib import Path

import pytest

from conftest import ROOT, wait_until
from mail_host import MailHost, read
from mail_server import MailServer
from make_authority import make_tls

KINDS = ("reminder", "paid", "produced", "mailed", "delivered", "returned",
         "activated", "cancelled", "closed")
# Orders with their applicants, all at once: n, name, language.
PEOPLE = """
INSERT INTO orders (order_no, product, amount, applied_at, pay_by, moved_at,
		status)
	SELECT n, 'moica', 228, now(), now() + interval '2 days', now(), 'paid'
	FROM generate_series(%(first)s::bigint, %(last)s) AS n;
INSERT INTO certificate (card_no, holder_hash, name, not_after, rank, status)
	SELECT 'TT' || lpad(n::text, 14, '0'), sha256(n::text::bytea), 'x',
		current_date + 30, 'primary', 'valid'
	FROM generate_series(%(first)s::bigint, %(last)s) AS n;
INSERT INTO applicant (order_no, card_no, holder_hash, name, postal_code,
		address, phone, email, language)
	SELECT n, 'TT' || lpad(n::text, 14, '0'), sha256(n::text::bytea),
		%(name)s, '100006', 'x', '0912-345-678',
		'a' || n || '@example.tw', %(language)s
	FROM generate_series(%(first)s::bigint, %(last)s) AS n;
INSERT INTO notice (order_no, kind, move_no, due_at)
	SELECT n, k, 1, now() - interval '1 min'
	FROM generate_series(%(first)s::bigint, %(last)s) AS n,
		unnest(%(kinds)s::text[]) AS k
"""


def people(world, first, last, kinds=("paid",), name="王小明",
           language="zh-Hant"):
    with world.db.connect() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for statement in PEOPLE.split(";\n"):
            connection.execute(statement, {
                "first": first, "last": last, "name": name,
                "language": language, "kinds": list(kinds)})


def use(world, host, **more):
    plain = host.tls is None
    world.configure("notify", outbox=None, server=host.url,
                    plain=True if plain else None, **more)


def states(world):
    return {order: (state, reason, code, tries) for order, state, reason, code,
            tries in world.query("SELECT order_no, state, reason, code, tries "
                                 "FROM notice ORDER BY notice_id")}


def claims_end(world):
    world.query("UPDATE notice SET ready_at = now() WHERE state = 'due'")


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    make_tls(folder)
    return folder


def context(tls, name):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(tls / f"{name}.crt", tls / f"{name}.key")
    return made


# What a mail says -----------------------------------------------------------


def said(language, kind):
    """The three parts of a text as it stands in the file."""
    text = (ROOT / "etc" / "mail" / language / kind).read_text()
    head, _, rest = text.removeprefix("[subject]\n").partition("\n[text]\n")
    body, _, html = rest.partition("[html]\n")
    return head, body, html


def test_every_mail_says_what_its_text_says(world):
    """Each kind in each language, with characters of all kinds in the name,
    read back by Python."""
    names = {"zh-Hant": "游錫堃𠮷<b>&\"", "en": "O'Brien =?x?= 琞"}
    for number, (language, name) in enumerate(names.items(), 1):
        people(world, number, number, (), name, language)
    with world.db.connect() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "INSERT INTO mail_item (order_no, label_no, posted_on, "
            "promised_on, tracking_no, import_id, line, booked_at) "
            "SELECT n, n, '2026-11-27', '2026-12-08', "
            "'1234567890123' || n, 1, n, now() FROM generate_series(1, 2) n")
    due = datetime.datetime.fromisoformat("2026-11-28T17:05:09+08:00")
    with MailHost() as host:
        use(world, host, give_up="30d")
        for kind in KINDS:
            status = {"reminder": "unpaid"}.get(kind, kind)
            with world.db.connect() as connection:
                connection.execute(
                    "SET LOCAL session_replication_role = replica")
                connection.execute(
                    "UPDATE orders SET status = %s, pay_by = "
                    "'2036-11-30T09:00+08'", [status])
                connection.execute(
                    "INSERT INTO notice (order_no, kind, move_no, due_at) "
                    "SELECT n, %s, 1, %s FROM generate_series(1, 2) n",
                    [kind, due])
            world.daemon("notify")
    assert len(host.mails) == 2 * len(KINDS)
    found = {}
    for mail in host.mails:
        message = read(mail)
        found[message["Content-Language"], mail.recipient, message["Subject"]] \
            = message
        assert message["To"].addresses[0].addr_spec == mail.recipient
        assert message["From"].addresses[0].addr_spec == mail.sender == \
            "no-reply@card.example.tw"
        assert message["From"].addresses[0].display_name == "線上續卡"
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Date"].datetime == due
        assert not message.defects
        assert all(len(line) <= 76 for line in mail.data.split(b"\r\n"))
    for number, (language, name) in enumerate(names.items(), 1):
        values = {
            "name": name, "order_no": f"{number:014d}", "amount": "228",
            "tracking_no": f"1234567890123{number}",
            "site": "https://card.example.tw/", "contact": "0800-000-000",
            "tracking_page":
                "https://postserv.post.gov.tw/pstmail/main_mail.html",
            **({"happened_at": "115年11月28日 17:05",
                "pay_by": "125年11月30日 09:00",
                "posted_on": "115年11月27日", "promised_on": "115年12月8日"}
               if language == "zh-Hant" else
               {"happened_at": "28 November 2026, 17:05",
                "pay_by": "30 November 2036, 09:00",
                "posted_on": "27 November 2026",
                "promised_on": "8 December 2026"})}

        def filled(text, escape=lambda text: text, values=values):
            for word, value in values.items():
                text = text.replace("{{" + word + "}}", escape(value))
            assert "{{" not in text
            return text

        def escaped(text):
            for char, words in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"),
                                ('"', "&quot;"), ("'", "&#39;")):
                text = text.replace(char, words)
            return text

        for kind in KINDS:
            subject, text, html = said(language, kind)
            message = found.pop((language, f"a{number}@example.tw",
                                 filled(subject)))
            assert message["To"].addresses[0].display_name == name
            plain, rich = message.iter_parts()
            assert plain.get_content_type() == "text/plain"
            assert rich.get_content_type() == "text/html"
            assert plain.get_content() == filled(text).replace("\n", "\r\n")
            assert rich.get_content() == \
                filled(html, escaped).replace("\n", "\r\n")
    assert not found


def test_texts_are_checked(world):
    texts = world.folder / "texts"
    for language in ("zh-Hant", "en"):
        (texts / language).mkdir(parents=True)
        for kind in KINDS:
            (texts / language / kind).write_bytes(
                (ROOT / "etc" / "mail" / language / kind).read_bytes())
    world.configure("notify", templates=texts)
    world.daemon("notify", "-t", once=False)
    one = world.start("notify")
    one.says("daemon.start.done")
    bad = texts / "en" / "paid"
    good = bad.read_text()
    bad.write_text(good.replace("{{order_no}}", "{{ordr_no}}", 1))
    says = f'{bad}:2: {{{{ordr_no}}}} is no word of this mail (did you mean ' \
        '\\"order_no\\"?)'
    assert says in world.daemon("notify", "-t", once=False, expect=3).err
    one.process.send_signal(signal.SIGHUP)
    one.says("notify.texts.refused")
    people(world, 1, 1, language="en")
    wait_until(lambda: states(world)[1][0] == "sent", "mail by the old text")
    bad.write_text(good.replace("is paid", "is well and truly paid"))
    one.process.send_signal(signal.SIGHUP)
    one.says("config.reload.done")
    people(world, 2, 2, language="en")
    wait_until(lambda: states(world)[2][0] == "sent", "mail by the new one")
    one.stop()
    mails = [read(type("Mail", (), {"data": path.read_bytes()}))
             for path in sorted((world.folder / "mail").glob("*.eml"))]
    texts = [mail.get_body(("plain",)).get_content() for mail in mails]
    assert ["truly" in text for text in texts] == [False, True]
    bad.unlink()
    assert f"{bad}: No such file" in world.daemon(
        "notify", "-t", once=False, expect=3).err


@pytest.mark.parametrize("changes, says", [
    ({"outbox": None}, "notify.server or outbox is not set"),
    ({"outbox": None, "server": "http://localhost"}, "neither smtp"),
    ({"outbox": None, "server": "smtp://a:b@localhost"}, "of their own"),
    ({"outbox": None, "server": "smtp://localhost/x"}, "nothing may follow"),
    ({"outbox": None, "server": "smtp://192.0.2.1", "plain": True},
     "plain is for a server on this host"),
    ({"outbox": None, "server": "smtps://localhost", "plain": True},
     "not plain"),
    ({"outbox": None, "server": "smtp://localhost", "ca": "nothing.pem"},
     "nothing.pem holds no certificate"),
    ({"from": "nobody"}, "not a mail address"),
    ({"site": None}, "notify.site is not set"),
    ({"lease": "2m"}, "less than twice")])
def test_settings_are_checked(world, changes, says):
    world.configure("notify", **changes)
    assert says in world.daemon("notify", "-t", once=False, expect=3).err


def test_dry_run_shows_and_sends_nothing(world):
    people(world, 1, 3, ("paid",))
    before = world.snapshot()
    ran = world.daemon("notify", "--dry-run", once=False)
    assert ran.out.count("would send notice=") == 3
    assert "kind=paid order=00000000000002 language=zh-Hant to=a○○@○○.tw" \
        in ran.out
    assert "3 mails would be sent" in ran.out and "example" not in ran.out
    assert world.snapshot() == before
    assert not list((world.folder / "mail").glob("*.eml"))


# Failures --------------------------------------------------------------------


def test_one_recipient_fails_alone(world):
    """Refused for good, for now, as content, and with an address that is
    none; with and without pipelining."""
    people(world, 1, 8)
    with world.db.connect() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE applicant SET email = 'a>,b@x.tw' "
                           "WHERE order_no = 5")
    with MailHost() as host:
        use(world, host)
        host.rules = {
            "a1@example.tw": ("rcpt", "550 5.1.1 a1@example.tw: who?"),
            "a2@example.tw": ("rcpt", "450 4.2.1 busy"),
            "a3@example.tw": ("data", "554 5.6.0 spam"),
            "a4@example.tw": ("data", "451 4.3.0 later"),
            "a6@example.tw": ("rcpt", "550 no\r\n")}
        host.rules["a6@example.tw"] = ("rcpt", "550-no\r\n550 such")
        host.no_recipient = "354 as you like"
        ran = world.daemon("notify", expect=1)
        assert states(world) == {
            1: ("failed", "refused", "550 5.1.1", 1),
            2: ("due", None, "450 4.2.1", 1),
            3: ("failed", "refused", "554 5.6.0", 1),
            4: ("due", None, "451 4.3.0", 1),
            5: ("failed", "bad_address", None, 1),
            6: ("failed", "refused", "550", 1),
            7: ("sent", None, "250 2.0.0", 1),
            8: ("sent", None, "250 2.0.0", 1)}
        assert "example.tw" not in ran.err, "no address in a log"
        waits = [row[0] for row in world.query(
            "SELECT extract(epoch FROM ready_at - now())::integer "
            "FROM notice WHERE state = 'due'")]
        assert all(20 < wait <= 60 for wait in waits)
        assert world.query("SELECT subject, reason FROM exception "
                           "WHERE kind = 'mail' ORDER BY subject") == [
            ("1", "refused"), ("3", "refused"), ("5", "bad_address"),
            ("6", "refused")]
        host.rules = {}
        host.offers = []
        host.rules["a2@example.tw"] = ("rcpt", "450 4.2.1 busy")
        claims_end(world)
        world.query("UPDATE notice SET due_at = now() - interval '4 days' "
                    "WHERE order_no = 2")
        world.daemon("notify", expect=1)
        found = states(world)
        assert found[2] == ("failed", "gave_up", "450 4.2.1", 2)
        assert found[4] == ("sent", None, "250 2.0.0", 2)
    ids = host.ids()
    assert len(host.mails) == len(ids) == 3


@pytest.mark.parametrize("what, answer, says", [
    ("greeting", "421 4.3.2 closing", "greeting: the server answered 421"),
    ("EHLO", "502 5.5.1 no", "EHLO: the server answered 502"),
    ("MAIL", "451 4.3.1 full", "MAIL: the server answered 451 4.3.1"),
    ("MAIL", "550 5.7.1 not you", "MAIL: the server answered 550 5.7.1"),
    ("RCPT", "530 5.7.0 log in", "RCPT: the server answered 530 5.7.0"),
    ("RCPT", "hello", "not SMTP"),
    ("DATA", "421 4.3.2 closing", "DATA: the server answered 421 4.3.2")])
def test_trouble_of_the_server_costs_no_mail_a_try(world, what, answer, says):
    people(world, 1, 3)
    with MailHost() as host:
        use(world, host, connections=2)
        if what == "greeting":
            host.greeting = answer
        else:
            host.says[what] = answer
        ran = world.daemon("notify", expect=75)
        assert ran.err.count("event=notify.server.down") == 1
        assert says in ran.err
        assert set(states(world).values()) == {("due", None, None, 0)}
        (_, _, since, fault), = world.query("SELECT * FROM mail_server")
        assert since and says in fault
        host.says, host.greeting = {}, "220 localhost"
        world.daemon("notify")
        assert {row[0] for row in states(world).values()} == {"sent"}
        assert world.value("SELECT failing_since FROM mail_server") is None
    assert len(host.ids()) == len(host.mails) == 3


def test_a_server_that_refuses_everybody_is_at_fault_itself(world):
    people(world, 1, 30)
    with MailHost() as host:
        use(world, host)
        host.says["RCPT"] = "550 5.7.1 relaying denied"
        ran = world.daemon("notify", expect=75)
        assert "every recipient is refused" in ran.err
        assert set(states(world).values()) == {("due", None, None, 0)}
        host.says = {}
        world.daemon("notify")
    assert len(host.mails) == 30


def test_nobody_listens_then_silence_then_service(world):
    people(world, 1, 5)
    with MailHost() as host:
        use(world, host, answer_time="300ms", connections=2)
        host.die()
        one = world.start("notify")
        one.says("notify.server.down")
        assert "Connection refused" in one.log()
        host.greeting = None
        host.live()
        wait_until(lambda: "no answer in time" in (world.value(
            "SELECT fault FROM mail_server") or ""), "a silent server")
        host.greeting = "220 localhost ESMTP"
        one.says("notify.server.back")
        wait_until(lambda: {row[0] for row in states(world).values()}
                   == {"sent"}, "mail")
        log = one.stop()
    assert log.count("event=notify.server.down") == 1, "once an outage"
    assert len(host.mails) == len(host.ids()) == 5


# TLS and log-in -----------------------------------------------------------------


@pytest.mark.parametrize("first", [False, True], ids=["starttls", "smtps"])
def test_who_the_server_is_is_checked(world, tls, first):
    people(world, 1, 2)
    refused = {"expired": "certificate has expired",
               "misnamed": "hostname mismatch",
               "foreign": "unable to get local issuer certificate"}
    for name, says in refused.items():
        with MailHost(context(tls, name), first) as host:
            use(world, host, ca=tls / "ca.crt")
            ran = world.daemon("notify", expect=75)
            assert f"the server's certificate: {says}" in ran.err, name
            assert not any(line.startswith("MAIL") for line in host.heard)
    with MailHost(context(tls, "good"), first) as host:
        use(world, host, ca=tls / "ca.crt")
        world.daemon("notify")
    assert len(host.mails) == 2
    assert set(states(world).values()) == {("sent", None, "250 2.0.0", 1)}


def test_no_tls_no_mail(world, tls):
    people(world, 1, 1)
    with MailHost(None) as host:
        world.configure("notify", outbox=None, server=host.url,
                        ca=tls / "ca.crt")
        assert "offers no STARTTLS" in world.daemon("notify", expect=75).err
    with MailHost(context(tls, "good")) as host:
        world.configure("notify", server=host.url)
        host.inject = True
        assert "said more before TLS" in world.daemon("notify", expect=75).err
    assert not host.mails


@pytest.mark.parametrize("methods", ["PLAIN LOGIN", "LOGIN"])
def test_log_in(world, tls, methods):
    people(world, 1, 1)
    secret = world.keys / "mail.password"
    secret.write_text("秘密 word\n")
    secret.chmod(0o600)
    with MailHost(context(tls, "good"), users={"recard": "秘密 word"}) as host:
        host.methods = methods
        use(world, host, ca=tls / "ca.crt", user="recard",
            password="keys/mail.password")
        world.daemon("notify")
        people(world, 2, 2)
        host.users["recard"] = "another"
        ran = world.daemon("notify", expect=75)
        assert "log-in: the server answered 535 5.7.8" in ran.err
        assert "秘密" not in ran.err
        assert states(world)[2] == ("due", None, None, 0)
        host.methods = "CRAM-MD5"
        assert "offers no log-in" in world.daemon("notify", expect=75).err
    assert len(host.mails) == 1


# Once -----------------------------------------------------------------------------


@pytest.mark.parametrize("failpoint", [
    "notify.claim", "notify.claimed", "notify.accepted", "notify.settle",
    "notify.settled"])
def test_killed_anywhere(world, failpoint):
    """Whatever was sent before it died comes again as the same bytes, or not
    at all."""
    people(world, 1, 3)
    with MailHost() as host:
        use(world, host, connections=1)
        world.killed("notify", failpoint)
        claims_end(world)
        world.daemon("notify")
    assert {row[0] for row in states(world).values()} == {"sent"}
    ids = host.ids()
    assert len(ids) == 3
    assert all(len(set(mails)) == 1 for mails in ids.values())
    assert len(host.mails) == (4 if failpoint == "notify.accepted" else
                               6 if failpoint == "notify.settle" else 3)


def test_ten_thousand(world):
    """Two instances; one is killed, the server is slow, loses answers and is
    killed: each order has one mail a step, or the same one again."""
    count, kinds = 5000, ("paid", "closed")
    people(world, 1, count, kinds)
    with MailHost() as host:
        use(world, host, connections=4, lease="2s", mail_time="1s",
            wait_first="10ms", wait_most="50ms")
        began = time.monotonic()
        first, second = world.start("notify"), world.start("notify")
        wait_until(lambda: len(host.mails) > count // 2, "a quarter")
        first.stop(signal.SIGKILL, expect=-signal.SIGKILL)
        host.lose = 50
        wait_until(lambda: len(host.mails) > count, "a half")
        host.die()
        second.says("notify.server.down")
        host.delay = 0.002
        host.live()
        third = world.start("notify")
        wait_until(lambda: world.value(
            "SELECT count(*) FROM notice WHERE state <> 'sent'") == 0,
            "all", 60)
        took = time.monotonic() - began
        second.stop()
        third.stop()
    ids = host.ids()
    assert len(ids) == 2 * count
    again = sum(len(mails) > 1 for mails in ids.values())
    assert all(len(set(mails)) == 1 for mails in ids.values())
    assert len({(mails[0].recipient, read(mails[0])["Subject"])
                for mails in list(ids.values())[::50]}) == 2 * count // 50
    assert 0 < again < count
    print(f"{2 * count} mails in {took:.1f} s; {again} came again")


def test_not_so_any_more(world):
    """A reminder of an order that was paid meanwhile, one whose deadline is
    near, and one of an applicant who is gone."""
    people(world, 1, 4, ("reminder",))
    world.query("UPDATE notice SET move_no = 0")
    with world.db.connect() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE orders SET status = 'unpaid' "
                           "WHERE order_no > 1")
        connection.execute("UPDATE orders SET pay_by = now() + "
                           "interval '9 min' WHERE order_no = 2")
        connection.execute("DELETE FROM applicant WHERE order_no = 3")
    with MailHost() as host:
        use(world, host)
        world.daemon("notify")
    assert [mail.recipient for mail in host.mails] == ["a4@example.tw"]
    assert {order: row[:2] for order, row in states(world).items()} == {
        1: ("moot", "overtaken"), 2: ("moot", "too_late"),
        3: ("moot", "no_applicant"), 4: ("sent", None)}


# Came back --------------------------------------------------------------------------

REPORT = """Return-Path: <>
From: MAILER-DAEMON@mx.example.tw
To: no-reply@card.example.tw
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.tw
{envelope}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}

--b
Content-Type: {returned}

{headers}
--b--
"""
PLAIN = """Return-Path: <>
From: postmaster@old.example.tw
To: no-reply@card.example.tw
Subject: failure notice

Your mail to {recipient} did not get through:
550 5.7.1 unknown user

--- Below this line is a copy of the message.
{headers}
"""
AWAY = """From: A <a@example.tw>
To: no-reply@card.example.tw
Subject: away
Auto-Submitted: auto-replied

I am away; you wrote {headers}
"""


def test_mail_that_came_back(world):
    people(world, 1, 7)
    with MailHost() as host:
        use(world, host)
        world.daemon("notify")
    inbox = world.folder / "mail" / "bounces"
    mails = {int(mail.recipient[1:-len("@example.tw")]): mail
             for mail in host.mails}

    def put(name, text, number, action="failed", status="5.1.1",
            returned="message/rfc822", envelope="X-Other: x", headers=None):
        mail = mails[number]
        head = mail.data.partition(b"\r\n\r\n")[0].decode()
        (inbox / name).write_text(text.format(
            recipient=mail.recipient, action=action, status=status,
            returned=returned, envelope=envelope,
            headers=head.replace("\r\n", "\n") if headers is None
            else headers))

    put("report.eml", REPORT, 1)
    put("headers.eml", REPORT, 2, returned="text/rfc822-headers",
        status="4.4.7")
    put("envelope.eml", REPORT, 3, headers="", envelope="Original-Envelope-Id: "
        + mails[3].envelope.partition("ENVID=")[2])
    put("plain.eml", PLAIN, 4)
    put("late.eml", REPORT, 5, action="delayed", status="4.4.1")
    put("away.eml", AWAY, 6)
    put("foreign.eml", REPORT, 6, headers="Message-ID: <1.x@elsewhere.tw>")
    put("invented.eml", REPORT, 6, headers="Message-ID: <6.00000000-0000-"
        "0000-0000-000000000000@card.example.tw>")
    put("z-again.eml", REPORT, 1, status="5.1.2")
    (inbox / "empty.eml").write_text(
        "From: MAILER-DAEMON@x.tw\nReturn-Path: <>\n\n")
    put("no-part.eml", REPORT, 6, returned="text/rfc822-headers", headers="")
    (inbox / "deep.eml").write_text(
        "From: a@x.tw\nTo: " + "a:\n " * 100000 + "b\n\nx\n")
    (inbox / "away-too.eml").write_text(
        "From: MAILER-DAEMON@x.tw\nAuto-Submitted: auto-replied\n\n"
        f"550 5.1.1 is my room\n{mails[6].data.decode()}")
    (inbox / "noise.eml").write_bytes(bytes(range(256)) * 10)
    ran = world.daemon("notify", expect=1)
    assert "example.tw" not in ran.err
    # Once it is booked only its report stays; what was rejected, for a week.
    assert not list((inbox / "done").glob("*.eml"))
    done = {path.name.removesuffix(".report.json")
            for path in (inbox / "done").iterdir()}
    assert done == {"report.eml", "headers.eml", "envelope.eml", "plain.eml",
                    "z-again.eml"}
    reasons = {path.name.removesuffix(".report.json"):
               json.loads(path.read_text())["reason"]
               for path in (inbox / "rejected").glob("*.report.json")}
    assert reasons == {"late.eml": "not_failed", "away.eml": "not_a_bounce",
                       "foreign.eml": "not_ours",
                       "invented.eml": "unknown_notice",
                       "empty.eml": "not_ours", "no-part.eml": "not_ours",
                       "deep.eml": "too_complex",
                       "away-too.eml": "not_a_bounce",
                       "noise.eml": "not_a_mail"}
    found = states(world)
    assert {order: row[:3] for order, row in found.items()} == {
        1: ("bounced", "bounced", "5.1.1"), 2: ("bounced", "bounced", "4.4.7"),
        3: ("bounced", "bounced", "5.1.1"), 4: ("bounced", "bounced", "5.7.1"),
        5: ("sent", None, "250 2.0.0"), 6: ("sent", None, "250 2.0.0"),
        7: ("sent", None, "250 2.0.0")}
    assert world.value("SELECT count(*) FROM exception WHERE kind = 'mail' "
                       "AND reason = 'bounced'") == 4


# Over a mail server of the real world ---------------------------------------------------


def test_exim(world):
    """STARTTLS, log-in, pipelining; each mail arrives once, whole."""
    place = Path(tempfile.mkdtemp(prefix="recard-mail-", dir="/var/tmp"))
    place.chmod(0o755)
    password = world.keys / "mail.password"
    password.touch(0o600)
    password.write_text(MailServer.password)
    people(world, 1, 20, ("paid", "closed"), name="游錫堃𠮷")
    try:
        with MailServer(place / "mail", world.keys / "server.crt",
                        world.keys / "server.key") as server:
            world.configure("notify", outbox=None, server=server.url,
                            ca="keys/server.crt", user=server.user,
                            password="keys/mail.password")
            ran = world.daemon("notify")
            wait_until(lambda: len(server.mails()) >= 40, "all mails")
            mails = server.mails()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    assert "notify.batch.done prog=recard-notify count=40 exceptions=0" \
        in ran.err
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 40
    for mail in mails:
        number = int(mail["Envelope-To"][1:-len("@example.tw")])
        assert mail["Return-Path"] == "<no-reply@card.example.tw>"
        assert mail["To"].addresses[0].display_name == "游錫堃𠮷"
        assert f"{number:014d}" in mail["Subject"]
        plain, rich = mail.iter_parts()
        assert "游錫堃𠮷 君，您好：" in plain.get_content()
        assert rich.get_content().endswith("</html>\r\n")


# Who looks after it --------------------------------------------------------------------


def test_desk(world):
    """Lists, a look, a mail that is sent once more, and what is said of it all
    by doctor and in metrics."""
    order = 26112300000012
    people(world, order, order, language="en")
    people(world, 12, 22, language="en")
    with MailHost() as host:
        use(world, host)
        for number in (order, *range(12, 22)):
            host.rules[f"a{number}@example.tw"] = ("rcpt", "550 5.7.26 no")
        world.daemon("notify", expect=1)
        listed = world.ctl_json("notice", "list", "--state", "failed")
        assert len(listed) == 11 and {(row["kind"], row["reason"], row["code"])
                                      for row in listed} == {
            ("paid", "refused", "550 5.7.26")}
        assert [row["notice"] for row in world.ctl_json(
            "notice", "list", "--order", "26112300000012")] == [1]
        shown = {row["name"]: row["value"]
                 for row in world.ctl_json("notice", "show", "1")}
        assert shown["state"] == "failed" and shown["language"] == "en"
        assert "王小明" not in str(shown) and "@" not in str(shown)
        seen = world.ctl("notice", "preview", "26112300000012", "paid",
                         "--reason", "he asks").out
        assert "To: 王小明 <a26112300000012@example.tw>" in seen
        assert "Subject: Your card renewal is paid (order 26112300000012)" \
            in seen and "NT$228" in seen
        assert world.query("SELECT purpose FROM access_record") == [
            ("notice preview: he asks",)]
        world.ctl("notice", "preview", "26112300000012", "hello", "--reason",
                  "x", expect=2)
        world.ctl("notice", "preview", "26112300000029", "paid", "--reason",
                  "x", expect=1)
        assert "incomplete" in world.ctl(
            "notice", "preview", "26112300000012", "mailed", "--reason", "x",
            expect=1).err
        work = world.ctl_json("exception", "list", "--kind", "mail")
        assert len(work) == 11 and "notice retry" in work[0]["suggestion"]
        host.rules = {}
        world.ctl("notice", "retry", "1", "--reason", "has room again")
        world.ctl("notice", "retry", "1", "--reason", "x", expect=1)
        world.daemon("notify")
        assert len(world.ctl_json("exception", "list", "--kind", "mail")) == 10
    assert [mail.recipient for mail in host.mails] == ["a22@example.tw",
                                                       "a26112300000012@example.tw"]
    found = {(row["severity"], row["subject"])
             for row in json.loads(world.ctl(
                 "--format", "json", "doctor", expect=(0, 1, 7)).out)
             if row["topic"] == "mail"}
    assert found == {("warning", "failures")}
    world.query("UPDATE mail_server SET failing_since = now() - "
                "interval '2 hours', fault = 'no answer in time'")
    people(world, 33, 33)
    world.query("UPDATE notice SET due_at = now() - interval '1 hour' "
                "WHERE order_no = 33")
    rows = {row["subject"]: row for row in json.loads(world.ctl(
        "--format", "json", "doctor", expect=(0, 1, 7)).out)
            if row["topic"] == "mail"}
    assert set(rows) == {"failures", "notices", host.url}
    assert rows[host.url]["severity"] == "critical"
    figures = {(name, tuple(sorted(labels.items()))): value
               for name, labels, value in world.query(
        "SELECT name, labels, value FROM metrics() "
        "WHERE name ~ 'mail|notice'")}
    assert figures["recard_mails_total",
                   (("kind", "paid"), ("outcome", "sent"))] == 2
    assert figures["recard_mails_total",
                   (("kind", "paid"), ("outcome", "failed"))] == 11
    assert figures["recard_notices_due", (("kind", "paid"),)] == 1
    assert figures["recard_notices_oldest_age_seconds", ()] > 3500
    assert figures["recard_mail_server_failing_seconds",
                   (("server", host.url),)] > 7000
