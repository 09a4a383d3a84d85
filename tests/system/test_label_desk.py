"""The operators' side of labels: recardctl label, print, pack. What is
allowed is shown by tests/sql/labels.sql; here it is what an operator types
and sees."""

import json
import subprocess

import pytest


@pytest.fixture
def desk(world):
    """Thirty orders whose cards are made and labels printed."""
    world.orders_made = world.fill(30)
    world.pay(world.orders_made)
    for program in ("payment", "manufacture", "label"):
        world.daemon(program)
    world.line()
    world.daemon("manufacture")
    assert world.orders("produced") == world.orders_made
    return world


def said(ran):
    return [line.removeprefix("recardctl: ")
            for line in ran.err.splitlines()]


def card_of(world, order):
    return world.value("SELECT new_card_no FROM card_job WHERE order_no = "
                       f"{int(order)}")


def test_runs_and_reprints(desk):
    run, = desk.ctl_json("label", "list")
    assert (run["area"], run["labels"], run["sheets"], run["void"],
            run["printer"]) == ("out_of_town", 30, 2, 0, None)
    number = run["run_no"]
    cells = desk.ctl_json("label", "list", number)
    assert [(row["sheet"], row["cell"]) for row in cells] == \
        [(n // 21 + 1, n % 21 + 1) for n in range(30)]
    assert desk.ctl_json("label", "list", number, "--sheet", "2") == \
        cells[21:]
    torn = cells[25]["order_no"]
    assert said(desk.ctl("label", "reprint", torn, expect=2)) == [
        "--reason=TEXT is needed for the record"]
    assert "--sheet is for runs" in said(desk.ctl(
        "label", "reprint", torn, "--sheet", "1", expect=2))[0]
    words = said(desk.ctl("label", "reprint", torn, "--reason", "torn"))
    assert words[0].startswith(f"copy 2 of order {torn} is printed")
    dry = desk.ctl("label", "reprint", number, "--sheet", "2", "--reason",
                   "jammed", "--dry-run")
    assert dry.out.count("reprinted") == 8 and torn in dry.out
    assert said(dry)[-1] == "this was a dry run: nothing was changed"
    assert desk.value("SELECT count(*) FROM label WHERE state = 'void'") == 1
    rows = desk.ctl_json("label", "reprint", number, "--sheet", "2",
                         "--reason", "jammed")
    assert sorted((row["outcome"], row["copy_no"]) for row in rows) == \
        sorted([("void", None)] + [("reprinted", 2)] * 8,
               key=lambda pair: pair[0]), rows
    assert said(desk.ctl("label", "reprint", number, "--sheet", "9",
                         "--reason", "x", expect=1)) == [
        f"label reprint: run {number} has no sheet 9 [RC066]", "it has 2"]
    held = cells[0]["order_no"]
    desk.ctl("label", "void", held, "--reason", "calls back")
    waiting, = json.loads(desk.ctl(
        "--format", "json", "exception", "list", "--kind", "label").out)
    assert (waiting["order_no"], waiting["reason"],
            waiting["suggestion"]) == (held, "withheld", "label reprint")
    desk.daemon("label")
    second = desk.ctl_json("label", "list")[0]
    assert second["run_no"] != number and second["labels"] == 9
    text = subprocess.run(
        ["pdftotext", desk.labels / f"{second['run_no']}.pdf", "-"],
        check=True, capture_output=True, text=True).stdout
    assert text.count("補印 第2份") == 9
    shown = desk.ctl("label", "show", torn).out
    for words in ("copy 1", "torn", f"{number} sheet 2 cell 5",
                  f"{second['run_no']} sheet 1"):
        assert words in shown, shown
    assert "no such order" in desk.ctl(
        "label", "reprint", "26112300000012", "--reason", "x",
        expect=1).err
    assert desk.ctl("label", "show", "26112300000012", expect=1).out == ""
    assert desk.ctl_json("verify") == []


def test_preview(desk):
    run, = desk.ctl_json("label", "list")
    first = desk.ctl_json("label", "list", run["run_no"])[0]["order_no"]
    assert "--reason=TEXT is needed" in desk.ctl(
        "label", "preview", first, expect=2).err
    shown = desk.ctl("label", "preview", first, "--reason", "asked",
                     env={"COLUMNS": "100"}).out.splitlines()
    assert len(shown) in range(25, 30) and {len(row) for row in shown} == {100}
    assert all("\u2800" <= dots <= "\u28ff" for row in shown for dots in row)
    label, sheet = desk.folder / "label.png", desk.folder / "sheet.png"
    ran = desk.ctl("label", "preview", first, "--reason", "asked",
                   "--output", label)
    assert "827 x 452 dots" in ran.err and ran.out == ""
    assert label.stat().st_mode & 0o777 == 0o600
    assert read_codes(label) == [first]
    desk.ctl("label", "preview", run["run_no"], "--sheet", "2", "--output",
             sheet, "--reason", "stains")
    assert sorted(read_codes(sheet)) == sorted(
        row["order_no"] for row in desk.ctl_json(
            "label", "list", run["run_no"], "--sheet", "2"))
    assert "File exists" in desk.ctl(
        "label", "preview", first, "--reason", "x", "--output", label,
        expect=2).err
    assert "no such sheet" in desk.ctl(
        "label", "preview", run["run_no"], "--sheet", "3", "--reason", "x",
        expect=1).err
    assert desk.query(
        "SELECT purpose, count(*) FROM access_record GROUP BY 1 ORDER BY 1"
        ) == [("label preview: asked", 2), ("label preview: stains", 9),
              ("label preview: x", 1)]


def read_codes(picture):
    read = subprocess.run(["zbarimg", "-q", picture], check=True,
                          capture_output=True, text=True).stdout.split()
    return [code.removeprefix("CODE-128:") for code in read]


def test_packing(desk):
    desk.configure("label", require_packing=True)
    one, two, three, four = desk.orders_made[:4]
    packed, = desk.ctl_json("pack", one, card_of(desk, one))
    assert packed["packed"] and packed["code"] == "packed"
    refused = desk.ctl("pack", one, card_of(desk, two), expect=1)
    assert "card_of_another_order" in refused.out
    assert "do not pack" in refused.err
    assert card_of(desk, two) not in refused.out + refused.err
    desk.ctl("label", "reprint", two, "--reason", "torn")
    desk.daemon("label")
    desk.ctl("order", "hold", three, "--reason", "wait")
    lines = "\n".join([
        f"{two} {card_of(desk, two)}", f"{two}\t{card_of(desk, two)} 2",
        f"{three} {card_of(desk, three)}", "garbage", "",
        f"{four} {card_of(desk, four)}"])
    ran = desk.ctl("pack", "-", said=lines, expect=1)
    assert ran.out.splitlines() == [
        f"{two} label_void", f"{two} packed", f"{three} order_held",
        f"{four} packed"]
    assert "line 4: not an order number and a card number" in ran.err
    assert desk.ctl("pack", one, "X1", expect=2).out == ""
    assert desk.ctl("pack", one, expect=2).out == ""
    # Only what was packed goes to the post.
    desk.daemon("label")
    assert desk.query(
        "SELECT order_text(order_no) FROM posting_line "
        "JOIN label USING (label_no) ORDER BY 1") == [(one,), (two,), (four,)]
    assert desk.ctl_json("verify") == []


def test_lists_by_area(desk):
    desk.configure("label", local_postal_codes=["1", "2"], list_weight=20,
                   list_postage=36, list_sender=["內政部憑證管理中心"])
    desk.daemon("label")
    areas = {}
    for number, area, count in desk.query(
            "SELECT list_no, area, items FROM posting_list"):
        areas[area] = count
        form = desk.labels / f"{number}.pdf"
        text = subprocess.run(["pdftotext", "-layout", form, "-"],
                              check=True, capture_output=True,
                              text=True).stdout
        here, other = ("本埠", "外埠") if area == "local" \
            else ("外埠", "本埠")
        pages = -(-count // 20)
        # Once in the head, once in the notes, on each page of both copies.
        assert text.count(here) == 4 * pages
        assert text.count(other) == 2 * pages
        assert text.count(f"總計掛號 共 {count} 件照收無誤") == 2
        assert f"郵資共計 {count * 36} 元" in text
        assert "重量共計" in text and "內政部憑證管理中心" in text
        rows = (desk.labels / f"{number}.csv").read_bytes().decode(
            "big5-hkscs").splitlines()[1:]
        assert len(rows) == count
        for row in rows:
            fields = row.split(",")
            assert fields[6:8] == ["20", "36"]
            assert text.count(fields[8]) == 2
    assert sorted(areas) == ["local", "out_of_town"]
    assert sum(areas.values()) == 30
    assert desk.value(
        "SELECT count(*) FROM posting_line JOIN posting_list p USING "
        "(list_no) JOIN label USING (label_no) JOIN applicant USING "
        "(order_no) WHERE (p.area = 'local') <> (postal_code ~ '^[12]')"
        ) == 0
    assert desk.ctl_json("verify") == []


def test_numbers_in_advance(world):
    """Printed as bars, told on the list, and what the post books."""
    world.configure("label", layout="thermal", list_office="10000118",
                    mail_no_first=500, mail_no_last=600)
    orders = world.fill(6)
    world.pay(orders)
    for program in ("payment", "manufacture", "label"):
        world.daemon(program)
    world.line()
    world.daemon("manufacture")
    world.daemon("label")
    numbers = dict(world.query(
        "SELECT order_text(order_no), mail_no FROM label"))
    assert sorted(numbers.values()) == [
        f"{serial:06d}10000118" for serial in range(500, 506)]
    run, = world.labels.glob("LR-*.pdf")
    subprocess.run(["pdftoppm", "-r", "203", "-gray", run,
                    world.folder / "page"], check=True)
    read = {tuple(sorted(read_codes(page)))
            for page in world.folder.glob("page-*.pgm")}
    assert read == {tuple(sorted(pair)) for pair in numbers.items()}
    rows = [row.split(",") for path in world.labels.glob("PL-*.csv")
            for row in path.read_text("big5-hkscs").splitlines()[1:]]
    assert {row[8]: row[0] for row in rows} == numbers
    shown = world.ctl("label", "show", orders[0]).out
    assert f"mail number {numbers[orders[0]]}" in shown
    assert world.ctl_json("verify") == []


@pytest.mark.parametrize("setting, value", [
    ("mail_no_first", 7), ("local_postal_codes", ["100", "1%"]),
    ("list_kind", "平信"), ("list_office", "12"),
    ("list_sender", ["a", "b", "c", "d", "e"])])
def test_list_settings(world, setting, value):
    world.configure("label", **{setting: value})
    assert f"label.{setting}" in world.daemon("label", expect=3).err
