"""Files with something wrong in them: each wrong row or file is told with
its place and reason, the rest is not lost, nothing is half applied."""

import datetime
import json
import os

import pytest

import applications
import card_line
import check_digits
import post
from world import sha256, taipei_now

NUMBER_14 = "12345610000618"


def rejects(report):
    return {row["line"]: row["code"] for row in report["rejects"]}


def tracking_number(serial):
    return post.tracking_number(serial, "100006", "18", "10000")


def strange_order():
    """An order number that is right and that nobody has."""
    return "0001010000001" + check_digits.gs1("0001010000001")


# Applications

def test_applications(world):
    report = world.apply(12, 3, "--bad", expect=1)
    lines = (world.folder / "applications.jsonl").read_bytes().splitlines()
    place = {}
    for number, line in enumerate(lines, start=1):
        for kind in applications.BAD:
            if f'"bad-{kind}-3"'.encode() in line:
                place[kind] = number
    assert len(place) == len(applications.BAD)
    assert len(lines[place["huge-line"] - 1]) > 10 * 1024 * 1024
    assert rejects(report) == {
        place["wrong-holder-id"]: "bad_holder_id",
        place["outside-window"]: "too_early",
        place["third-primary"]: "two_primary_cards",
        place["broken-json"]: "bad_json",
        place["huge-line"]: "line_too_long",
    }
    texts = {row["code"]: row["text"] for row in report["rejects"]}
    assert texts["too_early"].startswith(
        "此卡號無法作線上申辦新憑證。訊息代碼：45")
    assert texts["two_primary_cards"].startswith(
        "此身份證號目前有效正卡數超過 2 張")
    # The repeated request is one order.
    assert (report["rows"], report["applied"], report["duplicate"],
            report["rejected"]) == (12 + 7, 12 + 1, 1, 5)
    assert world.statuses() == {"unpaid": 13}
    # Whoever is named in a refused line is not quoted.
    refused = json.loads(lines[place["wrong-holder-id"] - 1])
    told = json.dumps(report, ensure_ascii=False) + "".join(
        path.read_text() for path in world.logs.iterdir())
    for private in ("holder_id", "name", "address", "user_code"):
        assert refused[private] not in told
    world.verify()


def test_applications_again(world):
    world.apply(10, 4, "--bad", expect=1)
    before = world.snapshot()
    world.ctl("order", "import", world.folder / "applications.jsonl",
              "--report", world.folder / "again.json", expect=1)
    report = json.loads((world.folder / "again.json").read_text())
    assert (report["applied"], report["duplicate"], report["rejected"]) == (
        0, 12, 5)
    assert world.snapshot() == before


@pytest.mark.parametrize("line, code", [
    (b"\xff{}", "bad_utf8"),
    (b'{"request_id": "\x00"}', "nul_byte"),
    (b"[]", "not_an_object"),
    (b'{"a": 1, "a": 2}', "bad_json"),
    (b'{"request_id": 7}', "missing_request_id"),
])
def test_lines_that_are_no_applications(world, line, code):
    path = world.folder / "bad.jsonl"
    path.write_bytes(b"\n" + line + b"\n{}\n")
    world.ctl("order", "import", path, "--report", world.folder / "r.json",
              expect=1)
    report = json.loads((world.folder / "r.json").read_text())
    assert rejects(report) == {2: code, 3: "missing_request_id"}


# Settlement files

@pytest.mark.parametrize("broken, code", [
    ({"count": 3}, "bad_count"),
    ({"total": 1}, "bad_sum"),
])
def test_settlement_with_a_wrong_trailer(world, broken, code):
    orders = world.fill(2)
    before = world.snapshot("import")
    path = world.pay(orders, **broken)
    world.daemon("payment", expect=1)
    report = world.report(path, "rejected")
    assert (report["outcome"], report["reason"]) == ("rejected", code)
    assert report["reason_text"].startswith("line 4: ")
    assert (report["rows"], report["applied"], report["rejected"]) == (
        2, 0, 2)
    assert world.snapshot("import") == before
    # The right file with the same number is taken.
    path = world.pay(orders, sequence=1)
    world.daemon("payment")
    report = world.report(path)
    assert (report["applied"], report["rejected"]) == (2, 0)
    assert world.statuses() == {"paid": 2}
    world.settled()


