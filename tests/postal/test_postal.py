"""Postal files, good and bad, as the real reader reads them.

A folder for each layout (own/: layouts of own.conf), with FILE.expect beside
each FILE: a line of JSON for each row, rejected line or refusal, and what
layout and encoding were found. Nobody's data: names and numbers are made up.
Files whose name begins with hkscs_ are read with hkscs.conf.
"""

import json
import subprocess
from pathlib import Path

import pytest
from conftest import BUILD

HERE = Path(__file__).resolve().parent
PROBE = BUILD / "tests" / "postal" / "postal_probe"
FOLDERS = ("native", "posting-list", "post-status", "mail-house", "own")
FILES = sorted(path for folder in FOLDERS
               for path in (HERE / folder).iterdir()
               if path.suffix != ".expect")
# Whoever takes a last line without LF gets it cut off too, unless lines have
# a length.
CUT = [path for path in FILES if not path.name.startswith("events")]
# Under AddressSanitizer too, whose own share is below 64 MiB.
MOST_KIB = 100 * 1024
GROWTH_KIB = 16 * 1024


def name_of(path):
    return f"{path.parent.name}/{path.name}"


def conf_of(path):
    if path.parent.name == "own":
        return HERE / "own.conf"
    return HERE / ("hkscs.conf" if path.name.startswith("hkscs_")
                   else "shipped.conf")


def probe(conf, verb, *arguments, layout="auto", expect=0, **more):
    done = subprocess.run(
        [PROBE, conf, layout, verb, *arguments], capture_output=True,
        check=False, timeout=300, **more)
    assert done.returncode == expect, (done.stdout[-500:], done.stderr)
    return [json.loads(line) if line.startswith("{") else line
            for line in done.stdout.decode().splitlines()]


def expected(path):
    beside = path.with_name(path.name + ".expect")
    return [json.loads(line) for line in
            beside.read_text(encoding="utf-8").splitlines()]


def test_every_file_has_its_outcome_and_the_other_way_round():
    for folder in FOLDERS:
        names = {path.name for path in (HERE / folder).iterdir()}
        files = {name for name in names if not name.endswith(".expect")}
        assert names - files == {name + ".expect" for name in files}
        assert files


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_is_read_as_expected(path):
    assert probe(conf_of(path), "read", path) == expected(path)


@pytest.mark.parametrize("path", CUT, ids=name_of)
def test_is_never_misread_when_cut_off(path):
    said = probe(conf_of(path), "cut", path)
    assert said == [f"{path.stat().st_size} cuts"]


def test_the_cuts_are_seen(tmp_path):
    """A layout that takes every last line is misread, and that is found."""
    conf = tmp_path / "recard.conf"
    conf.write_text('tracking: { layouts = ({ name = "native"; delimiter = '
                    '","; unended = "take"; fields = ["order_no=order_no", '
                    '"tracking_no=tracking_no", "posted_on=posted_at", '
                    '"postage=postage"]; }); };\n', encoding="utf-8")
    said = probe(conf, "cut", HERE / "native" / "dos.csv", expect=1)
    assert said[0].startswith("cut behind byte ")


@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("encoding, mark", [
    ("CP950", b""), ("BIG5-HKSCS", b""), ("UTF-8", b""),
    ("UTF-8", b"\xef\xbb\xbf")],
    ids=["CP950", "BIG5-HKSCS", "UTF-8", "UTF-8 with a mark"])
@pytest.mark.parametrize("name", [
    "native/good.csv", "posting-list/good.csv", "posting-list/by_hand.csv",
    "mail-house/good.txt", "mail-house/full_width.txt"])
def test_is_the_same_in_every_encoding(name, encoding, mark, ending,
                                       tmp_path):
    path = HERE / name
    *rows, found = expected(path)
    text = path.read_bytes().decode(found["encoding"])
    copy = tmp_path / path.name
    copy.write_bytes(mark + text.replace("\n", ending).encode(encoding))
    conf = tmp_path / "recard.conf"
    # A mark says what it is, whatever the setting.
    conf.write_text('tracking: { posted_within = "1000d"; list_encoding = '
                    f'"{"CP950" if mark else encoding}"; }};\n',
                    encoding="utf-8")
    *read, told = probe(conf, "read", copy)
    assert read == rows
    assert told["layout"] == found["layout"]
    if name.startswith("posting-list"):
        assert told["encoding"] == encoding


