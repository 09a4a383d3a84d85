"""recard-tracking with several sources: folders with a layout each, looked at
by schedule, and alarms for files that are absent at their hour. Which hours
count, over holidays and for late files, is shown by tests/sql/sources.sql;
here it is real folders, a real sshd and what an operator sees."""

import datetime
import json
import signal

import pytest

from conftest import wait_until
from free_ports import free_port
from sftp_server import SftpServer
from test_post_desk import mail_house, number, status_line
from world import taipei_now


def clock(minutes):
    """A time of day so many minutes from now."""
    when = taipei_now() + datetime.timedelta(minutes=minutes)
    return when.strftime("%H:%M")


@pytest.fixture
def desk(world):
    """Orders whose letters wait for their numbers."""
    world.fill(4)
    world.pay(world.orders("unpaid"))
    for program in ("payment", "manufacture", "label"):
        world.daemon(program)
    world.line()
    world.daemon("manufacture")
    world.waiting = sorted(world.orders("produced"))
    world.house, world.post_in = (world.folder / "post" / name
                                  for name in ("house", "status"))
    return world


@pytest.fixture
def sftp(world, tmp_path):
    folder = tmp_path / "theirs"
    folder.mkdir()
    with SftpServer(tmp_path / "sshd", folder) as server:
        server.ready = folder
        server.block = {"name": "far", "url": server.url, "pattern": "*",
                        "private_key": server.key,
                        "known_hosts": server.known_hosts, "every": "1s"}
        yield server


def local(world, **more):
    return {"name": "house", "inbox": world.house, **more}


def expected(world, **more):
    """A source that must have given a file by a minute ago; since when it is
    known is put back by a day."""
    world.configure("tracking", sources=[
        local(world, expect_by=clock(-1), **more)])
    world.daemon("tracking")
    put_back(world)


def put_back(world, imports=""):
    """As if it had been known for a day; imports: taken so long ago."""
    statement = ("UPDATE postal_source SET expected_from = "
                 "expected_from - interval '23 hours 59 minutes'")
    if imports:  # in one transaction: a daemon may be watching
        statement = (f"WITH known AS ({statement}) UPDATE import SET "
                     f"taken_at = taken_at - interval '{imports}'")
    world.query(statement)


def works(world, yes):
    # Yesterday too: it may just be past midnight.
    world.query("INSERT INTO calendar_day (day, works, note) "
                "SELECT taipei_date(now()) - n, %s, '' "
                "FROM generate_series(0, 1) AS n ON CONFLICT (day) "
                "DO UPDATE SET works = excluded.works", yes)


def give(folder, name, text):
    data = text if isinstance(text, bytes) else text.encode()
    (folder / (name + ".part")).write_bytes(data)
    (folder / (name + ".part")).rename(folder / name)


def told(text, event="tracking.source.absent"):
    return [line for line in text.splitlines() if f"event={event}" in line]


def states(world, expect=0):
    ran = world.ctl("--format", "json", "tracking", "sources", expect=expect)
    return {row["source"]: row for row in json.loads(ran.out)}


def worklist(world):
    return [(row["about"], row["reason"])
            for row in world.ctl_json("exception", "list", "--kind",
                                      "source")]


# Folders and layouts

def test_folders_have_layouts_of_their_own(desk, sftp):
    world = desk
    world.configure("tracking", sources=[
        local(world, layout="mail-house"),
        {"name": "status", "inbox": world.post_in, "layout": "post-status"},
        sftp.block])
    daemon = world.start("tracking")
    daemon.says("daemon.start.done")
    first, second, third, fourth = world.waiting
    give(world.house, "numbers.txt", mail_house([first, second]))
    give(sftp.ready, "far.txt", mail_house([third], first=3))
    give(world.postal, "near.txt", mail_house([fourth], first=4))
    wait_until(lambda: world.orders("mailed") == world.waiting, "the numbers")
    give(world.post_in, "events.txt", status_line(1, "I3", "20261125101500"))
    wait_until(lambda: world.orders("delivered") == [first], "the event")
    # What fits another layout does not go in by this door.
    give(world.house, "events-too.txt",
         status_line(2, "I3", "20261125101500"))
    wait_until(lambda: (world.house / "rejected" / "events-too.txt").exists(),
               "a file of the wrong layout is rejected")
    wait_until(lambda: not list(sftp.ready.iterdir()), "deleted over there")
    daemon.stop()
    assert dict(world.query("SELECT name, source FROM import "
                            "WHERE kind = 'tracking'")) == {
        "numbers.txt": "house", "far.txt": "far", "near.txt": None,
        "events.txt": "status", "events-too.txt": "house"}
    listed = states(world)
    assert [row["state"] for row in listed.values()] == ["ok"] * 3
    assert listed["house"]["file"] == "events-too.txt"
    assert listed["house"]["outcome"] == "rejected"
    assert listed["far"]["file"] == "far.txt"
    assert listed["far"]["place"].startswith("sftp://127.0.0.1:")
    assert "@" not in listed["far"]["place"]
    assert listed["status"]["place"] == str(world.post_in)
    world.verify()


