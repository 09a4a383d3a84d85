"""Settlement files fetched from a payment service's folder, by SFTP and by
HTTPS: each is booked once, deleted there only when it is booked, and nothing
that breaks on the way leaves half a file or loses one."""

import hashlib
import json
import signal
import time

import make_authority
import pytest
from broken_wire import BrokenWire
from conftest import wait_until
from https_server import HttpsServer
from sftp_server import SftpServer
from test_faults import FETCHING, PUBLISHING

PROBE = "tests/system/fetch_probe"
HOUR_AGO = "UPDATE fetched_file SET looked_at = looked_at - interval '61 min'"


class Fetching:
    """A world whose settlement files lie in somebody else's folder."""

    def __init__(self, world, server, folder, **trust):
        self.world, self.server, self.folder = world, server, folder
        self.conf = world.folder / "fetch.conf"
        self.settings = {"inbox": world.settlement, "url": server.url,
                         **trust}
        self.configure()

    def configure(self, **changes):
        self.settings |= changes
        payment = self.world.settings["payment"]
        self.world.settings["payment"] = self.settings
        self.world.configure(path=self.conf)
        self.world.settings["payment"] = payment

    def fetch(self, **kind):
        return self.world.run(PROBE, "-c", self.conf, "--once", **kind)

    def start(self):
        return self.world.start_program(PROBE, "-c", self.conf)

    def book(self, **kind):
        return self.world.daemon("payment", **kind)

    def put(self, orders, sequence=None):
        """A settlement file that the service has ready; its path there."""
        path = self.world.pay(orders, sequence=sequence)
        ready = self.folder / path.name
        path.rename(ready)
        return ready

    def inbox(self):
        return sorted(path.name for path in self.world.settlement.iterdir()
                      if path.is_file())

    def known(self):
        return self.world.query(
            "SELECT name, digest, removed_at IS NOT NULL FROM fetched_file "
            "ORDER BY name, fetched_at")

    def imports(self):
        return self.world.query(
            "SELECT name, outcome FROM import ORDER BY import_id")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "service"
    made.mkdir()
    return made


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    made = tmp_path_factory.mktemp("tls")
    make_authority.make_tls(made)
    return made


@pytest.fixture
def https(world, folder, tls):
    with HttpsServer(folder, tls / "good.crt", tls / "good.key") as server:
        yield Fetching(world, server, folder, ca=tls / "ca.crt")


@pytest.fixture
def sftp(world, folder, tmp_path):
    with SftpServer(tmp_path / "sshd", folder) as server:
        yield Fetching(world, server, folder, key=server.key,
                       known_hosts=server.known_hosts)


@pytest.fixture(params=["https", "sftp"])
def source(request):
    return request.getfixturevalue(request.param)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def downloads(source):
    return [line for line in source.server.requests
            if line.startswith("GET /out/S")]


def test_all_the_way(source):
    world = source.world
    orders = world.fill(3)
    ready = source.put(orders)
    content = ready.read_bytes()
    ran = source.fetch()
    assert "event=fetch.file.done" in ran.err
    assert source.inbox() == [ready.name]
    assert (world.settlement / ready.name).read_bytes() == content
    assert source.known() == [(ready.name, digest(ready), False)]
    # Nobody has booked it: it stays there.
    source.fetch()
    world.query(HOUR_AGO)
    source.fetch()
    assert ready.exists()
    assert source.inbox() == [ready.name]
    source.book()
    assert ready.exists()
    ran = source.fetch()
    assert "event=fetch.file.removed" in ran.err
    assert not ready.exists()
    assert [row[2] for row in source.known()] == [True]
    assert source.imports() == [(ready.name, "done")]
    assert world.orders("paid") == orders
    world.settled()
    world.verify()


def test_several_in_order(source):
    world = source.world
    orders = world.fill(4)
    names = [source.put([order]).name for order in orders]
    source.fetch()
    assert source.inbox() == sorted(names)
    source.book()
    source.fetch()
    assert list(source.folder.iterdir()) == []
    assert world.orders("paid") == orders


def test_what_is_left_alone(source):
    ready = source.put(source.world.fill(1))
    for name in (ready.name + ".part", ".SETTLE-1.csv", "other.csv",
                 "SETTLE-a b.csv", "SETTLE-é.csv"):
        (source.folder / name).write_bytes(b"x\n")
    ran = source.fetch()
    assert source.inbox() == [ready.name]
    assert "event=fetch.name.ignored" in ran.err
    assert "count=2 file=SETTLE-" in ran.err
    source.book()
    source.fetch()
    assert len(list(source.folder.iterdir())) == 5


def test_names_that_lead_elsewhere(https):
    """No path is built from them, here or there."""
    https.server.names = ["../SETTLE-1.csv", "SETTLE-/../../x.csv",
                          "/etc/SETTLE-2.csv"]
    https.configure(pattern="*")
    before = sorted(https.world.folder.rglob("*"))
    ran = https.fetch()
    assert "count=3 file=_._SETTLE-1.csv" in ran.err
    assert https.server.requests == ["GET /out/"]
    assert {path.suffix for path in
            set(https.world.folder.rglob("*")) - set(before)} <= {".err", ""}


