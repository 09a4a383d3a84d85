"""A whole recard with its surroundings, for one test.

World has a database, keys, a configuration, drop folders and the stand-ins
for the payment service, the card line and the post. Its programs are those
of the build tree, run with a time limit; a run that ends otherwise than
expected fails the test and shows what the program said.

The fixture `world` (conftest.py) gives a fresh one with a database of its
own.
"""

import datetime
import hashlib
import json
import os
import pwd
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from psycopg import sql

import addresses
import check_digits
import make_authority
import payment_notices
import payment_service
from conftest import BUILD, ROOT, wait_until
from free_ports import free_port

PEERS = ROOT / "tests" / "peers"
TAIPEI = datetime.timezone(datetime.timedelta(hours=8))
DAEMONS = ("payment", "purge", "manufacture", "label", "tracking", "notify")
SECONDS = 90  # a run of a daemon that takes longer hangs
FEE = 228
SOMEBODY = "nobody"  # a second person; exists everywhere
SANITIZERS = {
    # Exit codes of their own, so that none is taken for one of ours.
    "ASAN_OPTIONS": "detect_leaks=1:exitcode=98",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1:exitcode=97",
    "LSAN_OPTIONS":
        f"suppressions={ROOT}/tests/lsan.supp:print_suppressions=0",
}


