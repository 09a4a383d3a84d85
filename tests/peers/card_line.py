#!/usr/bin/python3
"""The card line: take sealed batches, acknowledge them, make the cards.

A batch is taken out of --in once it is answered. What was decided is
written to --state before it is answered, so that a line that was killed
goes on where it was and never numbers a card twice.
"""

import argparse
import csv
import datetime
import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import check_digits
import handover

BATCH_FILE = re.compile(r"(CB-[0-9]{8}-[0-9]{6})\.p7m")
KINDS = ("NEW", "REJECTED", "SPOILED", "RETURNED")
# Object identifiers, DER: aes256-CBC and id-aes256-GCM (RFC 3565, RFC 5084).
AES_256 = tuple(bytes.fromhex("06096086480165030401" + end)
                for end in ("2a", "2e"))
HEAD = 8192  # the algorithm stands behind the recipients, before the content
OPENSSL_TIMEOUT = 120
POLL_SECONDS = 0.2
TAIPEI = datetime.timezone(datetime.timedelta(hours=8))


class Refused(Exception):
    """The batch does not hold; reason is one of the contract's codes."""

    def __init__(self, reason, detail):
        super().__init__(detail)
        self.reason = reason


def openssl(arguments, content):
    return subprocess.run(["openssl", *arguments], input=content,
                          capture_output=True, check=False,
                          timeout=OPENSSL_TIMEOUT)


def open_sealed(sealed, line_cert, line_key, our_cert):
    """The plain content, if our_cert and nobody else signed it."""
    if not any(oid in sealed[:HEAD] for oid in AES_256):
        raise Refused("BAD_SIGNATURE", "not encrypted with AES-256")
    signed = openssl(
        ["cms", "-decrypt", "-inform", "DER", "-binary", "-recip", line_cert,
         "-inkey", line_key], sealed)
    if signed.returncode:
        raise Refused("BAD_SIGNATURE", "cannot be decrypted")
    content = openssl(
        ["cms", "-verify", "-inform", "DER", "-binary", "-nointern",
         "-certfile", our_cert, "-CAfile", our_cert, "-no-CApath",
         "-no-CAstore", "-purpose", "any"], signed.stdout)
    if content.returncode:
        raise Refused("BAD_SIGNATURE", "not signed by the sender")
    return content.stdout


def sign(content, certificate, key):
    """CMS SignedData with the content inside, DER."""
    signed = openssl(
        ["cms", "-sign", "-nodetach", "-binary", "-md", "sha256",
         "-outform", "DER", "-signer", certificate, "-inkey", key], content)
    if signed.returncode:
        raise RuntimeError("openssl cms -sign failed: "
                           + signed.stderr.decode(errors="replace"))
    return signed.stdout


def check_header(header, batch_no):
    """Returns the promised number of cards."""
    if header[:3] != ["H", "RECARD-CARD-BATCH", "1"]:
        raise Refused("UNKNOWN_VERSION", "not RECARD-CARD-BATCH version 1")
    if len(header) != 7:
        raise Refused("BAD_COUNT", f"H has {len(header)} fields")
    if header[3] != batch_no:
        raise Refused("BAD_HASH", "H names another batch than the file")
    if not datetime.datetime.fromisoformat(header[4]).tzinfo:
        raise ValueError("H: created has no offset")
    if not header[5]:
        raise ValueError("H: no product")
    return int(header[6])


def check_row(row, number):
    if len(row) != 10 or row[0] != "D":
        raise Refused("BAD_COUNT", f"row {number} is not a D row")
    _, line, job_no, attempt, kind, order_no, name, begin, end, digest = row
    if line != str(number):
        raise Refused("BAD_COUNT", f"row {number} has number {line}")
    if not job_no or int(attempt) < 1 or kind not in KINDS:
        raise ValueError(f"row {number}: wrong job, attempt or kind")
    if not check_digits.order_ok(order_no):
        raise ValueError(f"row {number}: wrong order number")
    if datetime.date.fromisoformat(begin) > datetime.date.fromisoformat(end):
        raise ValueError(f"row {number}: ends before it begins")
    if not name or not re.fullmatch("[0-9a-f]+", digest):
        raise ValueError(f"row {number}: no name or no address digest")


def check_trailer(trailer, batch_no, rows, before):
    if trailer[1] != batch_no:
        raise Refused("BAD_HASH", "T names another batch")
    if trailer[2] != str(len(rows)):
        raise Refused("BAD_COUNT", "T counts otherwise")
    total = sum(int(row[5][:13]) for row in rows) % 10**13
    if int(trailer[3]) != total:
        raise Refused("BAD_HASH", "wrong hash total")
    if trailer[4] != hashlib.sha256(before).hexdigest():
        raise Refused("BAD_HASH", "wrong SHA-256")


