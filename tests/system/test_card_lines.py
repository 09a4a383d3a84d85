"""Card lines that are somebody else's houses: batches uploaded by SFTP to a
real sshd or by HTTPS, answers fetched from there. Whatever breaks on the way,
a line gets each batch once, with the bytes that were sealed; whatever it
answers, every card is accounted for."""

import csv
import hashlib
import io
import os
import random
import re
import subprocess
import threading

import card_line
import make_authority
import psycopg
import pytest
from broken_wire import BrokenWire
from https_server import HttpsServer
from sftp_server import SftpServer
from world import sha256

LIBRARY = "/usr/lib/softhsm/libsofthsm2.so"


class Bureau:
    """The line's house: what comes in, what goes out."""

    def __init__(self, world, house):
        self.world = world
        self.incoming, self.outgoing = house / "in", house / "out"
        self.state = house / "state"
        for path in (self.incoming, self.outgoing, self.state):
            path.mkdir(parents=True, exist_ok=True)
        self.settings = {}

    def reach(self, **settings):
        self.settings |= settings
        self.world.card_line(outbox=None, every="10ms", **self.settings)

    def line(self, *options, expect=0):
        keys = self.world.keys
        return self.world.peer(
            "card_line.py", "--in", self.incoming, "--out", self.outgoing,
            "--state", self.state, "--line-cert", keys / "line.crt",
            "--line-key", keys / "line.key", "--our-cert", keys / "our.crt",
            "--once", *options, expect=expect)

    def sign(self, text, signer="line"):
        return card_line.sign(text.encode(),
                              self.world.keys / f"{signer}.crt",
                              self.world.keys / f"{signer}.key")

    def names(self):
        return sorted(path.name for path in self.incoming.iterdir())

    def paid(self, count):
        """Orders that wait for the daemon."""
        orders = self.world.fill(count)
        self.world.pay(orders)
        self.world.daemon("payment")
        return orders

    def batches(self):
        return self.world.query(
            "SELECT batch_no, state FROM card_batch ORDER BY sequence")

    def content(self, name):
        """What the line reads in a file, with openssl."""
        keys = self.world.keys
        return card_line.open_sealed(
            (self.incoming / name).read_bytes(), keys / "line.crt",
            keys / "line.key", keys / "our.crt")

    def arrived_once(self):
        """One batch, handed out, at the line with the sealed bytes."""
        (batch, state), = self.batches()
        assert state == "published"
        assert self.names() == [f"{batch}.p7m"]
        assert sha256(self.incoming / f"{batch}.p7m") == self.world.value(
            "SELECT file_digest FROM card_batch")


@pytest.fixture
def bureau(world, tmp_path):
    return Bureau(world, tmp_path / "house")


@pytest.fixture
def sftp(bureau, tmp_path):
    with SftpServer(tmp_path / "sshd", bureau.incoming) as server:
        bureau.server = server
        bureau.at = lambda port, folder: \
            f"sftp://{server.user}@127.0.0.1:{port}{folder}/"
        bureau.reach(url=bureau.at(server.port, bureau.incoming),
                     answers=bureau.at(server.port, bureau.outgoing),
                     known_hosts=server.known_hosts, private_key=server.key)
        yield bureau


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    made = tmp_path_factory.mktemp("tls")
    make_authority.make_tls(made)
    return made


@pytest.fixture
def https(bureau, tls):
    with HttpsServer(bureau.incoming, tls / "good.crt",
                     tls / "good.key") as server, \
            HttpsServer(bureau.outgoing, tls / "good.crt",
                        tls / "good.key") as answers:
        bureau.server = server
        bureau.at = lambda port, _: f"https://127.0.0.1:{port}/out/"
        bureau.reach(url=server.url, answers=answers.url, ca=tls / "ca.crt")
        yield bureau


@pytest.fixture(params=["sftp", "https"])
def house(request):
    return request.getfixturevalue(request.param)


def balanced(world):
    """The sum of every batch, as the reconciliation tells it."""
    rows = world.query(
        "SELECT batch_no, sent, made, spoiled, rejected, on_hold, open, "
        "balanced FROM batch_reconcile(NULL, NULL, NULL, NULL, false)")
    assert rows
    for number, sent, *parts, good in rows:
        assert good and sent == sum(parts), number
    return {row[0]: row[1:-1] for row in rows}


# All the way

