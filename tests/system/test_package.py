"""The Debian package: built as people build it, and its whole life on a host
with systemd."""

import json
import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT, wait_until
from host import Host

DAEMONS = ("console", "label", "manufacture", "notify", "payment", "portal",
           "purge", "tracking")
SERVICES = [f"recard-{name}.service" for name in DAEMONS]
STATE = ("/etc/recard", "/var/lib/recard", "/var/spool/recard")
CONF = """
log_file = "/var/log/recard/recard.log";
payment: { listen_plain = "unix:/run/recard/payment.sock"; };
purge: { commitment_key = "/etc/recard/keys/purge.key"; };
manufacture: {
	address_key = "/etc/recard/keys/address.key";
	signers = ({ certificate = "/etc/recard/our.crt"; key = "/etc/recard/keys/our.key"; });
	lines = ({ name = "main"; line_certificate = "/etc/recard/line.crt"; outbox = "/var/spool/recard/line/out"; inbox = "/var/spool/recard/line/in"; });
};
label: { run_min = 1; };
notify: {
	outbox = "/var/spool/recard/mail";
	from = "no-reply@card.example.tw";
	site = "https://card.example.tw/";
	contact = "0800-000-000";
};
console: {
	operators_ca = "/etc/recard/operators.crt";
	certificate = "/etc/recard/localhost.crt";
	key = "/etc/recard/keys/localhost.key";
	form_key = "/etc/recard/keys/form.key";
};
portal: {
	listen_plain = "unix:/run/recard/portal.sock"; host = "card.example.tw";
	form_key = "/etc/recard/keys/form.key";
	holder_key = "/etc/recard/keys/holder.key";
	authorities = "/etc/recard/citizens.pem";
	revocations = ({
		name = "citizens"; issuer = "/etc/recard/issuer.crt";
		path = "/etc/recard/citizens.crl";
	});
};
recardctl: { holder_key = "/etc/recard/keys/holder.key"; };
"""
# Authorities and the payment service, as in a newcomer's hour.
CERTIFICATES = """
. /usr/share/doc/recard/hour.bash
cd /etc/recard
for name in our line operators; do hour_pair $name; done
hour_pair localhost -addext subjectAltName=DNS:localhost
mv keys/*.crt .
chmod 644 ./*.crt
chgrp recard keys/*
chmod 640 keys/*
"""
PAYMENT = """
. /usr/share/doc/recard/hour.bash
mkdir -p /tmp/payment/settlement /tmp/payment/played
cd /tmp/payment
play_payment %s=228
install -o recard settlement/* /var/spool/recard/settlement/
"""


def run(*command, expect=0, **arguments):
    done = subprocess.run([str(word) for word in command], text=True,
                          capture_output=True, check=False, timeout=300,
                          **arguments)
    assert done.returncode == expect, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(name="package", scope="module")
def fixture_package(tmp_path_factory):
    """Built once, without the unit tests, which run elsewhere."""
    folder = tmp_path_factory.mktemp("package")
    said = run(ROOT / "scripts/package", folder, env={
        "PATH": os.environ["PATH"],
        "DEB_BUILD_OPTIONS": "nocheck parallel=2"})
    made = sorted(folder.glob("recard_*.deb"))
    assert len(made) == 1 and str(made[0]) in said
    assert list(folder.glob("recard-dbgsym_*.deb"))
    return made[0]


@pytest.fixture(name="host", scope="module")
def fixture_host(tmp_path_factory):
    made = Host(tmp_path_factory.mktemp("host"))
    yield made
    made.close()


def repacked(package, version):
    """The same programs as another version, with another recard.conf."""
    folder = package.with_suffix("")
    run("dpkg-deb", "-R", package, folder)
    control = folder / "DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}",
                              control.read_text(), flags=re.M))
    with (folder / "etc/recard/recard.conf").open("a") as conf:
        conf.write("# A new remark.\n")
    made = package.with_name(f"recard_{version}.deb")
    run("dpkg-deb", "-Znone", "-b", folder, made)
    return made


def dpkg(host, *args):
    """Without the triggers of others' packages, which take their time."""
    return host.run("dpkg", "--no-triggers", *args)


def stopped(host):
    return not host.path("/var/lib/recard/postgres/postmaster.pid").exists()


def install(host, package):
    place = f"/tmp/{package.name}"
    host.path(place).write_bytes(package.read_bytes())
    return dpkg(host, "--force-confold", "-i", place)


