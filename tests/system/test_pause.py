"""Pausing stages, in every instance; and which daemons were seen."""

import os
import pwd
import re
import signal

import pytest

from conftest import ROOT, wait_until
from world import DAEMONS

ME = pwd.getpwuid(os.getuid()).pw_name


def test_stages_are_the_works_of_the_daemons(world):
    stages = {name for name, in world.query("SELECT stage FROM stage")}
    works = set(DAEMONS)
    for name in DAEMONS:
        text = (ROOT / f"daemons/{name}/{name}.c").read_text()
        table = re.search(r"static const struct daemon_work works\[\] = \{"
                          r"(.*?)\{0\}\};", text, re.S)[1]
        rows = re.findall(r"\{\.name = \"(\w+)\"(.*?)\}", table, re.S)
        assert rows
        works |= {f"{name}.{work}" for work, rest in rows
                  if ".always" not in rest}
    assert stages == works


def test_paused_work_is_idle_and_told_once(world):
    orders = world.fill(2)
    world.ctl("pause", "payment.settlement", "--reason", "books are closed")
    world.pay(orders)
    ran = world.daemon("payment")
    assert ran.err.count("work.pause.begun prog=recard-payment work=settlement") == 1
    assert world.statuses() == {"unpaid": 2}
    # 7: what the server of the tests confirms is not synced.
    said = world.ctl("status", expect=7).err
    assert re.search(r"warning: stages: payment\.settlement is paused since "
                     rf"\S+\+08:00 by {ME}: books are closed", said)
    rows = {row["stage"]: row for row in world.ctl_json("pause")}
    assert rows["payment.settlement"]["reason"] == "books are closed"
    assert rows["payment.fetch"]["paused_at"] is None
    world.ctl("resume", "payment.settlement")
    assert "pause" not in world.daemon("payment").err
    assert world.statuses() == {"paid": 2}
    assert world.query("SELECT act, subject, reason FROM operator_act "
                       "ORDER BY act_id") == [
        ("pause", "payment.settlement", "books are closed"),
        ("resume", "payment.settlement", "goes on")]


def test_program_is_paused_with_all_its_works_but_alarms(world):
    world.fill(3, days_ago=10)
    world.query("UPDATE payment_feed SET covered_until = now(), "
                "last_sequence = 1, last_file_at = now()")
    world.ctl("pause", "purge", "--reason", "judge asks")
    ran = world.daemon("purge")
    assert sorted(re.findall(r"work\.pause\.begun \S+ work=(\w+)", ran.err)) == \
        ["purge", "reminder"]
    assert world.statuses() == {"unpaid": 3}
    assert "3" in world.daemon("purge", "--dry-run").out
    refused = world.ctl("resume", "purge.purge", expect=1)
    assert '"purge" is, with all of its works' in refused.err
    world.ctl("resume", "purge", "--reason", "judge has asked")
    world.daemon("purge")
    assert world.statuses() == {"purged": 3}


def test_every_running_instance_has_stopped_when_pause_ends(world):
    world.configure(poll="60s")
    pair = [world.start("payment") for _ in range(2)]
    wait_until(lambda: len(world.ctl_json("daemon", "list")) == 2,
               "both to be seen")
    world.ctl("pause", "payment.settlement", "--reason", "x")
    for one in pair:
        assert "work.pause.begun prog=recard-payment work=settlement" in one.log()
    orders = world.fill(1)
    world.pay(orders)
    world.ctl("resume", "payment.settlement")
    for one in pair:
        one.says("work.pause.ended prog=recard-payment work=settlement")
    wait_until(lambda: world.statuses() == {"paid": 1}, "the payment")
    for one in pair:
        one.stop()
    assert all(row["ended_at"] for row in world.ctl_json("daemon", "list"))


def test_an_instance_that_was_not_told_is_named(world):
    one = world.start("label")
    wait_until(lambda: world.ctl_json("daemon", "list"), "it to be seen")
    one.process.send_signal(signal.SIGSTOP)
    try:
        ran = world.ctl("pause", "label.print", "--reason", "x", expect=1)
        assert f"process {one.process.pid}, is not told yet" in ran.err
    finally:
        one.process.send_signal(signal.SIGCONT)
    one.says("work.pause.begun prog=recard-label work=print")
    one.stop()


def test_nobody_waits_for_one_that_was_killed(world):
    one = world.start("label")
    wait_until(lambda: world.ctl_json("daemon", "list"), "it to be seen")
    one.process.kill()
    one.process.wait()
    wait_until(lambda: world.value(
        "SELECT count(*) = 0 FROM pg_stat_activity a JOIN daemon_instance "
        "ON a.pid = backend"), "its connection to end")
    world.ctl("pause", "label.print", "--reason", "x")


def test_a_work_that_takes_long_is_waited_for(world):
    """However long nothing was heard of it."""
    one = world.start("label")
    wait_until(lambda: world.ctl_json("daemon", "list"), "it to be seen")
    one.process.send_signal(signal.SIGSTOP)
    try:
        world.query("UPDATE daemon_instance SET seen_at = now() "
                    "- interval '9 minutes'")
        ran = world.ctl("pause", "label.print", "--reason", "x", expect=1)
        assert "is not told yet" in ran.err
    finally:
        one.process.send_signal(signal.SIGCONT)
    one.stop()


def test_pause_ends_by_itself(world):
    world.ctl("pause", "tracking", "--until", "2h", "--reason", "x")
    hours, = world.query("SELECT round(extract(epoch FROM until - now()) "
                         "/ 3600) FROM stage_pause")[0]
    assert hours == 2
    world.query("UPDATE stage_pause SET until = now() - interval '1 s'")
    assert "pause" not in world.daemon("tracking").err
    assert "stages" not in world.ctl("status", expect=7).err


@pytest.mark.parametrize("args, code, said", [
    (["nothing", "--reason", "x"], 1, 'there is no stage "nothing"'),
    (["label"], 2, "--reason=TEXT is needed"),
    (["label", "--reason", "x", "--until", "soon"], 2, "--until: 'soon'"),
    (["label", "--reason", "x", "--until", "2020-01-01T00:00:00+08:00"], 1,
     "cannot end before it begins")])
def test_what_cannot_be_paused(world, args, code, said):
    assert said in world.ctl("pause", *args, expect=code).err
    assert world.value("SELECT count(*) FROM stage_pause") == 0


def test_killed_instance_stays_seen_and_a_new_one_comes(world):
    one = world.start("tracking")
    wait_until(lambda: world.ctl_json("daemon", "list"), "it to be seen")
    one.process.kill()
    one.process.wait()
    world.daemon("tracking")
    rows = world.ctl_json("daemon", "list")
    assert [(row["once"], row["ended_at"] is None) for row in rows] == \
        [(True, False), (False, True)]
    assert rows[0]["program"] == "recard-tracking"
    assert rows[0]["version"] == rows[1]["version"]


def test_an_idle_daemon_beats_seldom(world):
    """What it costs: with a poll of 100 ms, one heartbeat."""
    one = world.start("tracking")
    wait_until(lambda: world.ctl_json("daemon", "list"), "it to be seen")
    calls = world.value("SELECT xmin::text FROM daemon_instance")
    path = world.postal / "x.csv"
    path.write_text("x\n")
    wait_until(lambda: not path.exists(), "another look of its")
    assert world.value("SELECT xmin::text FROM daemon_instance") == calls
    one.stop()