def test_all_the_way(house):
    world = house.world
    orders = house.paid(20)
    world.daemon("manufacture")
    house.arrived_once()
    house.line("--results-per-file", "6")
    world.daemon("manufacture")
    world.daemon("manufacture")
    assert list(house.outgoing.iterdir()) == [], "booked, so removed there"
    assert world.orders("produced") == orders
    (batch, state), = house.batches()
    assert state == "accepted"
    assert balanced(world) == {batch: (20, 20, 0, 0, 0, 0)}
    world.settled()
    world.verify()


def test_line_that_answers_everything(sftp):
    """Late, in parts, twice, for another batch, signed by somebody else, with
    a card number that is in use; rejected, spoiled and on hold."""
    world, house = sftp.world, sftp
    orders = house.paid(30)
    world.daemon("manufacture")
    (batch, _), = house.batches()
    # Late: nothing but the acknowledgement comes at first.
    house.line("--only-ack")
    world.daemon("manufacture")
    assert house.batches() == [(batch, "accepted")]
    assert balanced(world) == {batch: (30, 0, 0, 0, 0, 30)}
    # In parts, some not well.
    house.line("--results-per-file", "7", "--hold", *orders[:3], "--reject",
               *orders[3:5], "--spoil", "20%")
    kept = {path.name: path.read_bytes() for path in house.outgoing.iterdir()}
    world.daemon("manufacture", expect=0)
    _, made, spoiled, rejected, on_hold, still_out = balanced(world)[batch]
    assert (rejected, on_hold, still_out) == (2, 3, 0)
    assert made + spoiled == 25
    assert world.value(
        "SELECT codes FROM batch_reconcile('main', %s, NULL, NULL, false)",
        batch).startswith("CHIP=2 ")
    # The same again, under the same and under another name.
    for name, content in kept.items():
        (house.outgoing / name).write_bytes(content)
        (house.outgoing / name.replace(".result", "9.result")).write_bytes(
            content)
    before = balanced(world)[batch]
    world.daemon("manufacture")
    world.daemon("manufacture")
    assert balanced(world)[batch] == before
    # What does not fit: each is refused with its reason, nothing else moves.
    jobs = dict(world.query(
        "SELECT order_text(order_no), job_no FROM card_job WHERE attempt = 1"))
    held = jobs[orders[0]]
    used = world.value("SELECT new_card_no FROM card_job WHERE state = 'made' "
                       "LIMIT 1")
    card = "ND26112499999999"
    tail = "0a1b,2031-11-22,2026-11-23T10:00:00+08:00,\n"
    odd = {
        "90": (house.sign(f"R,{held},1,MADE,{card},{tail}", "our"),
               "signed_by_stranger"),
        "91": (house.sign(f"R,{held},1,MADE,{used},{tail}"),
               "card_number_used"),
        "92": (house.sign(f"R,{held},2,MADE,{card},{tail}"), "wrong_attempt"),
        "93": (house.sign(f"R,999999,1,MADE,{card},{tail}"), "unknown_job"),
        "94": (house.sign(f"R,{jobs[orders[10]]},1,REJECTED,,,,,X\n"),
               "finished_job"),
    }
    for number, (content, _) in odd.items():
        (house.outgoing / f"{batch}.{number}.result.p7m").write_bytes(content)
    tampered = bytearray(house.sign(f"R,{held},1,MADE,{card},{tail}"))
    tampered[tampered.index(b"MADE")] ^= 1
    (house.outgoing / f"{batch}.95.result.p7m").write_bytes(tampered)
    other = "CB-20260101-000000"
    (house.outgoing / f"{other}.ack.p7m").write_bytes(
        house.sign(f"A,{other},ACCEPTED,\n"))
    (house.outgoing / f"{batch}.96.ack.p7m").write_bytes(b"?")
    for _ in range(2):
        world.daemon("manufacture", expect=(0, 1))
    codes = {code for code, in world.query(
        "SELECT code FROM import_reject UNION SELECT reason FROM import "
        "WHERE reason IS NOT NULL")}
    assert codes >= {code for _, code in odd.values()} | {
        "bad_signature", "unknown_batch"}
    assert balanced(world)[batch] == before
    worklist = {reason for reason, in world.query(
        "SELECT reason FROM exception WHERE closed_at IS NULL")}
    assert worklist >= {"card_number_used", "wrong_attempt", "unknown_job",
                        "finished_job", "ack_unknown_batch"}
    # The rest comes, and the next attempts too.
    for path in house.outgoing.iterdir():
        path.unlink()
    for _ in range(3):
        house.line()
        world.daemon("manufacture", expect=(0, 1))
        world.daemon("manufacture", expect=(0, 1))
    assert world.orders("produced") == orders
    assert all(row[4:] == (0, 0) for row in balanced(world).values())
    world.verify()


