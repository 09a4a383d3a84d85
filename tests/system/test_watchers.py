"""What watches tells the truth: each fault is seen by recardctl doctor, by
recardctl status and by check_recard, with the right exit code, and no longer
when it is mended."""

import json
import os
import subprocess

import citizens
import pytest

from conftest import BUILD, ROOT, sound_world, wait_until
from mail_host import MailHost
from test_check_recard import check
from world import taipei_now


@pytest.fixture(name="well", scope="module")
def fixture_well(sound, keys, tmp_path_factory):
    """One world for all: each test leaves it as it found it."""
    folder = tmp_path_factory.mktemp("well")
    with sound_world(sound, keys, folder) as made:
        made.pay(made.fill(3)[:2])
        made.daemon("payment")
        made.ctl("verify")
        yield made


# Exit codes of recardctl, and of the plugin.
WELL, WRONG, GRAVE, BROKEN = (0, 0), (1, 1), (1, 2), (7, 2)


def told(world, codes, *words):
    """Asks the three; each must say all of the words."""
    ours, plugin = codes
    doctor = world.ctl("--format", "json", "doctor", expect=ours)
    status = world.ctl("--format", "json", "status", expect=ours)
    plugged = check(world, "-v", expect=plugin)
    for word in words:
        assert word in doctor.out, doctor
        assert word in status.err, status
        assert word in plugged, plugged
    belt = {row["status"]: row for row in json.loads(status.out)}
    assert belt["paid"]["orders"] + belt["producing"]["orders"] == 2
    assert belt["unpaid"]["orders"] == 1
    return status.err


def well_again(world):
    assert told(world, WELL) == ""
    assert world.ctl("doctor").err == "recardctl: nothing is wrong\n"


def test_nothing_is_wrong(well):
    well_again(well)


def test_daemon_is_down(well):
    one = well.start("tracking")
    wait_until(lambda: any(row["once"] is False for row in
                           well.ctl_json("daemon", "list")), "it to be seen")
    well_again(well)
    one.process.kill()
    one.process.wait()
    well.query("UPDATE daemon_instance SET seen_at = seen_at - interval "
               "'5 min', first_seen_at = first_seen_at - interval '6 min'")
    told(well, WRONG, "recard-tracking on", "did not end by itself")
    well.daemon("tracking")
    well_again(well)


def test_daemon_has_not_run_for_long(well):
    well.query("UPDATE daemon_instance SET seen_at = seen_at - interval "
               "'27 h' WHERE program = 'purge'")
    told(well, WRONG, "recard-purge", "has not run since")
    well.daemon("purge")
    well_again(well)


def test_feed_is_silent(well):
    well.query("UPDATE payment_feed SET last_file_at = now() - interval "
               "'9 days' WHERE channel = 'atm'")
    said = told(well, WRONG, "atm", "has been silent since")
    assert said.startswith("recardctl: warning: feeds: atm has been silent")
    assert said.endswith("recardctl: recardctl doctor says what to do about "
                         "it\n")
    well.pay([])
    well.daemon("payment")
    well_again(well)


def test_source_of_postal_files_is_silent(well):
    well.query("SELECT open_exception('source', NULL, 'post', 'absent', "
               "now())")
    told(well, WRONG, "post", "has not given the file that was expected")
    number, = [row["exception"] for row in well.ctl_json("exception", "list")]
    well.ctl("exception", "close", number, "--reason", "it is a holiday")
    well_again(well)


def due_since(world, interval):
    """Leaves one notice to be sent."""
    world.query("UPDATE notice SET state = 'due', sent_at = NULL, reason = "
                "NULL, ended_at = NULL, ready_at = NULL, due_at = now() - "
                f"interval '{interval}' WHERE notice_id = (SELECT "
                "min(notice_id) FROM notice WHERE kind = 'paid')")


