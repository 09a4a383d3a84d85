"""What is printed is what was meant: labels are read back as a scanner and a
person would, from every postal area of the country and with everything that
Taiwan's names and addresses have in store.

RECARD_ROUND_TRIP sets how many labels (10,000); RECARD_STREETS names a CSV
file of real streets (zip6, county, district, road) to take them from."""

import csv
import os
import random
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from concurrent.futures import ThreadPoolExecutor

import pytest
from addresses import house
from check_digits import gs1
from conftest import BUILD, ROOT
from world import SANITIZERS, sane

PROBE = BUILD / "tests" / "system" / "label_probe"
COUNT = int(os.environ.get("RECARD_ROUND_TRIP", "10000"))
STREETS = os.environ.get("RECARD_STREETS")
DPI = 200
CELL_WIDTH, CELL_HEIGHT, TOP, COLUMNS, CELLS = 70, 38.2, 15, 3, 21
POINTS = 72 / 25.4
XHTML = "{http://www.w3.org/1999/xhtml}"

ROADS = ("中正路", "中山路三段", "民權二街", "信義路五段", "大學路", "舊街",
         "崁頂", "后厝", "番仔寮", "鹽埕埔", "磜頭", "猐仔藔", "菓葉", "山脚")
NAMES = ("王小明", "陳堃喆", "歐陽煊𤧟", "李四", "林琞峯", "張着", "邱𠀒𪛖",
         "瓦歷斯‧諾幹", "NGUYỄN THỊ HỒNG", "讓阿渌·達入拉雅之子孫", "游錫堃",
         "司馬中原", "鍾㚬", "黃䊹", "Ａ．陳", "羅ㄧ", "宮﨑 愛")
# The longest that must fit, and the ways people write.
HARD = (
    ("974003", "花蓮縣壽豐鄉豐裡村中山路三段二百二十一巷12弄33號地下一樓之3"
               "東方名人社區", "林"),
    ("100", "臺北市中正區重慶南路一段122號地下2樓之3", "王小明"),
    ("106409", "台北市大安區臨江街臨12之1號", "李四"),
    ("973056", "花蓮縣吉安鄉榮光１６弄４７４號１３樓", "陳堃喆"),
    ("900901", "屏東郵局第123號信箱", "張着"),
    ("10099", "臺北郵政第1234號信箱", "游錫堃"),
    ("000", "左營郵政90123號信箱附5號", "林琞峯"),
    ("817001", "高雄市旗津區東沙群島1號", "羅ㄧ"),
    ("209", "連江縣南竿鄉介壽村１號", "李四"),
    ("300", "新竹市東區光復路二段101號Ａ棟B1 (綜合三館)", "黃䊹"),
    ("952", "臺東縣蘭嶼鄉紅頭村漁人部落12-3號", "瓦歷斯‧諾幹"),
)


def areas():
    path = STREETS or ROOT / "etc/postal-areas.csv"
    with open(path, encoding="utf-8") as file:
        return [(row.get("zip6") or row["zip3"], row["county"],
                 row["district"], row.get("road"))
                for row in csv.DictReader(
                    line for line in file if not line.startswith("#"))]


def labels():
    """Every area at least once, when the count allows, then at random."""
    rng = random.Random(26112400)
    places, found = areas(), []
    for i in range(COUNT):
        number = f"261124{i:07}"
        number += str(gs1(number))
        if i < len(HARD):
            found.append((number, *HARD[i]))
            continue
        code, county, district, road = (
            places[i - len(HARD)] if i < len(places) else rng.choice(places))
        if not STREETS and rng.random() < 0.5:
            code += f"{rng.randint(1, 999):03}"
        found.append((number, code, county + district +
                      (road or rng.choice(ROADS)) + house(rng),
                      rng.choice(NAMES)))
    return found


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("round_trip")
    wanted = labels()
    (folder / "labels.tsv").write_text(
        "".join("\t".join(label) + "\n" for label in wanted),
        encoding="utf-8")
    done = subprocess.run(
        [PROBE, "a4-21", folder / "labels.tsv", folder / "run.pdf"],
        capture_output=True, text=True, check=False, timeout=300,
        env=os.environ | SANITIZERS)
    sane("label_probe", done.stderr)
    refused = {line.split("\t")[0]: line.split("\t")[1]
               for line in done.stderr.splitlines() if "\t" in line}
    # Some invented house numbers are longer than a label; nothing else is.
    assert set(refused.values()) <= {"address_too_long"}, refused
    assert len(refused) < COUNT / 50
    assert done.returncode == (1 if refused else 0)
    wanted = [label for label in wanted if label[0] not in refused]
    assert done.stdout == (f"{len(wanted)} labels, "
                           f"{-(-len(wanted) // CELLS)} sheets\n")
    for label in HARD:
        assert any(label[1] == other[2] for other in wanted), label
    return folder, wanted