def taipei_now():
    return datetime.datetime.now(TAIPEI).replace(microsecond=0)


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def literal(value):
    """A value as it stands in recard.conf."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "(" + ", ".join("{ " + " ".join(
            f"{name} = {literal(one)};" for name, one in group.items()) + " }"
            for group in value) + ")"
    if isinstance(value, list):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


class Ran:
    """What an ended program left."""

    def __init__(self, name, code, out, err):
        self.name, self.code, self.out, self.err = name, code, out, err

    def __str__(self):
        return (f"{self.name}: exit {self.code}\n--- stdout\n{self.out}"
                f"\n--- stderr\n{self.err}")


class Background:
    """A daemon that goes on running."""

    def __init__(self, name, process, log):
        self.name, self.process, self.log_path = name, process, log

    def log(self):
        return self.log_path.read_text(errors="replace")

    def says(self, text, seconds=30.0):
        """Waits until the log holds the text."""
        def check():
            assert self.process.poll() is None or text in self.log(), \
                f"{self.name} ended: {self.process.returncode}\n{self.log()}"
            return text in self.log()
        try:
            wait_until(check, f"{self.name} to say {text!r}", seconds)
        except pytest.fail.Exception:
            print(self.log())
            raise

    def stop(self, how=signal.SIGTERM, expect=0, seconds=30):
        self.process.send_signal(how)
        return self.end(expect, seconds)

    def end(self, expect=0, seconds=30):
        codes = (expect,) if isinstance(expect, int) else expect
        code = self.process.wait(seconds)
        assert code in codes, f"{self.name}: exit {code}\n{self.log()}"
        sane(self.name, self.log())
        return self.log()


def sane(name, text):
    assert "Sanitizer" not in text and "runtime error:" not in text, \
        f"{name}:\n{text}"


class World:
    """See the top of the file."""

    def __init__(self, database, folder, keys):
        self.db = database
        self.folder = Path(folder)
        self.keys = self.folder / "keys"
        self.conf = self.folder / "recard.conf"
        self.logs = self.folder / "log"
        self.settlement = self.folder / "settlement"
        self.line_out = self.folder / "line" / "out"
        self.line_in = self.folder / "line" / "in"
        self.line_state = self.folder / "line" / "state"
        self.labels = self.folder / "labels"
        self.lists = self.folder / "post" / "in"
        self.postal = self.folder / "post" / "out"
        self.post_state = self.folder / "post" / "state"
        shutil.copytree(keys, self.keys)
        for path in (self.logs, self.settlement, self.line_out, self.line_in,
                     self.line_state, self.labels, self.lists, self.postal,
                     self.post_state):
            path.mkdir(parents=True)
        self.sequences = {}
        self.filled = 0
        self.submitted = 0
        self.running = []
        self.runs = 0
        self.settings = {
            None: {
                "state_dir": self.folder / "state",
                "database": database.conninfo(None),
                "database_admin": database.conninfo(),
                "retry_min": "20ms", "retry_max": "200ms", "poll": "100ms",
            },
            "payment": {"inbox": "settlement"},
            "purge": {"commitment_key": "keys/commitment.key"},
            "manufacture": {
                "address_key": "keys/address.key",
                "signers": [{"certificate": "keys/our.crt",
                             "key": "keys/our.key"}],
                "lines": [{"name": "main",
                           "line_certificate": "keys/line.crt",
                           "outbox": "line/out", "inbox": "line/in"}],
            },
            "label": {"outbox": "labels", "list_encoding": "BIG5-HKSCS"},
            # Dates in tests stay the same while the years go by.
            "tracking": {"inbox": "post/out",
                         "list_encoding": "BIG5-HKSCS",
                         "posted_within": "3650d", "dated_ahead": "30d"},
            "notify": {"outbox": "mail", "bounces": "mail/bounces",
                       "from": "no-reply@card.example.tw",
                       "site": "https://card.example.tw/",
                       "contact": "0800-000-000",
                       "templates": ROOT / "etc" / "mail"},
            "recardctl": {"holder_key": "keys/holder.key",
                          "user_code_cost": 10},
        }
        self.configure()

    def configure(self, section=None, path=None, **changes):
        """Changes settings of a section and writes the file anew; a value
        of None takes the setting out."""
        settings = self.settings.setdefault(section, {})
        for name, value in changes.items():
            if value is None:
                settings.pop(name, None)
            else:
                settings[name] = value
        text = ""
        for group, rows in self.settings.items():
            lines = [f"{name} = {literal(value)};\n"
                     for name, value in rows.items()]
            text += "".join(lines) if group is None else \
                f"{group}: {{\n" + "".join(lines) + "};\n"
        path = path or self.conf
        path.write_text(text, encoding="utf-8")
        return path

    def card_line(self, number=0, **changes):
        """Changes settings of a card line, or adds one."""
        lines = [dict(line) for line in self.settings["manufacture"]["lines"]]
        if number == len(lines):
            lines.append({})
        for name, value in changes.items():
            if value is None:
                lines[number].pop(name, None)
            else:
                lines[number][name] = value
        return self.configure("manufacture", lines=lines)

    # Programs

    @staticmethod
    def environment(failpoint=None, env=None):
        environment = os.environ | SANITIZERS | (env or {})
        for name in ("RECARD_CONF", "NOTIFY_SOCKET", "RECARD_FAILPOINT"):
            if name not in (env or {}):
                environment.pop(name, None)
        if failpoint:
            environment["RECARD_FAILPOINT"] = failpoint
        return environment

    def run(self, program, *args, expect=(0,), seconds=SECONDS, said="",
            **kind):
        """Runs a program of the build tree; expect: its exit codes; said:
        what it reads on stdin."""
        codes = (expect,) if isinstance(expect, int) else expect
        done = subprocess.run(
            [BUILD / program, *map(str, args)], capture_output=True,
            text=True, errors="replace", check=False, timeout=seconds,
            input=said, env=self.environment(**kind))
        ran = Ran(Path(program).name, done.returncode, done.stdout,
                  done.stderr)
        self.runs += 1
        (self.logs / f"{self.runs:03d}-{ran.name}.err").write_text(
            done.stderr)
        sane(ran.name, ran.err)
        assert ran.code in codes, ran
        return ran

    def daemon(self, name, *args, once=True, expect=(0,), **kind):
        options = ("--once",) if once else ()
        return self.run(f"recard-{name}", "-c", self.conf, *options, *args,
                        expect=expect, **kind)

    def killed(self, name, failpoint, times=1):
        """A run that dies at a failpoint, and did not miss it."""
        return self.daemon(name, failpoint=f"{failpoint}:kill:{times}",
                           expect=-signal.SIGKILL)

    def start(self, name, *args, **kind):
        return self.start_program(f"recard-{name}", "-c", self.conf, *args,
                                  **kind)

    def start_program(self, program, *args, **kind):
        name = Path(program).name
        log = self.logs / f"background-{len(self.running):02d}-{name}.err"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [BUILD / program, *map(str, args)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env=self.environment(**kind))
        background = Background(name, process, log)
        self.running.append(background)
        return background

    def ctl(self, *args, expect=(0,), **kind):
        return self.run("recardctl", "-c", self.conf, *args, expect=expect,
                        **kind)

    def ctl_as_somebody(self, *args, expect=(0,), settings=""):
        """Another person's recardctl, which only root can start."""
        with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
            folder = Path(place)
            folder.chmod(0o755)
            program = shutil.copy(BUILD / "recardctl", folder)
            conf = folder / "recard.conf"
            conf.write_text(f'state_dir = "{folder}";\n'
                            f'database = "{self.db.conninfo(None)}";\n'
                            + settings)
            account = pwd.getpwnam(SOMEBODY)
            done = subprocess.run(
                [program, "-c", conf, *args], capture_output=True, text=True,
                check=False, timeout=90, cwd="/", stdin=subprocess.DEVNULL,
                env=self.environment(), user=account.pw_uid,
                group=account.pw_gid, extra_groups=[])
        assert done.returncode in expect, done
        return Ran("recardctl", done.returncode, done.stdout, done.stderr)

    def ctl_json(self, *args):
        return json.loads(self.ctl("--format", "json", *args).out)

    def verify(self):
        return self.ctl("verify")

    def close(self):
        for background in self.running:
            if background.process.poll() is None:
                background.process.kill()
                background.process.wait()

    # The database

    def query(self, text, *params):
        with self.db.connect(autocommit=True) as connection:
            cursor = connection.execute(text, params or None)
            return cursor.fetchall() if cursor.description else None

    def value(self, text, *params):
        return self.query(text, *params)[0][0]

    def statuses(self):
        return dict(self.query(
            "SELECT status::text, count(*) FROM orders GROUP BY status"))

    def snapshot(self, *but):
        """What is in every table: changes when any row does. Not which
        daemons ran, nor what is only counted and noted, for metrics, by
        whoever is running."""
        counted = ("job_success", "invariant_result", "move_tally",
                   "move_count", "daemon_instance")
        tables = [name for name, in self.query(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'recard'")
            if name not in but + counted]
        with self.db.connect(autocommit=True) as connection:
            return {name: connection.execute(sql.SQL(
                "SELECT md5(coalesce(string_agg(t::text, '|' "
                "ORDER BY t::text), '')) FROM {} AS t").format(
                    sql.Identifier("recard", name))).fetchone()[0]
                for name in tables}

    def places(self, text):
        """Tables of the whole database, the server's own too, that hold a
        text or its bytes in any column."""
        found = []
        with self.db.connect(autocommit=True) as connection:
            for schema, table in connection.execute(
                    "SELECT schemaname, tablename FROM pg_tables").fetchall():
                if connection.execute(sql.SQL(
                        "SELECT EXISTS (SELECT FROM {} AS t "
                        "WHERE strpos(t::text, %s) > 0 "
                        "OR strpos(t::text, %s) > 0)").format(
                            sql.Identifier(schema, table)),
                        (text, text.encode().hex())).fetchone()[0]:
                    found.append(table)
        return sorted(found)

    # Orders

    def apply(self, count, seed=1, *options, expect=0):
        """Made-up applications, through the front door. The report."""
        certificates, applications, report = (
            self.folder / name for name in (
                "certificates.jsonl", "applications.jsonl",
                "applications.report.json"))
        self.peer("applications.py", "--count", count, "--seed", seed,
                  "--out-certificates", certificates,
                  "--out-applications", applications, *options)
        self.ctl("certificate", "import", certificates)
        self.ctl("order", "import", applications, "--report", report,
                 expect=expect)
        return json.loads(report.read_text())

    def submit(self, *applications, certificate=None, expect=0):
        """Applications as given, with a certificate each, through the front
        door; fields that are left out are made up. The report; the files
        are gone."""
        certificates, orders, report = (
            self.folder / name for name in (
                "submit-certificates.jsonl", "submit.jsonl",
                "submit.report.json"))
        with certificates.open("w", encoding="utf-8") as cards, \
                orders.open("w", encoding="utf-8") as lines:
            for given in applications:
                self.submitted += 1
                applied_at = given.get("applied_at", taipei_now())
                first = f"A1{self.submitted:07d}"
                application = {
                    "request_id": f"submit-{self.submitted}",
                    "product": "moica",
                    "card_no": f"SU{self.submitted:014d}",
                    "holder_id": first + check_digits.holder(first),
                    "name": "王小明", "postal_code": "100006",
                    "address": "臺北市中正區重慶南路1號",
                    "phone": "0912-345-678", "email": "a@example.tw",
                    "user_code": "abc123", **given,
                    "applied_at": applied_at.isoformat()}
                cards.write(json.dumps({
                    "card_no": application["card_no"],
                    "holder_id": application["holder_id"],
                    "name": application["name"],
                    "not_after": (applied_at.date() + datetime.timedelta(
                        days=30)).isoformat(),
                    "rank": "primary", "status": "valid",
                    **(certificate or {})}) + "\n")
                lines.write(json.dumps(application) + "\n")
        self.ctl("certificate", "import", certificates)
        self.ctl("order", "import", orders, "--report", report,
                 expect=expect)
        certificates.unlink()
        orders.unlink()
        return json.loads(report.read_text())

    def fill(self, count, days_ago=0, **fixed):
        """Many orders at once, past the front door; their numbers. fixed:
        columns of applicant that all of them get."""
        rng = random.Random(self.filled)
        with self.db.connect() as connection:
            connection.execute(
                "CREATE TEMPORARY TABLE made (n bigint, postal_code text, "
                "address text) ON COMMIT DROP")
            with connection.cursor().copy("COPY made FROM STDIN") as copy:
                for number in range(self.filled, self.filled + count):
                    copy.write_row((number, *addresses.address(rng)))
            numbers = connection.execute(FILL, {
                "days": days_ago, "name": None, "address": None,
                "phone": "0912345678", "email": "a@example.tw",
                **fixed}).fetchall()
        self.filled += count
        return [f"{number:014d}" for number, in numbers]

    def orders(self, status):
        return [number for number, in self.query(
            "SELECT order_text(order_no) FROM orders WHERE status = %s::"
            "order_status ORDER BY order_no", status)]

    # The world outside

    def peer(self, name, *args, expect=0):
        done = subprocess.run(
            [sys.executable, PEERS / name, *map(str, args)],
            capture_output=True, text=True, check=False, timeout=SECONDS)
        assert done.returncode == expect, \
            f"{name}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def pay(self, orders, channel="atm", sequence=None, covered_until=None,
            **broken):
        """A settlement file that pays the orders; its path. An order may
        be a dictionary as payment_service wants it."""
        now = taipei_now()
        if sequence is None:
            sequence = self.sequences.get(channel, 0) + 1
        self.sequences[channel] = sequence
        rows = [{"order_no": order, "amount": FEE, "paid_at": now.isoformat()}
                if isinstance(order, str) else order for order in orders]
        name = payment_service.publish_settlement(
            self.settlement, channel, now.date().isoformat(), sequence,
            (covered_until or now).isoformat(), rows, **broken)
        return self.settlement / name

    def channels(self, *blocks, **settings):
        """Takes notices over HTTPS on a free port; returns the service that
        sends them. blocks are channels; by default a native one, atm."""
        for name, secret in payment_notices.SECRETS.items():
            path = self.keys / f"{name}.secret"
            path.write_text(secret)
            path.chmod(0o600)
        self.port = free_port()
        self.configure(
            "payment", listen=f"127.0.0.1:{self.port}",
            certificate="keys/server.crt", key="keys/server.key",
            channels=list(blocks) or [
                {"name": "atm", "scheme": "native",
                 "secret": "keys/webhooks.secret"}], **settings)
        return payment_notices.Service(
            "127.0.0.1", self.port, self.keys / "server.crt")

    def line(self, *options, expect=0):
        """The card line works on what is there."""
        return self.peer(
            "card_line.py", "--in", self.line_out, "--out", self.line_in,
            "--state", self.line_state, "--line-cert", self.keys / "line.crt",
            "--line-key", self.keys / "line.key",
            "--our-cert", self.keys / "our.crt", "--once", *options,
            expect=expect)

    def post(self, *options):
        """The post fetches the posting lists and answers them."""
        for path in self.labels.glob("PL-*.csv"):
            path.rename(self.lists / path.name)
        return self.peer(
            "post.py", "--in", self.lists, "--out", self.postal,
            "--state", self.post_state, "--encoding", "big5hkscs", *options)

    def drain(self):
        """Everything that is paid goes all the way into the post."""
        for name in ("payment", "manufacture", "label"):
            self.daemon(name)
        self.line()
        for name in ("manufacture", "label"):
            self.daemon(name)
        self.post()
        self.daemon("tracking")

    def report(self, path, outcome="done"):
        """The report beside a file that was taken in from its folder."""
        filed = path.parent / outcome
        assert not path.exists(), f"{path} is still there"
        assert (filed / path.name).exists(), sorted(filed.iterdir())
        text = (filed / (path.name + ".report.json")).read_text()
        return json.loads(text)

    def settled(self):
        """Nothing lies about half done."""
        for folder in (self.settlement, self.line_in, self.postal):
            left = [path.name for path in folder.iterdir()
                    if path.is_file() and path.name != ".handed-out"]
            assert not left, f"left in {folder}: {left}"
            for filed in (folder / "done", folder / "rejected"):
                names = {path.name for path in filed.glob("*")}
                files = {name for name in names
                         if not name.endswith(".report.json")}
                assert names == files | {f"{name}.report.json"
                                         for name in files}
        for folder in (self.line_out, self.labels):
            assert not list(folder.glob("*.part"))
        assert not (self.line_state / "violations.log").exists()