def test_package_is_clean(package):
    changes = next(package.parent.glob("*.changes"))
    assert run("lintian", "--allow-root", "--fail-on", "error,warning",
               changes) == ""
    build = next(package.parent.glob("*.build"))
    assert "NONVERBOSE" not in run("blhc", "--all", build)
    fields = run("dpkg-deb", "-f", package, "Depends", "Recommends")
    depends, recommends = fields.split("Recommends:")
    for name in ("libpq5", "libevent-core", "libharfbuzz-subset0"):
        assert name in depends
    for name in ("postgresql-15", "fonts-noto-cjk"):
        assert name in recommends and name not in depends
    version = run("dpkg-deb", "-f", package, "Version").strip()
    assert version.startswith(re.search(
        r"^AC_INIT\(\[recard\], \[(.*)\]\)", (ROOT / "configure.ac").read_text(),
        re.M)[1])


def nothing_was_begun(host):
    assert host.shell("ls -A /var/lib/recard") == ""
    for unit in (*SERVICES, "recard-cluster.service", "recard-nightly.timer"):
        assert host.unit(unit, "ActiveState") == "inactive"
        assert host.unit(unit, "UnitFileState") == "disabled"


def installed_as_documented(host):
    assert host.run("stat", "-c", "%n %a %U:%G", "/etc/recard/keys",
                    "/etc/recard/recard.conf", "/var/lib/recard",
                    "/var/log/recard", "/var/spool/recard").splitlines() == [
        "/etc/recard/keys 750 root:recard",
        "/etc/recard/recard.conf 644 root:root",
        "/var/lib/recard 751 recard:recard",
        "/var/log/recard 750 recard:recard",
        "/var/spool/recard 750 recard:recard"]
    # Also that each page a unit names is there.
    assert host.shell("systemd-analyze verify /lib/systemd/system/recard-*") \
        == ""
    for unit in (*SERVICES, "recard-cluster.service",
                 "recard-nightly.service"):
        exposure = re.search(
            r"exposure level for \S+ ([\d.]+)", host.run(
                "systemd-analyze", "security", "--no-pager", unit))
        assert float(exposure[1]) <= 2.0, unit
    for name in DAEMONS:
        assert host.run(f"recard-{name}", "-V").startswith(f"recard-{name} ")
    # As far as nothing must be set, the configuration is good as it comes.
    for name in ("label", "payment", "tracking"):
        assert host.run("runuser", "-u", "recard", "--", f"recard-{name}",
                        "-t") == "configuration OK\n"
    assert "RECARD CRITICAL" in host.run(
        "/usr/lib/nagios/plugins/check_recard", expect=2)
    assert "-F _recardctl recardctl" in host.run(
        "cat", "/usr/share/bash-completion/completions/recardctl")


def first_ten_minutes(host, tmp_path):
    """As README.Debian says; then an order."""
    keys = re.search(r"^       (cd /etc.*?^       done)$", host.run(
        "cat", "/usr/share/doc/recard/README.Debian"), re.M | re.S)[1]
    host.shell(keys)
    host.run("bash", "-euc", CERTIFICATES)
    host.path("/etc/recard/recard.conf").write_text(CONF)
    run(sys.executable, ROOT / "tests/peers/citizens.py", tmp_path / "ca")
    for name in ("citizens.pem", "issuer.crt", "citizens.crl"):
        host.path(f"/etc/recard/{name}").write_bytes(
            (tmp_path / "ca" / name).read_bytes())
    for name in ("notify", "portal"):
        assert host.run("runuser", "-u", "recard", "--", f"recard-{name}",
                        "-t") == "configuration OK\n"
    host.run("systemctl", "enable", "--now", "recard-cluster")
    assert "committed" in host.run("recardctl", "db", "migrate")
    run(sys.executable, ROOT / "tests/peers/applications.py", "--count", 3,
        "--seed", 7, "--out-applications", tmp_path / "applications.jsonl",
        "--out-certificates", tmp_path / "certificates.jsonl")
    for kind, name in (("certificate", "certificates"),
                       ("order", "applications")):
        host.path(f"/tmp/{name}.jsonl").write_bytes(
            (tmp_path / f"{name}.jsonl").read_bytes())
        host.run("recardctl", kind, "import", f"/tmp/{name}.jsonl")
    assert len(orders(host)) == 3
    assert "all invariants hold" in host.run("recardctl", "verify")
    # The services' user is let in as root is.
    assert "all invariants hold" in host.run(
        "runuser", "-u", "recard", "--", "recardctl", "verify")