def check_batch(batch_no, content):
    """The batch's D rows, each a list of fields; or Refused."""
    if not content.endswith(b"\n") or b"\r" in content:
        raise Refused("BAD_COUNT", "lines do not end with LF alone")
    last = content.rfind(b"\n", 0, -1) + 1
    try:
        header, *rows, trailer = csv.reader(
            content.decode().removesuffix("\n").split("\n"), strict=True)
        count = check_header(header, batch_no)
        if len(trailer) != 5 or trailer[0] != "T":
            raise Refused("BAD_COUNT", "no T line at the end")
        for number, row in enumerate(rows, start=1):
            check_row(row, number)
        if count != len(rows):
            raise Refused("BAD_COUNT", "H counts otherwise")
        check_trailer(trailer, batch_no, rows, content[:last])
    except (ValueError, csv.Error) as error:
        # A row that is not as agreed is not a row: the count is wrong.
        raise Refused("BAD_COUNT", str(error)) from error
    return rows


class Line:
    """The line with its memory: one record per batch."""

    def __init__(self, options):
        self.options = options
        self.broken = False  # something was refused or wrong
        self.taken = os.path.join(options.state, "taken")
        for folder in (options.out, self.taken):
            os.makedirs(folder, exist_ok=True)
        self.lock = handover.lock(options.state)
        names = handover.arrived(
            options.state, re.compile(r"CB-[0-9-]+\.json"))
        self.records = {
            name.removesuffix(".json"): handover.load_json(
                os.path.join(options.state, name), None)
            for name in names
        }
        self.cards = sum(record["cards"] for record in self.records.values())
        self.jobs_seen = set()
        self.orders_live = set()
        for record in self.records.values():
            for job in record["jobs"]:
                self.remember(job)

    def close(self):
        self.lock.close()

    def remember(self, job):
        self.jobs_seen.add((job["job_no"], job["attempt"]))
        if job["result"] in ("", "ON_HOLD"):
            self.orders_live.add(job["order_no"])

    def save(self, record):
        handover.save_json(
            os.path.join(self.options.state, record["batch_no"] + ".json"),
            record)

    def sign(self, text):
        return sign(text.encode(), self.options.line_cert,
                    self.options.line_key)

    def refuse(self, batch_no, reason, detail):
        """Answer a file that leaves no record."""
        self.broken = True
        try:
            handover.publish(self.options.out, f"{batch_no}.ack.p7m",
                             self.sign(f"A,{batch_no},REJECTED,{reason}\n"))
        except FileExistsError:
            detail += "; the former answer was not fetched yet"
        print(f"{batch_no} REJECTED {reason}: {detail}", flush=True)

    def receive(self, name):
        """Take one file: check it, decide, answer."""
        batch_no = BATCH_FILE.fullmatch(name)[1]
        path = os.path.join(self.options.input, name)
        with open(path, "rb") as file:
            sealed = file.read()
        digest = hashlib.sha256(sealed).hexdigest()
        record = self.records.get(batch_no)
        if not record:
            self.enter(batch_no, digest, sealed)
        elif all(answer["sent"] for answer in record["answers"]):
            same = "same" if record["digest"] == digest else "OTHER"
            self.refuse(batch_no, "DUPLICATE", f"the {same} bytes again")
        self.send_answers()
        handover.move_aside(path, self.taken)

    def enter(self, batch_no, digest, sealed):
        """Check a new batch and open its record."""
        try:
            content = open_sealed(sealed, self.options.line_cert,
                                  self.options.line_key,
                                  self.options.our_cert)
        except Refused as refused:
            # Nobody has proved to be the sender: the number stays free.
            self.refuse(batch_no, refused.reason, str(refused))
            return
        reason, detail, rows = "", "", []
        try:
            rows = check_batch(batch_no, content)
        except Refused as refused:
            reason, detail = refused.reason, str(refused)
            self.broken = True
        word = "REJECTED" if reason else "ACCEPTED"
        record = {
            "batch_no": batch_no, "digest": digest, "answer": word,
            "reason": reason, "detail": detail, "cards": 0, "files": 0,
            "jobs": [self.job(batch_no, row) for row in rows],
            "answers": [{"name": f"{batch_no}.ack.p7m", "sent": False,
                         "text": f"A,{batch_no},{word},{reason}\n"}],
        }
        self.records[batch_no] = record
        self.save(record)
        print(f"{batch_no} {word} {reason or 'cards=' + str(len(rows))}"
              f"{': ' + detail if detail else ''}", flush=True)

    def job(self, batch_no, row):
        job = {"job_no": row[2], "attempt": row[3], "order_no": row[5],
               "not_after": row[8], "result": "", "error": ""}
        if (job["job_no"], job["attempt"]) in self.jobs_seen \
                or job["order_no"] in self.orders_live:
            # The sender promised that this cannot be.
            job["error"] = "TWICE"
            self.broken = True
            with open(os.path.join(self.options.state, "violations.log"),
                      "a", encoding="utf-8") as log:
                log.write(f"{batch_no} job {job['job_no']} attempt "
                          f"{job['attempt']} order {job['order_no']}: "
                          "asked for twice\n")
        self.remember(job)
        return job

    def outcome(self, job):
        """What becomes of a job now, and the error code."""
        if job["error"]:
            return "REJECTED", job["error"]
        if job["order_no"] in self.options.hold:
            return "ON_HOLD", "STOCK"
        if job["order_no"] in self.options.reject:
            return "REJECTED", "CHIP"
        lot = hashlib.sha256(f"{job['job_no']}/{job['attempt']}".encode())
        if int.from_bytes(lot.digest()[:4], "big") % 1000 \
                < self.options.spoil * 10:
            return "SPOILED", "PRINT"
        return "MADE", ""

    def make(self, record, job):
        """The R line of a job, or None when there is no news of it."""
        result, error = self.outcome(job)
        if result == job["result"]:
            return None
        job["result"] = result
        if result != "ON_HOLD":
            self.orders_live.discard(job["order_no"])
        fields = ["R", job["job_no"], job["attempt"], result]
        if result == "MADE":
            now = self.options.made_at or datetime.datetime.now(TAIPEI)
            self.cards += 1
            record["cards"] += 1
            card_no = f"ND{now:%y%m%d}{self.cards:08d}"
            serial = hashlib.sha256(card_no.encode()).hexdigest()[:32]
            fields += [card_no, serial, job["not_after"],
                       now.isoformat(timespec="seconds")]
        else:
            fields += ["", "", "", ""]
        return ",".join([*fields, error]) + "\n"

    def work(self, record):
        """Work on the jobs of a batch that have no final result yet."""
        lines = [
            line for job in record["jobs"]
            if job["result"] in ("", "ON_HOLD")
            and (line := self.make(record, job))
        ]
        if not lines:
            return
        size = self.options.results_per_file or len(lines)
        for start in range(0, len(lines), size):
            record["files"] += 1
            name = f"{record['batch_no']}.{record['files']}.result.p7m"
            record["answers"].append(
                {"name": name, "sent": False,
                 "text": "".join(lines[start:start + size])})
        self.save(record)
        counts = Counter(line.split(",")[3] for line in lines)
        print(record["batch_no"], "RESULTS", *(
            f"{result}={count}" for result, count in sorted(counts.items())),
            flush=True)

    def send_answers(self):
        """Hand over what was decided and is not there yet."""
        for record in self.records.values():
            due = [a for a in record["answers"] if not a["sent"]]
            for answer in due:
                try:
                    handover.publish(self.options.out, answer["name"],
                                     self.sign(answer["text"]))
                except FileExistsError:
                    pass  # handed over just before the line was killed
                answer["sent"] = True
            if due:
                self.save(record)

    def turn(self):
        """One look at the folder and at the work in hand."""
        self.send_answers()
        for name in handover.arrived(self.options.input, BATCH_FILE):
            self.receive(name)
        if not self.options.only_ack:
            for record in self.records.values():
                self.work(record)
            self.send_answers()