def test_settlement_with_a_gap(world):
    orders = world.fill(4)
    yesterday = taipei_now() - datetime.timedelta(days=1)
    world.pay(orders[:1], covered_until=yesterday)
    world.daemon("payment")
    path = world.pay(orders[1:3], sequence=3)
    ran = world.daemon("payment", expect=1)
    assert "payment.sequence.gap" in ran.err
    report = world.report(path)
    assert "sequence 2" in report["note"] and report["applied"] == 2
    # Its payments count, its word about what is covered does not yet.
    assert world.statuses() == {"paid": 3, "unpaid": 1}
    feed = "SELECT covered_until, last_sequence FROM payment_feed " \
           "WHERE channel = 'atm'"
    assert world.query(feed) == [(yesterday, 1)]
    world.pay(orders[3:], sequence=2)
    world.daemon("payment")
    ((covered_until, last),) = world.query(feed)
    assert covered_until > yesterday and last == 3
    assert world.statuses() == {"paid": 4}
    world.verify()


def test_settlement_that_was_seen(world):
    path = world.pay(world.fill(3))
    content = path.read_bytes()
    world.daemon("payment")
    before = world.snapshot()
    again = path.with_name("another-name.csv")
    for copy in (path, again):
        copy.write_bytes(content)
        world.daemon("payment", expect=0)
    assert world.snapshot() == before
    assert world.report(again)["seen"] is True
    assert len(list((world.settlement / "done").glob("*.csv*"))) == 6
    world.settled()


def test_settlement_number_of_another_file(world):
    orders = world.fill(2)
    world.pay(orders[:1])
    world.daemon("payment")
    before = world.snapshot("import")
    path = world.pay([{"order_no": orders[1], "amount": 228,
                       "channel_ref": "other",
                       "paid_at": "2026-01-02T03:04:05+08:00"}], sequence=1)
    world.daemon("payment", expect=1)
    report = json.loads((world.settlement / "rejected" / (
        path.name + ".report.json")).read_text())
    assert report["reason"] == "sequence_used"
    assert world.snapshot("import") == before


def test_settlement_lines_that_settle_nothing(world):
    """Money is never lost: every line is in the ledger with its reason."""
    orders = world.fill(5)
    now = "2026-01-02T03:04:05+08:00"

    def row(order, amount=228, when=now, **more):
        return {"order_no": order, "amount": amount, "paid_at": when, **more}

    path = world.pay([
        row(orders[0]), row(orders[1], 200), row(orders[2], 300),
        row(strange_order()), row("12345"), row(orders[3], when="noon"),
        row(orders[0]), row(orders[4], result="refund"),
    ])
    world.daemon("payment", expect=1)
    report = world.report(path)
    assert (report["rows"], report["applied"], report["rejected"]) == (
        8, 8, 0)
    assert world.query(
        "SELECT p.line, e.reason, e.state FROM payment p "
        "JOIN payment_exception e USING (payment_id) ORDER BY p.line") == [
            (3, "short", "open"), (4, "over", "open"),
            (5, "unknown_order", "open"), (6, "unknown_order", "open"),
            (7, "unreadable", "open"), (8, "second_payment", "refund_due"),
            (9, "refund", "open")]
    assert world.orders("paid") == [orders[0]]
    world.verify()


HEADER = b"H,RECARD-SETTLEMENT,1,atm,2026-11-23,1,2026-11-23T00:00:00Z\n"
NO_SETTLEMENTS = {
    "empty": (b"", "no_header"),
    "no header": (b"T,0,0\n", "no_header"),
    "version": (HEADER.replace(b",1,atm", b",2,atm") + b"T,0,0\n",
                "unknown_version"),
    "channel": (HEADER.replace(b"atm", b"cash") + b"T,0,0\n",
                "unknown_channel"),
    "cut off": (HEADER, "no_trailer"),
    "huge line": (HEADER + b"D," + b"x" * 10 * 1024 * 1024 + b"\nT,0,0\n",
                  "line_too_long"),
    "NUL": (HEADER + b"\0\nT,0,0\n", "nul_byte"),
    "after the end": (HEADER + b"T,0,0\nT,0,0\n", "after_trailer"),
}


