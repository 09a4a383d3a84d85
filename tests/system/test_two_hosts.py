"""The night on two hosts, each with a network, name and processes of its own,
and one database over TCP: one does it; what one leaves the other one ends."""

import os
import re
from types import SimpleNamespace

import pytest

import hosts
from conftest import BUILD, sound_database, sound_world, wait_until
from test_nightly import days_pass, sealing

# How long a call of the database may take, and a lost host go unseen.
PATIENT, HASTY = 30, 4


@pytest.fixture(name="place", scope="module")
def fixture_place(keys, tmp_path_factory):
    assert hosts.tools(), "namespaces want root, and iproute2"
    folder = tmp_path_factory.mktemp("hosts")
    known = {name: hosts.Host(name) for name in ("server", "east", "west")}
    addresses = {name: hosts.connect(known["server"], known[name], number)
                 for number, name in enumerate(("east", "west"))}
    place = SimpleNamespace(hosts=known, addresses=addresses, conf={})
    try:
        with sound_database(
                hosts.far_cluster(known["server"]),
                listen_addresses=",".join(addresses.values())) as first, \
                sound_world(first, keys, folder) as world:
            place.world = world
            sealing(world)
            for name in addresses:
                configure(place, name, PATIENT)
            orders = world.fill(4)
            world.pay(orders[:3])
            days_pass(world, 2)
            yield place
    finally:
        for host in known.values():
            host.kill()


def configure(place, name, seconds):
    """The same configuration, with its own state_dir and way to the
    database."""
    world = place.world
    own = dict(world.settings[None])
    state = world.folder / f"state-{name}"
    state.mkdir(exist_ok=True)
    place.conf[name] = world.configure(
        path=world.folder / f"{name}.conf", state_dir=state,
        call_timeout=f"{seconds}s", connect_timeout="2s", database=(
            f"host={place.addresses[name]} port={hosts.PORT} "
            f"dbname={world.db.name} keepalives_idle=1 keepalives_interval=1 "
            "keepalives_count=2 tcp_user_timeout=3000"))
    world.settings[None] = own


def begin(place, name):
    return place.hosts[name].start(
        [BUILD / "recard-nightly", "-c", place.conf[name], "--lock-ok"],
        place.world.environment(env={
            "PATH": f"{BUILD}:{os.environ['PATH']}"}))


def end(process, expect=0):
    said, _ = process.communicate(timeout=180)
    assert process.returncode == expect, said
    assert "Sanitizer" not in said
    return said


def night(place, name, expect=0):
    return end(begin(place, name), expect)


def seals(world):
    return world.value("SELECT count(*) FROM history_seal")


def nights_are_missed(world, days):
    """So many more than were; what was sealed is forgotten."""
    with world.db.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM history_seal")
    for path in (world.folder / "history").iterdir():
        path.unlink()
    days_pass(world, days)


def lock_is_free(world):
    return world.value("SELECT count(*) = 0 FROM pg_locks l "
                       "JOIN pg_stat_activity a USING (pid) "
                       "WHERE l.locktype = 'advisory' "
                       "AND a.datname = current_database()")


def sealing_waits(world):
    return world.value("SELECT count(*) FROM pg_locks l JOIN "
                       "pg_stat_activity a USING (pid) WHERE NOT l.granted "
                       "AND a.query LIKE '%%history%%'")


def test_one_of_two_does_it(place):
    """Both begin at once; the other one says nothing and ends with 0."""
    world = place.world
    world.query("DELETE FROM daemon_instance")
    with world.db.connect() as keeper:
        keeper.execute("LOCK TABLE history_seal IN EXCLUSIVE MODE")
        both = [begin(place, name) for name in ("east", "west")]
        wait_until(lambda: sealing_waits(world)
                   and any(one.poll() is not None for one in both),
                   "one to be half through, and the other one to be gone")
        keeper.rollback()
    assert [end(one) for one in both] == ["", ""]
    assert seals(world) == 2
    assert world.statuses() == {"unpaid": 1, "producing": 3}
    ran = world.query("SELECT program, host, once FROM daemon_instance "
                      "ORDER BY program")
    assert [program for program, _, _ in ran] == [
        "label", "manufacture", "notify", "payment", "purge", "tracking"]
    assert len({host for _, host, _ in ran}) == 1
    assert ran[0][1] in ("east", "west")
    assert world.query("SELECT count(*), count(DISTINCT order_no) FROM "
                       "card_job") == [(3, 3)]
    assert world.value("SELECT count(*) FROM label_run") == 1
    assert world.value("SELECT count(*) FROM card_batch "
                       "WHERE sealed_at IS NOT NULL") == 1
    assert len(list((world.folder / "history").glob("HS-*.p7m"))) == 2


def test_host_that_dies_is_made_good_by_the_other(place):
    world = place.world
    nights_are_missed(world, 0)
    with world.db.connect() as keeper:
        keeper.execute("LOCK TABLE history_seal IN EXCLUSIVE MODE")
        dying = begin(place, "east")
        wait_until(lambda: sealing_waits(world), "the night to be half over",
                   60)
        assert night(place, "west") == ""
        place.hosts["east"].kill()
        dying.communicate(timeout=30)
        keeper.rollback()
    wait_until(lambda: lock_is_free(world), "the lock to go with its host")
    assert night(place, "west") == ""
    assert seals(world) == 2
    assert world.ctl("history", "verify").err.endswith("what was signed\n")


def test_cable_that_is_cut_ends_the_night(place):
    """In time, with a true exit code; the next night makes it good, and
    those that were missed."""
    world = place.world
    nights_are_missed(world, 3)
    configure(place, "west", HASTY)
    with world.db.connect() as keeper:
        keeper.execute("LOCK TABLE history_seal IN EXCLUSIVE MODE")
        cut = begin(place, "west")
        wait_until(lambda: sealing_waits(world), "the night to be half over",
                   60)
        hosts.cable(place.hosts["server"], 1, "down")
        said = end(cut, expect=4)
        keeper.rollback()
    assert "lock: the connection that held it is lost" in said
    assert re.search(r"^was told to end before it was through", said, re.M)
    assert seals(world) == 0
    # Nor does it begin without a database.
    assert "database unreachable" in night(place, "west", expect=4)
    hosts.cable(place.hosts["server"], 1, "up")
    wait_until(lambda: lock_is_free(world), "the lock to go with its cable",
               10 * HASTY)
    assert night(place, "west") == ""
    assert seals(world) == 2 + 3
    world.ctl("verify")
