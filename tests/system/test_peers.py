"""The stand-ins for the outside hold to the contracts by themselves.

Nothing of recard runs here: batches are put together by hand and sealed by
the openssl command, and every check digit is computed a second time.
"""

import csv
import datetime
import fcntl
import hashlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "tests" / "peers"
sys.path.insert(0, str(PEERS))

import addresses  # noqa: E402
import applications  # noqa: E402
import card_line  # noqa: E402
import check_digits  # noqa: E402
import payment_service  # noqa: E402
import post  # noqa: E402

BATCH = "CB-20261123-000001"
DIGEST = "5e" * 32
ORDERS = ["26112300000012", "26112300000029", "26112300000036"]
NOW = "2026-11-23T15:30:00+08:00"


def run(program, *arguments, expect=0):
    done = subprocess.run(
        [sys.executable, str(PEERS / program), *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout


def openssl(*arguments, content=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=content,
                          capture_output=True, check=True,
                          timeout=60).stdout


def sum_3_1(digits):
    """Weighted sum from the left, for numbers of even length."""
    odd, even = digits[0::2], digits[1::2]
    return 3 * sum(map(int, odd)) + sum(map(int, even))


# Identity and order numbers

@pytest.mark.parametrize("number", [
    "A123456789", "A800000014", "AB23456789",
])
def test_published_holder_ids(number):
    assert check_digits.holder(number[:9]) == number[9]


@pytest.mark.parametrize("number", ["01489424103631303002"])
def test_published_mail_number(number):
    assert check_digits.gs1(number[:19]) == number[19]


@pytest.mark.parametrize("number, right", [
    *((order, True) for order in ORDERS),
    ("26112300000010", False),
    ("2611230000001", False),
    ("２６112300000012", False),
    ("", False),
])
def test_order_numbers(number, right):
    assert check_digits.order_ok(number) is right


# Keys

@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    run("make_authority.py", folder)
    return folder


def test_private_keys_are_private(keys):
    for name in ("our", "line", "stranger"):
        mode = stat.S_IMODE(os.stat(keys / f"{name}.key").st_mode)
        assert mode == 0o600
        public = [
            openssl("x509", "-in", keys / f"{name}.crt", "-noout",
                    "-pubkey"),
            openssl("pkey", "-in", keys / f"{name}.key", "-pubout"),
        ]
        assert public[0] == public[1]


def test_keys_that_are_there_stay(keys):
    before = (keys / "our.key").read_bytes()
    run("make_authority.py", keys)
    assert (keys / "our.key").read_bytes() == before


# The card line

def rows_for(orders, first_job=1, attempt=1, kind="NEW"):
    return [
        f"D,{line},J{first_job + line - 1:07d},{attempt},{kind},{order},"
        f"王堃喆,2026-11-23,2031-11-22,{DIGEST}"
        for line, order in enumerate(orders, start=1)
    ]


def batch(rows, batch_no=BATCH, count=None, total=None, trailer_count=None,
          version="1", digest=None):
    """Plain text of a batch; what is given replaces the true value."""
    count = len(rows) if count is None else count
    trailer_count = len(rows) if trailer_count is None else trailer_count
    if total is None:
        total = sum(int(row.split(",")[5][:13]) for row in rows) % 10**13
    before = "\n".join([
        f"H,RECARD-CARD-BATCH,{version},{batch_no},"
        f"{NOW},moica,{count}", *rows, ""]).encode()
    digest = digest or hashlib.sha256(before).hexdigest()
    return before + f"T,{batch_no},{trailer_count},{total:013d},{digest}\n" \
        .encode()


def seal(content, keys, signer="our", recipient="line", cipher="aes-256-cbc"):
    signed = openssl(
        "cms", "-sign", "-nodetach", "-binary", "-outform", "DER",
        "-signer", keys / f"{signer}.crt", "-inkey", keys / f"{signer}.key",
        content=content)
    return openssl("cms", "-encrypt", f"-{cipher}", "-binary", "-outform",
                   "DER", keys / f"{recipient}.crt", content=signed)


class Line:
    """A card line with folders of its own."""

    def __init__(self, folder, keys):
        self.keys = keys
        self.input, self.out, self.state = (
            folder / name for name in ("to-line", "from-line", "state"))
        self.input.mkdir()

    def run(self, *options, expect=0):
        return run(
            "card_line.py", "--in", self.input, "--out", self.out,
            "--state", self.state, "--line-cert", self.keys / "line.crt",
            "--line-key", self.keys / "line.key",
            "--our-cert", self.keys / "our.crt", "--once", *options,
            expect=expect)

    def send(self, content, *options, batch_no=BATCH, expect=0):
        sealed = seal(content, self.keys)
        return self.send_sealed(sealed, *options, batch_no=batch_no,
                                expect=expect)

    def send_sealed(self, sealed, *options, batch_no=BATCH, expect=0):
        (self.input / f"{batch_no}.p7m").write_bytes(sealed)
        return self.run(*options, expect=expect)

    def read(self, name):
        """Content of an answer, which the line and nobody else signed."""
        return openssl(
            "cms", "-verify", "-inform", "DER", "-binary", "-nointern",
            "-certfile", self.keys / "line.crt",
            "-CAfile", self.keys / "line.crt", "-purpose", "any",
            content=(self.out / name).read_bytes()).decode()

    def ack(self, batch_no=BATCH):
        return self.read(f"{batch_no}.ack.p7m")

    def results(self, number=1, batch_no=BATCH):
        text = self.read(f"{batch_no}.{number}.result.p7m")
        assert text.endswith("\n")
        return [line.split(",") for line in text.splitlines()]

    def names(self):
        return sorted(path.name for path in self.out.iterdir())


@pytest.fixture
def line(tmp_path, keys):
    return Line(tmp_path, keys)


def test_good_batch_becomes_cards(line):
    out = line.send(batch(rows_for(ORDERS)))
    assert out.startswith(f"{BATCH} ACCEPTED cards=3")
    assert line.names() == [f"{BATCH}.1.result.p7m", f"{BATCH}.ack.p7m"]
    assert line.ack() == f"A,{BATCH},ACCEPTED,\n"

    results = line.results()
    assert [row[:4] for row in results] == [
        ["R", f"J000000{n}", "1", "MADE"] for n in (1, 2, 3)]
    assert len({row[4] for row in results}) == 3
    for row in results:
        assert len(row) == 9
        assert re.fullmatch(r"[A-Z]{2}[0-9]{14}", row[4])
        assert re.fullmatch(r"[0-9a-f]+", row[5])
        assert row[6] == "2031-11-22"
        made_at = datetime.datetime.fromisoformat(row[7])
        assert made_at.utcoffset() == datetime.timedelta(hours=8)
        assert row[8] == ""
    assert not list(line.input.iterdir())
    record = json.loads((line.state / f"{BATCH}.json").read_text())
    assert record["answer"] == "ACCEPTED" and record["cards"] == 3


@pytest.mark.parametrize("content, reason, detail", [
    pytest.param(batch(rows_for(ORDERS), count=4), "BAD_COUNT",
                 "H counts otherwise", id="count in H"),
    pytest.param(batch(rows_for(ORDERS), trailer_count=2), "BAD_COUNT",
                 "T counts otherwise", id="count in T"),
    pytest.param(batch(rows_for(ORDERS)[1:] + rows_for(ORDERS)[:1]),
                 "BAD_COUNT", "row 1 has number 2", id="lines out of order"),
    pytest.param(batch(rows_for(ORDERS)[::2]), "BAD_COUNT",
                 "row 2 has number 3", id="line number left out"),
    pytest.param(batch(rows_for(["26112300000010"])), "BAD_COUNT",
                 "row 1: wrong order number", id="order number"),
    pytest.param(batch(rows_for(ORDERS, kind="AGAIN")), "BAD_COUNT",
                 "row 1: wrong job, attempt or kind", id="unknown kind"),
    pytest.param(batch(rows_for(ORDERS, attempt=0)), "BAD_COUNT",
                 "row 1: wrong job, attempt or kind", id="attempt 0"),
    pytest.param(batch(rows_for(ORDERS)).replace(b"\n", b"\r\n"),
                 "BAD_COUNT", "LF alone", id="CRLF"),
    pytest.param(batch(rows_for(ORDERS))[:-20], "BAD_COUNT",
                 "LF alone", id="cut short"),
    pytest.param(batch(rows_for(ORDERS)).rsplit(b"T,", 1)[0], "BAD_COUNT",
                 "no T line", id="no trailer"),
    pytest.param(b"", "BAD_COUNT", "LF alone", id="nothing"),
    pytest.param(batch(rows_for(ORDERS), total=1), "BAD_HASH",
                 "wrong hash total", id="hash total"),
    pytest.param(batch(rows_for(ORDERS), digest="0" * 64), "BAD_HASH",
                 "wrong SHA-256", id="digest"),
    pytest.param(batch(rows_for(ORDERS)).replace(b",moica,", b",other,"),
                 "BAD_HASH", "wrong SHA-256", id="altered before sealing"),
    pytest.param(batch(rows_for(ORDERS), batch_no="CB-20261123-000009"),
                 "BAD_HASH", "another batch", id="another batch's number"),
    pytest.param(batch(rows_for(ORDERS), version="2"), "UNKNOWN_VERSION",
                 "version 1", id="version"),
])
def test_wrong_content_is_refused(line, content, reason, detail):
    assert detail in line.send(content, expect=1)
    assert line.names() == [f"{BATCH}.ack.p7m"]
    assert line.ack() == f"A,{BATCH},REJECTED,{reason}\n"


def flip(sealed, place):
    altered = bytearray(sealed)
    altered[place] ^= 1
    return bytes(altered)


@pytest.mark.parametrize("spoil", [
    pytest.param(lambda good, keys: flip(good, -40), id="one bit"),
    pytest.param(lambda good, keys: good[:-1], id="one byte short"),
    pytest.param(lambda good, keys: b"not CMS at all", id="text"),
    pytest.param(lambda good, keys: b"", id="nothing"),
    pytest.param(lambda good, keys: seal(
        batch(rows_for(ORDERS)), keys, signer="stranger"),
        id="a stranger signed"),
    pytest.param(lambda good, keys: seal(
        batch(rows_for(ORDERS)), keys, recipient="stranger"),
        id="for a stranger"),
    pytest.param(lambda good, keys: seal(
        batch(rows_for(ORDERS)), keys, cipher="aes-128-cbc"),
        id="AES-128"),
    pytest.param(lambda good, keys: openssl(
        "cms", "-encrypt", "-aes-256-cbc", "-binary", "-outform", "DER",
        keys / "line.crt", content=batch(rows_for(ORDERS))),
        id="not signed"),
])
def test_wrong_seal_is_refused_and_number_stays_free(line, keys, spoil):
    good = seal(batch(rows_for(ORDERS)), keys)
    line.send_sealed(spoil(good, keys), expect=1)
    assert line.names() == [f"{BATCH}.ack.p7m"]
    assert line.ack() == f"A,{BATCH},REJECTED,BAD_SIGNATURE\n"

    (line.out / f"{BATCH}.ack.p7m").unlink()
    line.send_sealed(good)
    assert line.ack() == f"A,{BATCH},ACCEPTED,\n"


@pytest.mark.parametrize("same", [True, False])
def test_number_seen_before_is_refused(line, keys, same):
    sealed = seal(batch(rows_for(ORDERS)), keys)
    line.send_sealed(sealed)
    result = (line.out / f"{BATCH}.1.result.p7m").read_bytes()
    (line.out / f"{BATCH}.ack.p7m").unlink()

    again = sealed if same else seal(batch(rows_for(ORDERS[:1])), keys)
    line.send_sealed(again, expect=1)
    assert line.ack() == f"A,{BATCH},REJECTED,DUPLICATE\n"
    assert (line.out / f"{BATCH}.1.result.p7m").read_bytes() == result
    assert line.names() == [f"{BATCH}.1.result.p7m", f"{BATCH}.ack.p7m"]


def test_answer_not_fetched_yet_is_kept(line, keys):
    sealed = seal(batch(rows_for(ORDERS)), keys)
    line.send_sealed(sealed)
    line.send_sealed(sealed, expect=1)
    assert line.ack() == f"A,{BATCH},ACCEPTED,\n"


def test_unfinished_and_strange_files_are_left_alone(line, keys):
    sealed = seal(batch(rows_for(ORDERS)), keys)
    (line.input / f"{BATCH}.p7m.part").write_bytes(sealed)
    (line.input / "CB-20261123-000002.p7m").symlink_to(
        line.input / f"{BATCH}.p7m.part")
    (line.input / "notes.txt").write_text("hello")
    line.run()
    assert line.names() == []
    assert len(list(line.input.iterdir())) == 3


def test_same_job_or_live_order_in_two_batches_is_a_violation(line):
    second = "CB-20261123-000002"
    line.send(batch(rows_for(ORDERS[:2])), "--hold", ORDERS[1])
    rows = rows_for(ORDERS[:1]) + rows_for(ORDERS[1:2], first_job=8)
    rows[1] = rows[1].replace("D,1,", "D,2,")
    line.send(batch(rows, batch_no=second), "--hold", ORDERS[1],
              batch_no=second, expect=1)
    assert [row[3::5] for row in line.results(batch_no=second)] == [
        ["REJECTED", "TWICE"], ["REJECTED", "TWICE"]]
    log = (line.state / "violations.log").read_text().splitlines()
    assert len(log) == 2


def test_remake_gets_another_card(line):
    second = "CB-20261123-000002"
    line.send(batch(rows_for(ORDERS[:1])), "--reject", ORDERS[0])
    assert line.results()[0][3:] == ["REJECTED", "", "", "", "", "CHIP"]
    rows = rows_for(ORDERS[:1], attempt=2, kind="REJECTED")
    line.send(batch(rows, batch_no=second), batch_no=second)
    assert line.results(batch_no=second)[0][2:4] == ["2", "MADE"]


def test_held_cards_come_in_a_further_file(line):
    line.send(batch(rows_for(ORDERS)), "--hold", ORDERS[1])
    assert [row[3] for row in line.results()] == ["MADE", "ON_HOLD", "MADE"]
    line.run("--hold", ORDERS[1])
    assert not (line.out / f"{BATCH}.2.result.p7m").exists()
    line.run()
    assert [row[1:4] for row in line.results(2)] == [
        ["J0000002", "1", "MADE"]]
    cards = [row[4] for row in line.results() + line.results(2) if row[4]]
    assert len(set(cards)) == 3


def test_acknowledged_now_made_later_in_several_files(line):
    line.send(batch(rows_for(ORDERS)), "--only-ack")
    assert line.names() == [f"{BATCH}.ack.p7m"]
    line.run("--results-per-file", 2)
    assert [len(line.results(n)) for n in (1, 2)] == [2, 1]


def test_spoiled_share_repeats(line):
    serials = [f"261123{n:07d}" for n in range(200)]
    orders = [text + check_digits.gs1(text) for text in serials]
    line.send(batch(rows_for(orders)), "--spoil", "20%")
    spoiled = [row for row in line.results() if row[3] == "SPOILED"]
    assert 20 <= len(spoiled) <= 60
    assert all(row[4:] == ["", "", "", "", "PRINT"] for row in spoiled)


def test_killed_line_goes_on_with_the_same_cards(line, keys):
    """The record was saved and the process died before answering."""
    (line.input / f"{BATCH}.p7m").write_bytes(
        seal(batch(rows_for(ORDERS)), keys))
    options = card_line.parse_options([
        "--in", str(line.input), "--out", str(line.out),
        "--state", str(line.state), "--line-cert", str(keys / "line.crt"),
        "--line-key", str(keys / "line.key"),
        "--our-cert", str(keys / "our.crt")])
    killed = card_line.Line(options)
    killed.enter(BATCH, "", (line.input / f"{BATCH}.p7m").read_bytes())
    killed.work(killed.records[BATCH])
    decided = killed.records[BATCH]["answers"][1]["text"]
    killed.close()
    assert line.names() == []

    # The sender's file is still there; its number now stands for itself.
    line.run(expect=1)
    assert line.ack() == f"A,{BATCH},ACCEPTED,\n"
    assert line.read(f"{BATCH}.1.result.p7m") == decided


def test_line_runs_until_it_is_told_to_end(line, keys):
    process = subprocess.Popen(
        [sys.executable, PEERS / "card_line.py", "--in", line.input,
         "--out", line.out, "--state", line.state,
         "--line-cert", keys / "line.crt", "--line-key", keys / "line.key",
         "--our-cert", keys / "our.crt"],
        stdout=subprocess.PIPE, text=True)
    try:
        sealed = seal(batch(rows_for(ORDERS)), keys)
        (line.input / f"{BATCH}.p7m.part").write_bytes(sealed)
        (line.input / f"{BATCH}.p7m.part").rename(
            line.input / f"{BATCH}.p7m")
        deadline = time.monotonic() + 30
        while not (line.out / f"{BATCH}.1.result.p7m").exists():
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
        process.terminate()
        assert process.wait(timeout=30) == 0
        assert f"{BATCH} RESULTS MADE=3" in process.stdout.read()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_state_serves_one_line_at_a_time(line):
    line.run()
    with open(line.state / "lock", "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        line.run(expect=1)


# The post

def posting_list(orders, encoding="cp950", address="100 臺北市中正區三元街1號"):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow("掛號號碼,姓名,寄件地名(或地址),是否回執,是否航空,"
                    "是否印刷物,重量,郵資,備考".split(","))
    for order in orders:
        writer.writerow(["", "陳美玲", address, "", "", "", "", "", order])
    return text.getvalue().encode(encoding)


class Post:
    def __init__(self, folder):
        self.input, self.out, self.state = (
            folder / name for name in ("lists", "posted", "state"))
        self.input.mkdir()

    def run(self, *options, expect=0):
        return run("post.py", "--in", self.input, "--out", self.out,
                   "--state", self.state, "--date", "2026-11-23", *options,
                   expect=expect)

    def files(self):
        return sorted(self.out.iterdir())

    def rows(self, encoding="cp950"):
        return [
            row for path in self.files() for row in csv.DictReader(
                path.read_text(encoding=encoding).splitlines())]


@pytest.fixture(name="office")
def fixture_office(tmp_path):
    return Post(tmp_path)


def test_posting_list_comes_back_with_numbers(office):
    (office.input / "PL-1.csv").write_bytes(posting_list(ORDERS))
    (office.input / "PL-2.csv").write_bytes(
        posting_list(ORDERS[:1], address="台東縣蘭嶼鄉紅頭村6號"))
    (office.input / "PL-3.csv.part").write_bytes(posting_list(ORDERS))
    office.run()
    assert [path.name for path in office.files()] == [
        "PL-1-20261123-000001.csv", "PL-2-20261123-000002.csv"]
    rows = office.rows()
    assert [row["備考"] for row in rows] == ORDERS + ORDERS[:1]
    numbers = [row["掛號號碼"] for row in rows]
    assert len({number[:6] for number in numbers}) == 4
    for number in numbers:
        assert re.fullmatch(r"[0-9]{20}", number)
        assert number[6:19] == "1000061810000"
        assert sum_3_1(number) % 10 == 0
    assert {(row["重量"], row["郵資"]) for row in rows} == {("20", "28")}
    assert rows[3]["寄件地名(或地址)"] == "台東縣蘭嶼鄉紅頭村6號"


def test_list_seen_before_changes_nothing(office):
    (office.input / "PL-1.csv").write_bytes(posting_list(ORDERS))
    office.run()
    before = [path.read_bytes() for path in office.files()]
    (office.input / "PL-again.csv").write_bytes(posting_list(ORDERS))
    office.run()
    assert [path.read_bytes() for path in office.files()] == before


def test_native_layout(office):
    (office.input / "PL-1.csv").write_bytes(posting_list(ORDERS))
    office.run("--native", "--office", "241036", "--type", "31")
    rows = office.rows("utf-8")
    assert list(rows[0]) == [
        "order_no", "tracking_no", "posted_at", "mail_type", "weight_g",
        "postage"]
    assert [row["order_no"] for row in rows] == ORDERS
    assert rows[0]["tracking_no"][:14] == "00000124103631"
    assert sum_3_1(rows[0]["tracking_no"]) % 10 == 0
    assert datetime.datetime.fromisoformat(rows[0]["posted_at"]).tzinfo


def test_serials_run_on_over_files_and_layouts(office):
    (office.input / "PL-1.csv").write_bytes(posting_list(ORDERS))
    office.run("--native")
    (office.input / "PL-2.csv").write_bytes(posting_list(ORDERS[1:]))
    office.run()
    second = csv.DictReader(
        office.files()[1].read_text(encoding="cp950").splitlines())
    assert [row["掛號號碼"][:6] for row in second] == ["000004", "000005"]


@pytest.mark.parametrize("content", [
    pytest.param(posting_list(ORDERS, "utf-8"), id="UTF-8"),
    pytest.param(posting_list(["26112300000010"]), id="order number"),
    pytest.param(b"a,b\n1,2\n", id="header"),
    pytest.param(b"", id="nothing"),
])
def test_wrong_list_is_refused(office, content):
    (office.input / "PL-1.csv").write_bytes(content)
    assert "REFUSED" in office.run(expect=1)
    assert office.files() == []


def test_no_serial_is_given_out_twice(office):
    (office.input / "PL-1.csv").write_bytes(posting_list(ORDERS))
    office.state.mkdir()
    (office.state / "post.json").write_text(json.dumps(
        {"next_serial": post.SERIALS - 2, "files": 7, "lists": {}}))
    assert "no serial numbers left" in office.run(expect=1)


# The payment service

PAID = [
    {"order_no": ORDERS[0], "amount": "228", "paid_at": NOW},
    {"order_no": ORDERS[1], "amount": "228", "paid_at": NOW,
     "channel_ref": "R-77", "result": "refund"},
]


def test_settlement_file(tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text("order_no,amount,paid_at\n" + "".join(
        f"{order},228,{NOW}\n" for order in ORDERS))
    arguments = ("--out", tmp_path / "out", "--channel", "atm",
                 "--sequence", 7, "--business-date", "2026-11-23",
                 "--covered-until", NOW, "--orders", orders)
    run("payment_service.py", *arguments)
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == "SETTLE-atm-20261123-000007.csv"
    lines = path.read_text().split("\n")
    assert lines[0] == \
        f"H,RECARD-SETTLEMENT,1,atm,2026-11-23,7,{NOW}"
    assert [line.split(",")[2:] for line in lines[1:4]] == [
        [order, "228", "TWD", NOW, "paid"] for order in ORDERS]
    assert len({line.split(",")[1] for line in lines[1:4]}) == 3
    assert lines[4:] == ["T,3,684", ""]

    before = path.read_bytes()
    run("payment_service.py", *arguments, expect=1)
    assert path.read_bytes() == before


@pytest.mark.parametrize("broken, trailer", [
    ({}, "T,2,456"),
    ({"count": 3}, "T,3,456"),
    ({"total": 1}, "T,2,1"),
])
def test_settlement_can_be_broken(broken, trailer):
    text = payment_service.settlement("card", "2026-11-23", 2, NOW, PAID,
                                      **broken)
    lines = text.splitlines()
    assert lines[2] == f"D,R-77,{ORDERS[1]},228,TWD,{NOW},refund"
    assert lines[3] == trailer


# Applicants

def make_applicants(folder, *options, count=2000, seed=5):
    folder.mkdir(exist_ok=True)
    names = ("applications.jsonl", "certificates.jsonl", "unpaid.txt")
    paths = [folder / name for name in names]
    run("applications.py", "--count", count, "--seed", seed, "--now", NOW,
        "--out-applications", paths[0], "--out-certificates", paths[1],
        "--out-unpaid", paths[2], *options)
    return [path.read_text(encoding="utf-8").splitlines() for path in paths]


LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"  # in the order of their values 10-35


def holder_right(number):
    """The identity number's rule once more, in its other form."""
    value = LETTERS.index(number[0]) + 10
    digits = [value // 10, value % 10, *map(int, number[1:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return sum(d * w for d, w in zip(digits, weights)) % 10 == 0


def test_applicants_may_renew(tmp_path):
    applications_, certificates, unpaid = make_applicants(tmp_path)
    cards = {}
    for line in certificates:
        card = json.loads(line)
        assert set(card) == {"card_no", "holder_id", "name", "not_after",
                             "rank", "status"}
        assert card["status"] == "valid"
        cards[card["card_no"]] = card
    assert len(cards) == len(applications_) == 2000
    assert len({card["holder_id"] for card in cards.values()}) == 2000

    unpaid = set(unpaid)
    assert 200 <= len(unpaid) <= 400
    now = datetime.datetime.fromisoformat(NOW)
    requests, lengths, names = set(), set(), ""
    for line in applications_:
        order = json.loads(line)
        card = cards[order["card_no"]]
        assert order["holder_id"] == card["holder_id"]
        assert holder_right(order["holder_id"])
        assert re.fullmatch(r"[A-Z]{2}[0-9]{14}", order["card_no"])
        assert re.fullmatch(r"09[0-9]{8}", order["phone"])
        assert re.fullmatch(r"[!-~]{6,10}", order["user_code"])
        assert order["email"].endswith("@example.tw")
        assert 2 <= len(order["name"]) <= 4 and order["name"] == card["name"]
        names += order["name"]
        lengths.add(len(order["postal_code"]))

        applied_at = datetime.datetime.fromisoformat(order["applied_at"])
        expiry = datetime.date.fromisoformat(card["not_after"])
        assert now.date() < expiry
        assert (expiry - applied_at.date()).days <= 60
        age = now - applied_at
        if order["request_id"] in unpaid:
            assert age > datetime.timedelta(days=3)
        else:
            assert age < datetime.timedelta(hours=7)
        requests.add(order["request_id"])
    assert unpaid < requests and len(requests) == 2000
    assert lengths == {3, 5, 6}
    assert {"堃", "喆", "煊", "琞", "峯", "\U000249df"} <= set(names)


def test_applicants_are_made_by_seed(tmp_path):
    first = make_applicants(tmp_path / "1", count=50)
    assert make_applicants(tmp_path / "2", count=50) == first
    assert make_applicants(tmp_path / "3", count=50, seed=6) != first


def test_addresses_are_of_all_kinds(tmp_path):
    lines, _, _ = make_applicants(tmp_path)
    with open(ROOT / "etc" / "postal-areas.csv", encoding="utf-8",
              newline="") as file:
        areas = list(csv.DictReader(file))
    islands = {area["zip3"] for area in areas
               if area["outlying_island"] == "yes"}
    places = {(a["zip3"], a["county"], a["district"]) for a in areas}
    assert {area[:3] for area in addresses.AREAS} <= places
    # All the islands where people live.
    assert islands - {area[0] for area in addresses.AREAS} == {
        "290", "817", "819"}

    texts = [json.loads(line)["address"] for line in lines]
    for word in ("段", "巷", "弄", "號", "樓", "之", "臺", "台", "１"):
        assert any(word in text for text in texts), word
    assert any(json.loads(line)["postal_code"][:3] in islands
               for line in lines)


def test_other_product_has_resident_numbers(tmp_path):
    lines, _, _ = make_applicants(tmp_path, "--product", "resident",
                                  count=100)
    holders = [json.loads(line)["holder_id"] for line in lines]
    assert all(re.fullmatch(r"[A-Z][89A-D][0-9]{8}", h) for h in holders)
    new = [holder for holder in holders if holder[1] in "89"]
    assert new and all(map(holder_right, new))


def test_bad_applications(tmp_path):
    lines, certificates, _ = make_applicants(tmp_path, "--bad", count=10)
    cards = [json.loads(line) for line in certificates]
    bad = {kind: [line for line in lines if f'"bad-{kind}-5"' in line]
           for kind in applications.BAD}
    assert len(lines) == 10 + 7
    assert [len(found) for found in bad.values()] == [1, 1, 1, 2, 1, 1]
    assert "bad-" not in lines[0] and "bad-" not in lines[-1]

    with pytest.raises(json.JSONDecodeError):
        json.loads(bad["broken-json"][0])
    assert len(bad["huge-line"][0].encode()) > 10 * 1024 * 1024
    assert len(set(bad["repeated-request"])) == 1
    order = json.loads(bad["wrong-holder-id"][0])
    assert not holder_right(order["holder_id"])
    order = json.loads(bad["outside-window"][0])
    (card,) = [c for c in cards if c["card_no"] == order["card_no"]]
    assert card["not_after"] > "2027-01-22"
    order = json.loads(bad["third-primary"][0])
    assert [c["rank"] for c in cards
            if c["holder_id"] == order["holder_id"]] == ["primary"] * 3


# What the project ships

def test_postal_areas_are_plain():
    content = (ROOT / "etc" / "postal-areas.csv").read_bytes()
    assert content.startswith(b"zip3,county,district,outlying_island\n")
    assert b"\r" not in content and content.endswith(b"\n")
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert len({row["zip3"] for row in rows}) == 368
    assert {row["outlying_island"] for row in rows} == {"yes", "no"}
