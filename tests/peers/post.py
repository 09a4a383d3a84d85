#!/usr/bin/python3
"""The post: take posting lists, give them back with tracking numbers.

Lists that it has seen (by their bytes) are passed over.
"""

import argparse
import csv
import datetime
import hashlib
import io
import os
import re
import sys

import check_digits
import handover

COLUMNS = ["掛號號碼", "姓名", "寄件地名(或地址)", "是否回執", "是否航空",
           "是否印刷物", "重量", "郵資", "備考"]
NATIVE_COLUMNS = ["order_no", "tracking_no", "posted_at", "mail_type",
                  "weight_g", "postage"]
LIST_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.csv")
SERIALS = 10**6
WEIGHT_G = 20
POSTAGE = 28


class Refused(Exception):
    """The list is not what the contract says."""


def read_list(content, encoding):
    """Rows of a posting list as dictionaries."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(f"not {encoding} at byte {error.start}") from error
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if not rows or rows[0] != COLUMNS:
        raise Refused("wrong header")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise Refused(f"line {number}: {len(row)} columns")
        if not check_digits.order_ok(row[-1]):
            raise Refused(f"line {number}: 備考 is not an order number")
        if not row[1] or not row[2]:
            raise Refused(f"line {number}: no name or no address")
    return [dict(zip(COLUMNS, row)) for row in rows[1:]]


def tracking_number(serial, office, mail_type, zip5):
    """20 digits: serial 6, office 6, type 2, ZIP 5, check digit."""
    digits = f"{serial:06d}{office}{mail_type}{zip5}"
    return digits + check_digits.gs1(digits)


def zip5(address, office):
    """The code in front of the address, or else the office's own."""
    digits = re.match(r"[0-9]{3,6}", address)
    return (digits[0] if digits else office[:3]).ljust(5, "0")[:5]


def to_posting_list(rows, encoding):
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def to_native(rows, date, mail_type):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(NATIVE_COLUMNS)
    for row in rows:
        writer.writerow([row["備考"], row["掛號號碼"],
                         f"{date}T15:00:00+08:00", mail_type, row["重量"],
                         row["郵資"]])
    return text.getvalue().encode()


class Post:
    def __init__(self, options):
        self.options = options
        os.makedirs(options.out, exist_ok=True)
        os.makedirs(options.state, exist_ok=True)
        self.lock = handover.lock(options.state)
        self.path = os.path.join(options.state, "post.json")
        self.state = handover.load_json(
            self.path, {"next_serial": 1, "files": 0, "lists": {}})

    def close(self):
        self.lock.close()

    def number(self, rows):
        for row in rows:
            serial = self.state["next_serial"]
            if serial >= SERIALS:
                raise Refused("this office has no serial numbers left")
            self.state["next_serial"] += 1
            row["掛號號碼"] = tracking_number(
                serial, self.options.office, self.options.type,
                zip5(row["寄件地名(或地址)"], self.options.office))
            row["重量"], row["郵資"] = WEIGHT_G, POSTAGE

    def take(self, name):
        """Answer one list. Returns False when it was refused."""
        with open(os.path.join(self.options.input, name), "rb") as file:
            content = file.read()
        digest = hashlib.sha256(content).hexdigest()
        if digest in self.state["lists"]:
            return True
        try:
            rows = read_list(content, self.options.encoding)
            self.number(rows)
        except (Refused, csv.Error) as error:
            print(f"{name} REFUSED {error}", flush=True)
            return False

        # Numbers are used up first, so that a crash cannot use them twice.
        self.state["files"] += 1
        handover.save_json(self.path, self.state)
        date = self.options.date
        if self.options.native:
            answer = to_native(rows, date, self.options.type)
        else:
            answer = to_posting_list(rows, self.options.encoding)
        answer_name = (f"{name[:-4]}-{date.replace('-', '')}"
                       f"-{self.state['files']:06d}.csv")
        handover.publish(self.options.out, answer_name, answer)
        self.state["lists"][digest] = answer_name
        handover.save_json(self.path, self.state)
        print(f"{name} POSTED {len(rows)} as {answer_name}", flush=True)
        return True

    def take_all(self):
        names = handover.arrived(self.options.input, LIST_NAME)
        return all([self.take(name) for name in names])


def digits(count):
    def check(text):
        if not re.fullmatch(f"[0-9]{{{count}}}", text):
            raise argparse.ArgumentTypeError(f"must be {count} digits")
        return text
    return check


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--in", dest="input", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--state", required=True)
    layout = parser.add_mutually_exclusive_group()
    layout.add_argument("--native", action="store_true")
    layout.add_argument("--posting-list", action="store_true",
                        help="the list as it came, filled in (default)")
    parser.add_argument("--date", help="posting date (default: today)",
                        type=lambda text: str(
                            datetime.date.fromisoformat(text)))
    parser.add_argument("--office", default="100006", type=digits(6))
    parser.add_argument("--type", default="18", type=digits(2))
    parser.add_argument("--encoding", default="cp950")
    options = parser.parse_args()
    if not options.date:
        taipei = datetime.timezone(datetime.timedelta(hours=8))
        options.date = str(datetime.datetime.now(taipei).date())

    post = Post(options)
    try:
        return 0 if post.take_all() else 1
    finally:
        post.close()


if __name__ == "__main__":
    sys.exit(main())