def test_mail_server_is_down(well):
    """A short outage is nobody's business, a long one is everybody's."""
    well.daemon("notify")
    with MailHost() as host:
        well.configure("notify", outbox=None, server=host.url, plain=True)
        host.die()
        due_since(well, "1 min")
        well.daemon("notify", expect=(75,))
        well_again(well)
        failing = ("UPDATE mail_server SET failing_since = now() - "
                   "interval '{}' WHERE fault IS NOT NULL")
        well.query(failing.format("6 min"))
        told(well, WRONG, host.url, "has taken no mail since")
        well.query(failing.format("61 min"))
        told(well, GRAVE, host.url, "has taken no mail since")
        host.live()
        well.daemon("notify")
        assert len(host.mails) == 1
    well_again(well)
    well.configure("notify", outbox="mail", server=None, plain=None)


def test_notices_that_nobody_sends(well):
    due_since(well, "16 min")
    told(well, WRONG, "1 could have been sent, the first since")
    well.daemon("notify")
    well_again(well)


def test_import_is_rejected(well):
    path = well.settlement / "garbage.csv"
    path.write_text("no settlement file\n")
    well.daemon("payment", expect=1)
    told(well, WRONG, "settlement garbage.csv", "was rejected at")
    now = taipei_now().isoformat()
    well.sequences["atm"] += 1
    path.write_text(
        f"H,RECARD-SETTLEMENT,1,atm,{now[:10]},{well.sequences['atm']},{now}\n"
        "T,0,0\n")
    well.daemon("payment")
    well_again(well)


def by_hand(world, text):
    """Writes past everything that the database forbids."""
    with world.db.connect(autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        assert connection.execute(text).rowcount == 1


def test_invariant_is_broken_by_hand(well):
    """A status is seen at once."""
    by_hand(well, "UPDATE orders SET status = 'mailed' WHERE status = "
            "'unpaid'")
    doctor = well.ctl("--format", "csv", "doctor", expect=7).out
    status = well.ctl("status", expect=7).err
    for said in (doctor, status, check(well, "-v", expect=2)):
        assert "1 orders are unpaid by their moves, 0 by counting" in said
    well.ctl("verify", expect=7)
    by_hand(well, "UPDATE orders SET status = 'unpaid' WHERE status = "
            "'mailed'")
    told(well, BROKEN, "invariants", "I10", "was broken")
    well.ctl("verify")
    well_again(well)


def test_invariant_that_a_verification_found(well):
    by_hand(well, "UPDATE settled_payment SET settled_at = settled_at, "
            "order_no = order_no + 1 WHERE order_no = (SELECT min(order_no) "
            "FROM settled_payment)")
    well_again(well)
    assert "I2" in well.ctl("verify", expect=7).out
    told(well, BROKEN, "I2", "was broken", "when it was verified at")
    by_hand(well, "UPDATE settled_payment SET order_no = order_no - 1 "
            "WHERE order_no = (SELECT s.order_no FROM settled_payment s "
            "LEFT JOIN orders o USING (order_no) WHERE o.order_no IS NULL)")
    well.ctl("verify")
    well_again(well)


def test_verification_is_late(well):
    well.query("UPDATE job_success SET at = at - interval '27 h' "
               "WHERE job = 'verify'")
    well.query("ALTER TABLE order_history DISABLE TRIGGER USER")
    by = "UPDATE order_history SET recorded_at = recorded_at {} interval '27 h'"
    well.query(by.format("-"))
    told(well, WRONG, "verification", "was last done at")
    well.query(by.format("+"))
    well.query("ALTER TABLE order_history ENABLE TRIGGER USER")
    well.ctl("verify")
    well_again(well)


def certificate(path, days, name="x"):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", str(days), "-subj",
         f"/CN={name}", "-keyout", "/dev/null", "-out", path], check=True,
        capture_output=True)