@pytest.mark.parametrize("content, code", NO_SETTLEMENTS.values(),
                         ids=NO_SETTLEMENTS)
def test_settlement_that_is_none(world, content, code):
    before = world.snapshot("import")
    path = world.settlement / "file.csv"
    path.write_bytes(content)
    world.daemon("payment", expect=1)
    report = world.report(path, "rejected")
    assert report["reason"] == code
    assert world.snapshot("import") == before


# The card line's answers

class Batch:
    """A batch in the hands of the line, whose answers we forge."""

    def __init__(self, world, count=4):
        self.world = world
        self.orders = world.fill(count)
        world.pay(self.orders)
        world.daemon("payment")
        world.daemon("manufacture")
        self.number = world.value("SELECT batch_no FROM card_batch")
        self.jobs = [job for job, in world.query(
            "SELECT job_no FROM card_job ORDER BY order_no")]

    def made(self, job, card, attempt=1):
        return (f"R,{job},{attempt},MADE,{card},0a1b2c,2031-11-22,"
                "2026-11-23T10:00:00+08:00,\n")

    def sign(self, text, signer="line"):
        return card_line.sign(text.encode(),
                              self.world.keys / f"{signer}.crt",
                              self.world.keys / f"{signer}.key")

    def send(self, content, kind="1.result", number=None):
        path = self.world.line_in / f"{number or self.number}.{kind}.p7m"
        path.write_bytes(content)
        return path

    def states(self):
        return [state for state, in self.world.query(
            "SELECT state::text FROM card_job ORDER BY order_no, attempt")]


def test_results_of_unknown_jobs(world):
    batch = Batch(world)
    path = batch.send(batch.sign(
        batch.made(batch.jobs[0], "ND00000000000001")
        + batch.made(99999999, "ND00000000000002")
        + "R,x,1,MADE,,,,,\n"
        + batch.made(batch.jobs[1], "ND00000000000003", attempt=2)
        + batch.made(batch.jobs[1], "ND00000000000001")
        + "Q\n"
        + batch.made(batch.jobs[2], "ND00000000000004")))
    world.daemon("manufacture", expect=1)
    report = world.report(path)
    assert rejects(report) == {
        2: "unknown_job", 3: "bad_field", 4: "wrong_attempt",
        5: "card_number_used", 6: "bad_line"}
    assert (report["rows"], report["applied"]) == (7, 2)
    assert batch.states() == ["made", "batched", "made", "batched"]
    before = world.snapshot()
    path.write_bytes((world.line_in / "done" / path.name).read_bytes())
    world.daemon("manufacture", expect=0)
    assert world.snapshot() == before
    world.verify()


def test_results_for_another_batch(world):
    batch = Batch(world)
    path = batch.send(batch.sign(batch.made(batch.jobs[0],
                                            "ND00000000000001")),
                      number="CB-20260101-000077")
    world.daemon("manufacture", expect=1)
    assert rejects(world.report(path)) == {1: "foreign_job"}
    assert batch.states() == ["batched"] * 4


@pytest.mark.parametrize("forge, code", [
    (lambda batch, text: text.encode(), "not_signed"),
    (lambda batch, text: batch.sign(text, "stranger"), "signed_by_stranger"),
    (lambda batch, text: batch.sign(text, "our"), "signed_by_stranger"),
    (lambda batch, text: batch.sign(text).replace(
        b"ND00000000000001", b"ND00000000000002"), "bad_signature"),
    (lambda batch, text: batch.sign(text)[:-20], "not_signed"),
])
@pytest.mark.parametrize("kind", ["1.result", "ack"])
def test_answers_with_a_wrong_signature(world, forge, code, kind):
    batch = Batch(world, 1)
    before = world.snapshot("import")
    text = batch.made(batch.jobs[0], "ND00000000000001") \
        if kind == "1.result" else f"A,{batch.number},ACCEPTED,\n"
    if kind == "ack" and code == "bad_signature":
        content = batch.sign(text).replace(b"ACCEPTED", b"ACCEPTEX")
    else:
        content = forge(batch, text)
    path = batch.send(content, kind)
    world.daemon("manufacture", expect=1)
    assert world.report(path, "rejected")["reason"] == code
    assert world.snapshot("import") == before


