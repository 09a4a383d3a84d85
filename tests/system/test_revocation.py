"""Lists of revoked certificates as the portal keeps them: fetched over HTTPS,
checked, shared by all portals of a host, and never exchanged for an older or a
bad one."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time

import citizens
import make_authority
import pytest
from conftest import BUILD, wait_until
from https_server import HttpsServer
from world import SANITIZERS, sane

PROBE = BUILD / "tests" / "system" / "revocation_probe"
MANY = 500000


class Portal:
    """A probe, and what it logged."""

    def __init__(self, folder, *lists, grace=0, once=False, log=None,
                 failpoint=None):
        self.log_path = log or folder.parent / f"log.{time.monotonic_ns()}"
        with open(self.log_path, "w", encoding="utf-8") as log_file:
            self.process = subprocess.Popen(
                [PROBE, *(["-o"] if once else []), folder, str(grace),
                 *(str(word) for one in lists for word in one)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log_file, text=True, env=os.environ | SANITIZERS
                | ({"RECARD_FAILPOINT": failpoint} if failpoint else {}))

    def step(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def events(self):
        """The lines since the last call, by their event."""
        with open(self.log_path, encoding="utf-8") as file:
            file.seek(getattr(self, "at", 0))
            text = file.read()
            self.at = file.tell()
        sane("revocation_probe", text)
        return [line.split()[0].partition("=")[2] + (
            ":" + line.split("code=")[1].split()[0] if "code=" in line else ""
        ) for line in text.splitlines()]

    def step_until(self, event):
        """Steps until it logs the event; the answer of that step."""
        def stepped():
            answer = self.step()
            return event in self.events() and answer
        return wait_until(stepped, event)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(30) == 0
        self.process.stdout.close()


class Place:
    """An authority, the server of its list, and a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = citizens.Authority(folder / "authority")
        self.tls = folder / "tls"
        make_authority.make_tls(self.tls)
        self.out = folder / "out"
        self.out.mkdir()
        self.server = HttpsServer(self.out, self.tls / "good.crt",
                                  self.tls / "good.key")

    def issuer(self):
        return self.authority.folder / "issuer.crt"

    def publish(self, content=None, **how):
        path = self.out / "all.crl"
        path.write_bytes(content or self.authority.revocation_list(**how))
        return path

    def listed(self, every=10, name="citizens", place=None):
        return (name, self.issuer(), place or self.server.url + "all.crl",
                self.tls / "ca.crt", every)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("place"))
    with place.server:
        yield place


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "kept"


def test_a_list_is_fetched_and_kept(place, kept):
    place.publish(number=7)
    portal = Portal(kept, place.listed(every=3600000))
    answer = portal.step()
    assert answer["lists"] == ["07"] and answer["unfit"] == 0
    assert answer["outcome"] == "idle" and answer["exceptions"] == 0
    assert portal.events() == ["revocation.list.loaded"]
    assert (kept / "citizens.crl").read_bytes() == \
        (place.out / "all.crl").read_bytes()
    # Nothing is due, and nothing else lies about.
    asked = len(place.server.requests)
    assert portal.step()["lists"] == ["07"]
    assert len(place.server.requests) == asked
    assert sorted(os.listdir(kept)) == ["citizens.crl", "citizens.lock"]
    assert portal.events() == []
    portal.close()
    # The next one finds it there, and need not ask.
    portal = Portal(kept, place.listed(every=3600000))
    assert portal.step()["lists"] == ["07"]
    assert len(place.server.requests) == asked
    portal.close()
    # With --once it is fetched all the same.
    place.publish(number=8)
    portal = Portal(kept, place.listed(every=3600000), once=True)
    assert portal.step()["lists"] == ["08"]
    portal.close()


def test_one_that_dies_while_it_writes(place, kept):
    """Leaves what was there; the next one finishes."""
    place.publish(number=7)
    first = Portal(kept, place.listed(every=1))
    assert first.step()["lists"] == ["07"]
    first.close()
    before = (kept / "citizens.crl").read_bytes()
    place.publish(number=8)
    dying = Portal(kept, place.listed(every=1),
                   failpoint="spool.replace.written:kill:1")

    def dies():
        with contextlib.suppress(OSError, ValueError):
            dying.step()
        return dying.process.poll() is not None

    wait_until(dies, "its end")
    assert dying.process.returncode == -signal.SIGKILL
    with contextlib.suppress(OSError):
        dying.process.stdin.close()
    dying.process.stdout.close()
    assert (kept / "citizens.crl").read_bytes() == before
    portal = Portal(kept, place.listed(every=1))
    wait_until(lambda: portal.step()["lists"] == ["08"], "the next list")
    portal.close()
    assert {path.name for path in kept.iterdir()
            if path.suffix == ".part"} == set()


