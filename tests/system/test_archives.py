"""ZIP archives of postal files through the real daemon and the desk: all of
an archive is booked or none of it, whoever made it and whatever happens in
between. What is wrong with an archive is shown byte by byte by
tests/unit/test_zip_archive.c; here are its effects."""

import io
import json
import struct
import subprocess
import zipfile
import zlib

import pytest

from conftest import wait_until
from test_faults import ARCHIVING, TAKING
from test_post_desk import (  # noqa: F401 (desk is a fixture)
    ORDERS, counts, deliver, desk, mail_house, number, said, status_line)
from test_sources import https, ready  # noqa: F401 (fixtures)

SECRET = "open-Sesame-42"


def archive(members, *options, tool="zip", folder):
    """An archive made by a real tool; members: name to content."""
    for name, content in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes)
                         else content.encode())
    made = folder / "made.zip"
    made.unlink(missing_ok=True)
    command = ["zip", "-q"] if tool == "zip" else ["7z", "a", "-tzip"]
    subprocess.run([*command, *options, made.name, *members], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL, timeout=60)
    return made.read_bytes()


def halves(desk):
    """Two files of numbers, each of half the orders."""
    half = ORDERS // 2
    return {"TRK1.txt": mail_house(desk.waiting[:half]),
            "TRK2.txt": mail_house(desk.waiting[half:], first=half + 1)}


def password(desk, name, text):
    path = desk.folder / "keys" / name
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


def imports(desk):
    return desk.query(
        "SELECT m.name, a.name, m.outcome, m.rows, m.applied FROM import m "
        "LEFT JOIN import a ON a.import_id = m.archive_id "
        "WHERE m.kind = 'tracking' ORDER BY m.import_id")


def nothing_booked(desk, report, reason):
    assert (report["outcome"], report["reason"]) == ("rejected", reason), \
        report
    assert report["applied"] == report["duplicate"] == 0
    assert desk.orders("produced") == desk.waiting
    assert desk.value("SELECT count(*) FROM mail_item") == 0
    assert desk.value("SELECT count(*) FROM tracking_staging") == 0
    assert all(row[2] == "rejected" for row in imports(desk))


def test_every_member_is_an_import(desk, tmp_path):
    orders = desk.waiting
    bad = mail_house(orders).replace(number(3), number(3)[:-1])
    content = archive({
        "house.txt": bad,
        "day/events.txt": status_line(1, "I4", "20261126090000") +
                          status_line(99, "I4", "20261126090000"),
    }, folder=tmp_path)
    report = deliver(desk, "post.zip", content)
    assert counts(report) == (ORDERS + 2, ORDERS, 0, 2)
    assert [(row["file"], row["line"], row["code"])
            for row in report["rejects"]] == [
        ("house.txt", 4, "bad_tracking_no"),
        ("day/events.txt", 2, "unknown_letter")]
    assert "seen" not in report and "note" not in report
    assert imports(desk) == [
        ("post.zip", None, "done", 0, 0),
        ("post.zip/house.txt", "post.zip", "done", ORDERS, ORDERS - 1),
        ("post.zip/day/events.txt", "post.zip", "done", 2, 1)]
    listed = desk.ctl_json("tracking", "list")
    assert [row["file"] for row in listed] == [
        "post.zip/day/events.txt", "post.zip/house.txt", "post.zip"]
    assert [row["archive"] for row in listed] == \
        [listed[2]["import"], listed[2]["import"], None]

    # The evidence names archive and member.
    desk.ctl("claim", "open", str(orders[0]), "--reason", "no card came")
    page = desk.ctl("claim", "show", "1").out
    for words in ("post.zip/house.txt line 2", "archive_sha256",
                  "post.zip/day/events.txt line 1", report["sha256"]):
        assert words in page, words
    desk.verify()