@pytest.mark.parametrize("conf, name", [
    ("shipped.conf", "posting-list/good.csv"),
    ("shipped.conf", "posting-list/good_utf8.csv"),
    ("shipped.conf", "posting-list/good_utf8_mark.csv"),
    ("hkscs.conf", "posting-list/hkscs_names.csv"),
    ("hkscs.conf", "posting-list/good.csv")])
def test_a_named_layout_is_read_as_a_guessed_one(conf, name):
    path = HERE / name
    assert probe(HERE / conf, "read", path, layout="posting-list") == \
        probe(HERE / conf, "read", path)


def count(pieces):
    """Counts of a file that is never in memory as a whole."""
    with subprocess.Popen([PROBE, HERE / "shipped.conf", "auto", "count"],
                          stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as running:
        for piece in pieces:
            running.stdin.write(piece)
        running.stdin.close()
        said = running.stdout.read()
        assert running.wait(timeout=300) == 0
    return json.loads(said)


HEADER = b"order_no,tracking_no,posted_at,mail_type,weight_g,postage\n"
ROW = b"26112300000012,01489424103631303002,2026-11-24,18,20,36\n"


@pytest.mark.parametrize("front, filling, back, rows, rejected", [
    (b"", b"9" * 1000000, b"\n", 1, 1),
    (b'26112300000012,"', b'""' * 500000, b'"\n', 1, 1),
    (b"", b"\0" * 1000000, b"\n", 1, 1),
    (b"", b"," * 1000000, b"", 0, 1),
], ids=["digits", "quotes", "NULs", "commas without end"])
def test_memory_stays_small_with_a_line_of_200_mb(front, filling, back, rows,
                                                  rejected):
    small = count([HEADER, ROW])
    large = count([HEADER, front, *[filling] * 200, back,
                   ROW if back else b""])
    assert (large["rows"], large["rejected"]) == (rows, rejected)
    assert 0 < large["kib"] < MOST_KIB
    assert large["kib"] - small["kib"] < GROWTH_KIB


def test_memory_stays_small_with_a_million_rows():
    small = count([HEADER, ROW])
    large = count([HEADER, *[ROW * 1000] * 1000])
    assert large["rows"] == 1000000
    assert 0 < large["kib"] < MOST_KIB
    assert large["kib"] - small["kib"] < GROWTH_KIB


# What recardctl tracking check says of files

def check(path, *options, conf="", expect=1):
    """stdout, and what was said without the program's name."""
    settings = path.parent / "recard.conf"
    settings.write_text('tracking: { posted_within = "3650d"; dated_ahead = '
                        f'"30d"; {conf} }};\n', encoding="utf-8")
    done = subprocess.run(
        [BUILD / "recardctl", "-c", settings, "tracking", "check", path,
         *options], capture_output=True, check=False, timeout=60)
    assert done.returncode == expect, done.stderr
    return done.stdout.decode(), [
        line.removeprefix("recardctl: ")
        for line in done.stderr.decode().splitlines()]


def copy_of(tmp_path, content, name="new.txt"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_tells_what_is_missing(tmp_path):
    text = "單號|掛號|日期\n26112300000012|01489424103631|115/11/24\n"
    said = check(copy_of(tmp_path, text.encode("cp950")))[1]
    assert said == [
        "unknown_layout: line 1: the header is of no known layout",
        "encoding UTF-8: not line 1",
        "encoding CP950: every line",
        "encoding BIG5-HKSCS: every line",
        "delimiter |: 3 columns in 2 of 2 lines",
        "column #1: 單號", "column #2: 掛號", "column #3: 日期",
        "layout native: line 1 is not in UTF-8",
        'layout posting-list: no "," in it',
        "layout post-status: line 1 has 14 bytes instead of 217 or more",
        "layout mail-house: no column order_no, no column tracking_no, "
        "no column posted_on",
        "the file would be refused as a whole"]


def test_tells_it_to_programs(tmp_path):
    content = (HERE / "mail-house" / "no_date.txt").read_bytes()
    told = json.loads(check(copy_of(tmp_path, content), "--format",
                            "json")[0])
    assert {"about": "layout", "name": "mail-house",
            "value": "no column posted_on"} in told
    assert {"about": "delimiter", "name": "|",
            "value": "2 columns in 2 of 2 lines"} in told


@pytest.mark.parametrize("wanted, name", [
    ("native", "mail-house/good.txt"), ("mail-house", "native/good.csv"),
    ("native", "post-status/good.txt"), ("native", "posting-list/good.csv")])
def test_tells_the_layout_that_fits(wanted, name, tmp_path):
    path = copy_of(tmp_path, (HERE / name).read_bytes())
    _, said = check(path, "--layout", wanted)
    assert [line for line in said if line.endswith(": fits")] == [
        f"layout {Path(name).parent}: fits"]


@pytest.mark.parametrize("encoding", ["cp950", "big5-hkscs", "utf-8",
                                      "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", "|", ";", "\t"])
def test_never_shows_a_person(encoding, delimiter, tmp_path):
    """Rows without a header are told by their shape."""
    rows = [("01489424103631", "王小明", "臺北市中正區甲路1號", "", ""),
            ("LH038196094TW", "Mary Lee", "金門縣2號", "20", "x" * 100)]
    text = "".join(delimiter.join(row) + "\n" for row in rows * 3)
    out, said = check(copy_of(tmp_path, text.encode(encoding)))
    shown = out + "\n".join(said)
    for secret in ("王", "小明", "Mary", "臺北", "甲路", "0148942", "LH03"):
        assert secret not in shown
    name = "tab" if delimiter == "\t" else delimiter
    assert f"delimiter {name}: 5 columns in 6 of 6 lines" in said
    assert [line for line in said if line.startswith("shape")] == [
        "shape #1: 99999999999999", "shape #2: 字字字",
        "shape #3: 字字字字字字字字9字", "shape #4: ", "shape #5: "]


@pytest.mark.parametrize("content, words", [
    (b"", "unknown_layout: the file is empty"),
    (b"\n" * 5, "width fixed, or free text: 0 bytes in every line"),
    (b"\0" * 50 + b"\n", "layout native: line 1 holds NUL bytes, as UTF-16 "
     "does"),
    ("a,b\n".encode("utf-16"), "layout native: line 1 holds NUL bytes, as "
     "UTF-16 does"),
    (b"1" * 100 + b"\n" + b"2" * 100 + b"\n",
     "width fixed, or free text: 100 bytes in every line"),
    (b'"' * 99 + b"\n" + b"a,b\n", "layout native: line 1: its quotes do not "
     "match"),
    (b"x" * 1000000, "unknown_layout: line 1 is too long for a header"),
    (("山" * 500 + "\n").encode("cp950") * 200,
     "width fixed, or free text: 1000 bytes in every line"),
], ids=["empty", "blank", "NULs", "UTF-16", "fixed", "quotes", "one line",
        "text"])
def test_tells_of_anything(content, words, tmp_path):
    assert words in check(copy_of(tmp_path, content))[1]


NAMES = "堃喆煊琞峯着"


@pytest.mark.parametrize("encoding, setting, better", [
    ("big5-hkscs", "CP950", "BIG5-HKSCS"),
    ("big5-hkscs", "BIG5-HKSCS", None),
    ("utf-8", "CP950", None),
    ("utf-8-sig", "CP950", None)])
def test_tells_the_better_encoding(encoding, setting, better, tmp_path):
    text = (HERE / "posting-list" / "names_utf8.csv").read_text(
        encoding="utf-8")
    assert all(name in text for name in NAMES)
    _, said = check(
        copy_of(tmp_path, text.encode(encoding), "PL-20261124.csv"),
        conf=f'list_encoding = "{setting}";', expect=1 if better else 0)
    assert said[-1].endswith(f"6 rows, {6 if better else 0} of them rejected, "
                             "0 wrong numbers; nothing was changed")
    assert said[:-1] == ([
        f"not every line is in {setting}, but every one is in {better}: see "
        "tracking.list_encoding in recard.conf(5)"] if better else [])


def test_takes_the_date_of_the_name(tmp_path):
    content = (HERE / "posting-list" / "good.csv").read_bytes()
    rows = json.loads(check(copy_of(tmp_path, content, "PL-20261120.csv"),
                            "--format", "json", expect=0)[0])
    assert {row["posted_on"] for row in rows} == {"2026-11-20"}


def test_ten_megabytes_in_one_line(tmp_path):
    """Where lines of that length are wanted."""
    conf = tmp_path / "recard.conf"
    conf.write_text('tracking: { max_line = "1M"; };\n', encoding="utf-8")
    path = tmp_path / "long.csv"
    path.write_bytes(HEADER + b"9" * 1000000 + b"\n" + b"9" * 10000000 +
                     b"\n" + ROW + b"9" * 10000000)
    told = probe(conf, "read", path)
    assert [(row["line"], row.get("rejected")) for row in told[:-1]] == [
        (2, "bad_line"), (3, "line_too_long"), (4, None),
        (5, "line_too_long")]
