"""The post's news and the operators' side of it: files in every layout,
twice, renamed and overlapping; recardctl tracking, claim, calendar. What is
booked is shown by tests/sql/mail.sql; here it is real files through the real
daemon, and what an operator types and sees."""

import json
import signal
import subprocess

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


def test_one_list_in_four_encodings_is_one_list(desk):
    def posting_list(names):
        rows = ["掛號號碼,姓名,寄件地名(或地址),是否回執,是否航空,是否印刷物,"
                "重量,郵資,備考"]
        rows += [f"{number(nth)},{name},臺北市中正區,,,,20,28,{order}"
                 for nth, (order, name) in enumerate(
                     zip(desk.waiting, names), 1)]
        return "\r\n".join([*rows, ""])
    plain = posting_list(["王小明", "陳淑芬"] * (ORDERS // 2))
    rare = posting_list(["張堃喆", "林峯煊"] * (ORDERS // 2))
    assert counts(deliver(desk, "PL-20261124-a.csv", rare.encode(
        "big5-hkscs"))) == (ORDERS, ORDERS, 0, 0)
    state = desk.snapshot("import")
    assert desk.value("SELECT count(*) FROM mail_item WHERE weight_g = 20 "
                      "AND posted_on = '2026-11-24'") == ORDERS
    for name, codec, content, encoding in (
            ("PL-20261124-b.csv", "utf-8", rare, "BIG5-HKSCS"),
            ("PL-20261124-c.csv", "utf-8-sig", rare, "CP950"),
            ("PL-20261124-d.csv", "cp950", plain, "CP950")):
        desk.configure("tracking", list_encoding=encoding)
        assert counts(deliver(desk, name, content.encode(codec))) == \
            (ORDERS, 0, ORDERS, 0), name
        assert desk.snapshot("import") == state, name
    # What is no character of it is told with its place.
    bad = rare.replace("林峯煊", "林志豪").encode("big5-hkscs")
    at = bad.index("堃".encode("big5-hkscs"))
    line = bad[:at].count(b"\n") + 1
    in_line = at - bad.rindex(b"\n", 0, at)
    report = deliver(desk, "PL-20261124-e.csv", bad)
    told = report["rejects"][0]
    assert (told["line"], told["code"]) == (line, "bad_encoding")
    assert told["text"] == (f"byte {in_line} is no character of CP950; it is "
                            f"byte {at + 1} of the file")
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


def returned(desk):
    """Orders whose letters came back."""
    orders = desk.waiting
    deliver(desk, "house.txt", mail_house(orders))
    deliver(desk, "back.txt", b"".join(
        status_line(nth, "I7", "20261201090000")
        for nth in range(1, ORDERS + 1)))
    assert desk.orders("returned") == orders
    return orders


def test_a_letter_is_sent_again_to_another_address(desk, tmp_path):
    order, other = map(str, returned(desk)[:2])
    right = tmp_path / "address.json"
    right.write_text(json.dumps({
        "postal_code": "880", "address": "澎湖縣馬公市中華路99號"}))
    ask = ("order", "remail", order, "--reason", "signed letter",
           "--correction")
    for content, words in (
            ("", "address.json:1: this is no JSON"),
            ("[]", "holds no object"),
            ('{"address": "x"}', 'field "postal_code" is missing'),
            ('{"postal_code": 880, "address": "x"}',
             'field "postal_code" is missing, or no text'),
            ('{"postal_code": "880", "address": "x", "name": "y"}',
             'field "name": only postal_code and address')):
        wrong = tmp_path / "address.json"
        kept, _ = wrong.read_text(), wrong.write_text(content)
        assert words in desk.ctl(*ask, str(wrong), expect=2).err
        wrong.write_text(kept)
    assert "No such file" in desk.ctl(*ask, "/none", expect=2).err
    before = desk.snapshot()
    (tmp_path / "bad.json").write_text(
        '{"postal_code": "001", "address": "x"}')
    assert "no area in Taiwan" in desk.ctl(
        *ask, str(tmp_path / "bad.json"), expect=1).err
    assert desk.snapshot() == before

    ran = desk.ctl(*ask, str(right))
    assert "correct_address" in ran.out
    assert said(ran)[0] == ("somebody else decides: 'recardctl request "
                            "approve 1', or decline")
    assert "澎湖" not in ran.out + ran.err
    assert "your own" in desk.ctl("request", "approve", "1", expect=1).err
    masked = desk.ctl("request", "show", "1").out
    assert "澎湖縣…" in masked and "中華路" not in masked
    clear = desk.ctl_as_somebody("request", "show", "1", "--reason",
                                 "to decide")
    assert "澎湖縣馬公市中華路99號" in clear.out
    assert "there is no request 9" in desk.ctl("request", "show", "9",
                                               expect=1).err
    assert "carry out: correct_address" in desk.ctl_as_somebody(
        "request", "approve", "1").err
    assert "waits for recard-manufacture" in desk.ctl(
        "order", "show", order).out
    assert order in map(str, desk.orders("returned"))
    ran = desk.daemon("manufacture")
    assert "event=order.remail.done prog=recard-manufacture count=1" in ran.err
    assert "澎湖" not in ran.err
    assert desk.orders("produced") == [order]

    # To the same address, and not at all.
    ran = desk.ctl("order", "remail", other, "--reason", "was away")
    assert said(ran) == [f"order {other} is sent again: label copy 2 will be "
                         "printed"]
    third = str(desk.orders("returned")[0])
    assert said(desk.ctl("order", "close", third, "--reason", "died")) == [
        f"order {third} is closed"]
    assert "closed" in desk.ctl("order", "close", third, "--reason", "x",
                                expect=1).err
    desk.daemon("label")
    printed = "".join(subprocess.run(
        ["pdftotext", run, "-"], capture_output=True, check=True,
        text=True).stdout for run in (desk.folder / "labels").glob("LR-*.pdf"))
    assert "澎湖縣馬公市中華路99號" in printed.replace("\n", "")
    report = deliver(desk, "again.txt", mail_house(
        [order, other], "2026.12.03", first=101))
    assert counts(report) == (2, 2, 0, 0)
    shown = desk.ctl("order", "show", order).out
    # Ten working days on the islands, seven elsewhere.
    assert "2026-12-17" in shown and "address 2" in shown
    assert "2026-12-14" in desk.ctl("order", "show", other).out
    desk.verify()


def test_a_file_of_events_is_taken_back(desk):
    orders = returned(desk)
    number_of_file = desk.ctl_json("tracking", "list")[0]["import"]
    desk.ctl("tracking", "revert", str(number_of_file), "--reason",
             "another sender's file")
    ran = desk.ctl_as_somebody("request", "approve", "1")
    assert "approved and carried out: revert_import" in ran.err
    assert desk.orders("mailed") == orders
    assert desk.ctl_json("exception", "list") == []
    assert desk.ctl_json("tracking", "list")[0]["outcome"] == "reverted"
    desk.verify()


def test_contradictions_wait_for_somebody(desk):
    orders = desk.waiting
    deliver(desk, "house.txt", mail_house(orders[:1]))
    report = deliver(desk, "next.txt", mail_house(
        [orders[0], orders[1], orders[2], orders[2]], first=50)
        .replace(number(50), number(60)).replace(number(51), number(1)))
    assert [(reject["line"], reject["code"]) for reject in report["rejects"]] \
        == [(2, "order_has_number"), (3, "number_used"),
            (4, "order_twice"), (5, "order_twice")]
    waiting = desk.ctl_json("exception", "list", "--kind", "mail_number")
    assert [(row["order_no"], row["reason"]) for row in waiting] == [
        (orders[0], "order_has_number"), (orders[1], "number_used"),
        (orders[2], "order_twice"), (orders[2], "order_twice")]
    desk.ctl("exception", "close", str(waiting[0]["exception"]),
             "--reason", "the house wrote last week's number")
    assert len(desk.ctl_json("exception", "list")) == 3
    desk.verify()


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