def test_names_of_two_programs_may_be_the_same(desk, sftp):
    world = desk
    block = sftp.block | {"name": "bank"}
    world.configure("payment", sources=[block | {"pattern": "S*"}])
    world.configure("tracking", sources=[block | {"pattern": "S*"}])
    # One file's name and bytes, for both.
    give(sftp.ready, "S1.csv", mail_house(world.waiting))
    world.daemon("payment", expect=1)
    world.daemon("tracking")
    assert world.orders("mailed") == world.waiting
    assert world.query("SELECT source FROM fetched_file ORDER BY 1") == [
        ("payment.bank",), ("tracking.bank",)]


def test_a_folder_that_cannot_be_read(desk):
    world = desk
    world.configure("tracking", sources=[local(world, every="1s")])
    daemon = world.start("tracking")
    daemon.says("daemon.start.done")
    wait_until(lambda: states(world).get("house", {}).get("looked_at"),
               "a look")
    world.house.rename(world.folder / "away")
    daemon.says("event=fetch.look.refused")
    wait_until(lambda: world.ctl("tracking", "sources", expect=(0, 1)).code,
               "it is failing")
    listed = states(world, expect=1)["house"]
    assert listed["state"] == "failing" and listed["since"]
    (world.folder / "away").rename(world.house)
    wait_until(lambda: not world.ctl("tracking", "sources",
                                     expect=(0, 1)).code, "it is well")
    daemon.stop()


# Times

def test_two_instances_share_the_schedule(desk, sftp):
    world = desk
    world.configure("tracking", sources=[
        sftp.block | {"at": [clock(-2)], "expect_by": clock(-1)}])
    give(sftp.ready, "a.txt", mail_house(world.waiting[:1]))
    daemons = [world.start("tracking") for _ in range(2)]
    for daemon in daemons:
        daemon.says("daemon.start.done")
    # The time that was missed is caught up, by one of them.
    wait_until(lambda: world.orders("mailed") == world.waiting[:1], "a look")
    wait_until(lambda: not list(sftp.ready.iterdir()), "deleted over there")
    looked = wait_until(lambda: states(world)["far"]["looked_at"], "noted")
    give(sftp.ready, "b.txt", mail_house(world.waiting[1:2], first=2))
    # Nobody looks before the next time; the alarm is told by one.
    put_back(world, imports="2 days")
    wait_until(lambda: sum(len(told(daemon.log())) for daemon in daemons),
               "an alarm")
    assert list(sftp.ready.iterdir()) == [sftp.ready / "b.txt"]
    listed = states(world, expect=1)["far"]
    assert listed["state"] == "absent" and listed["looked_at"] == looked
    # A day later.
    world.query("UPDATE postal_source SET looked_at = "
                "looked_at - interval '1 day'")
    wait_until(lambda: world.orders("mailed") == world.waiting[:2], "b look")
    wait_until(lambda: sum(len(told(daemon.log(), "tracking.source.back"))
                           for daemon in daemons), "the alarm's end")
    logs = [daemon.stop() for daemon in daemons]
    assert sum(len(told(log)) for log in logs) == 1
    assert sum(len(told(log, "tracking.source.back")) for log in logs) == 1
    assert sum(log.count("event=fetch.file.done") for log in logs) == 2
    world.verify()


def test_a_look_that_is_cut_short(desk, sftp):
    world = desk
    world.configure("tracking", sources=[sftp.block | {"at": clock(-1)}])
    give(sftp.ready, "a.txt", mail_house(world.waiting))
    world.killed("tracking", "fetch.file.published")
    assert world.value("SELECT looked_at FROM postal_source") is None
    daemon = world.start("tracking")
    wait_until(lambda: world.orders("mailed") == world.waiting, "a new look")
    wait_until(lambda: not list(sftp.ready.iterdir()), "deleted over there")
    wait_until(lambda: world.value("SELECT looked_at FROM postal_source"),
               "that one counts")
    daemon.stop()


