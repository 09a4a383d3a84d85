"""From application to post with everybody outside played by a stand-in, and
what comes out judged by other people's tools."""

import hashlib
import json
import subprocess

COUNT = 40
SHEET = 21
MM = 72 / 25.4  # points a millimetre
MAILED = ["applied", "paid", "queued", "batched", "made", "mailed"]


def tool(*command, **kind):
    done = subprocess.run(list(map(str, command)), capture_output=True,
                          check=False, timeout=120, **kind)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def squeezed(text):
    return "".join(text.split())


def cell_text(pdf, place):
    """The text within one label's own 70 x 38.2 mm."""
    page, cell = divmod(place - 1, SHEET)
    row, column = divmod(cell, 3)
    return squeezed(tool(
        "pdftotext", "-f", page + 1, "-l", page + 1, "-r", 72,
        "-x", round(column * 70 * MM), "-y", round((15 + row * 38.2) * MM),
        "-W", round(70 * MM), "-H", round(38.2 * MM), pdf, "-").decode())


def check_labels(world, mailed):
    (pdf,) = world.labels.glob("LR-*.pdf")
    rows = world.query(
        "SELECT l.place, order_text(order_no), a.postal_code, a.address, "
        "a.name FROM label l JOIN applicant a USING (order_no) "
        "WHERE run_no = %s ORDER BY place", pdf.stem)
    assert [row[0] for row in rows] == list(range(1, len(mailed) + 1))
    assert sorted(row[1] for row in rows) == mailed
    sorting = [(row[2], row[1]) for row in rows]
    assert sorting == sorted(sorting)
    for place, order, code, address, name in rows:
        text = cell_text(pdf, place)
        for wanted in (code, address, name + "君啟", order):
            assert squeezed(wanted) in text, f"{wanted} not in {text}"

    tool("pdftoppm", "-r", 300, "-gray", "-png", pdf,
         world.folder / "sheet")
    sheets = sorted(world.folder.glob("sheet*.png"))
    assert len(sheets) == -(-len(mailed) // SHEET)
    codes = tool("zbarimg", "--raw", "--quiet", "-Sdisable",
                 "-Scode128.enable", *sheets).decode().split()
    assert sorted(codes) == mailed


def check_batch(world, sealed, mailed):
    """The batch as its receiver opens it, with openssl alone."""
    signed = tool("openssl", "cms", "-decrypt", "-inform", "DER", "-binary",
                  "-in", sealed, "-recip", world.keys / "line.crt",
                  "-inkey", world.keys / "line.key")
    content = tool("openssl", "cms", "-verify", "-inform", "DER", "-binary",
                   "-CAfile", world.keys / "our.crt", "-purpose", "any",
                   input=signed)
    lines = content.decode().split("\n")
    assert lines.pop() == ""
    header, *rows, trailer = [line.split(",") for line in lines]
    assert header[:4] == ["H", "RECARD-CARD-BATCH", "1", sealed.stem]
    assert header[5:] == ["moica", str(len(mailed))]
    assert sorted(row[5] for row in rows) == mailed
    assert [row[:2] for row in rows] == [
        ["D", str(n)] for n in range(1, len(mailed) + 1)]
    total = sum(int(order[:13]) for order in mailed) % 10**13
    before = content[:content.rindex(b"\nT,") + 1]
    assert trailer == ["T", sealed.stem, str(len(mailed)), f"{total:013d}",
                       hashlib.sha256(before).hexdigest()]
    digests = dict(world.query(
        "SELECT order_text(order_no), encode(digest, 'hex') "
        "FROM address_freeze"))
    assert {row[5]: row[9] for row in rows} == digests
    # The line gets what it prints and no more.
    for private, in world.query(
            "SELECT unnest(ARRAY[address, phone, email]) FROM applicant"):
        assert private.encode() not in content


def test_from_application_to_post(world):
    world.configure("label", run_sheets=5)
    report = world.apply(COUNT, 7)
    assert (report["rows"], report["applied"], report["rejected"]) == (
        COUNT, COUNT, 0)
    due = [number for number, in world.query(
        "SELECT order_text(order_no) FROM orders WHERE pay_by > now() "
        "ORDER BY order_no")]
    late = [number for number, in world.query(
        "SELECT order_text(order_no) FROM orders WHERE pay_by < now() "
        "ORDER BY order_no")]
    assert late and len(due) > SHEET

    world.pay(due[::2], "atm")
    world.pay(due[1::2], "credit")
    world.daemon("payment")
    world.daemon("purge")
    assert world.statuses() == {"paid": len(due), "purged": len(late)}
    world.daemon("manufacture")
    world.daemon("label")
    (sealed,) = world.line_out.glob("CB-*.p7m")
    copy = world.folder / sealed.name
    copy.write_bytes(sealed.read_bytes())
    world.line()
    world.daemon("manufacture")
    world.daemon("label")
    world.post()
    world.daemon("tracking")

    assert world.orders("mailed") == due
    assert world.orders("purged") == late
    check_batch(world, copy, due)
    check_labels(world, due)
    world.settled()
    assert "all invariants hold" in world.verify().out
    for order in (due[0], due[-1]):
        moves = world.ctl_json("order", "history", order)
        assert [move["event"] for move in moves] == MAILED, moves
    moves = world.ctl_json("order", "history", late[0])
    assert [move["event"] for move in moves] == ["applied", "expired"]
    numbers = world.value("SELECT count(DISTINCT tracking_no) FROM mail_item")
    assert numbers == len(due)


def test_spoiled_cards_are_made_again(world):
    """Each attempt is a numbered job; an order never has two live ones."""
    orders = world.fill(4)
    world.pay(orders)
    world.daemon("payment")
    world.daemon("manufacture")
    world.line("--reject", orders[1])
    world.daemon("manufacture")
    again = world.query("SELECT order_text(order_no), attempt, reason, state"
                        "::text FROM card_job WHERE attempt > 1")
    assert again == [(orders[1], 2, "REJECTED", "batched")]
    world.line()
    world.daemon("manufacture")
    world.daemon("label")
    world.post()
    world.daemon("tracking")
    assert world.statuses() == {"mailed": 4}
    events = [move["event"]
              for move in world.ctl_json("order", "history", orders[1])]
    assert events == ["applied", "paid", "queued", "batched", "rejected",
                      "batched", "made", "mailed"]
    world.settled()
    world.verify()


def test_names_that_the_post_cannot_write(world):
    """CP950 lacks some characters of names; that stops no letter."""
    world.configure("label", list_encoding="CP950")
    world.configure("tracking", list_encoding="CP950")
    rare = world.fill(1, name="陳堃喆") + world.fill(2)
    world.pay(rare)
    for name in ("payment", "manufacture", "label"):
        world.daemon(name)
    world.line()
    world.daemon("manufacture")
    world.daemon("label")
    (posting_list,) = world.labels.glob("PL-*.csv")
    assert ",陳□□,".encode("cp950") in posting_list.read_bytes()
    world.post("--encoding", "cp950")
    world.daemon("tracking")
    assert world.statuses() == {"mailed": 3}
    (run,) = world.labels.glob("LR-*.pdf")
    assert "陳堃喆君啟" in squeezed(tool("pdftotext", run, "-").decode())


def test_nothing_to_do_is_no_work(world):
    before = world.snapshot()
    for name in ("payment", "purge", "manufacture", "label", "tracking"):
        world.daemon(name)
    assert world.snapshot() == before
    assert json.loads(world.ctl("--format", "json", "order", "list").out) == []
