"""What `make install` puts where, and what systemd makes of it."""

import os
import re
import shutil
import subprocess

import pytest

from conftest import BUILD, ROOT

DAEMONS = ("console", "label", "manufacture", "notify", "payment", "portal",
           "purge", "tracking")
PAGES = {f"man{path.suffix[1:]}/{path.name}"
         for path in (ROOT / "man").glob("*.[1-8]")}
INSTALLED = {
    "bin/recardctl", "sbin/recard-nightly",
    *(f"sbin/recard-{name}" for name in DAEMONS),
    *(f"lib/systemd/system/recard-{name}.service"
      for name in (*DAEMONS, "cluster", "nightly")),
    "lib/systemd/system/recard-nightly.timer",
    "lib/sysusers.d/recard.conf", "lib/tmpfiles.d/recard.conf",
    "lib/nagios/plugins/check_recard",
    "etc/recard/recard.conf", "etc/cron.d/recard", "etc/logrotate.d/recard",
    "share/bash-completion/completions/recardctl",
    "share/doc/recard/recard-dashboard.json",
    "share/doc/recard/recard.rules.yml", "share/doc/recard/hour.bash",
    "share/doc/recard/openapi.json",
    *(f"share/recard/mail/{language}/{path.name}"
      for language in ("zh-Hant", "en")
      for path in (ROOT / "etc" / "mail" / language).iterdir()),
    "share/recard/line-characters.txt", "share/recard/postal-areas.csv",
    *(f"share/man/{page}" for page in PAGES)}


def run(*command, **arguments):
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, check=False, timeout=120,
                          **arguments)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def files(folder):
    return {path.relative_to(folder).as_posix()
            for path in folder.rglob("*") if not path.is_dir()}


@pytest.fixture(name="tree", scope="module")
def fixture_tree(tmp_path_factory):
    """The folder that has become /usr/local."""
    folder = tmp_path_factory.mktemp("install")
    run("make", "-C", BUILD, "install", f"DESTDIR={folder}")
    return folder / "usr/local"


def test_all_is_installed_and_nothing_else(tree):
    assert files(tree) == INSTALLED
    for name in INSTALLED:
        text = (tree / name).read_bytes()
        assert b"\n" in text and not re.search(
            rb"@(s?bin|sysconf)dir@", text), name
        programs = name.startswith(("bin/", "sbin/", "lib/nagios/"))
        assert bool(os.access(tree / name, os.X_OK)) == programs, name


def test_administrators_files_stay_and_the_rest_goes(tree, tmp_path):
    copy = tmp_path / "usr/local"
    shutil.copytree(tree, copy)
    conf = copy / "etc/recard/recard.conf"
    conf.write_text("poll = \"1s\";\n", encoding="ascii")
    run("make", "-C", BUILD, "install", f"DESTDIR={tmp_path}")
    assert conf.read_text(encoding="ascii") == "poll = \"1s\";\n"
    run("make", "-C", BUILD, "uninstall", f"DESTDIR={tmp_path}")
    assert files(copy) == {"etc/recard/recard.conf"}


def test_user_and_folders_are_made(tree, tmp_path):
    (tmp_path / "etc").mkdir()
    for _ in range(2):
        run("systemd-sysusers", f"--root={tmp_path}",
            tree / "lib/sysusers.d/recard.conf")
        run("systemd-tmpfiles", f"--root={tmp_path}", "--create",
            tree / "lib/tmpfiles.d/recard.conf")
    account = re.search(r"^recard:x:(\d+):(\d+):recard:/var/lib/recard:(.*)$",
                        (tmp_path / "etc/passwd").read_text(), re.M)
    assert account and account[3].endswith("/nologin")
    made = {path.relative_to(tmp_path).as_posix():
            (path.stat().st_uid, path.stat().st_gid,
             path.stat().st_mode & 0o7777)
            for path in tmp_path.rglob("*recard/**") if path.is_dir()}
    user, group = int(account[1]), int(account[2])
    assert made.pop("usr/local/etc/recard/keys") == (0, group, 0o750)
    assert made.pop("usr/local/etc/recard")[2] & 0o022 == 0
    spool = "var/spool/recard"
    assert made == {name: (user, group, mode) for name, mode in {
        "var/lib/recard": 0o751, "var/log/recard": 0o750, spool: 0o750,
        f"{spool}/settlement": 0o770, f"{spool}/line": 0o750,
        f"{spool}/line/in": 0o770, f"{spool}/line/out": 0o750,
        f"{spool}/labels": 0o750, f"{spool}/post": 0o770,
        f"{spool}/bounces": 0o770}.items()}


def test_cron_runs_nothing_until_it_is_told_to(tree):
    text = (tree / "etc/cron.d/recard").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"(|[A-Z]+=\S+)", line) for line in lines), lines
    jobs = re.findall(r"^#(\S+ \S+ \* \* \*) recard (.*)$", text, re.M)
    assert len(jobs) == 8
    for _, command in jobs:
        program = re.match(r"command -v (recard-\w+) ", command)[1]
        assert (tree / "sbin" / program).is_file()
        # Where the package is gone, nothing is said.
        assert run("/bin/sh", "-c", command, env={"PATH": "/nowhere"}) == ""


def test_package_knows_every_service():
    """Where they are named one by one."""
    for name, wanted in (
            ("recard.prerm", [f"recard-{daemon}.service"
                              for daemon in (*DAEMONS, "cluster", "nightly")]),
            ("README.Debian", [f"recard-{daemon}" for daemon in DAEMONS])):
        text = (ROOT / "scripts/debian" / name).read_text(encoding="utf-8")
        assert [unit for unit in wanted if unit not in text] == []


def test_log_rotation_reaches_every_daemon(tree):
    text = (tree / "etc/logrotate.d/recard").read_text()
    names = re.search(r"for program in (.*); do", text)[1].split()
    assert sorted(names) == sorted(DAEMONS)
    assert "--exec /usr/local/sbin/recard-$program" in text
