"""Every command of recardctl that lists or shows something, in all three
formats, on a database that has something of everything; every list page by
page; and every act told to programs.

What is asked here is what holds for all of them: what JSON and CSV have is
the same, times are Taipei's and say so, numbers that are names are text.
"""

import contextlib
import csv
import fcntl
import io
import json
import os
import re
import shlex
import struct
import subprocess
import termios
import unicodedata

import pytest

from conftest import BUILD
from world import World, taipei_now

TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?\S*")
TAIPEI = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
MORE = "recardctl: there are more "
# Wider than this no terminal is, and nobody reads it.
WIDEST = 200

# Command -> arguments, of which {name} stands for something of the world, and
# the exit code.
SHOWS = {
    "status": ("", (0, 1, 7)), "shape": ("", 0), "monitor": ("--count 1", 0),
    "pause": ("", 0), "daemon list": ("", 0), "verify": ("", 0),
    "history verify": ("", 0), "prune": ("--dry-run", 0),
    "doctor": ("--all", (0, 1, 7)),
    "order list": ("", 0), "order find": ("{order}", 0),
    "order show": ("{order}", 0), "order history": ("{order}", 0),
    "payment list": ("", 0), "payment show": ("1", 0),
    "payment exceptions": ("", 0), "payment refunds": ("", 0),
    "payment totals": ("--days 3", 0), "payment feeds": ("", 0),
    "batch list": ("", 0), "batch show": ("{batch}", 0),
    "batch cards": ("{batch}", 0), "batch reconcile": ("", (0, 1)),
    "batch cut": ("main --dry-run", 0),
    "line list": ("", 0), "line alarms": ("", (0, 1)),
    "request list": ("--all", 0), "request show": ("1", 0),
    "exception list": ("--all", 0),
    "label list": ("", 0), "label show": ("{order}", 0),
    "print list": ("--all", 0),
    "tracking check": ("{postal}", 0), "tracking list": ("", 0),
    "tracking sources": ("", (0, 1)), "tracking overdue": ("", 0),
    "activation list": ("", 0),
    "activation show": ("{order}", 0),
    "claim list": ("--all", 0), "claim show": ("1", 0),
    "notice list": ("", 0), "notice show": ("1", 0),
    "calendar list": ("", (0, 1)), "operator list": ("--all", 0),
    "product list": ("", 0), "product price": ("moica", 0),
    "product feeds": ("moica", 0), "db status": ("", 0),
}
# These have tests of their own: they take files, look like pictures, run
# other programs, or are answered by a person.
OTHERS = {
    "resume", "history seal", "lock", "order import", "order hold",
    "order release", "order cancel", "order retry", "order remail",
    "order close", "certificate import", "payment resolve", "batch hold",
    "batch release", "batch resend", "batch abandon", "line stock",
    "line resume", "request approve", "request decline", "exception close",
    "label preview", "label reprint", "label void", "print confirm", "pack",
    "tracking revert", "claim open", "claim note", "claim close",
    "notice preview", "notice retry",
    "activation unlock", "activation import",
    "calendar import", "operator add", "operator remove", "db migrate",
    "cluster start", "cluster stop", "cluster status", "completion",
    "version", "help",
}
# Lists that go on, and what is different about them when they are paged.
PAGED = {
    "order list": ("", "--status mailed", "--older 1s --product moica",
                   "--held", "--from 2020-01-01 --to 2099-12-31"),
    "payment list": ("", "--channel atm --from 2020-01-01"),
    "payment exceptions": ("", "--channel atm --state all"),
    "payment refunds": ("", "--from 2020-01-01 --to 2099-12-31"),
    "batch list": ("", "--product moica --from 2020-01-01"),
    "request list": ("--all", "--kind retry_card"),
    "exception list": ("--all", "--older 1s --reason source_late"),
    "label list": ("", "--state published --to 2099-12-31"),
    "print list": ("--all", "--printer west --all"),
    "tracking list": ("", "--state done --from 2020-01-01"),
    "tracking overdue": ("",),
    "activation list": ("", "--locked"),
    "claim list": ("--all", "--older 1s"),
    "notice list": ("", "--kind paid --from 2020-01-01 --to 2099-12-31"),
}