def test_it_goes_forward_only(place, kept):
    place.publish(number=300)
    portal = Portal(kept, place.listed())

    assert portal.step_until("revocation.list.loaded")["lists"] == ["012c"]
    place.publish(number=301)
    assert portal.step_until("revocation.list.loaded")["lists"] == ["012d"]
    now = place.authority.now
    stranger = citizens.Authority(place.folder / "stranger")
    good = place.authority.revocation_list(number=400)
    for content, code in (
            (place.authority.revocation_list(number=255), "older_list"),
            (place.authority.revocation_list(number=400, begins=now - 9999),
             "older_list"),
            (place.authority.revocation_list(number=400, begins=now + 9999),
             "from_the_future"),
            (stranger.revocation_list(number=400), "bad_signature"),
            (good[:-1] + bytes([good[-1] ^ 1]), "bad_signature"),
            (good[:300], "malformed"),
            (b"<html>maintenance</html>", "malformed"),
            (place.authority.revocation_list(number=400, ends=""),
             "no_next_update"),
            (place.authority.revocation_list(number=400, digest="sha1"),
             "weak_algorithm")):
        place.publish(content)
        answer = portal.step_until("revocation.list.refused:" + code)
        assert answer["lists"] == ["012d"] and answer["unfit"] == 0, code
        assert answer["exceptions"] > 0
    place.publish(good)
    assert portal.step_until("revocation.list.loaded")["lists"] == ["0190"]
    portal.close()


def test_a_host_that_does_not_answer(place, kept):
    place.publish(number=7)
    portal = Portal(kept, place.listed())
    assert portal.step()["lists"] == ["07"]
    portal.events()
    (place.out / "all.crl").rename(place.out / "gone")
    answer = portal.step_until("revocation.fetch.failed")
    # What is there serves on.
    assert answer["lists"] == ["07"] and answer["exceptions"] == 1
    portal.close()
    (place.out / "gone").unlink()
    nowhere = ("citizens", place.issuer(), "https://localhost:1/all.crl",
               place.tls / "ca.crt", 10)
    portal = Portal(kept, nowhere)
    answer = portal.step()
    assert answer["outcome"] == "failed" and answer["lists"] == ["07"]
    portal.close()
    # Somebody else's certificate: the host is not asked for anything.
    asked = len(place.server.requests)
    portal = Portal(kept, (*place.listed()[:3], place.tls / "other-ca.crt",
                           10))
    answer = portal.step()
    assert answer["lists"] == ["07"] and answer["exceptions"] == 1
    assert len(place.server.requests) == asked
    portal.close()


def test_missing_and_stale_are_told_once(place, kept):
    path = kept.parent / "others.crl"
    now = int(time.time())
    portal = Portal(kept, place.listed(place=path), grace=2000)
    assert portal.step()["unfit"] == 1
    assert portal.events() == ["revocation.list.unfit"]
    assert portal.step()["unfit"] == 1
    assert portal.events() == []
    place.authority.write_list(path, number=5, begins=now - 60, ends=now - 1)
    # Within its grace.
    assert portal.step()["unfit"] == 0
    assert portal.events() == ["revocation.list.loaded", "revocation.list.fit"]
    assert portal.step_until("revocation.list.unfit")["unfit"] == 1
    place.authority.write_list(path, number=6, begins=now - 60)
    assert portal.step()["unfit"] == 0
    portal.close()


def test_portals_share_the_file(place, kept):
    place.publish(number=7)
    one = Portal(kept, place.listed())
    other = Portal(kept, place.listed(every=3600000))
    one.step_until("revocation.list.loaded")
    assert other.step()["lists"] == ["07"]
    place.publish(number=9)
    one.step_until("revocation.list.loaded")
    # The other one had nothing to fetch: the file changed.
    asked = len(place.server.requests)
    assert other.step()["lists"] == ["09"]
    assert len(place.server.requests) == asked
    one.close()
    other.close()


def test_one_portal_fetches_at_a_time(place, kept):
    place.publish(number=7)
    kept.mkdir()
    with open(kept / "citizens.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        portal = Portal(kept, place.listed())
        asked = len(place.server.requests)
        answer = portal.step()
        # Somebody else is at it: that is no failure.
        assert answer["lists"] == [None] and answer["exceptions"] == 0
        assert answer["outcome"] == "idle"
        assert len(place.server.requests) == asked
    portal.step_until("revocation.list.loaded")
    portal.close()


def test_half_a_million_do_not_hold_the_loop_up(place, kept):
    place.publish(entries=citizens.many_entries(MANY, place.authority.now))
    portal = Portal(kept, place.listed(every=3600000))
    answer = portal.step()
    assert answer["unfit"] == 0
    print("longest without a turn:", answer["longest"], "ms")
    # 20 ms as built for use; sanitizers and busy machines are slower.
    assert answer["longest"] < 500
    portal.close()


def test_what_is_configured_wrongly_is_told(place, kept):
    good = place.listed()
    for lists, words in (
            ([("", *good[1:])], "needs a name"),
            ([("a/b", *good[1:])], "needs a name"),
            ([good, good], "two lists have this name"),
            ([(good[0], place.tls / "ca.key", *good[2:])],
             "holds no certificate"),
            ([(*good[:2], "http://localhost/all.crl", *good[3:])],
             "url is to be https://host/path/FILE"),
            ([(*good[:2], "https://localhost/", *good[3:])],
             "url is to be https://host/path/FILE"),
            ([(*good[:3], "/nowhere/ca.crt", 10)], "/nowhere/ca.crt")):
        portal = Portal(kept, *lists)
        out, _ = portal.process.communicate(timeout=10)
        assert portal.process.returncode == 3 and words in out, out