def test_certificate_ends(well):
    """Whichever setting names it."""
    folder = well.folder / "certificates"
    folder.mkdir()
    names = ("signer", "line", "history", "payment", "console", "operators",
             "bank", "printer")
    paths = {name: folder / f"{name}.crt" for name in names}
    for path in paths.values():
        certificate(path, 400)
    known = {section: dict(rows) for section, rows in well.settings.items()}
    well.configure("recardctl", history_certificate=paths["history"])
    well.configure("payment", certificate=paths["payment"], sources=[
        {"name": "bank", "ca": paths["bank"]}])
    well.configure("console", certificate=paths["console"],
                   operators_ca=paths["operators"])
    well.configure("label", printers=[
        {"name": "one", "ca_file": paths["printer"]}])
    well.configure("manufacture", signers=[{"certificate": paths["signer"]}])
    well.card_line(line_certificate=paths["line"])
    settings = {
        "signer": "manufacture.signers[0].certificate",
        "line": "manufacture.lines[0].line_certificate",
        "history": "recardctl.history_certificate",
        "payment": "payment.certificate", "console": "console.certificate",
        "operators": "console.operators_ca",
        "bank": "payment.sources[0].ca",
        "printer": "label.printers[0].ca_file"}
    well_again(well)
    for path in paths.values():
        certificate(path, 20)
    said = told(well, WRONG, *settings.values())
    assert said.count("certificates: ") == len(names)
    assert said.count("ends in ") == len(names)
    # Behind our own stands its chain; behind theirs its successor.
    certificate(folder / "later.crt", 400)
    later = (folder / "later.crt").read_text()
    for path in paths.values():
        with path.open("a") as more:
            more.write(later)
    said = told(well, WRONG, *(settings[name] for name in (
        "signer", "history", "payment", "console")))
    assert said.count("ends in ") == 4
    well.settings = known
    well.configure()
    well_again(well)


def test_list_of_revoked_cards_is_overdue(well):
    folder = well.folder / "authority"
    folder.mkdir()
    (folder / "index.txt").touch()
    (folder / "ca.conf").write_text(
        "[ca]\ndefault_ca = one\n[one]\ndatabase = index.txt\n"
        "default_md = sha256\n")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "400", "-subj",
         "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt"], check=True,
        capture_output=True, cwd=folder)
    for name, until in (("over", "20200201000000Z"),
                        ("good", "21200201000000Z")):
        subprocess.run(
            ["openssl", "ca", "-config", "ca.conf", "-gencrl", "-keyfile",
             "ca.key", "-cert", "ca.crt", "-crl_lastupdate",
             "20200101000000Z", "-crl_nextupdate", until, "-out",
             f"{name}.crl"], check=True, capture_output=True, cwd=folder)
    well.configure("console", revoked=folder / "over.crl")
    told(well, GRAVE, "console.revoked", "its successor is overdue")
    well.configure("console", revoked=folder / "good.crl")
    well_again(well)
    well.configure("console", revoked=None)


def test_lists_that_the_portal_goes_by(well):
    """One that is fetched, and one that others keep up to date."""
    authority = citizens.Authority(well.folder / "citizens")
    kept = well.folder / "revocations" / "moica.crl"
    others = well.folder / "others.crl"
    well.configure("portal", revocation_folder=kept.parent, revocations=[
        {"name": "moica", "url": "https://localhost:1/all.crl",
         "issuer": authority.folder / "issuer.crt"},
        {"name": "other", "path": others,
         "issuer": authority.folder / "issuer.crt"}])
    told(well, GRAVE, "portal.revocations[0]", "portal.revocations[1]",
         f"{kept}: there is no such list", f"{others}: there is no such list")
    kept.parent.mkdir()
    authority.write_list(kept, begins=authority.now - 9,
                         ends=authority.now - 3)
    others.write_text("nothing\n")
    told(well, GRAVE, f"{kept}: its successor is overdue",
         f"{others}: is no list of revoked certificates")
    others.write_text(citizens.pem("X509 CRL", authority.revocation_list()))
    authority.write_list(kept)
    well_again(well)
    well.configure("portal", revocation_folder=None, revocations=None)