# What breaks on the way

@pytest.mark.parametrize("limit", [1, 700, 4000, 9000, 20000])
def test_connection_cut_while_uploading(house, limit):
    """Cut after so many bytes to the line, from the greeting to the last."""
    world = house.world
    house.paid(100)
    with BrokenWire(house.server.port, limit, up=True) as wire:
        settings = {}
        if "known_hosts" in house.settings:
            hosts = world.folder / "wire_hosts"
            hosts.write_text(house.server.known_host(wire.port))
            settings["known_hosts"] = hosts
        world.card_line(url=house.at(wire.port, house.incoming),
                        answers=None, **settings)
        ran = world.daemon("manufacture", expect=(0, 75))
    if ran.code == 75:
        assert "batch.publish.failed" in ran.err
        assert not [name for name in house.names() if name.endswith(".p7m")] \
            or limit >= 9000
    house.reach()
    world.daemon("manufacture")
    house.arrived_once()
    world.verify()


@pytest.mark.parametrize("limit", [3000, 3400, 3800, 4200, 4600, 5000])
def test_connection_cut_while_answering(house, limit):
    """Cut after so many bytes from the line: what it did may be done."""
    world = house.world
    house.paid(3)
    with BrokenWire(house.server.port, limit) as wire:
        settings = {}
        if "known_hosts" in house.settings:
            hosts = world.folder / "wire_hosts"
            hosts.write_text(house.server.known_host(wire.port))
            settings["known_hosts"] = hosts
        world.card_line(url=house.at(wire.port, house.incoming),
                        answers=None, **settings)
        world.daemon("manufacture", expect=(0, 75))
    house.reach()
    world.daemon("manufacture")
    house.arrived_once()
    world.verify()


@pytest.mark.parametrize("failpoint", ["batch.marked", "batch.uploaded",
                                       "batch.offered", "batch.published"])
def test_killed_while_handing_over(sftp, failpoint):
    sftp.paid(5)
    sftp.world.killed("manufacture", failpoint)
    sftp.world.daemon("manufacture")
    sftp.arrived_once()
    sftp.world.verify()


def test_renamed_but_never_told(sftp):
    """The answer to the rename was lost, and the line has taken the file
    before we look again: it is not sent a second time."""
    world = sftp.world
    sftp.paid(5)
    world.killed("manufacture", "batch.offered")
    part, = sftp.incoming.iterdir()
    assert part.name.endswith(".p7m.part")
    part.rename(part.with_suffix(""))
    sftp.line()
    assert sftp.names() == []
    ran = world.daemon("manufacture")
    assert "batch.publish.done" in ran.err
    assert sftp.names() == []
    world.daemon("manufacture")
    assert len(world.orders("produced")) == 5
    world.verify()


def test_folder_that_is_gone(sftp):
    """An offered batch whose folder is away has not been taken."""
    sftp.paid(5)
    sftp.world.killed("manufacture", "batch.offered")
    away = sftp.incoming.with_name("away")
    sftp.incoming.rename(away)
    ran = sftp.world.daemon("manufacture", expect=75)
    assert "batch.publish.failed" in ran.err
    assert sftp.batches()[0][1] == "sealed"
    away.rename(sftp.incoming)
    sftp.world.daemon("manufacture")
    sftp.arrived_once()


def test_part_that_somebody_spoiled(sftp):
    world = sftp.world
    sftp.paid(5)
    world.killed("manufacture", "batch.offered")
    part, = sftp.incoming.iterdir()
    part.write_bytes(b"half")
    world.daemon("manufacture")
    sftp.arrived_once()


def test_one_line_down_does_not_stop_the_other(sftp):
    world = sftp.world
    world.card_line(name="far", series=1, batch_max=1)
    # A series is one line's for ever: 0 was that of "main".
    world.card_line(1, name="near", line_certificate="keys/line.crt",
                    outbox="line/out", inbox="line/in2")
    refused = world.daemon("manufacture", expect=3)
    assert "series 0 of line near is that of line main" in refused.err
    world.card_line(1, series=2)
    sftp.server.stop()
    sftp.paid(2)
    world.daemon("manufacture", expect=75)
    assert world.query("SELECT line, batch_no ~ '-100001$', state "
                       "FROM card_batch ORDER BY line") == [
        ("far", True, "sealed"), ("near", False, "published")]
    sftp.server.start()
    world.daemon("manufacture")
    assert world.value("SELECT count(*) FROM card_batch "
                       "WHERE state = 'published'") == 2
    world.verify()