def test_once_looks_when_a_time_has_come(desk, sftp):
    world = desk
    works(world, False)
    timed = sftp.block | {"at": clock(-1), "days": "all"}
    world.configure("tracking", sources=[timed])
    world.daemon("tracking")
    give(sftp.ready, "a.txt", mail_house(world.waiting[:1]))
    world.daemon("tracking")
    assert list(sftp.ready.iterdir()) and not world.orders("mailed")
    # Without times of day it looks, whatever day it is.
    world.configure("tracking", sources=[sftp.block | {"days": "working"}])
    daemon = world.start("tracking")
    daemon.says("daemon.start.done")
    wait_until(lambda: world.value(
        "SELECT cardinality(look_at) FROM postal_source") == 0, "registered")
    daemon.stop()
    assert not world.orders("mailed"), "a daemon does not, on a holiday"
    world.daemon("tracking")
    assert world.orders("mailed") == world.waiting[:1]


def test_a_host_that_is_down(desk, sftp):
    world = desk
    port = sftp.block["url"].rsplit(":", 1)[1].split("/")[0]
    down = sftp.block["url"].replace(f":{port}/", f":{free_port()}/")
    world.configure("tracking", sources=[sftp.block | {"url": down}])
    ran = world.daemon("tracking", expect=75)
    assert "event=fetch.look.failed" in ran.err
    row = states(world, expect=1)["far"]
    assert row["state"] == "failing" and row["since"]
    assert row["looked_at"] is None
    world.configure("tracking", sources=[sftp.block])
    world.daemon("tracking")
    assert states(world)["far"]["state"] == "ok"


# Files that are expected

def test_in_time(desk):
    world = desk
    world.configure("tracking", sources=[local(world, expect_by=clock(1))])
    world.daemon("tracking")
    give(world.house, "a.txt", mail_house(world.waiting))
    world.daemon("tracking")
    put_back(world)
    world.query("UPDATE import SET taken_at = taken_at - interval '3 min'")
    world.configure("tracking", sources=[local(world, expect_by=clock(-1))])
    world.daemon("tracking")
    put_back(world)
    ran = world.daemon("tracking")
    assert not told(ran.err) and not worklist(world)
    assert states(world)["house"]["state"] == "ok"


def test_late_told_once_and_again(desk):
    world = desk
    expected(world)
    ran = world.daemon("tracking", expect=1)
    line, = told(ran.err)
    assert "source=house" in line and "reason=absent" in line
    assert f"expected={taipei_now():%Y-%m-%d}T" in line or clock(-1) > clock(0)
    assert worklist(world) == [("house", "absent")]
    assert not told(world.daemon("tracking").err), "not all the time"
    world.configure("tracking", alarm_every="1s")
    wait_until(lambda: told(world.daemon("tracking", expect=(0, 1)).err),
               "again")
    row = states(world, expect=1)["house"]
    assert row["state"] == "absent" and row["since"] == row["expected_at"]
    give(world.house, "late.txt", mail_house(world.waiting))
    ran = world.daemon("tracking")
    back, = told(ran.err, "tracking.source.back")
    assert "file=late.txt" in back
    assert not worklist(world)
    assert states(world)["house"]["state"] == "ok"
    world.verify()


def test_rejected_is_not_the_expected_file(desk):
    world = desk
    expected(world)
    give(world.house, "bad.txt", "nothing,that,fits\n1,2,3\n")
    ran = world.daemon("tracking", expect=1)
    line, = told(ran.err)
    assert "reason=rejected" in line and "file=bad.txt" in line
    assert worklist(world) == [("house", "rejected")]
    assert states(world, expect=1)["house"]["state"] == "rejected"
    give(world.house, "good.txt", mail_house(world.waiting))
    assert told(world.daemon("tracking").err, "tracking.source.back")
    assert not worklist(world)


def test_a_duplicate_is_not_the_expected_file(desk):
    world = desk
    give(world.postal, "a.txt", mail_house(world.waiting))
    world.daemon("tracking")
    expected(world)
    give(world.house, "a-again.txt", mail_house(world.waiting))
    ran = world.daemon("tracking", expect=1)
    line, = told(ran.err)
    assert "reason=absent" in line and "file=a-again.txt" in line
    assert "booked before" in line
    assert (world.house / "done" / "a-again.txt").exists()


def test_a_holiday_raises_nothing(desk):
    world = desk
    works(world, False)
    expected(world, days="working")
    ran = world.daemon("tracking")
    assert not told(ran.err) and not worklist(world)
    works(world, True)
    world.daemon("tracking", expect=1)
    assert worklist(world) == [("house", "absent")]
    # And nobody is asked for a file that is not configured any more.
    world.configure("tracking", sources=None)
    world.daemon("tracking")
    assert not worklist(world)
    assert states(world) == {}


def test_daemon_down_over_the_hour(desk):
    world = desk
    expected(world)
    give(world.house, "a.txt", mail_house(world.waiting))
    # It was there; that we took it late is no alarm.
    assert not told(world.daemon("tracking").err)
    assert not worklist(world)
    assert world.value("SELECT name FROM postal_expectation "
                       "JOIN import USING (import_id)") == "a.txt"