def test_refused_file_stays_and_is_corrected(https):
    world = https.world
    orders = world.fill(2)
    ready = https.put(orders)
    right = ready.read_text()
    ready.write_text(right.replace("T,2,", "T,3,"))
    https.fetch()
    https.book(expect=1)
    assert https.imports() == [(ready.name, "rejected")]
    for _ in range(2):
        https.fetch()
    assert ready.exists() and len(downloads(https)) == 1
    # After an hour it is looked at, and once more an hour later.
    world.query(HOUR_AGO)
    for _ in range(2):
        https.fetch()
    assert len(downloads(https)) == 2
    assert https.inbox() == []
    https.book()
    assert https.imports() == [(ready.name, "rejected")]
    # The corrected one has the same name.
    ready.write_text(right)
    https.fetch()
    assert https.inbox() == []
    world.query(HOUR_AGO)
    https.fetch()
    assert https.inbox() == [ready.name]
    https.book()
    https.fetch()
    assert not ready.exists()
    assert https.imports() == [(ready.name, "rejected"),
                               (ready.name, "done")]
    assert [row[2] for row in https.known()] == [False, True]
    assert world.orders("paid") == orders


def test_new_content_under_a_booked_name_is_not_deleted(source):
    world = source.world
    orders = world.fill(3)
    ready = source.put(orders[:1])
    source.fetch()
    source.book()
    # Before it could be deleted there is something else there.
    source.put(orders[1:2]).rename(ready)
    second = ready.read_bytes()
    source.fetch()
    assert ready.read_bytes() == second
    assert source.inbox() == [ready.name]
    source.book()
    source.fetch()
    assert not ready.exists()
    # And once more after it was deleted.
    source.put(orders[2:]).rename(ready)
    source.fetch()
    assert ready.exists()
    source.book()
    source.fetch()
    assert not ready.exists()
    assert world.orders("paid") == orders
    assert len(source.imports()) == 3


def test_same_content_comes_back(source):
    """Deleted, and listed again with what was booked: deleted again."""
    ready = source.put(source.world.fill(1))
    content = ready.read_bytes()
    for _ in range(2):
        ready.write_bytes(content)
        source.fetch()
        source.book()
        source.fetch()
        assert not ready.exists()
    assert len(source.imports()) == 1


def test_what_may_not_be_deleted(https):
    ready = https.put(https.world.fill(1))
    https.server.may_delete = False
    https.fetch()
    https.book()
    ran = https.fetch()
    assert "event=fetch.file.kept" in ran.err and "403" in ran.err
    assert "fetch.file.kept" not in https.fetch().err
    https.world.query(HOUR_AGO)
    https.server.may_delete = True
    https.fetch()
    assert not ready.exists()
    assert https.inbox() == []


def test_other_content_waits_in_the_inbox(source):
    world = source.world
    orders = world.fill(2)
    waiting = world.pay(orders[:1])
    content = waiting.read_bytes()
    source.put(orders[1:]).rename(source.folder / waiting.name)
    ready = source.folder / waiting.name
    ran = source.fetch(expect=1)
    assert "event=fetch.file.refused" in ran.err
    assert waiting.read_bytes() == content
    assert source.inbox() == [waiting.name]
    rejected = world.settlement / "rejected"
    assert (rejected / ready.name).read_bytes() == ready.read_bytes()
    report = json.loads(
        (rejected / (ready.name + ".report.json")).read_text())
    assert report["reason"] == "name_conflict"
    assert report["sha256"] == digest(ready)
    source.fetch()
    # It gets in when the inbox has room for it.
    source.book()
    world.query(HOUR_AGO)
    source.fetch()
    source.book()
    source.fetch()
    assert not ready.exists()
    assert world.orders("paid") == orders


def test_leftover_part_is_replaced(source):
    ready = source.put(source.world.fill(1))
    part = source.world.settlement / (ready.name + ".part")
    part.write_bytes(b"half of")
    source.fetch()
    assert source.inbox() == [ready.name]
    assert digest(source.world.settlement / ready.name) == digest(ready)


def test_too_large(https):
    ready = https.put(https.world.fill(1))
    (https.folder / "SETTLE-0.csv").write_bytes(b"")
    https.server.answers["/out/SETTLE-0.csv"] = (
        200, {"Content-Length": str(1 << 30)}, b"x" * 100000)
    ran = https.fetch(expect=1)
    assert "event=fetch.file.refused" in ran.err
    assert "more than 268435456 bytes" in ran.err
    assert https.inbox() == [ready.name]


