"""A person with unmistakable data goes all the way to the purge, and is
looked for afterwards: in every column, in the server's files, in spool,
reports and logs.

Not looked at: the write-ahead log, which the server reuses in its own time
(recard-purge(8) says so), and the certificate, which is the CA's register:
there the person stands under another form of the name.
"""

import datetime
import hashlib
import json
import random

import check_digits
from citizen_portal import Citizen, Portal
from mail_host import MailHost
from test_notify import PLAIN
from world import taipei_now

NAME = "金絲雀鳥"
ADDRESS = "臺北市中正區金絲雀路9431號"
PHONE = "0987-654-321"
EMAIL = "canary-9431@cage.example"
CODE = "ChrP9431x"
HOLDER = "F29431943" + check_digits.holder("F29431943")
PAYER = "CANARY A KEEPER"
CANARIES = (NAME, ADDRESS, PHONE, EMAIL, CODE, HOLDER, PAYER)
PERSON = {"name": NAME, "address": ADDRESS, "phone": PHONE, "email": EMAIL,
          "user_code": CODE, "holder_id": HOLDER,
          "card_no": "CY00000000009431"}
TOLD = {"applicant": (NAME, ADDRESS, PHONE, EMAIL),
        "payment_notice": (NAME, EMAIL, HOLDER, PAYER)}


def receive(world, order, verdict, kind="issued", padding=0):
    """A notice as it comes in, with the person in body and headers. Padded,
    it is kept outside of its row, and not compressed."""
    serial = f"{verdict}-{kind}-{padding}-{random.random()}"
    noise = random.Random(serial).randbytes(padding).hex()
    body = (f'{{"serial":"{serial}","noise":"{noise}","name":"{NAME}",'
            f'"card_holder":"{PAYER}","id":"{HOLDER}"}}').encode()
    assert world.value(
        "SELECT receive_notices(ARRAY['credit'], ARRAY[%s], "
        "ARRAY['192.0.2.9'], ARRAY[%s], ARRAY[%s::bytea], ARRAY[%s], "
        "ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[228::bigint], ARRAY['TWD'], "
        "ARRAY[now()], ARRAY[NULL::text], 100)",
        hashlib.sha256(body).hexdigest(), f"X-Payer: {EMAIL}", body, verdict,
        serial, kind, order) == 1


def book(world):
    world.query("SELECT * FROM book_notices(100, 'payment')")


def answer(world):
    """The provider knows of no payment."""
    for question, in world.query(
            "SELECT question_no FROM claim_questions('{credit}', 10, '1s', "
            "now() + interval '2 minutes')"):
        world.query("SELECT answer_question(%s, NULL, NULL, NULL, NULL, NULL,"
                    " NULL, NULL, 'payment')", question)


def server_files(world, text):
    """Tables and indexes whose files hold the bytes of a text."""
    folder, database = world.db.cluster.data, world.value(
        "SELECT oid::text FROM pg_database WHERE datname = "
        "current_database()")
    names = dict(world.query(
        "SELECT pg_relation_filenode(oid)::text, relname FROM pg_class "
        "WHERE pg_relation_filenode(oid) IS NOT NULL"))
    found = set()
    for place in (folder / "base" / database, folder / "global"):
        for path in place.iterdir():
            if path.is_file() and text.encode() in path.read_bytes():
                found.add(names.get(path.name.partition(".")[0], path.name))
    return found


def our_files(world, text):
    return [path for path in world.folder.rglob("*") if path.is_file()
            and text.encode() in path.read_bytes()]


def maintain(world, command):
    with world.db.connect(autocommit=True) as connection:
        connection.execute(command)
        connection.execute("CHECKPOINT")


def apply(world):
    """The canary among others; her order."""
    applied = taipei_now() - datetime.timedelta(days=5)
    world.submit({"applied_at": applied})
    refused = world.submit({**PERSON, "phone": PHONE + "-" + PHONE,
                            "request_id": f"{CODE}-1",
                            "applied_at": applied},
                           certificate={"name": "王小明"}, expect=1)
    assert refused["rejected"] == 1
    world.submit({**PERSON, "applied_at": applied},
                 certificate={"name": "王小明"})
    world.submit({"applied_at": applied})
    return world.value("SELECT order_text(order_no) FROM applicant "
                       "WHERE name = %s", NAME)


def misfile(world, order):
    """A postal file with a row for her that is out of place, and her name
    where a number should be; the sender's file is not ours to keep clean."""
    path = world.postal / "stray.csv"
    today = taipei_now().date().isoformat()
    path.write_text(
        "order_no,tracking_no,posted_at,mail_type,weight_g,postage\n"
        f"{order},12345610000118,{today},18,20,28\n"
        f"{order},{NAME},{today},18,20,28\n", encoding="utf-8")
    world.daemon("tracking", expect=1)
    assert world.report(path)["rejected"] == 2
    (path.parent / "done" / path.name).unlink()