FILL = """
SELECT open_exception('source', NULL, 'source ' || n, 'source_late',
	'2026-03-02 09:00+08') FROM generate_series(1, 3) AS n;
INSERT INTO decision (act, subject, requested_at, requested_by, reason)
	SELECT 'retry_card', n::text, now(), 'mei', 'a reason'
	FROM generate_series(1, 3) AS n;
INSERT INTO print_job (run_no, printer, created_at, look_at)
	SELECT run_no, 'west', created_at, now() FROM label_run;
UPDATE activation SET tries = 4, locked_at = now();
-- As if the letters were old: what is booked never changes.
SET LOCAL session_replication_role = replica;
UPDATE mail_item SET posted_on = posted_on - 30, promised_on = posted_on - 20;
SET LOCAL session_replication_role = origin;
INSERT INTO operator (name, role, fingerprint, valid_from, valid_until,
		added_at, added_by)
	VALUES ('mei', 'supervisor', repeat('5c', 32), now(),
		now() + interval '1 year', now(), 'root');
"""


@pytest.fixture(name="world", scope="module")
def fixture_world(cluster, template, keys, tmp_path_factory):
    """Two rounds over the belt, with something left over everywhere."""
    made = World(cluster.copy_database(template, "every_verb"),
                 tmp_path_factory.mktemp("every_verb"), keys)
    try:
        for _ in range(2):
            made.pay(made.fill(4))
            made.drain()
        made.pay([{"order_no": order, "amount": 228,
                   "channel_ref": f"again-{order}",
                   "paid_at": taipei_now().isoformat()}
                  for order in made.orders("mailed")[:3]])
        made.daemon("payment", expect=1)
        made.pay(made.fill(1))
        made.card_line(batch_min=1000)
        made.daemon("payment")
        daemon = made.start("manufacture")
        daemon.says("order.freeze.done")
        daemon.stop()
        made.fill(3)
        made.query(FILL)
        held, *_ = made.orders("unpaid")
        made.ctl("order", "hold", *made.orders("unpaid"), "--reason", "asked")
        for order in made.orders("mailed")[:3]:
            made.ctl("claim", "open", order, "--reason", "no card")
            made.ctl("claim", "note", "1", "--reason", "asked the post")
        made.names = {
            "order": made.orders("mailed")[0], "held": held,
            "batch": made.value("SELECT min(batch_no) FROM card_batch"),
            "postal": next((made.postal / "done").glob("*.csv"))}
        yield made
    finally:
        made.close()
        cluster.drop_database("every_verb")


def commands():
    shown = subprocess.run([BUILD / "recardctl", "help"], check=True,
                           text=True, capture_output=True).stdout
    rows = re.findall(r"^  ([a-z]+)((?: [a-z]+)?)(?= )",
                      re.search(r"Commands:\n(.*?)\n\n", shown, re.S)[1],
                      re.M)
    return {noun + verb for noun, verb in rows}


def ask(world, command, form):
    arguments, codes = SHOWS[command]
    return world.ctl("--format", form, *command.split(),
                     *arguments.format(**world.names).split(), expect=codes)


def width(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)


def faults_of_times(text):
    return [time for time in TIME.findall(text) if not TAIPEI.match(time)]


def faults_of_json(rows):
    """What no program should meet: a number that is a name as a number, a
    time that is not Taipei's."""
    faults = []
    for row in rows:
        for name, value in row.items():
            if name.endswith("_at") and value is not None and \
                    not TAIPEI.fullmatch(value):
                faults.append(f"{name}: {value}")
            if re.search(r"(order|tracking|card|batch|run)_no$", name) and \
                    not isinstance(value, (str, type(None))):
                faults.append(f"{name}: {value} is no text")
            if isinstance(value, (int, float)) and abs(value) >= 2 ** 53:
                faults.append(f"{name}: {value} is too large for JavaScript")
            if isinstance(value, str):
                faults += faults_of_times(value)
    return faults


