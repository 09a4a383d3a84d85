"""A host of its own: the file system of this one with a layer on top that goes
away, its own processes, network and control groups, and systemd as its first
process. What is installed, started or broken in it, is so nowhere else.
"""

import ctypes
import os
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import wait_until

# pivot_root and not chroot: in a chroot nobody may make a user namespace, as
# PrivateUsers= does. Shared mounts: credentials are mounted by a helper.
BOOT = r"""
set -e
base=$1
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$base"
mkdir "$base/upper" "$base/work" "$base/root"
root=$base/root
mount -t overlay overlay \
	-o "lowerdir=/,upperdir=$base/upper,workdir=$base/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for place in run tmp var/tmp dev; do
	mount -t tmpfs -o mode=1777 tmpfs "$root/$place"
done
chmod 755 "$root/run" "$root/dev"
for device in null zero full random urandom tty; do
	touch "$root/dev/$device"
	mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
# Of this host's services none is started, but nothing keeps one from starting.
rm -rf "$root/usr/sbin/policy-rc.d" "$root"/etc/systemd/system/*.wants \
	"$root/etc/machine-id"
touch "$root/etc/machine-id"
cat >"$root/etc/systemd/system/quiet.target" <<END
[Unit]
Requires=basic.target
After=basic.target
END
mkdir -p "$root/mnt"
cd "$root"
pivot_root . mnt
umount -l /mnt
mount --make-rshared /
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	/lib/systemd/systemd --unit=quiet.target --show-status=no
"""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def die_with_parent():
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Host:
    """folder: a mount point on this host, for nobody here to see."""

    def __init__(self, folder):
        self.log = Path(folder) / "boot.log"
        base = Path(folder) / "base"
        base.mkdir()
        with self.log.open("wb") as log:
            self.outer = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--net", "--cgroup", "--uts",
                 "--ipc", "--fork", "--kill-child", "sh", "-c", BOOT, "boot",
                 base], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd="/", preexec_fn=die_with_parent)
        self.first = None
        try:
            wait_until(self._runs, "systemd to run", 60)
        except pytest.fail.Exception:
            print(self.log.read_text(errors="replace"))
            self.close()
            raise

    def _runs(self):
        assert self.outer.poll() is None, self.log.read_text()
        children = Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}"
                        "/children").read_text().split()
        if not children:
            return False
        self.first = int(children[0])
        if b"systemd" not in Path(f"/proc/{self.first}/cmdline").read_bytes():
            return False
        done = self._enter("systemctl", "is-system-running")
        return done.stdout.strip() in ("running", "degraded")

    def _enter(self, *command):
        return subprocess.run(
            ["nsenter", "-t", str(self.first), "-m", "-p", "-n", "-u", "-i",
             "-C", "-r", "-w", "env", "-i", f"PATH={PATH}", "LC_ALL=C.UTF-8",
             "DEBIAN_FRONTEND=noninteractive", *map(str, command)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", check=False, timeout=180)

    def run(self, *command, expect=0):
        """Runs it in there, as root; what it said."""
        done = self._enter(*command)
        if done.returncode != expect:
            pytest.fail(f"{command}: exit {done.returncode}\n{done.stdout}"
                        f"{done.stderr}--- journal\n" + self._enter(
                            "journalctl", "-n", "40", "--no-pager").stdout)
        return done.stdout + done.stderr

    def shell(self, text, expect=0):
        return self.run("sh", "-euc", text, expect=expect)

    def path(self, name):
        """A file of that host, seen from here."""
        return Path(f"/proc/{self.first}/root") / str(name).lstrip("/")

    def unit(self, name, field):
        return self.run("systemctl", "show", "--value", "-p", field,
                        name).strip()

    def close(self):
        if self.first:
            try:
                os.kill(self.first, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.outer.kill()
        self.outer.wait()