@pytest.mark.parametrize("text, number, outcome, code", [
    ("A,{0},REJECTED,\n", None, "rejected", "bad_ack"),
    ("A,{0},ACCEPTED,\nA,{0},ACCEPTED,\n", None, "rejected", "bad_ack"),
    ("A,CB-20260101-000077,ACCEPTED,\n", None, "rejected", "wrong_batch"),
    ("A,CB-20260101-000000,ACCEPTED,\n", "CB-20260101-000000", "done",
     "unknown_batch"),
])
def test_acknowledgements_that_fit_nothing(world, text, number, outcome,
                                           code):
    batch = Batch(world, 1)
    ours = ("import", "import_reject", "exception")
    before = world.snapshot(*ours)
    path = batch.send(batch.sign(text.format(batch.number)), "ack", number)
    world.daemon("manufacture", expect=1)
    report = world.report(path, outcome)
    assert code in (report["reason"], *rejects(report).values())
    assert world.snapshot(*ours) == before


def test_batch_that_the_line_refuses(world):
    batch = Batch(world, 1)
    batch.send(batch.sign(f"A,{batch.number},REJECTED,BAD_HASH\n"), "ack")
    ran = world.daemon("manufacture", expect=1)
    assert "batch.ack.refused" in ran.err
    assert world.query("SELECT kind, subject, reason FROM exception") == [
        ("batch", batch.number, "BAD_HASH")]


# Postal files

def produced(world, count):
    """Orders that are ready for the post."""
    orders = world.fill(count)
    world.pay(orders)
    for name in ("payment", "manufacture", "label"):
        world.daemon(name)
    world.line()
    world.daemon("manufacture")
    return orders


def native(world, *rows, name="native.csv"):
    path = world.postal / name
    path.write_text(
        ",".join(post.NATIVE_COLUMNS) + "\n" + "".join(
            f"{order},{number},2026-11-23T15:00:00+08:00,18,20,28\n"
            for order, number in rows))
    return path


def letters(world):
    return world.query("SELECT order_text(order_no), tracking_no "
                       "FROM mail_item ORDER BY order_no")


def test_tracking_rows(world):
    orders = produced(world, 6)
    good = [tracking_number(n) for n in range(1, 7)]
    wrong = good[3][:-1] + str((int(good[3][-1]) + 1) % 10)
    slip = orders[3][:-1] + str((int(orders[3][-1]) + 1) % 10)
    path = native(
        world,
        (orders[0], good[0]),           # line 2
        (strange_order(), good[1]),
        (orders[1], wrong),
        (orders[1], good[5]),           # for two orders in this file
        (slip, good[3]),
        (orders[2], "123456"),
        (orders[2], "12 34"),
        (orders[4], good[4]),
        (orders[5], good[5]))
    world.daemon("tracking", expect=1)
    report = world.report(path)
    assert rejects(report) == {
        3: "unknown_order", 4: "wrong_check_digit", 5: "number_twice",
        6: "bad_order_no", 7: "serial_only", 8: "bad_tracking_no",
        10: "number_twice"}
    assert (report["rows"], report["applied"], report["rejected"]) == (
        9, 2, 7)
    assert letters(world) == [(orders[0], good[0]),
                               (orders[4], good[4])]
    # Used in a file before; and another number for a letter in the post.
    path = native(world, (orders[1], good[0]), (orders[0], good[1]),
                  (orders[2], good[2]), name="second.csv")
    world.daemon("tracking", expect=1)
    assert rejects(world.report(path)) == {2: "number_used",
                                           3: "order_has_number"}
    assert world.statuses() == {"mailed": 3, "produced": 3}
    before = world.snapshot()
    path.write_bytes((world.postal / "done" / path.name).read_bytes())
    world.daemon("tracking", expect=0)
    assert world.snapshot() == before
    world.verify()


def test_tracking_of_orders_not_yet_made(world):
    orders = world.fill(2)
    world.pay(orders[:1])
    world.daemon("payment")
    before = world.snapshot("import", "import_reject")
    path = native(world, (orders[0], tracking_number(1)),
                  (orders[1], tracking_number(2)))
    world.daemon("tracking", expect=1)
    assert rejects(world.report(path)) == {2: "not_produced",
                                           3: "not_produced"}
    assert world.snapshot("import", "import_reject") == before