def test_sent_again_on_request(house):
    world = house.world
    house.paid(5)
    world.daemon("manufacture")
    (batch, _), = house.batches()
    lost = house.incoming / f"{batch}.p7m"
    content = lost.read_bytes()
    lost.unlink()
    world.query("SELECT batch_resend(%s, 'op', 'the line lost it')", batch)
    world.daemon("manufacture")
    assert lost.read_bytes() == content
    assert world.query("SELECT asked_by, reason, sent_at IS NOT NULL "
                       "FROM card_batch_resend") == [
        ("op", "the line lost it", True)]
    house.line()
    world.daemon("manufacture")
    with pytest.raises(psycopg.Error, match="is accepted"):
        world.query("SELECT batch_resend(%s, 'op', 'why not')", batch)
    world.verify()


# A database that was restored

def test_restored_database(house, cluster):
    """Batches are out that an older copy of the database does not know: it
    hands nothing out and uses no number twice."""
    world = house.world
    house.paid(3)
    older = cluster.copy_database(world.db.name, world.db.name + "_older")
    try:
        world.daemon("manufacture")
        (batch, _), = house.batches()
        newer = world.db
        world.db = older
        world.configure(None, database=older.conninfo(None),
                        database_admin=older.conninfo())
        for _ in range(2):
            ran = world.daemon("manufacture", expect=1)
            assert "line.restored.refused" in ran.err
            assert batch in ran.err
            assert house.names() == [f"{batch}.p7m"]
            assert world.value("SELECT count(*) FROM card_batch") == 0
        assert sha256(house.incoming / f"{batch}.p7m") == newer.connect() \
            .execute("SELECT file_digest FROM card_batch").fetchone()[0]
        assert world.value("SELECT reason FROM exception "
                           "WHERE closed_at IS NULL") == "line_stopped"
        # Somebody has found out what the line has.
        world.query("SELECT line_resume('main', 1, 'op', 'asked the line')")
        world.daemon("manufacture")
        assert world.value("SELECT right(batch_no, 6) FROM card_batch") \
            == "000002"
        world.verify()
    finally:
        cluster.drop_database(older.name)


def test_line_answers_what_we_have_not_reached(sftp):
    """The same found out by the line's answer, on a host without a mark."""
    world = sftp.world
    later = "CB-20261124-000007"
    (sftp.outgoing / f"{later}.ack.p7m").write_bytes(
        sftp.sign(f"A,{later},ACCEPTED,\n"))
    sftp.paid(2)
    for _ in range(2):
        world.daemon("manufacture", expect=(0, 1))
    assert sftp.names() == []
    ran = world.daemon("manufacture", expect=1)
    assert "line.stop.alarm" in ran.err
    assert later in world.value("SELECT stop_reason FROM card_line")


# By hand

def run(*command, given=b""):
    return subprocess.run(command, input=given, check=True, timeout=60,
                          capture_output=True).stdout.decode()


def test_records_recomputed_by_hand(sftp):
    """Twenty random cards from the database, with sha256sum and openssl."""
    world = sftp.world
    orders = sftp.paid(60)
    world.daemon("manufacture")
    name, = sftp.names()
    content = sftp.content(name)
    rows = {row[5]: row for row in csv.reader(
        io.StringIO(content.decode())) if row[0] == "D"}
    assert sorted(rows) == orders
    key = (world.keys / "address.key").read_text().strip()
    for order in random.Random(4).sample(orders, 20):
        person, = world.query(
            "SELECT name, postal_code, address, valid_from::text, "
            "valid_to::text, job_no::text, attempt::text, reason "
            "FROM applicant JOIN card_job USING (order_no) "
            "JOIN card_batch_line USING (job_no) "
            "JOIN card_batch USING (batch_no) WHERE order_no = %s",
            int(order))
        frozen = "".join(f"{part}\n" for part in person[:3]).encode()
        digest = run("openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt",
                     f"hexkey:{key}", given=frozen).split()[-1]
        assert rows[order][2:5] == [*person[5:8]]
        assert rows[order][6:] == [person[0], *person[3:5], digest]
        assert digest == world.value(
            "SELECT encode(address_digest, 'hex') FROM label "
            "WHERE order_no = %s", int(order))
    last = content.rfind(b"\n", 0, -1) + 1
    trailer = content[last:].decode().strip().split(",")
    assert trailer[4] == run("sha256sum", given=content[:last]).split()[0]
    assert int(trailer[3]) == sum(int(o[:13]) for o in orders) % 10**13
    assert world.query("SELECT content_digest, file_digest FROM card_batch") \
        == [(run("sha256sum", given=content).split()[0],
             run("sha256sum", sftp.incoming / name).split()[0])]