def test_the_same_again_and_overlaps(desk, tmp_path):
    members = halves(desk)
    # Yesterday the first file came by itself.
    assert counts(deliver(desk, "TRK1.txt", members["TRK1.txt"])) == \
        (6, 6, 0, 0)
    content = archive(members, folder=tmp_path)
    report = deliver(desk, "post.zip", content)
    assert counts(report) == (6, 6, 0, 0)
    assert report["note"] == "booked before: TRK1.txt"
    assert desk.orders("mailed") == desk.waiting
    before = desk.snapshot()
    for name in ("post-again.zip", "renamed.txt"):
        report = deliver(desk, name, content)
        assert report["seen"] is True
        assert (report["outcome"], counts(report)) == ("done", (0, 0, 0, 0))
    # A member by itself, and in another archive, twice.
    assert deliver(desk, "TRK2.txt", members["TRK2.txt"])["seen"] is True
    assert desk.snapshot() == before
    other = archive({"A.txt": members["TRK1.txt"],
                     "B.txt": members["TRK1.txt"]}, "-0", folder=tmp_path)
    report = deliver(desk, "other.zip", other)
    assert report["note"] == "booked before: A.txt, B.txt"
    assert desk.snapshot("import") == {
        name: digest for name, digest in before.items() if name != "import"}
    assert [row[0] for row in imports(desk)] == [
        "TRK1.txt", "post.zip", "post.zip/TRK2.txt", "other.zip"]
    # The same file twice in one archive is one import.
    twice = mail_house(desk.waiting[:2], day="2026.11.25", first=50)
    report = deliver(desk, "twice.zip", archive(
        {"A.txt": twice, "B.txt": twice}, folder=tmp_path))
    assert (report["rows"], report["note"]) == (2, "booked before: B.txt")
    desk.verify()


def test_fetched_from_their_folder(desk, ready, https, tmp_path):
    content = archive(halves(desk), folder=tmp_path)
    (ready / "bad.zip").write_bytes(content[:-1])
    (ready / "good.zip").write_bytes(content)
    desk.configure("tracking", sources=[https | {"every": "1s",
                                                 "pattern": "*.zip"}])
    daemon = desk.start("tracking")
    wait_until(lambda: desk.orders("mailed") == desk.waiting, "all")
    # Deleted there once booked; what was refused may be corrected.
    wait_until(lambda: [path.name for path in ready.iterdir()] ==
               ["bad.zip"], "the booked one is deleted there")
    daemon.stop()
    assert desk.report(desk.postal / "bad.zip", "rejected")["reason"] == \
        "archive_truncated"
    desk.verify()


def test_content_says_what_is_an_archive(desk, tmp_path):
    members = halves(desk)
    report = deliver(desk, "plain.zip", members["TRK1.txt"])
    assert counts(report) == (6, 6, 0, 0)
    report = deliver(desk, "TRK2.txt", archive(
        {"TRK2.txt": members["TRK2.txt"]}, folder=tmp_path))
    assert counts(report) == (6, 6, 0, 0)
    assert [row[0] for row in imports(desk)] == [
        "plain.zip", "TRK2.txt", "TRK2.txt/TRK2.txt"]
    desk.verify()


def test_posting_date_from_the_names(desk, tmp_path):
    """Member, archive, in this order; the age of the file is the last."""
    text = "".join(f"{order}|{number(nth)}\n"
                   for nth, order in enumerate(desk.waiting[:1], 1))
    header = "order_no|tracking_no\n"
    desk.configure("tracking", layouts=[{
        "name": "factory", "delimiter": "|",
        "fields": ["order_no=order_no", "tracking_no=tracking_no"]}])
    more = f"{desk.waiting[1]}|{number(2)}\n"
    deliver(desk, "post-20261123.zip", archive(
        {"A-20261125.txt": header + text, "B.txt": header + more},
        folder=tmp_path))
    assert desk.query("SELECT posted_on::text FROM mail_item "
                      "ORDER BY tracking_no") == [("2026-11-25",),
                                                  ("2026-11-23",)]


@pytest.mark.parametrize("how", ["ZipCrypto", "AES256"])
def test_passwords(desk, tmp_path, how):
    def made(secret):
        if how == "ZipCrypto":
            return archive(halves(desk), "-P", secret, folder=tmp_path)
        return archive(halves(desk), f"-p{secret}", "-mem=AES256", tool="7z",
                       folder=tmp_path)

    content = made(SECRET)
    report = deliver(desk, "none.zip", content)
    nothing_booked(desk, report, "archive_encrypted")
    assert "zip_passwords is not set" in report["reason_text"]
    password(desk, "zip.password", SECRET)
    password(desk, "zip-wrong.password", "Simsim-sesame-77")
    desk.configure("tracking", zip_passwords="keys/zip-wrong.password")
    report = deliver(desk, "wrong.zip", content)
    # A wrong one for ZipCrypto seems right once in 256 times.
    nothing_booked(desk, report, report["reason"])
    assert report["reason"] in ("archive_password", "archive_damaged")
    assert "password" in report["reason_text"]
    # Old and new, while they change.
    desk.configure("tracking", zip_passwords=["keys/zip-wrong.password",
                                              "keys/zip.password"])
    shown = desk.daemon("tracking", "-p", once=False).out
    assert '/keys/zip.password"' in shown and SECRET not in shown
    assert counts(deliver(desk, "post.zip", content)) == (12, 12, 0, 0)
    assert desk.orders("mailed") == desk.waiting
    # What is encrypted anew is another archive with the same members.
    report = deliver(desk, "anew.zip", made("Simsim-sesame-77"))
    assert report["note"] == "booked before: TRK1.txt, TRK2.txt"
    desk.verify()
    for log in desk.logs.iterdir():
        assert SECRET not in log.read_text(errors="replace"), log
        assert "Simsim" not in log.read_text(errors="replace"), log