def orders(host):
    return {order["order_no"] for order in json.loads(host.run(
        "recardctl", "--format", "json", "order", "list"))}


def services_run(host):
    """In their sandbox, with keys that their user cannot read."""
    host.shell("install -d -m 0700 /etc/credstore;"
               "mv /etc/recard/keys/purge.key /etc/credstore/recard.purge.key;"
               "chown root:root /etc/credstore/recard.purge.key;"
               "chmod 0600 /etc/credstore/recard.purge.key")
    host.run("systemctl", "start", *SERVICES)
    for name in SERVICES:
        assert host.unit(name, "ActiveState") == "active"
        assert host.unit(name, "StatusText") == "working"
        process = f"/proc/{host.unit(name, 'MainPID')}"
        status = host.run("cat", f"{process}/status", f"{process}/limits")
        for line in (r"CapEff:\s+0+", r"Seccomp:\s+2", r"NoNewPrivs:\s+1",
                     r"Max core file size\s+0\s+0\s+bytes\s*"):
            assert re.search(f"^{line}$", status, re.M), (name, line, status)
    host.run("systemctl", "reload", "recard-purge")
    assert "config.reload.done" in host.run(
        "cat", "/var/log/recard/recard.log")
    # Files, keys, fonts: all that a label takes.
    host.run("bash", "-euc", PAYMENT % min(orders(host)))
    labels = host.path("/var/spool/recard/labels")
    wait_until(lambda: list(labels.glob("LR-*.pdf")), "a label")
    assert host.path("/run/recard/payment.sock").is_socket()
    mails = host.path("/var/spool/recard/mail")
    wait_until(lambda: list(mails.glob("*.eml")), "a mail")
    page = host.run(
        "curl", "-sSi", "--unix-socket", "/run/recard/portal.sock",
        "http://card.example.tw/login?lang=en")
    assert page.startswith("HTTP/1.1 200 OK") and "Log in" in page
    # Without its key a daemon says so, and is not tried again.
    store = host.path("/etc/credstore/recard.purge.key")
    aside = store.rename(store.with_name("aside"))
    host.run("systemctl", "restart", "recard-purge", expect=1)
    assert host.unit("recard-purge", "ExecMainStatus") == "3"
    assert host.unit("recard-purge", "ActiveState") == "failed"
    aside.rename(store)
    host.run("systemctl", "restart", "recard-purge")


def a_daemon_that_hangs_is_ended(host):
    drop_in = host.path("/run/systemd/system/recard-label.service.d")
    drop_in.mkdir(parents=True)
    (drop_in / "soon.conf").write_text(
        "[Service]\nWatchdogSec=2s\nTimeoutStopSec=1s\nRestartSec=0\n")
    host.run("systemctl", "daemon-reload")
    host.run("systemctl", "restart", "recard-label")
    process = host.unit("recard-label", "MainPID")
    host.run("kill", "-STOP", process)
    wait_until(lambda: host.unit("recard-label", "NRestarts") == "1" and
               host.unit("recard-label", "ActiveState") == "active",
               "another recard-label", interval=0.2)
    assert host.unit("recard-label", "MainPID") != process
    assert "Watchdog timeout" in host.run(
        "journalctl", "-o", "cat", "-u", "recard-label")


def cron_runs_what_it_is_told_to(host):
    text = host.path("/etc/cron.d/recard").read_text()
    path = re.search(r"^PATH=(.*)$", text, re.M)[1]
    belt = re.findall(r"^#\*/10 \* \* \* \* recard (.*)$", text, re.M)
    assert len(belt) == len(DAEMONS) - 1  # the console drains nothing

    def said():
        return "".join(host.run(
            "runuser", "-u", "recard", "--", "env", "-i", f"PATH={path}",
            "/bin/sh", "-c", command) for command in belt)

    # Cron has no credentials.
    assert re.match("recard-purge failed: .*/purge\\.key: ", said())
    host.run("install", "-m", "0640", "-g", "recard",
             "/etc/credstore/recard.purge.key", "/etc/recard/keys/purge.key")
    assert said() == ""