def squeezed(text):
    return re.sub(r"\s", "", text)


def test_text_of_each_label_is_in_its_cell(printed):
    """In the order of printing: pdftotext gives postal code, address, name
    and number of each label, and where their words stand."""
    folder, wanted = printed
    subprocess.run(["pdftotext", "-raw", "-bbox", folder / "run.pdf",
                    folder / "run.xml"], check=True, timeout=600)
    pages = ElementTree.parse(folder / "run.xml").iter(f"{XHTML}page")
    read = 0
    for page in pages:
        cells = {}
        for word in page.iter(f"{XHTML}word"):
            box = {side: float(word.get(side)) / POINTS
                   for side in ("xMin", "yMin", "xMax", "yMax")}
            column = int(box["xMin"] // CELL_WIDTH)
            row = int((box["yMin"] - TOP) // CELL_HEIGHT)
            # The whole word, with its line's height, is in the cell.
            assert box["xMin"] >= column * CELL_WIDTH + 4
            assert box["xMax"] <= (column + 1) * CELL_WIDTH - 4, word.text
            assert box["yMax"] <= TOP + (row + 1) * CELL_HEIGHT
            cells.setdefault(row * COLUMNS + column, []).append(word.text)
        assert sorted(cells) == list(range(len(cells)))
        for cell in range(len(cells)):
            number, code, address, name = wanted[read]
            assert squeezed("".join(cells[cell])) == squeezed(
                code + address + name + "君啟" + number)
            read += 1
    assert read == len(wanted)


def read_page(folder, page):
    """The numbers that a scanner reads on a page, and whether something is
    printed at the border of a cell."""
    name = folder / f"page-{page}"
    subprocess.run(["pdftoppm", "-gray", "-r", str(DPI), "-f", str(page), "-l",
                    str(page), "-singlefile", folder / "run.pdf", name],
                   check=True, timeout=120)
    picture = name.with_suffix(".pgm")
    scanned = subprocess.run(
        ["zbarimg", "-q", "--raw", "-S*.enable=0", "-Scode128.enable",
         picture], capture_output=True, text=True, check=False, timeout=120)
    kind, width, height, top, dots = picture.read_bytes().split(None, 4)
    picture.unlink()
    assert (kind, top) == (b"P5", b"255")
    width, height = int(width), int(height)
    dot = 25.4 / DPI
    borders = []
    for column in range(COLUMNS + 1):
        left = max(0, int((column * CELL_WIDTH - 2.5) / dot))
        right = min(width, int((column * CELL_WIDTH + 2.5) / dot))
        borders.append((left, right))
    dirty = sum(dots[y * width + left:y * width + right].strip(b"\xff") != b""
                for y in range(height) for left, right in borders)
    for row in range(CELLS // COLUMNS + 1):
        from_y = int((TOP + row * CELL_HEIGHT - 2) / dot)
        to_y = int((TOP + row * CELL_HEIGHT + 2) / dot)
        dirty += dots[from_y * width:to_y * width].strip(b"\xff") != b""
    return sorted(scanned.stdout.split()), dirty


def test_bars_of_each_label_are_read(printed):
    folder, wanted = printed
    sheets = -(-len(wanted) // CELLS)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda page: read_page(folder, page + 1),
                              range(sheets)))
    for page, (numbers, dirty) in enumerate(found):
        there = wanted[page * CELLS:(page + 1) * CELLS]
        assert numbers == [label[0] for label in there], f"page {page + 1}"
        assert dirty == 0, f"page {page + 1}"
