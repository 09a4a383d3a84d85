"""What all daemons share: options, configuration, exit codes, signals,
wake-ups, and a database that goes and comes back."""

import re
import shutil
import signal
import socket
import tempfile
import time
from pathlib import Path

import pytest

from conftest import Cluster, Database, migrate, wait_until
from world import DAEMONS, World

@pytest.fixture(name="own_world")
def fixture_own_world(keys, tmp_path):
    """A world on a server of its own, which may be stopped."""
    folder = Path(tempfile.mkdtemp(prefix="recard-pg-", dir="/var/tmp"))
    server = Cluster(folder, {"fsync": "on", "synchronous_commit": "on",
                              "full_page_writes": "on"})
    made = None
    try:
        server.create()
        server.start()
        with server.administrator() as connection:
            connection.execute("CREATE DATABASE recard")
        database = Database(server, "recard")
        (tmp_path / "migrate").mkdir()
        migrate(database, tmp_path / "migrate")
        made = World(database, tmp_path, keys)
        yield made
    finally:
        if made:
            made.close()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


# Options

@pytest.mark.parametrize("name", DAEMONS)
def test_options(world, name):
    program = f"recard-{name}"
    ran = world.run(program, "--help")
    assert ran.out.startswith(f"Usage: {program} [OPTION]...\n")
    assert ran.out == world.run(program, "-h").out and not ran.err
    for text in ("--once", "75  try again later"):
        assert text in ran.out
    # Only who deletes, or writes to people, offers to show it first.
    assert ("--dry-run" in ran.out) == (name in ("purge", "notify"))
    ran = world.run(program, "-V")
    assert re.fullmatch(rf"{program} \d+\.\d+\.\d+\S*\n", ran.out)
    assert world.run(program, "--version").out == ran.out
    for wrong in (["--onec"], ["-x"], ["more"], ["-c"]):
        ran = world.run(program, *wrong, expect=2)
        assert f"Try '{program} --help'" in ran.err and not ran.out
    assert world.daemon(name, "-t", once=False).out == "configuration OK\n"


@pytest.mark.parametrize("name", DAEMONS)
def test_printed_configuration_reads_again(world, name):
    world.configure(poll="7s", log_level="debug")
    first = world.daemon(name, "-p", once=False).out
    assert 'poll = "7s";' in first and 'log_level = "debug";' in first
    again = world.folder / "again.conf"
    again.write_text(first, encoding="utf-8")
    assert world.run(f"recard-{name}", "-c", again, "-p").out == first
    assert world.run(f"recard-{name}", "-c", again, "-t").out == \
        "configuration OK\n"
    # Without a file there are the defaults, and they can be read as well.
    ran = world.run(f"recard-{name}", "-p", "-c", "/dev/null")
    assert 'poll = "5s";' in ran.out


# Exit codes

def test_exit_codes(world):
    world.daemon("payment", expect=0)
    path = world.settlement / "x.csv"
    path.write_text("x\n")
    world.daemon("payment", expect=1)
    world.daemon("payment", "--wrong", expect=2)
    world.configure(poll="soon")
    world.daemon("payment", expect=3)
    world.configure(poll="1s", database="host=/nowhere dbname=recard")
    started = time.monotonic()
    ran = world.daemon("payment", expect=4)
    assert "db.connect.failed" in ran.err
    assert time.monotonic() - started < 20
    world.configure(database=world.db.conninfo("nobody"))
    world.daemon("payment", expect=4)
    world.configure(database=world.db.conninfo(None))
    world.query("INSERT INTO schema_migration (version, name) "
                "VALUES (999, 'later')")
    ran = world.daemon("payment", expect=6)
    assert "schema version is 999" in ran.err
    assert "recardctl db migrate" in ran.err


def test_database_without_a_schema(world, cluster):
    name = "empty_of_schema"
    empty = cluster.copy_database("template1", name)
    try:
        world.configure(database=empty.conninfo(None))
        ran = world.daemon("purge", expect=6)
        assert "recardctl db migrate" in ran.err
    finally:
        cluster.drop_database(name)


# Configuration

@pytest.mark.parametrize("text, place, hint", [
    ("pol = \"5s\";\n", 1, '(did you mean "poll"?)'),
    ("\n\nlabel: { run_mn = 5; };\n", 3, '(did you mean "run_min"?)'),
    ("poll = \"5\";\n", 1, "poll"),
    ("poll = 5;\n", 1, "poll"),
    ("poll = \"1ms\";\n", 1, "poll"),
    ("lable: { };\n", 1, '(did you mean "label"?)'),
    ("label: {\n\trun_sheets = 0;\n};\n", 2, "run_sheets"),
    ("label: {\n\trun_sheets = \"many\";\n};\n", 2, "run_sheets"),
    ("poll = \"5s\"\nlabel: {\n", None, "syntax"),
])
def test_wrong_configuration(world, text, place, hint):
    path = world.folder / "wrong.conf"
    path.write_text(text)
    ran = world.run("recard-label", "-c", path, "--once", expect=3)
    if place:
        assert f"{path}:{place}: " in ran.err, ran
    assert f"{path}:" in ran.err and hint in ran.err, ran


