"""Watching the belt: shape, and monitor on a pipe and on a terminal."""

import json
import os
import pty
import re
import select
import signal
import time

SHAPE_AGES = ("under_1h", "under_1d", "under_2d", "under_4d", "under_8d",
              "under_16d", "older")


def test_shape_counts_each_order_once_by_age(world):
    for days in (0, 1, 1, 3, 20):
        world.fill(1, days_ago=days)
    rows = {row["status"]: row for row in world.ctl_json("shape")}
    assert list(rows) == ["unpaid", "paid", "queued", "producing", "produced",
                          "mailed", "delivered", "returned"]
    assert [rows["unpaid"][age] for age in SHAPE_AGES] == \
        [1, 0, 2, 1, 0, 0, 1]
    assert rows["unpaid"]["orders"] == 5
    assert rows["paid"]["orders"] == 0
    assert "<16d" in world.ctl("shape").out


def test_shape_reads_the_index_of_open_orders_alone(world):
    world.fill(10)
    with world.db.connect() as connection:
        connection.execute("SET enable_seqscan = off")
        plan = "\n".join(row for row, in connection.execute(
            "EXPLAIN SELECT status, count(*) FROM orders WHERE status NOT IN "
            "('activated', 'purged', 'cancelled', 'closed') "
            "GROUP BY status").fetchall())
    assert "orders_open" in plan


def test_monitor_tells_what_moved_since_the_look_before(world):
    orders = world.fill(3)
    watching = world.start_program(
        "recardctl", "-c", world.conf, "--format", "json", "monitor",
        "--every", "100ms")
    watching.says('"status":"exceptions"')
    first = json.loads(watching.log().partition("\n]\n")[0] + "]")
    assert all(row["in_per_second"] is None for row in first)
    world.pay(orders[:2])
    world.daemon("payment")
    watching.says('"status":"paid","in_per_second":0.0,"out_per_second":0.0,'
                  '"orders":2')
    text = watching.stop(signal.SIGINT)
    looks = [json.loads(look + "]") for look in text.split("\n]\n") if look]
    paid = [row for look in looks for row in look if row["status"] == "paid"]
    unpaid = [row for look in looks for row in look
              if row["status"] == "unpaid"]
    assert max(row["in_per_second"] or 0 for row in paid) > 0
    assert max(row["out_per_second"] or 0 for row in unpaid) > 0
    assert unpaid[-1]["orders"] == 1


def test_monitor_has_one_head_in_csv_and_counts_worklists(world):
    world.query("INSERT INTO exception (kind, subject, reason, opened_at) "
                "VALUES ('batch', 'main', 'stopped', now() - interval '2 h')")
    lines = world.ctl("--format", "csv", "monitor", "--every", "100ms",
                      "--count", "2").out.splitlines()
    assert len(lines) == 1 + 2 * 9
    assert lines[0].startswith("at,status,")
    assert re.fullmatch(r"[-T:0-9]+\+08:00,exceptions,,,1,72\d\d", lines[9])


def test_monitor_redraws_in_place_on_a_terminal(world):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(
            os.environ.get("RECARD_BUILD", "build-check") + "/recardctl",
            ["recardctl", "-c", str(world.conf), "monitor", "--every",
             "100ms", "--count", "2"],
            world.environment(env={"TERM": "xterm"}))
    said, end = b"", time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            said += os.read(terminal, 65536)
        except OSError:
            break
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, said
    os.close(terminal)
    assert said.count(b"\x1b[H\x1b[J") == 2
    assert b"STANDING" in said


def test_monitor_refuses_a_wrong_time(world):
    ran = world.ctl("monitor", "--every", "2", expect=2)
    assert "--every: '2' is no time" in ran.err