def percent(text):
    value = float(text.removesuffix("%"))
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError("must be from 0% to 100%")
    return value


def taipei_time(text):
    return datetime.datetime.fromisoformat(text).astimezone(TAIPEI)


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--in", dest="input", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--state", required=True)
    parser.add_argument("--line-cert", required=True)
    parser.add_argument("--line-key", required=True)
    parser.add_argument("--our-cert", required=True,
                        help="the only certificate that may sign batches")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--spoil", type=percent, default=0.0, metavar="N%",
                        help="this share of cards is spoiled")
    parser.add_argument("--reject", nargs="+", default=[], metavar="ORDER")
    parser.add_argument("--hold", nargs="+", default=[], metavar="ORDER",
                        help="ON_HOLD until a run without this")
    parser.add_argument("--results-per-file", type=int, default=0)
    parser.add_argument("--only-ack", action="store_true",
                        help="results come in a later run without this")
    parser.add_argument("--made-at", type=taipei_time,
                        help="instead of the clock")
    return parser.parse_args(arguments)


def main():
    options = parse_options()
    ended = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
    line = Line(options)
    try:
        line.turn()
        while not options.once and not ended:
            time.sleep(POLL_SECONDS)
            line.turn()
    finally:
        line.close()
    return 1 if line.broken else 0


if __name__ == "__main__":
    sys.exit(main())