def test_tracking_in_cp950(world):
    """Bytes that are no characters reject their line, with their place."""
    world.configure("tracking", list_encoding="CP950")
    orders = produced(world, 3)
    header = ",".join(post.COLUMNS).encode("cp950")
    lines = [f"{tracking_number(n)},王小明,臺北市,,,,20,28,{order}".encode(
        "cp950") for n, order in enumerate(orders, start=1)]
    lines[1] = lines[1].replace("王小明".encode("cp950"), b"\xa4\xff\xfe")
    path = world.postal / "PL-20261123-000001.csv"
    path.write_bytes(b"\n".join([header, *lines]) + b"\n")
    world.daemon("tracking", expect=1)
    report = world.report(path)
    assert rejects(report) == {3: "bad_encoding"}
    assert "byte 22" in report["rejects"][0]["text"]
    assert [order for order, _ in letters(world)] == [
        orders[0], orders[2]]


@pytest.mark.parametrize("content, code", [
    (b"", "unknown_layout"),
    (b"a,b,c\n1,2,3\n", "unknown_layout"),
    (b"x" * 10 * 1024 * 1024 + b"\n", "unknown_layout"),
], ids=["empty", "header", "huge line"])
def test_tracking_file_of_no_layout(world, content, code):
    before = world.snapshot("import")
    path = world.postal / "file.csv"
    path.write_bytes(content)
    world.daemon("tracking", expect=1)
    assert world.report(path, "rejected")["reason"] == code
    assert world.snapshot("import") == before


def test_tracking_file_that_was_cut_off(world):
    """The row that was cut is not booked, and can come with the whole."""
    orders = produced(world, 2)
    path = native(world, (orders[0], tracking_number(1)),
                  (orders[1], tracking_number(2)))
    whole = path.read_bytes()
    path.write_bytes(whole[:-2])
    world.daemon("tracking", expect=1)
    assert rejects(world.report(path)) == {3: "cut_off"}
    assert letters(world) == [(orders[0], tracking_number(1))]
    path.write_bytes(whole[:whole.index(b"\n")])
    world.daemon("tracking", expect=1)
    assert world.report(path, "rejected")["reason"] == "cut_off"
    path = world.postal / "whole.csv"
    path.write_bytes(whole)
    world.daemon("tracking", expect=0)
    assert letters(world) == [(order, tracking_number(n))
                              for n, order in enumerate(orders, start=1)]
    world.verify()


@pytest.mark.parametrize("end, code", [
    ("", "no_trailer"), ("T,1\n", "wrong_count"), ("T,\n", "wrong_count"),
    ("T,2\nx,y,z\n", "after_trailer")])
def test_tracking_file_whose_trailer_counts(world, end, code):
    world.configure("tracking", layouts=[{
        "name": "factory", "delimiter": ",", "trailer": "T",
        "trailer_count": "2", "fields": [
            "order_no=#1", "tracking_no=#2", "posted_on=#3"]}])
    orders = produced(world, 2)
    rows = "".join(f"{order},{tracking_number(n)},2026.11.23\n"
                   for n, order in enumerate(orders, start=1))
    before = world.snapshot("import")
    path = world.postal / "factory.txt"
    path.write_text(rows + end)
    world.daemon("tracking", expect=1)
    assert world.report(path, "rejected")["reason"] == code
    assert world.snapshot("import") == before
    path = world.postal / "whole.txt"
    path.write_text(rows + "T,2\n")
    world.daemon("tracking", expect=0)
    assert len(letters(world)) == 2


def test_tracking_row_of_another_year(world):
    world.configure("tracking", posted_within="1d", dated_ahead="0s")
    orders = produced(world, 1)
    path = native(world, (orders[0], tracking_number(1)))
    path.write_text(path.read_text().replace("2026-11-23", "2006-11-23"))
    world.daemon("tracking", expect=1)
    assert rejects(world.report(path)) == {2: "date_out_of_range"}
    assert letters(world) == []


def test_tracking_line_of_ten_megabytes(world):
    orders = produced(world, 2)
    path = native(world, (orders[0], tracking_number(1)),
                  ("9" * 10 * 1024 * 1024, NUMBER_14),
                  (orders[1], tracking_number(2)))
    world.daemon("tracking", expect=1)
    report = world.report(path)
    assert rejects(report) == {3: "line_too_long"}
    assert report["applied"] == 2