def test_configuration_that_is_not_there(world):
    ran = world.run("recard-label", "-c", world.folder / "none.conf", "-t",
                    expect=3)
    assert "none.conf" in ran.err


@pytest.mark.parametrize("name, key", [
    ("purge", "commitment.key"), ("manufacture", "address.key"),
    ("manufacture", "our.key")])
def test_secrets_that_others_can_read(world, name, key):
    path = world.keys / key
    path.chmod(0o644)
    for options in (["-t"], ["--once"]):
        ran = world.daemon(name, *options, once=False, expect=3)
        assert f"{path}: mode 0644 lets others in" in ran.err
        assert path.read_text().strip()[:40] not in ran.err + ran.out
    path.chmod(0o640)
    world.daemon(name, "-t", once=False)


@pytest.mark.parametrize("name, key, content", [
    ("purge", "commitment.key", "abc\n"),
    ("purge", "commitment.key", ""),
    ("manufacture", "our.key", "no key\n"),
    ("manufacture", "our.crt", ""),
    ("manufacture", "line.crt", "x"),
])
def test_keys_that_are_none(world, name, key, content):
    (world.keys / key).write_text(content)
    ran = world.daemon(name, "-t", once=False, expect=3)
    assert key in ran.err


# Signals

def test_sigterm_finishes_what_is_in_hand(world):
    count = 3000
    world.fill(count, days_ago=5)
    world.pay([], "atm")
    world.pay([], "credit")
    world.daemon("payment")
    world.configure("purge", batch=10)
    purge = world.start("purge")
    purge.says("event=purge.batch.done")
    log = purge.stop(signal.SIGTERM)
    assert "event=daemon.stop.done" in log
    done = world.value("SELECT count(*) FROM purge_record")
    assert 0 < done < count
    assert log.count("event=purge.batch.done") * 10 == done
    world.verify()


@pytest.mark.parametrize("name", DAEMONS)
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_idle_daemon_ends(world, name, how):
    world.configure(poll="60s")
    daemon = world.start(name)
    daemon.says("event=daemon.start.done")
    assert f"signal={how.value}" in daemon.stop(how, seconds=15)


def test_sighup(world):
    world.configure(log_level="info")
    payment = world.start("payment")
    payment.says("event=daemon.start.done")
    good = world.conf.read_text()
    world.conf.write_text(good + "polll = \"1s\";\n")
    payment.process.send_signal(signal.SIGHUP)
    payment.says("event=config.reload.refused")
    place = f"{world.conf}:{good.count(chr(10)) + 1}: "
    assert place in payment.log() and "did you mean" in payment.log()
    # The old settings are in force, and it works on.
    world.pay(world.fill(1))
    payment.says("event=payment.file.done")
    world.configure(log_level="warn")
    payment.process.send_signal(signal.SIGHUP)
    wait_until(lambda: taken_in_silence(payment, world),
               "the new log level to count")
    world.configure(log_level="debug")
    world.configure("payment", inbox="elsewhere")
    payment.process.send_signal(signal.SIGHUP)
    payment.says("event=config.restart.needed")
    assert "setting=payment.inbox" in payment.log()
    payment.stop()


def taken_in_silence(payment, world):
    """Takes one more file; true when that was not logged at level info."""
    said = payment.log().count("event=payment.file.done")
    path = world.pay(world.fill(1))
    wait_until(lambda: not path.exists(), "the file to be taken")
    wait_until(lambda: (path.parent / "done" / path.name).exists(),
               "the file to be filed")
    return payment.log().count("event=payment.file.done") == said


# A log file

def holds(path, text):
    wait_until(lambda: path.exists() and text in path.read_text(),
               f"{text!r} in {path.name}")
    return path.read_text()


def test_log_file(world):
    log = world.logs / "all.log"
    world.configure(log_file=str(log))
    world.daemon("purge", "-t", once=False)
    assert not log.exists(), "-t made the file"
    payment = world.start("payment")
    holds(log, "event=daemon.start.done")
    assert log.stat().st_mode & 0o777 == 0o640
    first = log.rename(log.with_suffix(".1"))
    payment.process.send_signal(signal.SIGUSR1)
    assert re.match(r"time=\S+Z event=log.reopen.done prog=recard-payment ",
                    holds(log, "log.reopen.done"))
    # Cron reads what --once says, and the file has it too.
    said = world.daemon("purge").err
    assert "event=daemon.stop.done" in said and "time=" not in said
    assert "prog=recard-purge" in log.read_text()
    # It goes on with the file it has when there cannot be another one.
    second = log.rename(log.with_suffix(".2"))
    log.mkdir()
    payment.process.send_signal(signal.SIGUSR1)
    holds(second, "event=log.reopen.failed")
    world.configure(log_level="debug")
    payment.process.send_signal(signal.SIGHUP)
    assert "log_file" in holds(second, "event=config.reload.refused")
    assert "log_file" in world.daemon("purge", expect=3).err
    # Another one takes the place of the former.
    other = world.logs / "other.log"
    world.configure(log_file=str(other))
    payment.process.send_signal(signal.SIGHUP)
    holds(other, "event=config.reload.done")
    payment.stop()
    assert "event=daemon.stop.done" in other.read_text()
    assert "event=daemon.start.done" in first.read_text()
    assert payment.log() == ""