def test_a_password_file_that_others_read(desk, tmp_path):
    """The configuration is refused; a daemon that runs already leaves files
    where they are until the file is closed to others again."""
    path = password(desk, "zip.password", SECRET)
    desk.configure("tracking", zip_passwords="keys/zip.password")
    daemon = desk.start("tracking")
    daemon.says("daemon.start.done")
    path.chmod(0o644)
    assert "lets others in" in desk.daemon("tracking", "-t", once=False,
                                           expect=3).err
    empty = password(desk, "empty.password", "")
    desk.configure("tracking", zip_passwords="keys/empty.password")
    assert f"{empty}: expects one line" in desk.daemon(
        "tracking", "-t", once=False, expect=3).err
    waits = desk.postal / "post.zip"
    waits.write_bytes(archive(halves(desk), "-P", SECRET, folder=tmp_path))
    daemon.says("tracking.password.refused")
    assert waits.exists() and imports(desk) == []
    path.chmod(0o600)
    daemon.says("tracking.file.done")
    daemon.stop()
    assert desk.orders("mailed") == desk.waiting
    desk.verify()


def test_a_member_that_is_refused_refuses_all(desk, tmp_path):
    members = halves(desk)
    first = members["TRK1.txt"]
    for name, bad, reason, words in (
            ("a.zip", "what is this\n", "unknown_layout", "READ.ME: "),
            ("b.zip", "", "unknown_layout", "READ.ME: the file is empty"),
            ("c.zip", mail_house(desk.waiting).replace("22007318", "2"),
             "wrong_numbers", "READ.ME: 12 of 12 tracking numbers"),
            ("d.zip", b"PK\3\4 inside", "archive_nested", "READ.ME: ")):
        content = archive({"TRK1.txt": first, "READ.ME": bad,
                           "TRK2.txt": members["TRK2.txt"]}, folder=tmp_path)
        report = deliver(desk, name, content)
        nothing_booked(desk, report, reason)
        assert words in report["reason_text"], report
    assert [row[0] for row in imports(desk)] == \
        ["a.zip", "b.zip", "c.zip", "d.zip"]
    # The refused one may be judged again: its layout is known by now.
    desk.configure("tracking", layouts=[{
        "name": "readme", "delimiter": "|",
        "fields": ["order_no=what is this", "tracking_no=that"]}])
    content = archive({"TRK1.txt": first, "READ.ME": "what is this|that\n"},
                      folder=tmp_path)
    assert counts(deliver(desk, "a2.zip", content)) == (6, 6, 0, 0)
    desk.verify()


