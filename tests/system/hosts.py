"""Hosts of our own, for tests: each has its network, name, processes and
mounts to itself, and a cable to the database's. Nothing of the machine's own
network is touched. Wants root, as the namespaces do.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from conftest import SUPERUSER, Cluster, end_with_parent, wait_until

PORT = 5432


def run(*command):
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done


class Host:
    """One host: name, and its address behind the database's."""

    def __init__(self, name):
        self.name = name
        # The last ends when the first does, and everything in between.
        self.holder = subprocess.Popen(
            ["unshare", "--net", "--uts", "--mount", "--pid", "--fork",
             "--kill-child", "--mount-proc", "sh", "-c",
             'hostname "$0"; ip link set lo up; exec sleep infinity', name],
            stdin=subprocess.DEVNULL, preexec_fn=end_with_parent)
        self.first = wait_until(self._first_process, f"host {name}")
        wait_until(lambda: self._named() == "sleep", f"host {name}")

    def _first_process(self):
        tasks = Path(f"/proc/{self.holder.pid}/task/{self.holder.pid}"
                     "/children")
        children = tasks.read_text(encoding="ascii").split()
        return int(children[0]) if children else None

    def _named(self):
        return Path(f"/proc/{self.first}/comm").read_text(
            encoding="ascii").strip()

    def inside(self, *namespaces):
        """What stands in front of a command to run it there."""
        return ["nsenter", "--target", str(self.first),
                *(f"--{name}" for name in namespaces or (
                    "net", "uts", "mount", "pid"))]

    def start(self, command, environment):
        return subprocess.Popen(
            [*self.inside(), *map(str, command)], text=True, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, env=environment)

    def kill(self):
        """As if the power failed: every process of it at once."""
        if self.holder.poll() is None:
            os.kill(self.first, 9)
            self.holder.wait(30)


def connect(server, host, number):
    """A cable from the database's host to another one; the database's
    address on it. Its end there is called to<number>."""
    here, there = f"10.213.{number}.1", f"10.213.{number}.2"
    run("ip", "link", "add", f"to{number}", "netns", server.first, "type",
        "veth", "peer", "name", "eth0", "netns", host.first)
    for one, name, address in ((server, f"to{number}", here),
                               (host, "eth0", there)):
        run(*one.inside("net"), "ip", "address", "add", f"{address}/30",
            "dev", name)
        run(*one.inside("net"), "ip", "link", "set", name, "up")
    return here


def cable(server, number, state):
    """Cuts a cable ("down"), or mends it ("up")."""
    run(*server.inside("net"), "ip", "link", "set", f"to{number}", state)


def far_cluster(server):
    """A kind of Cluster that runs on a host, and listens there."""
    account = pwd.getpwnam(SUPERUSER)

    class FarCluster(Cluster):
        def launch(self, command, **how):
            (self.data / "pg_hba.conf").write_text(
                "local all all trust\nhost all all 10.213.0.0/16 trust\n",
                encoding="ascii")
            return subprocess.Popen(
                [*server.inside("net"), "--setuid", str(account.pw_uid),
                 "--setgid", str(account.pw_gid), *map(str, command)], **how)

    return FarCluster


def tools():
    """Whether this machine has what this file wants."""
    return os.geteuid() == 0 and shutil.which("ip") is not None