def test_chain_that_the_line_can_follow(sftp):
    """Each batch says, under our signature, which one it follows."""
    world, keys = sftp.world, sftp.world.keys
    chain, former = "", "-"
    for _ in range(3):
        sftp.paid(2)
        world.daemon("manufacture")
    for name in sftp.names():
        signed = run_bytes("openssl", "cms", "-decrypt", "-inform", "DER",
                           "-binary", "-recip", keys / "line.crt", "-inkey",
                           keys / "line.key", "-in", sftp.incoming / name)
        shown = run_bytes("openssl", "cms", "-cmsout", "-print", "-noout",
                          "-inform", "DER", given=signed).decode()
        linked = re.search(r"\(2\.25\.\d+\)\s+set:\s+UTF8STRING:(.*)", shown)
        assert linked.group(1).strip() == former, name
        content = hashlib.sha256(sftp.content(name)).hexdigest()
        number = name.removesuffix(".p7m")
        chain = run("sha256sum", given=f"{chain}\n{number}\n{content}\n"
                    .encode()).split()[0]
        former = f"{number} {chain}"
    assert world.query("SELECT chain_batch || ' ' || chain_digest "
                       "FROM card_line WHERE line = 'main'") == [(former,)]
    world.verify()


def run_bytes(*command, given=b""):
    return subprocess.run(command, input=given, check=True, timeout=60,
                          capture_output=True).stdout


# Keys

def test_key_in_a_token(sftp, tmp_path):
    """The signing key stays in a PKCS#11 token; the line reads the batch as
    ever, and the PIN shows nowhere."""
    world, keys = sftp.world, sftp.world.keys
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tokens}\n")
    env = {"SOFTHSM2_CONF": str(conf)}
    pkcs8 = tmp_path / "our.p8"
    run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", keys / "our.key",
        "-out", pkcs8)
    for command in (
            ["--init-token", "--free", "--label", "recard", "--so-pin",
             "987654", "--pin", "135790"],
            ["--import", pkcs8, "--token", "recard", "--label", "batch",
             "--id", "0a", "--pin", "135790"]):
        subprocess.run(["softhsm2-util", *command], check=True, timeout=60,
                       env=os.environ | env, capture_output=True)
    pin = keys / "token.pin"
    pin.write_text("135790\n")
    pin.chmod(0o600)
    signer = {"certificate": "keys/our.crt", "module": LIBRARY,
              "pin": "keys/token.pin",
              "token": "pkcs11:token=recard;object=batch;id=%0a"}
    world.configure("manufacture", signers=[signer])
    sftp.paid(3)
    ran = world.daemon("manufacture", env=env)
    assert "135790" not in ran.err
    name, = sftp.names()
    assert sftp.content(name).startswith(b"H,RECARD-CARD-BATCH,1,")
    for change, words in (
            ({"token": "pkcs11:token=other;object=batch"}, "no such token"),
            ({"token": "pkcs11:token=recard;object=x"}, "no such key"),
            ({"token": "recard"}, "not a pkcs11: URI"),
            ({"module": "keys/our.crt"}, "not a PKCS#11 library"),
            ({"pin": "keys/address.key"}, "refuses the PIN"),
            ({"certificate": "keys/line.crt"}, "not the key of")):
        world.configure("manufacture", signers=[signer | change])
        refused = world.run("recard-manufacture", "-c", world.conf, "-t",
                            env=env, expect=3)
        assert words in refused.err, change
        assert "135790" not in refused.err


