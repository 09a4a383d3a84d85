"""The post's news and the operators' side of it: files in every layout,
twice, renamed and overlapping; recardctl tracking, claim, calendar. What is
booked is shown by tests/sql/mail.sql; here it is real files through the real
daemon, and what an operator types and sees."""

import json
import signal

import pytest

ORDERS = 12


@pytest.fixture
def desk(world):
    """Orders whose letters wait for their numbers."""
    world.fill(ORDERS)
    world.pay(world.orders("unpaid"))
    for program in ("payment", "manufacture", "label"):
        world.daemon(program)
    world.line()
    world.daemon("manufacture")
    world.waiting = sorted(world.orders("produced"))
    assert len(world.waiting) == ORDERS
    return world


def said(ran):
    return [line.removeprefix("recardctl: ")
            for line in ran.err.splitlines()]


def number(nth):
    return f"{nth:06d}22007318"


def mail_house(orders, day="2026.11.24", first=1):
    rows = [f"{order}|{number(first + nth)} |{day}\t"
            for nth, order in enumerate(orders)]
    return "\n".join(["order_no|tracking_no|posted_on\t", *rows, ""])


def status_line(nth, event, when, day="20261124", office="中和郵局",
                reason=""):
    """A line of the post's return file: 217 bytes, or 260 with a reason."""
    def wide(text, size):
        return text.encode("cp950").ljust(size)
    line = b"".join((b"223000", day.encode(), b" " * 12,
                     wide(number(nth), 20), event.encode(), wide("投遞", 30),
                     b"220073", wide(office + "　", 20), b" " * 99,
                     when.encode()))
    assert len(line) == 217
    if reason:
        line += b"1" + b" " * 20 + b"02" + wide(reason + "　", 20)
    return line + b"\n"


def deliver(world, name, content):
    """Puts a file into the inbox, runs the daemon, gives the report."""
    inbox = world.folder / "post" / "out"
    inbox.mkdir(parents=True, exist_ok=True)
    path = inbox / name
    path.write_bytes(content if isinstance(content, bytes)
                     else content.encode())
    world.daemon("tracking", expect=(0, 1))
    for outcome in ("done", "rejected"):
        report = inbox / outcome / f"{name}.report.json"
        if report.exists():
            return json.loads(report.read_text())
    raise AssertionError(f"{name} has no report")


def counts(report):
    return (report["rows"], report["applied"], report["duplicate"],
            report["rejected"])


def test_numbers_and_events_through_the_daemon(desk):
    orders = desk.waiting
    assert counts(deliver(desk, "house.txt", mail_house(orders))) == \
        (ORDERS, ORDERS, 0, 0)
    assert desk.orders("mailed") == orders
    assert desk.value("SELECT count(*) FROM mail_item "
                      "WHERE promised_on IN ('2026-12-03', '2026-12-08')"
                      ) == ORDERS
    # Renamed, and a file that overlaps: nothing changes twice.
    before = desk.snapshot("import", "import_reject")
    again = deliver(desk, "house-2.txt", mail_house(orders))
    assert again["applied"] == 0
    overlap = deliver(desk, "house-3.txt",
                      mail_house(orders[:5]).replace("\t", " "))
    assert counts(overlap) == (5, 0, 5, 0)
    assert desk.snapshot("import", "import_reject") == before

    events = b"".join((
        status_line(1, "I4", "20261126090000"),
        status_line(1, "G2", "20261125090000"),
        status_line(2, "H4", "20261125090000", reason="遷移不明"),
        status_line(2, "I7", "20261201090000"),
        status_line(3, "I2", "20261125090000"),
        status_line(3, "V2", "20261125100000"),
        status_line(99, "I4", "20261125090000"),
        status_line(4, "I4", "20261125990000"),
        b"short line\n"))
    report = deliver(desk, "status.txt", events)
    assert counts(report) == (9, 6, 0, 3)
    assert [(reject["line"], reject["code"])
            for reject in report["rejects"]] == [
        (7, "unknown_letter"), (8, "bad_event_time"), (9, "bad_line")]
    assert desk.orders("delivered") == orders[:1]
    assert desk.orders("returned") == orders[1:2]
    assert desk.orders("mailed") == orders[2:]
    rows = desk.ctl_json("exception", "list", "--kind", "returned_mail")
    assert [row["order_no"] for row in rows] == orders[1:2]
    assert desk.value("SELECT reason FROM mail_event WHERE code = 'H4'") == \
        "moved_away"
    # Two events are news, the others were told already.
    more = events + status_line(3, "I4", "20261126090000")
    assert counts(deliver(desk, "status-2.txt", more)) == (10, 1, 6, 3)
    assert desk.orders("delivered") == [orders[0], orders[2]]
    desk.verify()


def test_a_shifted_column_stops_the_file(desk):
    orders = desk.waiting
    shifted = mail_house(orders).replace("22007318", "2200731")
    report = deliver(desk, "shifted.txt", shifted)
    assert report["outcome"] == "rejected"
    assert report["reason"] == "wrong_numbers"
    assert desk.orders("produced") == orders
    # A single wrong one among many costs only its row.
    one = mail_house(orders).replace(number(3), number(3)[:-1])
    assert counts(deliver(desk, "one.txt", one)) == \
        (ORDERS, ORDERS - 1, 0, 1)
    desk.verify()


def test_a_reload_to_no_layout_keeps_files(desk):
    daemon = desk.start("tracking")
    daemon.says("daemon.start.done")
    desk.configure("tracking", layout="house")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.says("config.reload.done")
    path = desk.folder / "post" / "out" / "house.txt"
    path.write_text(mail_house(desk.waiting))
    daemon.says("tracking.layout.refused")
    assert path.exists()
    desk.configure("tracking", layout="auto")
    daemon.process.send_signal(signal.SIGHUP)
    daemon.says("tracking.file.done")
    assert desk.orders("mailed") == desk.waiting
    daemon.stop()