def test_card_of_an_operator_ends(well):
    path = well.folder / "mei.crt"
    certificate(path, 20, "mei")
    well.ctl("operator", "add", "mei", path, "--as", "supervisor",
             "--reason", "first")
    told(well, WRONG, "mei", "the card (supervisor) ends at")
    well.query("UPDATE operator SET valid_from = now() - interval '2 d', "
               "valid_until = now() - interval '1 d'")
    told(well, GRAVE, "mei", "the card (supervisor) ended at")
    certificate(path, 400, "mei")
    well.ctl("operator", "add", "mei", path, "--as", "supervisor",
             "--reason", "new card")
    well_again(well)


# A file system that is full, which nobody but the command sees.
FULL = ["unshare", "--mount", *(
    ["--user", "--map-root-user"] if os.geteuid() else []), "sh", "-c",
    'mount -t tmpfs -o size=64k none "$1" && shift && '
    '{ cat /dev/zero >"$1/fill" 2>/dev/null; shift; exec "$@"; }', "full"]


def on_full_disk(world, command, expect):
    done = subprocess.run(
        [*FULL, world.labels, world.labels, *command], text=True,
        capture_output=True, check=False, timeout=60,
        stdin=subprocess.DEVNULL, env=world.environment(env={
            "PATH": f"{BUILD}:{os.environ['PATH']}",
            "RECARD_CONF": str(world.conf)}))
    assert done.returncode == expect, done
    said = done.stdout + done.stderr
    assert "0 % of the space" in said and "label.outbox" in said, done


def test_disk_is_full(well):
    on_full_disk(well, ["recardctl", "doctor"], 1)
    on_full_disk(well, ["recardctl", "status"], 1)
    on_full_disk(well, [ROOT / "scripts" / "check_recard", "-v"], 2)
    well_again(well)


def test_somebody_who_may_not_read_keys(well):
    """Sees the belt with a true exit code; doctor is for the daemons' user,
    and says so."""
    keys = (f'manufacture: {{ address_key = "{well.keys}/address.key"; '
            f'lines = ({{ line_certificate = "{well.keys}/line.crt"; }}); '
            "};\n")
    assert well.ctl_as_somebody("status", settings=keys).err == ""
    said = well.ctl_as_somebody("doctor", settings=keys, expect=(1,)).out
    assert said.count("run doctor as the user of the daemons") == 2


def test_database_is_gone(well):
    """What can be known without it is told all the same."""
    database = well.settings[None]["database"]
    well.configure(database="host=/nowhere dbname=recard")
    (well.keys / "address.key").chmod(0o604)
    for command in ("doctor", "status"):
        ran = well.ctl(command, expect=4)
        assert "manufacture.address_key" in ran.out + ran.err
        assert "database" in ran.err
    check(well, expect=2)
    (well.keys / "address.key").chmod(0o600)
    well.configure(database=database)
    well_again(well)


def test_schema_of_another_version(well):
    well.query("INSERT INTO schema_migration (version, name) "
               "VALUES (9999, 'later')")
    for command in ("doctor", "status"):
        ran = well.ctl(command, expect=6)
        assert "9999" in ran.out + ran.err
        assert "of one version" in ran.out + ran.err
    assert "schema version" in check(well, expect=2)
    well.query("DELETE FROM schema_migration WHERE version = 9999")
    well_again(well)


def test_daemon_of_another_version(well):
    one = well.start("tracking")
    wait_until(lambda: well.value(
        "SELECT count(*) FROM daemon_instance WHERE pid = %s",
        one.process.pid), "it to be seen")
    well.query("UPDATE daemon_instance SET version = '0.0.1' "
               "WHERE pid = %s", one.process.pid)
    told(well, WRONG, "recard-tracking", "0.0.1 runs, and recardctl is")
    one.stop()
    well_again(well)