def test_certificates_that_end(world):
    """Told in time, ours and the line's, until a successor stands beside."""
    ran = world.daemon("manufacture")
    assert "certificate.expiry" not in ran.err
    world.configure("manufacture", warn_before="365d")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj",
        "/CN=recard now", "-keyout", world.keys / "short.key", "-out",
        world.keys / "short.crt")
    (world.keys / "short.key").chmod(0o600)
    short = {"certificate": "keys/short.crt", "key": "keys/short.key"}
    ours, = world.settings["manufacture"]["signers"]
    world.configure("manufacture", signers=[short])
    world.card_line(line_certificate="keys/short.crt")
    ran = world.daemon("manufacture")
    assert re.search(r"event=certificate.expiry.near .*certificate="
                     r'"CN=recard now" days=(29|30)', ran.err), ran
    assert re.search(r"event=certificate.expiry.near .*line=main .*"
                     r"days=(29|30)", ran.err), ran
    # The successor of ours has ten years.
    world.configure("manufacture", signers=[short, ours])
    ran = world.daemon("manufacture")
    assert ran.err.count("certificate.expiry.near") == 1
    assert "line=main" in ran.err
    world.configure("manufacture", signers=None)
    refused = world.run("recard-manufacture", "-c", world.conf, "-t", expect=3)
    assert "manufacture.signers: none has" in refused.err


# The freeze

def test_address_edits_racing_the_freeze(world):
    """Ten thousand edits meet payment and freeze: an edit is in label and
    card, or it was refused."""
    count = 10000
    orders = [int(order) for order in world.fill(count)]
    world.query("INSERT INTO import (kind, name, digest, size, taken_at, "
                "actor, outcome, rows, applied) VALUES ('settlement', 'race', "
                "repeat('e', 64), 0, now(), 'test', 'done', 0, 0)")
    key = bytes(range(32))
    accepted, failures = {}, []
    shuffled = random.Random(5).sample(orders, count)

    def edit(part):
        try:
            with world.db.connect(autocommit=True) as portal:
                for order in part:
                    try:
                        portal.execute(
                            "SELECT edit_applicant(%s, %s::jsonb, 'portal')",
                            (order, '{"address": "臺北市中正區新街%d號"}'
                             % (order % 1000)))
                        accepted[order] = True
                    except psycopg.Error as error:
                        if error.sqlstate != "RC021":
                            raise
                        accepted[order] = False
        except Exception as error:  # pylint: disable=broad-except
            failures.append(error)

    def pay(part):
        try:
            with world.db.connect(autocommit=True) as connection:
                for start in range(0, len(part), 50):
                    with connection.transaction():
                        some = part[start:start + 50]
                        connection.execute(PAY, (some,))
                        connection.execute("SELECT advance(%s, 'paid', 'test')",
                                           (some,))
        except Exception as error:  # pylint: disable=broad-except
            failures.append(error)

    def freeze():
        try:
            with world.db.connect("recard_manufacture",
                                  autocommit=True) as line:
                queued = 0
                while queued < count and not failures:
                    queued += line.execute(
                        "SELECT freeze_and_queue(%s, 100, 'manufacture')",
                        (key,)).fetchone()[0]
        except Exception as error:  # pylint: disable=broad-except
            failures.append(error)

    threads = [threading.Thread(target=edit, args=(shuffled[0::2],)),
               threading.Thread(target=edit, args=(shuffled[1::2],)),
               threading.Thread(target=pay, args=(shuffled,)),
               threading.Thread(target=freeze)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert not failures, failures
    changed = {order for order, in world.query(
        "SELECT order_no FROM applicant WHERE address LIKE '%%新街%%'")}
    assert changed == {order for order, good in accepted.items() if good}
    assert len(accepted) == count and 0 < len(changed) < count
    assert world.value(
        "SELECT count(*) FROM applicant a JOIN card_job j USING (order_no) "
        "JOIN label l USING (order_no) JOIN address_freeze f USING (order_no) "
        "WHERE j.address_digest = f.digest AND l.address_digest = f.digest "
        "AND f.digest = address_digest(a.name, a.postal_code, a.address, %s)",
        key) == count
    world.verify()


PAY = """
WITH paid AS (
	INSERT INTO payment (channel, reference, kind, order_ref, amount,
		currency, paid_at, source, import_id, line, booked_at)
	SELECT 'atm', order_no::text, 'paid', order_text(order_no), 228, 'TWD',
		now(), 'settlement', (SELECT import_id FROM import
			WHERE name = 'race'), order_no, now()
	FROM unnest(%s::bigint[]) AS o (order_no)
	RETURNING payment_id, order_ref
)
INSERT INTO settled_payment (order_no, payment_id, settled_at)
SELECT order_ref::bigint, payment_id, now() FROM paid
"""