def test_closed_by_hand(desk):
    world = desk
    expected(world)
    world.configure("tracking", alarm_every="1s")
    world.daemon("tracking", expect=1)
    exception, = world.ctl_json("exception", "list", "--kind", "source")
    assert "ask who sends" in exception["suggestion"]
    world.ctl("exception", "close", exception["exception"], "--reason",
              "typhoon")
    assert not told(world.daemon("tracking").err)
    assert states(world)["house"]["state"] == "ok"


# Configuration

def test_reload(desk):
    world = desk
    expected(world)
    daemon = world.start("tracking")
    daemon.says("event=tracking.source.absent")
    world.configure("tracking", alarm_every="1s", layout="native", sources=[
        local(world, expect_by=clock(-1), days="working")])
    daemon.process.send_signal(signal.SIGHUP)
    daemon.says("event=config.restart.needed")
    assert "tracking.sources" in daemon.log()
    # What can be reloaded is: alarms, and the layout of who has none.
    wait_until(lambda: len(told(daemon.log())) > 1, "the alarm again")
    give(world.house, "a.txt", mail_house(world.waiting))
    wait_until(lambda: (world.house / "rejected" / "a.txt").exists(),
               "it is native now")
    daemon.stop()


def test_instances_must_agree(world):
    house = world.folder / "post" / "house"
    block = {"name": "house", "inbox": house, "days": "working",
             "expect_by": ["09:00", "15:00"]}
    world.configure("tracking", sources=[block])
    daemon = world.start("tracking")
    daemon.says("daemon.start.done")
    wait_until(lambda: world.query("SELECT source FROM postal_source"), "registered")
    other = world.folder / "other.conf"
    world.configure("tracking", path=other, sources=[
        block | {"expect_by": "10:00", "days": "all"}])
    ran = world.run("recard-tracking", "-c", other, "--once", expect=3)
    assert ("another running recard-tracking has source house with days "
            "working, expect_by 09:00 15:00, not days all, expect_by 10:00"
            in ran.err), ran.err
    assert "stop them all" in ran.err
    # Nor does one that lacks a source retire it for the others.
    world.configure("tracking", path=other, sources=None)
    world.run("recard-tracking", "-c", other, "--once")
    assert states(world)["house"]["state"] in ("ok", "waiting")
    daemon.stop()
    world.run("recard-tracking", "-c", other, "--once")
    assert states(world) == {}


WRONG = {
    "nothing": ([{"name": "a"}], "tracking.sources[1]: url or inbox must be "
                "set"),
    "shared": ([{"name": "a", "inbox": "post/out/"}],
               "tracking.sources[1]: inbox is tracking.inbox: a source "
               "without a url needs another folder"),
    "two": ([{"name": "a", "inbox": "x"}, {"name": "b", "inbox": "y/../x/"}],
            "tracking.sources[2]: inbox is that of source \\\"a\\\""),
    "layouts": ([{"name": "a", "url": "https://h/", "inbox": "x",
                  "layout": "native"},
                 {"name": "b", "url": "https://h/", "inbox": "x",
                  "layout": "mail-house"}],
                "layout of \\\"b\\\" is mail-house, that of \\\"a\\\" native: "
                "they share an inbox"),
    "layout_of_all": ([{"name": "a", "url": "https://h/",
                        "layout": "native"}],
                      "layout needs an inbox of its own"),
    "no_layout": ([{"name": "a", "inbox": "x", "layout": "nativ"}],
                  "layout: there is no layout \\\"nativ\\\""),
    "at": ([{"name": "a", "inbox": "x", "at": "9:00"}],
           "at: is for a source with a url"),
    "time": ([{"name": "a", "url": "https://h/", "at": "24:00"}],
             "at: \\\"24:00\\\" is no time of day like 16:30"),
    "expected": ([{"name": "a", "inbox": "x",
                   "expect_by": ["09:00", "noon"]}],
                 "expect_by: \\\"noon\\\" is no time of day"),
    "days": ([{"name": "a", "inbox": "x", "days": "weekdays"}],
             "days: \\\"weekdays\\\" is neither all nor working"),
    "name": ([{"name": "a", "inbox": "x"}, {"name": "a", "inbox": "y"}],
             "tracking.sources[2]: name \\\"a\\\" is another block's"),
}


@pytest.mark.parametrize("blocks, words", WRONG.values(), ids=WRONG)
def test_wrong_blocks_are_refused(world, blocks, words):
    (world.folder / "y").mkdir()
    world.configure("tracking", sources=blocks)
    ran = world.daemon("tracking", "-t", once=False, expect=3)
    assert words in ran.err, ran
