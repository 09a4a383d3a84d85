"""The night: recard-nightly, the lock, the sealed and signed history."""

import os
import re
import subprocess

from conftest import BUILD, wait_until


def nightly(world, *args, expect=0, **kind):
    done = subprocess.run(
        [BUILD / "recard-nightly", "-c", world.conf, *args], text=True,
        capture_output=True, check=False, timeout=300,
        stdin=subprocess.DEVNULL, env=world.environment(
            env={"PATH": f"{BUILD}:{os.environ['PATH']}"}, **kind))
    assert done.returncode == expect, done
    assert "Sanitizer" not in done.stdout + done.stderr
    return done.stdout + done.stderr


def sealing(world):
    world.configure("recardctl", history_certificate="keys/our.crt",
                    history_key="keys/our.key", history_folder="history")
    return world.folder / "history"


def days_pass(world, days):
    with world.db.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        for table in ("order_history", "operator_act", "access_record"):
            connection.execute(
                f"UPDATE {table} SET recorded_at = recorded_at "
                "- %s * interval '1 day'", (days,))


def test_the_night_is_quiet_when_all_is_well(world):
    """All but the server of the tests, which syncs nothing."""
    folder = sealing(world)
    orders = world.fill(3)
    world.pay(orders[:2])
    world.fill(1, days_ago=10)
    world.query("UPDATE payment_feed SET last_file_at = now()")
    days_pass(world, 2)
    said = nightly(world, expect=7)
    steps = re.findall(r"^(recard\S+ .*) ended with (\d+):$", said, re.M)
    assert steps == [("recardctl doctor", "7")], said
    assert world.statuses() == {"unpaid": 2, "producing": 2}
    assert len(list(folder.glob("HS-*.p7m"))) == 2
    assert world.value("SELECT count(*) FROM history_seal") == 2


def test_worst_step_is_the_exit_code_and_all_steps_run(world):
    world.configure("purge", commitment_key="keys/none.key")
    said = nightly(world, expect=7)
    assert "recard-purge --once ended with 3:" in said
    assert "recardctl doctor ended with 7:" in said


def test_of_two_hosts_one_does_it(world):
    other = world.start_program("recardctl", "-c", world.conf, "lock",
                                "nightly", "--", "sleep", "60")
    wait_until(lambda: world.value(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
        "the lock")
    assert "somebody else has 'nightly'" in nightly(world, expect=5)
    assert nightly(world, "--lock-ok") == ""
    assert world.value("SELECT count(*) FROM daemon_instance") == 0
    other.process.kill()
    wait_until(lambda: world.value(
        "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'"),
        "the lock to go with its holder")
    nightly(world, expect=7)


def test_lock_runs_a_command_and_tells_how_it_ended(world):
    assert world.ctl("lock", "x", "echo", "a  b").out == "a  b\n"
    world.ctl("lock", "x", "--", "sh", "-c", "exit 9", expect=9)
    ran = world.ctl("lock", "x", "no-such-program", expect=127)
    assert "No such file" in ran.err
    ran = world.ctl("lock", "x", "--", "sh", "-c", "kill -9 $$", expect=75)
    assert "was ended by signal 9" in ran.err


def test_command_ends_with_the_holder_of_its_lock(world):
    mark = world.folder / "child"
    holder = world.start_program(
        "recardctl", "-c", world.conf, "lock", "x", "--", "sh", "-c",
        f"echo $$ >{mark}.new; mv {mark}.new {mark}; exec sleep 60")
    wait_until(mark.exists, "the command")
    holder.process.kill()
    pid = int(mark.read_text())

    def ended():
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
                return stat.read().rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True
    wait_until(ended, "the command to end")
    holder.process.wait()


def test_seals_are_signed_and_verify(world):
    folder = sealing(world)
    world.pay(world.fill(1))
    world.daemon("payment")
    days_pass(world, 1)
    assert "1 day is sealed" in world.ctl("history", "seal").err
    assert world.ctl("history", "seal").err == ""
    path, = folder.iterdir()
    content = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER", "-in", path, "-binary",
         "-noverify"], check=True, capture_output=True, text=True).stdout
    assert re.match(r"H,RECARD-HISTORY,1,\d{4}-\d\d-\d\d,0{64}\n"
                    r"D,moves,2,", content)
    assert "and what was signed" in world.ctl("history", "verify").err
    assert world.verify().out.rstrip().endswith("I15")


def breaches(world):
    return world.ctl("history", "verify", expect=7).out


def test_each_way_to_change_the_history_is_seen(world):
    folder = sealing(world)
    world.fill(1)
    days_pass(world, 2)
    world.ctl("history", "seal")
    first, second = sorted(folder.iterdir())
    kept = first.read_bytes()
    first.unlink()
    assert "its signed file is missing" in breaches(world)
    world.ctl("history", "seal")
    assert "what was sealed" in world.ctl("history", "verify").err
    first.write_bytes(kept[:100])
    assert "its signed file is damaged" in breaches(world)
    first.write_bytes(second.read_bytes())
    assert "its signed file says otherwise" in breaches(world)
    first.write_bytes(kept)
    # Everything made anew by somebody who may change each table.
    with world.db.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE order_history SET actor = 'forger'")
        assert "not the same" in breaches(world)
        connection.execute("DELETE FROM history_seal")
        connection.execute("SELECT history_seal_days('forger')")
    assert world.ctl("--format", "csv", "verify").out.count("\n") == 1
    assert breaches(world).count("its signed file says otherwise") == 2
    with world.db.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM history_seal")
    assert breaches(world).count("its signed file is there, but no seal") == 2


def test_seals_of_a_former_certificate_verify(world):
    folder = sealing(world)
    world.fill(1)
    days_pass(world, 1)
    world.ctl("history", "seal")
    former = (world.keys / "our.crt").read_text()
    both = world.keys / "both.crt"
    both.write_text((world.keys / "line.crt").read_text() + former)
    world.configure("recardctl", history_certificate="keys/both.crt",
                    history_key="keys/line.key")
    world.ctl("history", "verify")
    both.write_text((world.keys / "line.crt").read_text())
    assert "signed by somebody else" in breaches(world)
    assert folder.exists()


def test_half_of_the_settings_is_refused(world):
    world.configure("recardctl", history_folder="history")
    for verb in ("seal", "verify"):
        ran = world.ctl("history", verb, expect=3)
        assert "together or not at all" in ran.err


def test_sealing_waits_for_those_who_write(world):
    world.fill(1)
    days_pass(world, 1)
    with world.db.connect() as writer:
        writer.execute(
            "INSERT INTO operator_act (at, actor, act, subject, reason, "
            "recorded_at) VALUES (now(), 'x', 'x', 'x', 'x', "
            "now() - interval '1 day')")
        sealing_now = world.start_program(
            "recardctl", "-c", world.conf, "history", "seal")
        wait_until(lambda: world.value(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"), "the wait")
        writer.commit()
    sealing_now.end()
    assert world.value("SELECT acts FROM history_seal") == 1
    world.ctl("history", "verify")


def test_prune_shows_first(world):
    world.daemon("label")
    world.query("UPDATE daemon_instance SET seen_at = now() - interval "
                "'31 days'")
    ran = world.ctl("prune", "--dry-run")
    assert "this was a dry run" in ran.err and "daemon_instance" in ran.out
    assert world.value("SELECT count(*) FROM daemon_instance") == 1
    rows = {row["table"]: row["rows"] for row in world.ctl_json("prune")}
    assert rows["daemon_instance"] == 1
    assert world.value("SELECT count(*) FROM daemon_instance") == 0
