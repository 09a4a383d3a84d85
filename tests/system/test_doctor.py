"""recardctl doctor: each thing that it finds, and that it finds nothing where
nothing is wrong."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from conftest import (end_with_parent, postgres_account, sound_world,
                      wait_until)


@pytest.fixture(name="well")
def fixture_well(sound, keys, tmp_path):
    with sound_world(sound, keys, tmp_path) as made:
        yield made


def findings(world, expect):
    ran = world.ctl("--format", "json", "doctor", expect=expect)
    return {(row["severity"], row["topic"], row["subject"]): row
            for row in json.loads(ran.out)}


def only(world, severity, topic, subject=None, expect=1):
    """The one thing that is wrong."""
    found = findings(world, expect)
    assert len(found) == 1, found
    (key, row), = found.items()
    assert key[:2] == (severity, topic) and subject in (None, key[2]), row
    assert row["advice"]
    return row["finding"]


def test_nothing_is_wrong(well):
    ran = well.ctl("doctor")
    assert ran.out == "" and ran.err == "recardctl: nothing is wrong\n"
    assert "ok        clock\n          host and database agree\n" in \
        well.ctl("doctor", "--all").out
    rows = well.ctl_json("doctor", "--all")
    assert {row["severity"] for row in rows} == {"ok"}
    assert len(rows) == len({row["topic"] for row in rows}) == 22


def test_server_that_forgets_is_an_invariant_broken(world):
    found = findings(world, 7)
    for name in ("fsync", "full_page_writes"):
        assert ("critical", "durability", name) in found
    assert ("warning", "server", "synchronous_commit") in found
    assert ("critical  durability: fsync\n"
            "          is off: what was confirmed can be lost when the power "
            "fails\n"
            "          -> set fsync = on in postgresql.conf and restart\n") in \
        world.ctl("doctor", expect=7).out


def test_clock(well):
    with well.db.connect("recard_ctl") as connection:
        rows = [connection.execute(
            "SELECT severity, finding FROM recard.doctor_server("
            "clock_timestamp() + %s * interval '1 s', pg_backend_pid()) "
            "WHERE topic = 'clock'", (skew,)).fetchone()
            for skew in (1, 5, -40)]
    assert [severity for severity, _ in rows] == ["ok", "warning", "critical"]
    assert "40.0 s apart" in rows[2][1]


def test_old_transactions(well):
    with well.db.connect() as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT * FROM orders")
        connection.execute("PREPARE TRANSACTION 'left'")
        rows = well.query(
            "SELECT severity, subject, finding FROM doctor_server(now(), "
            "pg_backend_pid(), now() + interval '2 hours') "
            "WHERE topic = 'transactions'")
    try:
        assert [row[:2] for row in rows] == [("critical", "prepared left")]
    finally:
        with well.db.connect(autocommit=True) as connection:
            connection.execute("ROLLBACK PREPARED 'left'")
    with well.db.connect() as connection:
        connection.execute("SELECT 1")
        with well.db.connect("recard_ctl") as looker:
            rows = looker.execute(
                "SELECT severity, finding FROM recard.doctor_server(now() "
                "+ interval '20 min', pg_backend_pid(), clock_timestamp() "
                "+ interval '20 min') WHERE topic = 'transactions'").fetchall()
    assert [severity for severity, _ in rows] == ["warning"]
    assert "idle in transaction" in rows[0][1]


def test_keys_in_the_log_of_the_server(well):
    well.query(f"ALTER DATABASE {well.db.name} SET log_min_duration_statement "
               "= 1000")
    assert "keys and personal data" in only(
        well, "warning", "server", "log_min_duration_statement")
    well.query(f"ALTER DATABASE {well.db.name} SET log_parameter_max_length "
               "= 0")
    well.ctl("doctor")


def archive(world, command, seen):
    """Has the server archive its log by a command, and waits until what it
    came to is seen."""
    with world.db.cluster.administrator() as connection:
        connection.execute("ALTER SYSTEM SET archive_command = "
                           f"'{command}'")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SELECT pg_logical_emit_message(false, '', ''), "
                           "pg_switch_wal()")
    wait_until(lambda: world.value(
        f"SELECT {seen} FROM pg_stat_archiver"), command)


def test_archive_of_the_log_fails(well):
    archive(well, "/bin/true", "archived_count > 0")
    well.ctl("doctor")
    archive(well, "/bin/false", "failed_count > 0")
    assert "has failed since" in only(well, "critical", "backup")
    archive(well, "/bin/true", "last_archived_time > last_failed_time")
    well.ctl("doctor")


@pytest.fixture(name="pooled")
def fixture_pooled(well):
    """The world behind a pgbouncer, on a socket of its own."""
    folder = Path(tempfile.mkdtemp(prefix="recard-pool-", dir="/var/tmp"))
    account = postgres_account()
    cluster = well.db.cluster
    (folder / "users").write_text('"recard_ctl" ""\n', encoding="ascii")
    (folder / "pool.ini").write_text(
        f"[databases]\n{well.db.name} = host={cluster.folder} "
        f"port={cluster.port} user=recard_ctl\n[pgbouncer]\nunix_socket_dir = {folder}\n"
        "listen_port = 6432\nlisten_addr =\nauth_type = any\npool_mode = session\n"
        f"auth_file = {folder}/users\n", encoding="utf-8")
    folder.chmod(0o755)
    if account:
        os.chown(folder, account["user"], account["group"])
    process = subprocess.Popen(
        ["/usr/sbin/pgbouncer", folder / "pool.ini"], cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=end_with_parent, **account)
    try:
        wait_until((folder / ".s.PGSQL.6432").exists, "the pooler")
        well.configure(database=f"host={folder} port=6432 "
                       f"dbname={well.db.name}")
        yield well
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def test_real_pooler_in_between(pooled):
    assert "a pooler is in between" in only(pooled, "critical", "pooler")


def test_pooler(well):
    with well.db.connect("recard_ctl") as connection:
        rows = connection.execute(
            "SELECT severity FROM recard.doctor_server(now(), 1) "
            "WHERE topic = 'pooler'").fetchall()
    assert rows == [("critical",)]


def test_dead_rows(well):
    well.query("ALTER TABLE daemon_instance SET (autovacuum_enabled = off)")
    well.query("INSERT INTO daemon_instance SELECT 'x', 'h', n, now(), '1', "
               "true, now(), now(), now(), 0, 0 FROM generate_series(1, 60000) n")
    well.query("DELETE FROM daemon_instance WHERE program = 'x'")
    wait_until(lambda: well.value(
        "SELECT n_dead_tup > 50000 FROM pg_stat_user_tables "
        "WHERE relname = 'daemon_instance'"), "the statistics")
    assert "dead rows" in only(well, "warning", "vacuum", "daemon_instance")


def test_feeds(well):
    well.query("UPDATE payment_feed SET last_file_at = now() - interval "
               "'9 days' WHERE channel = 'atm'")
    assert "has been silent since" in only(well, "warning", "feeds", "atm")


def test_calendar(well):
    assert well.query(
        "SELECT severity FROM doctor_belt(at => '2014-06-01') "
        "WHERE topic = 'calendar' AND subject = '2014'") == [("critical",)]


def test_paused_stage(well):
    well.ctl("pause", "label.print", "--reason", "no toner")
    assert only(well, "warning", "stages", "label.print").endswith("no toner")


def test_daemons(well):
    one = well.start("tracking")
    wait_until(lambda: any(row["once"] is False for row in
                           well.ctl_json("daemon", "list")), "it to be seen")
    well.ctl("doctor")
    one.process.kill()
    one.process.wait()
    well.query("UPDATE daemon_instance SET seen_at = seen_at - interval "
               "'5 min', first_seen_at = first_seen_at - interval '6 min'")
    assert "did not end by itself" in only(well, "warning", "daemons")
    well.daemon("tracking")
    well.ctl("doctor")
    well.query("DELETE FROM daemon_instance WHERE program = 'purge'")
    assert only(well, "warning", "daemons", "recard-purge") == \
        "has never run on this database"


def test_history_that_is_not_sealed(well):
    well.fill(1)
    with well.db.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE order_history SET recorded_at = "
                           "recorded_at - interval '3 days'")
    well.ctl("verify")
    assert "no day is sealed yet" in only(well, "warning", "history", "seals")
    well.ctl("history", "seal")
    well.ctl("doctor")


def test_worklists(well):
    well.query("INSERT INTO exception (kind, subject, reason, opened_at) "
               "VALUES ('batch', 'main', 'stopped', now() - interval '8 d')")
    assert "1 wait for somebody" in only(well, "warning", "worklists",
                                         "exceptions")


def test_certificate_that_ends(well):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "7", "-subj", "/CN=short", "-keyout", "/dev/null", "-out",
         well.keys / "short.crt"], check=True, capture_output=True)
    well.card_line(line_certificate="keys/short.crt")
    finding = only(well, "warning", "certificates",
                   "manufacture.lines[0].line_certificate")
    assert "ends in 6 days" in finding or "ends in 7 days" in finding
    # Its successor in the same file is what counts.
    with (well.keys / "short.crt").open("a") as both:
        both.write((well.keys / "line.crt").read_text())
    well.ctl("doctor")


def test_keys(well):
    (well.keys / "address.key").chmod(0o604)
    assert "address.key" in only(well, "critical", "files",
                                 "manufacture.address_key")
    (well.keys / "address.key").unlink()
    assert "No such file" in only(well, "critical", "files",
                                  "manufacture.address_key")


def test_file_left_in_an_inbox(well):
    path = well.settlement / "left.csv"
    path.write_text("x\n")
    well.ctl("doctor")
    two_hours_ago = time.time() - 2 * 3600 - 60
    os.utime(path, (two_hours_ago, two_hours_ago))
    finding = only(well, "warning", "inboxes", "payment.inbox")
    assert "1 file lies there" in finding and "for 2 h" in finding


def test_without_a_database_files_are_looked_at_all_the_same(well):
    (well.keys / "address.key").chmod(0o604)
    well.configure(database="host=/nowhere dbname=recard")
    found = findings(well, 4)
    assert ("critical", "database", "connection") in found
    assert ("critical", "files", "manufacture.address_key") in found
