"""The embedded database: made, started, stopped and killed."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import BUILD, wait_until
from world import World

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes "
                               "users")


class Embedded:
    """A state folder, its configuration and recardctl."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.state = self.folder / "state"
        self.conf = self.folder / "recard.conf"
        self.conf.write_text(f'state_dir = "{self.state}";\n')

    def command(self, *args):
        return [BUILD / "recardctl", "-c", self.conf, *args]

    def ctl(self, *args, expect=0):
        done = subprocess.run(
            self.command(*args), capture_output=True, text=True, check=False,
            timeout=120, env=World.environment())
        assert done.returncode == expect, (
            f"{args}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def postmaster(self):
        return int((self.state / "postgres" / "postmaster.pid").read_text()
                   .split()[0])

    def psql(self, text, role="recard_ctl", prefix=()):
        return subprocess.run(
            [*prefix, "psql", "-X", "-A", "-t", "-d",
             f"host={self.state}/run port=5432 dbname=recard user={role}",
             "-c", text], capture_output=True, text=True, check=False,
            timeout=30, cwd="/")


@pytest.fixture(name="embedded")
def fixture_embedded():
    folder = Path(tempfile.mkdtemp(prefix="recard-ctl-", dir="/var/tmp"))
    folder.chmod(0o755)
    made = Embedded(folder)
    try:
        yield made
    finally:
        subprocess.run(made.command("cluster", "stop"), check=False,
                       capture_output=True, timeout=120,
                       env=World.environment())
        shutil.rmtree(folder, ignore_errors=True)


def owner_of(pid):
    return os.stat(f"/proc/{pid}").st_uid


def test_life(embedded):
    assert "absent" in embedded.ctl("cluster", "status", expect=4)
    assert "running" in embedded.ctl("cluster", "start")
    pid = embedded.postmaster()
    if os.geteuid() == 0:
        assert owner_of(pid) == pwd.getpwnam("postgres").pw_uid
    assert "running" in embedded.ctl("cluster", "status")
    # Nothing listens on the network.
    sockets = subprocess.run(["ss", "-Hltnp"], capture_output=True,
                             text=True, check=True).stdout \
        if shutil.which("ss") else ""
    assert f"pid={pid}," not in sockets

    first = embedded.ctl("db", "migrate")
    tables = "SELECT count(*) FROM pg_class"
    count = embedded.psql(tables).stdout
    second = embedded.ctl("db", "migrate")
    assert embedded.psql(tables).stdout == count
    assert first != second
    assert "all invariants hold" in embedded.ctl("verify")

    embedded.ctl("cluster", "start")
    assert embedded.postmaster() == pid
    assert "stopped" in embedded.ctl("cluster", "stop")
    assert "stopped" in embedded.ctl("cluster", "status", expect=4)
    embedded.ctl("cluster", "stop")
    embedded.ctl("status", expect=4)

    # Killed, it starts again and has everything.
    embedded.ctl("cluster", "start")
    pid = embedded.postmaster()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not os.path.exists(f"/proc/{pid}"), "its end")
    assert "stopped" in embedded.ctl("cluster", "status", expect=4)
    embedded.ctl("cluster", "start")
    assert embedded.postmaster() != pid
    assert "all invariants hold" in embedded.ctl("verify")


def test_started_by_six_at_once(embedded):
    starts = [subprocess.Popen(
        embedded.command("cluster", "start"), stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env=World.environment())
        for _ in range(6)]
    for start in starts:
        said = start.communicate(timeout=120)[0]
        assert start.returncode == 0, said
    embedded.ctl("db", "migrate")
    assert "all invariants hold" in embedded.ctl("verify")
    assert not (embedded.state / "postgres.new").exists()


@ROOT_ONLY
def test_server_runs_as_who_has_its_folder(embedded):
    """As the services do: whoever of them and root creates it, both get in."""
    owner = pwd.getpwnam("nobody")
    embedded.state.mkdir(mode=0o751)
    os.chown(embedded.state, owner.pw_uid, owner.pw_gid)
    embedded.ctl("db", "migrate")
    assert owner_of(embedded.postmaster()) == owner.pw_uid
    service = ("setpriv", "--reuid", "nobody", "--clear-groups")
    for who in ((), service):
        assert embedded.psql("SELECT 1", prefix=who).stdout == "1\n"
    # And what has begun as another user goes on as that one.
    embedded.ctl("cluster", "stop")
    os.chown(embedded.state, 0, 0)
    embedded.ctl("cluster", "start")
    assert owner_of(embedded.postmaster()) == owner.pw_uid


@ROOT_ONLY
def test_state_dir_that_cannot_be_entered(embedded):
    closed = embedded.folder / "closed"
    closed.mkdir(mode=0o700)
    embedded.conf.write_text(f'state_dir = "{closed}/state";\n')
    said = embedded.ctl("cluster", "start", expect=3)
    assert f"user postgres cannot enter {closed}" in said
    assert "chmod o+x" in said
    assert not (closed / "state" / "postgres").exists()


@pytest.mark.parametrize("state_dir, words", [
    ("/var/tmp/" + "x" * 100, "shorter"),
    ("/var/tmp/a b", "letters, digits"),
])
def test_state_dir_that_cannot_be(embedded, state_dir, words):
    embedded.conf.write_text(f'state_dir = "{state_dir}";\n')
    assert words in embedded.ctl("cluster", "start", expect=3)
    assert not os.path.exists(state_dir)


@ROOT_ONLY
def test_other_users_are_refused(embedded):
    embedded.ctl("cluster", "start")
    embedded.ctl("db", "migrate")
    assert embedded.psql("SELECT 1").stdout == "1\n"
    nobody = ("setpriv", "--reuid", "nobody", "--regid", "nogroup",
              "--clear-groups")
    for role in ("recard_ctl", "recard_portal", "recard_owner", "postgres",
                 "nobody"):
        done = embedded.psql("SELECT 1", role, nobody)
        assert done.returncode == 2
        assert "Peer authentication failed" in done.stderr, done.stderr
    # Nor can they read the files.
    for path in (embedded.state / "postgres", embedded.state / "run",
                 embedded.state / "postgres.log"):
        done = subprocess.run([*nobody, "ls" if path.is_dir() else "cat",
                               path], capture_output=True, check=False,
                              timeout=30)
        assert done.returncode != 0, path