def bomb(megabytes, told):
    """A megabyte of zeros, compressed, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    begin = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    assert block == begin
    data = block * megabytes + packer.flush()
    common = struct.pack("<HHHIIIIHH", 20, 0, 8, 0x5a6f6000, 0, len(data),
                         told, 4, 0)
    header = b"PK\3\4" + common + b"bomb"
    entry = b"PK\1\2\x1e\0" + common + bytes(10) + bytes(4) + b"bomb"
    return header + data + entry + b"PK\5\6" + struct.pack(
        "<HHHHIIH", 0, 0, 1, 1, len(entry), len(header) + len(data), 0)


def test_hostile_archives_change_nothing(desk, tmp_path):
    good = archive(halves(desk), folder=tmp_path)
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as file:
        for nth in range(101):
            file.writestr(f"{nth}.txt", mail_house(desk.waiting[:1]))
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as file:
        info = zipfile.ZipInfo("TRK1.txt")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        file.writestr(info, "/etc/passwd")
    climbing = io.BytesIO()
    with zipfile.ZipFile(climbing, "w") as file:
        file.writestr("../TRK1.txt", halves(desk)["TRK1.txt"])
    middle = good.index(b"TRK1.txt") + 40
    flipped = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1:]
    cases = (
        ("half.zip", good[:len(good) // 2], "archive_truncated"),
        ("less.zip", good[:-1], "archive_truncated"),
        ("head.zip", good[:4], "archive_truncated"),
        ("more.zip", good + b"\r\n", "archive_damaged"),
        ("flipped.zip", flipped, "archive_damaged"),
        ("empty.zip", b"PK\5\6" + bytes(18), "archive_empty"),
        ("many.zip", many.getvalue(), "archive_members"),
        ("link.zip", link.getvalue(), "archive_link"),
        ("climbing.zip", climbing.getvalue(), "archive_name"),
        # 10 GB in 10 MB; the second says that it is small.
        ("10G.zip", bomb(10240, 0xfffffffe), "archive_size"),
        ("10G-small.zip", bomb(10240, 1000), "archive_size"),
        ("ratio.zip", bomb(20, 20 << 20), "archive_ratio"))
    for name, content, reason in cases:
        report = deliver(desk, name, content)
        nothing_booked(desk, report, reason)
    assert counts(deliver(desk, "good.zip", good)) == (12, 12, 0, 0)
    desk.verify()


@pytest.mark.parametrize("failpoint", [*ARCHIVING, *TAKING])
def test_killed_in_between(desk, tmp_path, failpoint):
    inbox = desk.postal
    path = inbox / "post.zip"
    path.write_bytes(archive(halves(desk), folder=tmp_path))
    for times in (1, 2) if failpoint == "archive.member.booked" else (1,):
        desk.killed("tracking", failpoint, times)
        if failpoint in ARCHIVING:
            assert imports(desk) == [] and path.exists()
            assert desk.orders("produced") == desk.waiting
    desk.daemon("tracking")
    report = json.loads(
        (inbox / "done" / "post.zip.report.json").read_text())
    assert report["outcome"] == "done"
    assert desk.orders("mailed") == desk.waiting
    assert imports(desk) == [
        ("post.zip", None, "done", 0, 0),
        ("post.zip/TRK1.txt", "post.zip", "done", 6, 6),
        ("post.zip/TRK2.txt", "post.zip", "done", 6, 6)]
    desk.verify()


def test_checks_an_archive_without_booking(desk, tmp_path):
    members = halves(desk)
    path = tmp_path / "post.zip"
    path.write_bytes(archive(members, "-P", SECRET, folder=tmp_path))
    before = desk.snapshot()
    ran = desk.ctl("tracking", "check", str(path), expect=1)
    assert said(ran)[0].startswith("archive_encrypted: TRK1.txt: ")
    assert said(ran)[-1] == "the file would be refused as a whole"
    password(desk, "zip.password", SECRET)
    desk.configure("tracking", zip_passwords="keys/zip.password")
    rows = desk.ctl_json("tracking", "check", str(path))
    assert [(row["file"], row["line"]) for row in rows] == \
        [(name, line) for name in members for line in range(2, 8)]
    ran = desk.ctl("tracking", "check", str(path), "--layout", "mail-house")
    assert said(ran) == [
        f"{name}: layout mail-house, encoding BIG5-HKSCS: 6 rows, 0 of them "
        "rejected, 0 wrong numbers; nothing was changed" for name in members]
    ran = desk.ctl("tracking", "check", str(path), "--layout", "native",
                   expect=1)
    assert said(ran)[0].startswith("TRK1.txt: unknown_layout: ")
    # A plain file has no member.
    path.write_text(members["TRK1.txt"])
    assert desk.ctl_json("tracking", "check", str(path))[0]["file"] is None
    path.write_bytes(b"PK\3\4")
    assert "archive_truncated: " in desk.ctl("tracking", "check", str(path),
                                             expect=1).err
    (desk.folder / "keys" / "zip.password").write_text("")
    path.write_bytes(archive(members, folder=tmp_path))
    assert "expects one line" in desk.ctl("tracking", "check", str(path),
                                          expect=1).err
    assert desk.snapshot() == before


def test_members_are_taken_back_one_by_one(desk, tmp_path):
    deliver(desk, "post.zip", archive(halves(desk), folder=tmp_path))
    (whole,), (one,), (two,) = desk.query(
        "SELECT import_id FROM import WHERE kind = 'tracking' ORDER BY 1")
    ran = desk.ctl("tracking", "revert", str(whole), "--reason", "wrong",
                   expect=1)
    assert f"import {whole} is an archive: its files are taken back one by " \
        f"one, by their own numbers: {one}, {two}" in ran.err
    desk.ctl("tracking", "revert", str(one), "--reason", "wrong day")
    request, = desk.ctl_json("request", "list")
    assert request["subject"] == str(one)
    # Two people decide; here the second one speaks to the database.
    desk.query("SELECT decision_settle(%s, true, 'second', 'agreed')",
               request["request"])
    assert desk.orders("produced") == desk.waiting[:6]
    assert desk.orders("mailed") == desk.waiting[6:]
    assert [row["outcome"] for row in desk.ctl_json("tracking", "list")] == \
        ["done", "reverted", "done"]
    desk.verify()