def as_csv(value):
    """As CSV has what JSON has."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.3f}"
    text = str(value)
    return "'" + text if text.startswith(tuple("=+-@\t\r\n＝＋－＠")) and \
        isinstance(value, str) else text


def read_csv(text):
    assert text.endswith("\n") and "\r" not in text
    return list(csv.reader(io.StringIO(text), strict=True))


def test_every_command_is_asked():
    assert set(SHOWS) | OTHERS == commands()
    assert not set(SHOWS) & OTHERS


def changing(name):
    """Columns that tell how long something has been so."""
    return name.endswith(("_seconds", "_per_second")) or name == "age"


@pytest.mark.parametrize("command", SHOWS)
def test_formats_agree(world, command):
    rows = json.loads(ask(world, command, "json").out)
    assert isinstance(rows, list)
    assert faults_of_json(rows) == []
    head, *lines = read_csv(ask(world, command, "csv").out)
    assert all(list(row) == head for row in rows)
    assert all(len(line) == len(head) for line in lines)
    # monitor, doctor and the heartbeat measure anew each time.
    if command not in ("monitor", "doctor", "daemon list", "db status",
                       "prune"):
        fixed = [nth for nth, name in enumerate(head) if not changing(name)]
        assert [[line[nth] for nth in fixed] for line in lines] == \
            [[as_csv(row[head[nth]]) for nth in fixed] for row in rows]


@pytest.mark.parametrize("command", SHOWS)
def test_table_can_be_read(world, command):
    done = ask(world, command, "table")
    for line in done.out.splitlines():
        assert width(line) <= WIDEST, line
        assert line == line.rstrip(), line
    assert faults_of_times(done.out + done.err) == []
    assert "recardctl: " not in done.out
    assert all(line.startswith("recardctl: ")
               for line in done.err.splitlines())


def on_terminal(world, columns, *args):
    """What a terminal of so many columns is sent, its colours taken off."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    subprocess.run([BUILD / "recardctl", "-c", world.conf, *args],
                   stdout=theirs, stderr=subprocess.DEVNULL, check=True,
                   env=world.environment(env={"TERM": "xterm"}))
    os.close(theirs)
    sent = b""
    with contextlib.suppress(OSError):
        while block := os.read(ours, 65536):
            sent += block
    os.close(ours)
    return re.sub("\x1b\\[[0-9;]*m", "", sent.decode()).splitlines()


@pytest.mark.parametrize("columns", [80, 132])
def test_terminal_is_wide_enough(world, columns):
    shown = on_terminal(world, columns, "order", "list", "--limit", "2")
    assert max(map(width, shown)) <= columns
    first, *_ = world.ctl_json("order", "list", "--limit", "1")
    assert (f"ORDER    {first['order_no']}" in shown) == (columns == 80)


def test_nothing_is_empty_here(world):
    """The checks above would find nothing wrong with nothing."""
    empty = {command for command in SHOWS if command not in (
        "verify", "history verify", "line alarms", "tracking sources")
        and not json.loads(ask(world, command, "json").out)}
    assert empty == set()


def test_order_show_has_everything(world):
    shown = world.ctl_json("order", "show", world.names["order"])
    sections = {re.sub(r" \S*\d\S*$", "", row["section"]) for row in shown}
    assert sections >= {"order", "applicant", "payment", "card job", "label",
                        "post", "claim", "history", "mail", "by hand"}
    assert [row["value"].split(" ")[0] for row in shown
            if row["section"] == "history"] == [
                "applied", "paid", "queued", "batched", "made", "mailed"]


@pytest.mark.parametrize("command, options", [
    (command, options) for command, ways in PAGED.items()
    for options in ways])
def test_pages_are_the_whole(world, command, options):
    """One row a page, by the command that each page names: rows of the same
    moment are neither lost nor told twice."""
    arguments = [*command.split(), *options.split()]
    whole = world.ctl_json(*arguments, "--limit", "1000")
    done = world.ctl("--format", "json", *arguments, "--limit", "1")
    pages = json.loads(done.out)
    assert len(whole) > 1
    while MORE in done.err:
        assert len(pages) < len(whole)
        program, *rest = shlex.split(
            done.err.partition(MORE)[2].partition(": ")[2].splitlines()[0])
        assert program == "recardctl"
        done = world.run(program, *rest)
        pages += json.loads(done.out)
    stable = [[value for name, value in row.items() if not changing(name)]
              for row in whole]
    assert [[value for name, value in row.items() if not changing(name)]
            for row in pages] == stable


