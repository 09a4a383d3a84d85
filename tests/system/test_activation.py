"""Activating a card as the portal does it: with its role, over connections of
its own, many at once. What each answer is is shown by tests/sql/activation.sql;
here several instances ask in the same moment."""

import base64
import hashlib
import json
import os
import threading

import card_line
import psycopg
import pytest
from world import World

CODE = "Act-9431x"
CONNECTIONS = 8
MAILED = 12


def made_of(code, encoded):
    """Whether a hash is of a code, by another implementation than ours."""
    _, kind, costs, salt, made = encoded.split("$")
    assert kind == "scrypt"
    cost = dict(part.split("=") for part in costs.split(","))

    def decode(text):
        return base64.b64decode(text + "=" * (-len(text) % 4))
    return hashlib.scrypt(
        code.encode(), salt=decode(salt), n=2 ** int(cost["ln"]),
        r=int(cost["r"]), p=int(cost["p"]), dklen=32,
        maxmem=2 ** 26) == decode(made)


def session_of(order):
    return hashlib.sha256(b"session of " + order.encode()).digest()


class Portal:
    """One instance's connection."""

    def __init__(self, world):
        self.connection = world.db.connect("recard_portal", autocommit=True)

    def ask(self, text, *params):
        return self.connection.execute(text, params).fetchone()

    def begin(self, order):
        return self.ask("SELECT state, hash, try_no FROM "
                        "activation_begin(%s, %s)", session_of(order),
                        int(order))

    def end(self, order, try_no, right):
        return self.ask("SELECT activation_end(%s, %s, %s, %s)",
                        session_of(order), int(order), try_no, right)[0]

    def activate(self, order, code):
        """What the portal does for one form that is sent."""
        state, encoded, try_no = self.begin(order)
        if state != "open":
            assert (encoded, try_no) == (None, None)
            return state
        return self.end(order, try_no, made_of(code, encoded))


@pytest.fixture(name="post", scope="module")
def fixture_post(db, keys, tmp_path_factory):
    """Orders in the post, whose holders are logged in."""
    made = World(db, tmp_path_factory.mktemp("activation"), keys)
    try:
        made.submit(*({"user_code": CODE},) * MAILED)
        made.pay(made.orders("unpaid"))
        made.drain()
        made.letters = made.orders("mailed")
        assert len(made.letters) == MAILED
        for order in made.letters:
            log_in(made, order)
        yield made
        made.verify()
    finally:
        made.close()


def log_in(world, order):
    world.query("INSERT INTO citizen_session (session, card_no, holder_hash, "
                "begun_at, seen_at, idle) SELECT %s, card_no, holder_hash, "
                "now(), now(), '1 hour' FROM applicant WHERE order_no = %s",
                session_of(order), int(order))