def test_checks_a_file_without_booking(desk, tmp_path):
    path = tmp_path / "status.txt"
    path.write_bytes(status_line(1, "I4", "20261126090000") +
                     status_line(2, "4I", "20261126090000"))
    before = desk.snapshot()
    ran = desk.ctl("tracking", "check", str(path), expect=1)
    assert "layout post-status, encoding BIG5-HKSCS: 2 rows, 1 of them rejected" \
        in said(ran)[-1]
    assert "bad_event" in ran.out and number(1) in ran.out
    ran = desk.ctl("tracking", "check", str(path), "--layout", "native",
                   expect=1)
    assert said(ran)[-1] == "the file would be refused as a whole"
    ran = desk.ctl("tracking", "check", str(path), "--layout", "nobody",
                   expect=2)
    assert "no layout is called nobody" in said(ran)[0]
    assert desk.snapshot() == before
    desk.configure("tracking", layouts=[{
        "name": "factory", "delimiter": "|", "encoding": "BIG5-HKSCS",
        "fields": ["order_no=單號", "tracking_no=掛號"]}])
    path.write_bytes("掛號|單號\n".encode("big5-hkscs") +
                     f"{number(1)}|{desk.waiting[0]}\n".encode())
    ran = desk.ctl("tracking", "check", str(path))
    assert "layout factory, encoding BIG5-HKSCS: 1 rows, 0" in said(ran)[-1]


def test_overdue_letters_and_claims(desk):
    orders = desk.waiting
    deliver(desk, "house.txt", mail_house(orders[:2], "2026.01.05"))
    late = desk.ctl_json("tracking", "overdue")
    assert [(row["tracking_no"], row["promised_on"]) for row in late] == \
        [(number(1), "2026-01-14"), (number(2), "2026-01-14")]
    assert late[0]["working_days_late"] > 100

    order = str(orders[0])
    ran = desk.ctl("claim", "open", str(orders[5]), "--reason", "x",
                   expect=1)
    assert "there is no letter to claim" in ran.err
    ran = desk.ctl("claim", "open", order, "--reason", "no card came")
    assert said(ran)[0].startswith("claim 1 is open")
    ran = desk.ctl("claim", "open", order, "--reason", "again", expect=1)
    assert "has an open claim" in ran.err
    desk.ctl("claim", "note", "1", "--reason", "asked the post")
    claim, = desk.ctl_json("claim", "list")
    assert (claim["reason"], claim["notes"]) == ("no card came", 1)
    page = desk.ctl("claim", "show", "1").out
    for words in ("asked the post", number(1), "house.txt line 2",
                  "promised_on", "2026-01-14"):
        assert words in page, words
    desk.ctl("claim", "close", "1", "--reason", "found next door")
    assert desk.ctl_json("claim", "list") == []
    assert desk.ctl_json("claim", "list", "--all")[0]["outcome"] == \
        "found next door"
    assert "no open claim 1" in desk.ctl("claim", "close", "1", "--reason",
                                         "x", expect=1).err
    assert "there is no claim 7" in desk.ctl("claim", "show", "7",
                                             expect=1).err


def test_calendars(world, tmp_path):
    def year(of, off=()):
        import datetime
        day = datetime.date(of, 1, 1)
        rows = ["西元日期,星期,是否放假,備註"]
        while day.year == of:
            free = day.weekday() > 4 or day.isoformat() in off
            rows.append(f"{day:%Y%m%d},{'一二三四五六日'[day.weekday()]},"
                        f"{2 if free else 0},{'放假' if free else ''}")
            day += datetime.timedelta(1)
        return "\r\n".join(rows) + "\r\n"

    path = tmp_path / "117.csv"
    path.write_bytes(b"\xef\xbb\xbf" + year(2028, ["2028-01-03"]).encode())
    dry = desk_said = said(world.ctl("calendar", "import", str(path),
                                     "--dry-run"))
    assert "2028: version 1 is in force; 1 days" in desk_said[0]
    assert dry[-1] == "this was a dry run: nothing was changed"
    assert world.value("SELECT count(*) FROM calendar_version") == 0
    world.ctl("calendar", "import", str(path))
    assert "in force already" in said(world.ctl("calendar", "import",
                                                str(path)))[0]
    path.write_bytes(year(2028, ["2028-01-03", "2028-01-04"])
                     .encode("cp950"))
    assert "2028: version 2 is in force; 1 days" in said(
        world.ctl("calendar", "import", str(path)))[0]
    listed = {row["year"]: row for row in world.ctl_json("calendar", "list")}
    assert listed[2026]["working_days"] == 245
    assert (listed[2028]["version"], listed[2028]["file"]) == (2, "117.csv")

    whole = year(2028)
    for content, words in (
            (b"", "is empty"),
            (b"\x81", "byte 1"),
            (b"a,b,c,d\n", "line 1 is not"),
            (whole.replace("20280301,", "20280230,").encode(), "line 62"),
            (whole.replace("20280301,三,0", "20280301,三,1").encode(),
             "line 62 是否放假"),
            (whole[:2000].rsplit("\r\n", 1)[0].encode(),
             "not each day of one year"),
            ((whole + "20280101,六,2,\r\n").encode(),
             "not each day of one year")):
        path.write_bytes(content)
        ran = world.ctl("calendar", "import", str(path), expect=1)
        assert words in ran.err, (words, ran.err)
    assert "No such file" in world.ctl("calendar", "import",
                                       str(tmp_path / "none"), expect=1).err