def test_nothing_is_left(world):
    order = apply(world)
    receive(world, order, "genuine")
    receive(world, order, "genuine", padding=6000)
    receive(world, order, "forged")
    receive(world, order, "hint")
    book(world)
    answer(world)
    misfile(world, order)
    assert world.value("SELECT remind_due('12h', 10, "
                       "now() - interval '3 days 1 hour')") == 3
    maintain(world, "ANALYZE")

    # She is where she should be, and nowhere else.
    for text in CANARIES:
        expected = {table for table, texts in TOLD.items() if text in texts}
        assert set(world.places(text)) == expected, text
        assert not expected or expected & server_files(world, text), text
        assert our_files(world, text) == []
    toast = world.value(
        "SELECT t.relname FROM pg_class c JOIN pg_class t "
        "ON t.oid = c.reltoastrelid WHERE c.oid = 'payment_notice'::regclass")
    assert toast in server_files(world, PAYER), "the long one is outside"

    world.pay([], "atm")
    world.pay([], "credit")
    world.daemon("payment")
    world.daemon("purge", "-v")
    assert world.statuses() == {"purged": 3}
    assert world.value(
        "SELECT row_counts FROM purge_record WHERE order_no = %s",
        int(order)) == {"applicant": 1, "activation": 1, "notice": 1,
                        "payment_notice": 4}
    # What comes too late does not bring her back.
    receive(world, order, "genuine", "paid")
    receive(world, order, "forged", "paid")
    receive(world, order, "hint", "paid")
    book(world)
    answer(world)
    world.ctl("order", "show", order)
    # Somebody else goes on living beside her.
    world.fill(3)
    world.daemon("purge", "--dry-run", once=False)
    world.verify()
    for text in CANARIES:
        assert world.places(text) == []
        assert our_files(world, text) == []

    # Deleted rows are bytes on the disk, until their tables are rewritten.
    maintain(world, "VACUUM (ANALYZE)")
    left = {table for text in CANARIES for table in server_files(world, text)}
    assert left, "VACUUM was enough: recard-purge(8) says otherwise"
    assert left <= {"applicant", "payment_notice", toast}
    maintain(world, "VACUUM (FULL) applicant, activation, payment_notice")
    for text in CANARIES:
        assert server_files(world, text) == set(), text
        assert text not in world.db.cluster.log()


def test_samples_of_a_column_would_keep_her(world):
    """Control: with statistics of the column the server remembers a name
    that no table holds any more."""
    world.fill(9)
    order = apply(world)
    world.query("ALTER TABLE applicant ALTER name SET STATISTICS 100")
    maintain(world, "ANALYZE applicant")
    world.query("UPDATE payment_feed SET covered_until = now(), "
                "last_file_at = now()")
    world.daemon("purge")
    assert order in world.orders("purged")
    assert world.places(NAME) == ["pg_statistic"]


def test_a_notice_refused_during_the_purge(world):
    """It was stored before the order was purged, and seen only after."""
    order = apply(world)
    world.query("UPDATE payment_feed SET covered_until = now(), "
                "last_file_at = now()")
    receive(world, order, "forged")
    with world.db.connect() as connection:
        connection.execute("CREATE TEMPORARY TABLE late AS "
                           "SELECT body, headers, peer FROM payment_notice")
        connection.execute("SELECT purge_due(repeat('k', 32)::bytea, 10, "
                           "'purge')")
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("UPDATE payment_notice n SET body = l.body, "
                           "headers = l.headers, peer = l.peer FROM late l")
    assert world.places(PAYER) == ["payment_notice"]
    ran = world.daemon("purge")
    assert "event=purge.stray.emptied prog=recard-purge count=1" in ran.err
    assert world.places(PAYER) == []
    world.verify()


# Of whoever comes by the portal: the name is the register's.
VISITOR = (ADDRESS, PHONE, EMAIL, CODE, HOLDER)


def nowhere_but(world, table, *texts):
    for text in texts:
        assert world.places(text) == [table], text
        assert our_files(world, text) == [], text


def came_back(world, mail):
    """A mail server's own words, which quote the mail and its reader."""
    path = world.folder / "mail" / "bounces" / "back.eml"
    path.write_text(PLAIN.format(
        recipient=mail.recipient, headers=mail.data.partition(
            b"\r\n\r\n")[0].decode().replace("\r\n", "\n")))
    world.daemon("notify", expect=1)
    report = path.parent / "done" / f"{path.name}.report.json"
    assert json.loads(report.read_text())["applied"] == 1
    assert not report.with_name(path.name).exists() and not path.exists()


def test_nothing_is_left_by_portal_and_mail(world):
    """She comes by the portal, tries her code too early, is reminded by a mail
    that comes back, and never pays."""
    with MailHost() as host:
        world.configure("notify", outbox=None, server=host.url, plain=True)
        portal = Portal(world)
        card = portal.card("王小明", holder_id=HOLDER)
        visitor = Citizen(portal, card).come_in()
        order = visitor.apply(address=ADDRESS, phone=PHONE, email=EMAIL,
                              user_code=CODE, user_code_again=CODE)
        assert ADDRESS in visitor.get(f"/orders/{order}").text
        assert visitor.call(f"/api/orders/{order}/activation",
                            user_code=CODE, accept=True).status == 409
        assert visitor.log_in(holder_id="A123456789").status == 403
        assert world.value("SELECT remind_due('49h', 10, now())") == 1
        world.daemon("notify", "-v")
        assert [mail.recipient for mail in host.mails] == [EMAIL]
        came_back(world, host.mails[0])
        log = portal.daemon.stop()
    nowhere_but(world, "applicant", ADDRESS, PHONE, EMAIL)
    secrets = [cookie for cookie in visitor.cookies.values()
               if len(cookie) > 30]
    assert secrets, "a session"
    for text in (*VISITOR, *secrets, card.pin, card.name, card.card_no):
        assert text not in log, text
    for text in (CODE, HOLDER, *secrets):
        assert world.places(text) == [] and our_files(world, text) == []

    with world.db.connect() as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "UPDATE orders SET applied_at = applied_at - interval '5 days', "
            "pay_by = pay_by - interval '5 days'")
    world.query("UPDATE payment_feed SET covered_until = now(), "
                "last_file_at = now()")
    world.daemon("purge", "-v")
    assert world.statuses() == {"purged": 1}
    for text in VISITOR:
        assert world.places(text) == [] and our_files(world, text) == []
    world.verify()