# Applications as submit() would have made them, all at once.
FILL = """
WITH card AS (
	INSERT INTO certificate (card_no, holder_hash, name, not_after, rank,
		status)
	SELECT 'TT' || lpad(n::text, 14, '0'),
		sha256(convert_to(n::text, 'UTF8')), '甲' || n,
		current_date + 30, 'primary', 'valid'
	FROM made
), numbered AS (
	SELECT *, now() - %(days)s * interval '1 day' AS applied_at,
		to_char(taipei_date(now() - %(days)s * interval '1 day'),
			'YYMMDD')::bigint * 10000000
			+ nextval('order_sequence') AS digits
	FROM made
), ready AS (
	SELECT *, digits * 10 + gs1_check_digit(digits) AS order_no
	FROM numbered
), placed AS (
	INSERT INTO orders (order_no, product, amount, applied_at, pay_by,
		moved_at)
	SELECT order_no, 'moica', 228, applied_at,
		applied_at + interval '48 hours', applied_at
	FROM ready
), person AS (
	INSERT INTO applicant (order_no, card_no, holder_hash, name,
		postal_code, address, phone, email)
	SELECT order_no, 'TT' || lpad(n::text, 14, '0'),
		sha256(convert_to(n::text, 'UTF8')),
		coalesce(%(name)s, '王' || substr('志明俊傑建宏家豪淑芬美玲',
			1 + n::integer %% 12, 1)
			|| substr('恩妤宥翔柏睿冠宇晴', 1 + n::integer %% 9, 1)),
		postal_code, coalesce(%(address)s, address), %(phone)s,
		%(email)s
	FROM ready
), code AS (
	INSERT INTO activation (order_no, user_code_hash)
	SELECT order_no, '$2a$10$' FROM ready
), request AS (
	INSERT INTO application_request (request_digest, order_no)
	SELECT sha256(convert_to(n::text, 'UTF8')), order_no FROM ready
), history AS (
	INSERT INTO order_history (order_no, move_no, at, event, to_status,
		actor)
	SELECT order_no, 0, applied_at, 'applied', 'unpaid', 'test' FROM ready
), tally AS (
	INSERT INTO move_tally (at, from_status, to_status, orders)
	SELECT now(), '', 'unpaid', count(*) FROM ready
)
SELECT order_no FROM ready ORDER BY order_no
"""


def make_keys(folder):
    make_authority.make_authority(folder)
    for name in ("holder", "address", "commitment"):
        path = folder / f"{name}.key"
        path.touch(0o600)
        path.write_text(os.urandom(32).hex() + "\n")
    return folder