def monitoring_sees_it(host):
    plugin = "/usr/lib/nagios/plugins/check_recard"
    said = host.run("runuser", "-u", "recard", "--", plugin, expect=1)
    assert said.startswith("RECARD WARNING - feeds ")
    # Who may not read the keys cannot tell.
    assert "RECARD UNKNOWN" in host.run("runuser", "-u", "nobody", "--",
                                        plugin, expect=3)


def the_night_runs(host):
    host.run("systemctl", "enable", "--now", "recard-nightly.timer")
    assert host.unit("recard-nightly.timer", "ActiveState") == "active"
    assert "19:15:" in host.unit("recard-nightly.timer", "TimersCalendar")
    # It may be that time just now.
    host.run("systemctl", "stop", "recard-nightly.timer")
    host.run("systemctl", "start", "recard-nightly", expect=1)
    said = host.run("journalctl", "-o", "cat", "-u", "recard-nightly")
    steps = re.findall(r"^(recard\S*.*) ended with (\d+):$", said, re.M)
    # That no payment feed has told anything yet, and nothing else.
    assert steps == [("recardctl doctor", "1")], said
    # The key that is a credential is no finding, for the night or for root.
    for found in (said, host.run("recardctl", "doctor", expect=1)):
        assert "commitment_key" not in found


def logs_are_rotated(host):
    log = host.path("/var/log/recard/recard.log")
    host.run("logrotate", "-d", "/etc/logrotate.d/recard")
    before = {name: host.unit(name, "MainPID") for name in SERVICES}
    host.run("logrotate", "-f", "/etc/logrotate.d/recard")
    wait_until(lambda: log.exists() and
               log.read_text().count("event=log.reopen.done") == len(before),
               "all daemons to open the new log")
    assert "daemon.start.done" in host.path(
        "/var/log/recard/recard.log.1").read_text()
    assert host.run("stat", "-c", "%a %U:%G",
                    "/var/log/recard/recard.log") == "640 recard:recard\n"
    assert before == {name: host.unit(name, "MainPID") for name in SERVICES}


def upgraded(host, package):
    functions = ("runuser", "-u", "recard", "--", "psql", "-X", "-A", "-t",
                 "-d", "host=/var/lib/recard/run dbname=recard "
                 "user=recard_ctl", "-c", "SELECT max(xmin::text::bigint) "
                 "FROM pg_proc")
    schema = host.run(*functions)
    process = host.unit("recard-purge", "MainPID")
    said = install(host, repacked(package, "99.0-1"))
    assert "    recardctl db migrate\n" in said
    assert "A new version" in said
    assert host.path("/etc/recard/recard.conf").read_text() == CONF
    assert host.unit("recard-purge", "MainPID") == process
    assert host.run(*functions) == schema
    host.run("recardctl", "db", "migrate")
    assert host.run(*functions) != schema
    host.run("systemctl", "try-restart", *SERVICES)
    assert host.unit("recard-purge", "MainPID") != process


def test_life(host, package, tmp_path):
    # Never used, it leaves nothing.
    said = install(host, package)
    assert "    recardctl db migrate\n" in said
    nothing_was_begun(host)
    installed_as_documented(host)
    assert "kept" not in dpkg(host, "--purge", "recard")
    assert not any(host.path(place).exists() for place in STATE)

    install(host, package)
    first_ten_minutes(host, tmp_path)
    services_run(host)
    a_daemon_that_hangs_is_ended(host)
    the_night_runs(host)
    cron_runs_what_it_is_told_to(host)
    monitoring_sees_it(host)
    logs_are_rotated(host)
    upgraded(host, package)

    there = orders(host)
    dpkg(host, "--remove", "recard")
    assert host.unit("recard-purge", "ActiveState") == "inactive"
    assert stopped(host)
    assert host.path("/etc/recard/recard.conf").read_text() == CONF
    install(host, package.with_name("recard_99.0-1.deb"))
    # Without its unit.
    host.run("recardctl", "cluster", "start")
    assert orders(host) == there

    host.path("/var/spool/recard/settlement/a.csv").write_text("H,\n")
    said = dpkg(host, "--purge", "recard")
    assert stopped(host)
    for place in STATE:
        assert place in said and host.path(place).exists()
    assert host.path("/etc/recard/keys/holder.key").exists()
    for place in ("/etc/recard/recard.conf", "/etc/cron.d/recard",
                  "/etc/logrotate.d/recard", "/var/log/recard"):
        assert not host.path(place).exists()
    install(host, package)
    host.run("systemctl", "start", "recard-cluster")
    assert orders(host) == there