def at_once(world, *works):
    """Runs each with a connection of its own, all let go in one moment; what
    each gave."""
    gate = threading.Barrier(len(works))
    answers = [None] * len(works)
    failures = []

    def run(place, work):
        try:
            portal = Portal(world)
            gate.wait(30)
            answers[place] = work(portal)
            portal.connection.close()
        except Exception as error:  # pylint: disable=broad-except
            failures.append(error)

    threads = [threading.Thread(target=run, args=pair)
               for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures, failures
    return answers


def code_of(world, order):
    ((tries, locked, activated),) = world.query(
        "SELECT tries, locked_at IS NOT NULL, activated_at IS NOT NULL "
        "FROM activation WHERE order_no = %s", int(order))
    return tries, locked, activated


def tried(world, order):
    return world.value("SELECT count(*) FROM activation_attempt "
                       "WHERE order_no = %s", int(order))


def test_four_wrong_codes_of_eight_connections_lock(post):
    order = post.letters[0]

    def guess(portal):
        answers = []
        while not answers or answers[-1] == "wrong":
            answers.append(portal.activate(order, "wrong-1"))
        return answers

    answers = sum(at_once(post, *[guess] * CONNECTIONS), [])
    # Exactly four were judged; all others got no hash to guess at. Of the
    # four, those that were judged after the fourth was reserved heard of the
    # lock.
    assert tried(post, order) == 4
    assert code_of(post, order) == (4, True, False)
    assert set(answers) <= {"wrong", "locked"}
    assert answers.count("wrong") <= 3
    portal = Portal(post)
    assert portal.activate(order, CODE) == "locked", "the right one as well"

    # Customer service gives four tries back, and the holder activates.
    (row,) = post.ctl_json("activation", "list", "--locked")
    assert (row["order_no"], row["tries"], row["locked"]) == (order, 4, True)
    assert post.ctl_json("order", "find", order)[0]["locked"] is True
    assert post.value("SELECT value FROM metrics() WHERE name = "
                      "'recard_activations_locked'") == 1
    ran = post.ctl("activation", "unlock", order, "--reason", "he remembers")
    assert f"order {order} has four tries again" in ran.err
    assert "not locked" in post.ctl("activation", "unlock", order, "--reason",
                                    "again", expect=1).err
    shown = post.ctl("activation", "show", order).out
    assert shown.count("wrong") == 4 and "he remembers" in shown
    assert portal.activate(order, CODE) == "activated"
    assert order in post.orders("activated")


@pytest.mark.parametrize("nth", range(2, 7))
def test_a_right_code_among_wrong_ones(post, nth):
    """It activates exactly if its try was reserved before the lock."""
    order = post.letters[nth]

    def wrong(portal):
        return portal.activate(order, "wrong-1")

    def right(portal):
        return portal.activate(order, CODE)

    answer, *others = at_once(post, right, *[wrong] * (CONNECTIONS - 1))
    assert answer in ("activated", "locked")
    assert tried(post, order) <= 4 + 4, "four of each, at most"
    if answer == "activated":
        assert order in post.orders("activated")
        assert post.value("SELECT count(*) FROM order_history WHERE order_no "
                          "= %s AND event = 'activated'", int(order)) == 1
    else:
        assert code_of(post, order) == (4, True, False)
        assert "activated" not in others


def test_right_codes_at_once_activate_once(post):
    order = post.letters[7]
    answers = at_once(post, *[lambda portal: portal.activate(order, CODE)]
                      * CONNECTIONS)
    assert set(answers) <= {"activated", "locked"} and "activated" in answers
    assert code_of(post, order) == (0, False, True)
    assert post.value("SELECT count(*) FROM order_history WHERE order_no = %s "
                      "AND event = 'activated'", int(order)) == 1
    assert post.value("SELECT c.status FROM certificate c JOIN card_job j ON "
                      "j.new_card_no = c.card_no WHERE j.order_no = %s",
                      int(order)) == "valid"


def test_a_portal_that_dies_before_the_verdict_costs_a_try(post):
    order = post.letters[8]
    for left in (3, 2, 1, 0):
        portal = Portal(post)
        assert portal.begin(order)[0] == "open"
        portal.connection.close()
        assert code_of(post, order)[0] == 4 - left
    assert Portal(post).activate(order, CODE) == "locked"


def counter_file(post, name, rows, signer="counter", header=None):
    """A file of the counter, as its system would write it."""
    lines = "".join(row + "\n" for row in (
        header or "H,RECARD-CODE-RESET,1,R-0815,2026-11-23T09:00:00+08:00,"
        f"{len(rows)}", *rows))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    path = post.folder / name
    path.write_bytes(card_line.sign(
        (lines + f"T,{len(rows)},{digest}\n").encode(),
        post.keys / f"{signer}.crt", post.keys / f"{signer}.key"))
    return path


def hash_of(code):
    """As the counter makes it."""
    salt = os.urandom(16)
    made = hashlib.scrypt(code.encode(), salt=salt, n=2 ** 10, r=8, p=1,
                          dklen=32)
    return "$scrypt$ln=10,r=8,p=1$" + "$".join(
        base64.b64encode(part).decode().rstrip("=") for part in (salt, made))


def test_a_code_that_the_counter_has_reset(post):
    """From the signed file to the activated card."""
    order, other = post.letters[10:12]
    card = post.value("SELECT new_card_no FROM card_job WHERE order_no = %s "
                      "AND state = 'made'", int(order))
    portal = Portal(post)
    for _ in range(4):
        portal.activate(order, "forgotten")
    assert portal.activate(order, CODE) == "locked"
    asked = post.value("SELECT taipei_time(now() - interval '1 minute')")
    row = f'R,{order},{card},"{hash_of("New-0815")}",{asked},臺北市信義區'
    path = counter_file(post, "R-0815.reset.p7m", [
        row, f'R,{other},{card},"{hash_of("x")}",{asked},臺北市信義區',
        f"R,{other},{card},New-0815,{asked},臺北市信義區"])

    assert "counter_certificates is not set" in post.ctl(
        "activation", "import", path, expect=3).err
    post.configure("recardctl", counter_certificates="keys/counter.crt")
    before = post.snapshot()
    ran = post.ctl("activation", "import", "--dry-run", path, expect=1)
    assert "nothing was changed" in ran.err, ran.err
    assert post.snapshot() == before
    report = post.folder / "reset.json"
    ran = post.ctl("activation", "import", "--report", report, path, expect=1)
    told = json.loads(report.read_text())
    assert [(told[key]) for key in ("rows", "applied", "duplicate",
                                    "rejected")] == [3, 1, 0, 2]
    assert [(row["line"], row["code"]) for row in told["rejects"]] == [
        (3, "wrong_card"), (4, "bad_field")]
    for text in (ran.out, ran.err, report.read_text()):
        assert "New-0815" not in text and "$scrypt$ln" not in text
    assert order in post.orders("mailed"), "the holder activates, nobody else"
    assert portal.activate(order, CODE) == "wrong", "the former code is void"
    assert portal.activate(order, "New-0815") == "activated"
    before = post.snapshot()
    ran = post.ctl("activation", "import", path)
    assert "taken in before" in ran.err
    assert post.snapshot() == before

    # Signed by somebody else, altered, not whole: refused as a whole, and on
    # record.
    path = counter_file(post, "forged.reset.p7m", [row], signer="stranger")
    assert "signed_by_stranger" in post.ctl("activation", "import", path,
                                            expect=1).err
    path = counter_file(post, "altered.reset.p7m", [row])
    path.write_bytes(path.read_bytes().replace(order.encode(),
                                               other.encode()))
    assert "bad_signature" in post.ctl("activation", "import", path,
                                       expect=1).err
    path.write_bytes(b"no CMS")
    assert "not_signed" in post.ctl("activation", "import", path,
                                    expect=1).err
    path = counter_file(post, "short.reset.p7m", [row], header="H,RECARD-CODE"
                        "-RESET,1,R-1,2026-11-23T09:00:00+08:00,2")
    assert "bad_count" in post.ctl("activation", "import", path,
                                   expect=1).err
    assert [reason for reason, in post.query(
        "SELECT reason FROM import WHERE kind = 'code_reset' AND outcome = "
        "'rejected' ORDER BY import_id")] == [
            "signed_by_stranger", "bad_signature", "not_signed", "bad_count"]
    post.ctl("activation", "import", post.folder / "x.txt", expect=2)


def test_the_code_is_nowhere(post):
    """Neither the code nor a plain hash of it, in whatever writing."""
    order = post.letters[9]
    assert Portal(post).activate(order, "wrong-1") == "wrong"
    assert Portal(post).activate(order, CODE) == "activated"
    plain = [hashlib.new(kind, CODE.encode())
             for kind in ("md5", "sha1", "sha256")]
    # bytea is searched as hex, too.
    for text in (CODE, "wrong-1", *(
            written for made in plain for written in (
                made.hexdigest(),
                base64.b64encode(made.digest()).decode().rstrip("=")))):
        assert post.places(text) == [], text
    for path in post.folder.rglob("*"):
        assert not path.is_file() or CODE.encode() not in path.read_bytes()
    assert CODE not in post.db.cluster.log()


def test_one_challenge_at_two_instances(post):
    ((card, serial),) = post.query(
        "SELECT card_no, serial FROM certificate WHERE card_no LIKE 'SU%%' "
        "AND status = 'valid' LIMIT 1")
    key = (post.keys / "holder.key").read_text().strip()

    def log_in_with(challenge, session, holder):
        def work(portal):
            portal.ask("SELECT set_config('recard.holder_key', %s, false)",
                       key)
            return portal.ask(
                "SELECT citizen_login(%s, %s, %s, %s, %s, '15 minutes')",
                session, challenge, card, serial, holder)[0]
        return work

    number = f"A1{int(card[2:]):07d}"
    holder = next(number + str(digit) for digit in range(10)
                  if post.value("SELECT holder_id_ok(%s)",
                                number + str(digit)))
    answers = at_once(post, *[log_in_with(b"c" * 32, bytes([n]) * 32, holder)
                              for n in range(CONNECTIONS)])
    assert sum("name" in answer for answer in answers) == 1
    assert sum(answer.get("refused", {}).get("code") == "challenge_used"
               for answer in answers) == CONNECTIONS - 1
    # Wrong IDs at once: five are looked at, whoever asks.
    answers = at_once(post, *[
        log_in_with(bytes([n]) * 32, bytes([n]) * 32, "A123456789")
        for n in range(20, 20 + CONNECTIONS)])
    codes = sorted(answer["refused"]["code"] for answer in answers)
    assert codes == ["holder_mismatch"] * 5 + ["too_many_wrong_ids"] * (
        CONNECTIONS - 5)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        Portal(post).ask("SELECT count(*) FROM citizen_session")