def test_log_file_that_cannot_be(world):
    world.configure(log_file=str(world.folder / "nowhere" / "all.log"))
    for options in ([], ["-t"]):
        ran = world.daemon("purge", *options, once=False, expect=3)
        assert f"log_file {world.folder}/nowhere/all.log: No such file" in \
            ran.err


# Waking up

def test_notification_wakes(world):
    """A payment is queued and its label printed long before the next
    look."""
    world.configure(poll="60s")
    world.configure("label", run_min=1)
    manufacture, label = world.start("manufacture"), world.start("label")
    with world.db.connect(autocommit=True) as connection:
        listening = "SELECT count(*) = 2 FROM pg_stat_activity " \
            "WHERE datname = current_database() AND application_name IN " \
            "('recard-manufacture', 'recard-label') AND state = 'idle' " \
            "AND now() - state_change > '1s'"
        wait_until(lambda: connection.execute(listening).fetchone()[0],
                   "both to be asleep")
    world.pay(world.fill(3))
    world.daemon("payment")
    paid = time.monotonic()
    wait_until(lambda: world.value(
        "SELECT count(*) FROM label WHERE state = 'printed'") == 3,
        "the labels", 20)
    queued = world.value(
        "SELECT max(q.at - p.at) < '3s' FROM order_history q "
        "JOIN order_history p USING (order_no) "
        "WHERE (q.event, p.event) = ('queued', 'paid')")
    assert queued and time.monotonic() - paid < 20
    manufacture.stop()
    label.stop()


def test_ready_is_told(world):
    path = world.folder / "n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(20)
        daemon = world.start("tracking", env={"NOTIFY_SOCKET": str(path)})

        def told(text):
            while text not in (said := manager.recv(4096).decode()):
                pass
            return said

        assert told("READY=1").startswith("READY=1\nSTATUS=")
        daemon.process.send_signal(signal.SIGHUP)
        assert "MONOTONIC_USEC=" in told("RELOADING=1")
        told("READY=1")
        daemon.process.terminate()
        told("STOPPING=1")
        daemon.end()


def test_not_ready_without_a_database(world):
    world.configure(database="host=/nowhere dbname=recard")
    path = world.folder / "n"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(20)
        daemon = world.start("tracking", env={"NOTIFY_SOCKET": str(path)})
        daemon.says("db.connect.failed")
        said = manager.recv(4096).decode()
        assert "READY=1" not in said
        assert "EXTEND_TIMEOUT_USEC=" in said
        daemon.stop()


# The database goes and comes back

def test_database_stops_and_starts(own_world):
    world, server = own_world, own_world.db.cluster
    daemons = [world.start(name) for name in DAEMONS]
    for daemon in daemons:
        daemon.says("event=daemon.start.done")
    world.pay(world.fill(2))
    wait_until(lambda: world.statuses().get("queued") == 2, "two queued")

    server.stop(signal.SIGQUIT)  # as if power were lost
    for daemon in daemons:
        daemon.says("event=db.connection.lost")
    (path,) = (world.settlement / "done").glob("SETTLE-*.csv")
    # Booked and answered before: still there afterwards.
    server.start()
    orders = world.fill(2)
    world.pay(orders)
    wait_until(lambda: world.statuses().get("queued") == 4, "four queued")
    for daemon in daemons:
        daemon.says("event=db.connection.back")
    for daemon in daemons:
        log = daemon.stop()
        # One outage is one line, however often it tried.
        assert log.count("event=db.connection.lost") == 1
    assert path.exists()
    world.drain()
    assert world.statuses() == {"mailed": 4}
    world.verify()


def test_backends_are_ended_at_work(world):
    """Connections cut again and again under all daemons: everything gets
    done all the same."""
    world.configure("manufacture", freeze_batch=5)
    world.card_line(batch_min=1)
    world.configure("label", run_min=1)
    daemons = [world.start(name) for name in ("payment", "manufacture",
                                              "label")]
    end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity " \
        "WHERE datname = current_database() " \
        "AND application_name LIKE 'recard-%'"
    orders, cut = [], 0
    for _ in range(15):
        orders += (more := world.fill(20))
        world.pay(more)
        cut += wait_until(lambda: world.value(end), "somebody to cut off")
    wait_until(lambda: world.value("SELECT count(*) FROM label "
                                   "WHERE state = 'printed'") == len(orders),
               "all labels", 60)
    assert cut >= 15
    for daemon in daemons:
        daemon.stop()
    world.line()
    world.drain()
    assert world.orders("mailed") == orders
    world.settled()
    world.verify()


def test_inbox_that_cannot_be(world):
    world.configure("payment", inbox="in-the-way/settlement")
    (world.folder / "in-the-way").write_text("a file")
    ran = world.daemon("payment", expect=3)
    assert "payment.inbox.refused" in ran.err