@pytest.mark.parametrize("hang", [False, True], ids=["closes", "hangs"])
def test_broken_in_the_middle(sftp, hang):
    """Nothing is published, and it comes when the wire is mended."""
    world, server = sftp.world, sftp.server
    ready = sftp.put(world.fill(500))
    assert len(ready.read_bytes()) > 20000
    with BrokenWire(server.port, 20000, hang) as wire:
        hosts = world.folder / "known_hosts"
        hosts.write_text(server.known_host(wire.port))
        sftp.configure(known_hosts=hosts, timeout="1s", url=server.url.replace(
            str(server.port), str(wire.port)))
        ran = sftp.fetch(expect=75)
        assert wire.broken.is_set()
    assert "event=fetch.file.failed" in ran.err
    assert sftp.inbox() == [] and sftp.known() == []
    sftp.configure(known_hosts=server.known_hosts, url=server.url)
    sftp.fetch()
    assert sftp.inbox() == [ready.name]


def test_stopped_while_the_other_side_is_silent(sftp):
    world = sftp.world
    with BrokenWire(sftp.server.port, 0, hang=True) as wire:
        sftp.configure(url=sftp.server.url.replace(
            str(sftp.server.port), str(wire.port)))
        daemon = sftp.start()
        wait_until(lambda: len(wire.sockets) > 0, "it to connect")
        started = time.monotonic()
        daemon.stop()
        assert time.monotonic() - started < 3
    assert world.query("SELECT * FROM fetched_file") == []


def test_other_side_says_no(sftp, tmp_path):
    """Said once a look, and no reason to try again and again."""
    sftp.put(sftp.world.fill(1))
    sftp.server.change_host_key()
    ran = sftp.fetch(expect=1)
    assert ran.err.count("event=fetch.look.refused") == 1
    assert "host key is not the one" in ran.err
    assert sftp.inbox() == []


def test_other_side_is_away(sftp):
    sftp.put(sftp.world.fill(1))
    sftp.server.stop()
    ran = sftp.fetch(expect=75)
    assert ran.err.count("event=fetch.look.failed") == 4
    sftp.server.start()
    sftp.fetch()
    assert len(sftp.inbox()) == 1


def test_unusable_source_is_refused_at_start(https):
    for url in ("http://localhost/out/", "https://localhost/out"):
        https.configure(url=url)
        https.fetch(expect=3)


@pytest.mark.parametrize("failpoint", [*FETCHING[:-1], *PUBLISHING[1:]])
def test_killed_while_fetching(sftp, failpoint):
    world = sftp.world
    orders = world.fill(2)
    ready = sftp.put(orders)
    sftp.fetch(failpoint=f"{failpoint}:kill", expect=-signal.SIGKILL)
    assert ready.exists()
    finish(sftp, orders)


@pytest.mark.parametrize("failpoint", [*FETCHING[:-1], *PUBLISHING[1:]])
def test_killed_while_fetching_and_booked_before_the_next_look(
        sftp, failpoint):
    world = sftp.world
    orders = world.fill(2)
    ready = sftp.put(orders)
    sftp.fetch(failpoint=f"{failpoint}:kill", expect=-signal.SIGKILL)
    assert ready.exists()
    sftp.book()
    finish(sftp, orders)


def test_killed_after_deleting(sftp):
    orders = sftp.world.fill(2)
    ready = sftp.put(orders)
    sftp.fetch()
    sftp.book()
    sftp.fetch(failpoint="fetch.file.removed:kill", expect=-signal.SIGKILL)
    assert not ready.exists()
    finish(sftp, orders)


def finish(source, orders):
    """The belt drains by itself."""
    world = source.world
    for _ in range(3):
        source.fetch()
        source.book()
    assert list(source.folder.iterdir()) == []
    assert [outcome for _, outcome in source.imports()] == ["done"]
    assert world.orders("paid") == orders
    assert source.inbox() == []
    world.settled()
    world.verify()


@pytest.mark.parametrize("failpoint", PUBLISHING[1:])
def test_disk_fails_once(https, failpoint):
    ready = https.put(https.world.fill(1))
    ran = https.fetch(failpoint=f"{failpoint}:error")
    assert "event=fetch.file.failed" in ran.err
    assert https.inbox() == [ready.name]


def test_several_instances(source):
    world = source.world
    count = 30
    orders = world.fill(count)
    for order in orders[:count // 2]:
        source.put([order])
    source.configure(every="50ms")
    daemons = [source.start() for _ in range(3)]
    daemons += [world.start("payment") for _ in range(2)]
    for order in orders[count // 2:]:
        path = world.pay([order])
        path.rename(source.folder / (path.name + ".part"))
        (source.folder / (path.name + ".part")).rename(
            source.folder / path.name)
    # A file is gone over there before that is recorded here: whoever is
    # stopped in between cannot know.
    wait_until(lambda: world.value("SELECT count(*) FROM fetched_file "
                                   "WHERE removed_at IS NOT NULL") == count,
               "everything to be fetched, booked and removed", 60)
    for daemon in daemons:
        assert "level=error" not in daemon.stop()
    assert list(source.folder.iterdir()) == []
    assert [outcome for _, outcome in source.imports()] == ["done"] * count
    assert world.orders("paid") == orders
    world.settled()
    world.verify()