# Drop folders

def hostile(folder, target):
    """Everything that is no file to be taken in; the names of those that
    must go."""
    os.symlink(target, folder / "link.csv")
    os.symlink("/etc/passwd", folder / "passwd.csv")
    os.symlink("nowhere", folder / "dangling.csv")
    os.mkfifo(folder / "fifo.csv")
    os.link(target, folder / "hard.csv")
    (folder / "bad name;$(x).csv").write_bytes(target.read_bytes())
    (folder / ("n" * 230 + ".csv")).write_bytes(target.read_bytes())
    (folder / "foreign.csv").write_bytes(target.read_bytes())
    return {"link.csv", "passwd.csv", "dangling.csv", "fifo.csv", "hard.csv",
            "bad_name___x_.csv", "n" * 200, "foreign.csv"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_hostile_files_in_a_drop_folder(world):
    path = world.pay(world.fill(1))
    target = world.folder / "target.csv"
    target.write_bytes(path.read_bytes().replace(b",228,", b",229,"))
    passwd = os.stat("/etc/passwd")
    names = hostile(world.settlement, target)
    os.chown(world.settlement / "foreign.csv", 65534, 65534)
    (world.settlement / "folder.csv").mkdir()
    (world.settlement / ".hidden.csv").write_bytes(target.read_bytes())
    (world.settlement / "half.csv.part").write_bytes(b"H,")

    world.daemon("payment", expect=1)
    assert world.report(path)["applied"] == 1
    assert world.value("SELECT count(*) FROM payment") == 1
    rejected = {entry.name for entry in os.scandir(
        world.settlement / "rejected")}
    assert {name for name in rejected
            if not name.endswith(".report.json")} == names
    reasons = {name: json.loads((world.settlement / "rejected" / (
        name + ".report.json")).read_text())["reason"] for name in names}
    assert reasons == {
        "link.csv": "not_a_regular_file", "passwd.csv": "not_a_regular_file",
        "dangling.csv": "not_a_regular_file",
        "fifo.csv": "not_a_regular_file", "hard.csv": "several_links",
        "bad_name___x_.csv": "bad_name", "n" * 200: "bad_name",
        "foreign.csv": "foreign_owner"}
    # What is on its way, hidden or a folder is left alone.
    assert {entry.name for entry in os.scandir(world.settlement)} == {
        "done", "rejected", "folder.csv", ".hidden.csv", "half.csv.part"}
    assert target.exists() and os.stat("/etc/passwd") == passwd
    world.daemon("payment", expect=0)


@pytest.mark.parametrize("name, folder", [
    ("tracking", "postal"), ("manufacture", "line_in")])
def test_links_are_followed_nowhere(world, name, folder):
    inbox = getattr(world, folder)
    target = world.folder / "target"
    target.write_bytes(b"secret\n")
    link = inbox / "CB-20261123-000001.ack.p7m"
    os.symlink(target, link)
    world.daemon(name, expect=1)
    report = json.loads((inbox / "rejected" / (
        link.name + ".report.json")).read_text())
    assert report["reason"] == "not_a_regular_file"
    assert os.path.islink(inbox / "rejected" / link.name)
    assert target.read_bytes() == b"secret\n"


def test_outbox_name_that_is_taken(world):
    """Nothing is overwritten: it is an error until somebody looks."""
    orders = world.fill(1)
    world.pay(orders)
    world.daemon("payment")
    world.killed("manufacture", "batch.sealed")
    number = world.value("SELECT batch_no FROM card_batch")
    blocked = world.line_out / f"{number}.p7m"
    blocked.write_bytes(b"somebody else's")
    ran = world.daemon("manufacture", expect=1)
    assert "batch.publish.conflict" in ran.err
    assert blocked.read_bytes() == b"somebody else's"
    blocked.unlink()
    # The line stands still until somebody has looked.
    ran = world.daemon("manufacture", expect=1)
    assert "line.stop.alarm" in ran.err
    assert not blocked.exists()
    world.query("SELECT line_resume('main', 1, 'test', 'looked')")
    world.daemon("manufacture")
    assert sha256(blocked) == world.value(
        "SELECT file_digest FROM card_batch")