def test_every_list_is_paged():
    """What takes --after takes it here as well."""
    offered = set()
    for command in SHOWS:
        shown = subprocess.run(
            [BUILD / "recardctl", *command.split(), "--help"], check=True,
            text=True, capture_output=True).stdout
        assert "\nExamples:\n  recardctl " in shown
        if "--after=" in shown:
            offered.add(command)
    assert offered == set(PAGED)


def test_filters_leave_out(world):
    everything = world.ctl_json("order", "list")
    held = world.ctl_json("order", "list", "--held")
    assert {row["order_no"] for row in held} == {
        row["order_no"] for row in everything if row["held"]}
    assert world.ctl_json("order", "list", "--older", "1d") == []
    assert world.ctl_json("order", "list", "--to", "2020-01-01") == []
    assert world.ctl_json("order", "list", "--product",
                          "foreign_resident") == []
    payments = world.ctl_json("payment", "list")
    day = payments[0]["booked_at"][:10]
    assert world.ctl_json("payment", "list", "--from", day, "--to", day) == [
        row for row in payments if row["booked_at"].startswith(day)]
    assert world.ctl_json("payment", "list", "--to", "2020-01-01") == []
    assert world.ctl_json("exception", "list", "--reason", "no_such") == []
    assert world.ctl_json("tracking", "list", "--state", "reverted") == []
    assert {row["state"] for row in world.ctl_json(
        "print", "list", "--state", "waiting")} == {"waiting"}
    wrong = world.ctl("order", "list", "--older", "soon", expect=2)
    assert wrong.err == "recardctl: --older: 'soon' is no time like 2d or " \
        "36h\n"


def test_acts_are_told_to_programs(world):
    order, *others = world.fill(3)
    act, = world.ctl_json("order", "hold", order, "--reason", "asked")
    assert act == {
        "act": "order hold", "subject": order, "outcome": "done",
        "words": f"order {order} is held until 'recardctl order release'"}
    listed = world.folder / "orders.csv"
    listed.write_text(world.ctl("--format", "csv", "order", "list", "--held",
                                "--from", "2020-01-01").out)
    listed.write_text(listed.read_text() + "\n".join(others) + "\n")
    before = world.snapshot()
    dry = world.ctl("--format", "json", "order", "release", "--dry-run",
                    "--file", listed, "--reason", "looked at", expect=1)
    assert world.snapshot() == before
    assert "this was a dry run: nothing was changed" in dry.err
    done = world.ctl("--format", "json", "order", "release", "--file", listed,
                     "--reason", "looked at", expect=1)
    outcomes = {row["subject"]: row["outcome"]
                for row in json.loads(done.out)}
    assert outcomes.pop(order) == "done"
    assert [outcomes[other] for other in others] == ["refused", "refused"]
    assert all(f"order {other}" in done.err for other in others)
    assert f"{len(outcomes) - 1} of {len(outcomes) + 1} orders" in done.err
    assert {row["subject"]: row["outcome"].replace("dry_run", "done")
            for row in json.loads(dry.out)} == {**outcomes, order: "done"}
    assert world.ctl_json("order", "list", "--held") == []
    for held in outcomes:
        if held not in others:
            world.ctl("order", "hold", held, "--reason", "as before")


def test_a_wrong_number_stops_all(world):
    order = world.names["order"]
    before = world.snapshot()
    done = world.ctl("order", "hold", "--file", "-", "--reason", "asked",
                     said=f"order_no,product\n{order},moica\n123,moica\n",
                     expect=2)
    assert done.err.splitlines() == [
        "recardctl: '123' is no order number: 14 digits, the last one a "
        "check digit", "recardctl: -, line 3: nothing was done"]
    # Indented lines count; a long one is one line, and a NUL hides nothing.
    for said, fault in (
            (f"  {order}\n\t123\n", "recardctl: -, line 2: nothing was done"),
            (f"{'x' * 255}{order}\n", "recardctl: -, line 1: nothing was done"),
            (f"{order}\n\0{order}\n",
             "recardctl: -, line 2: a NUL byte; nothing was done")):
        done = world.ctl("order", "hold", "--file", "-", "--reason", "asked",
                         said=said, expect=2)
        assert done.err.splitlines()[-1] == fault
    assert world.ctl("order", "cancel", "--reason", "x", expect=2).err == \
        "recardctl: order cancel: no order is named, and no --file\n"
    assert world.snapshot() == before
