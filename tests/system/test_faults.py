"""Programs that die in the middle: killed at every named failpoint, one
after the other, and then left to drain the belt by themselves. Afterwards
there is one batch, one label run and one posting list, each file has the
bytes whose digest was stored, and nobody was asked for a card twice."""

import re
import signal

import pytest

from conftest import ROOT, wait_until
from world import sha256

PUBLISHING = ["spool.publish.written", "spool.publish.synced",
              "spool.publish.renamed"]
TAKING = ["inbox.booked", *PUBLISHING, "spool.file.reported",
          "spool.file.moved"]
# Where a program can die in each stage of the belt, in the order in which
# it gets there.
STAGES = {
    "settlement file": ("payment", TAKING),
    "card batch": ("manufacture", [
        "batch.cut", "batch.rendered", "batch.sealed", "batch.marked",
        *PUBLISHING, "batch.published"]),
    "label run": ("label", ["run.cut", "run.sealed", *PUBLISHING,
                            "run.published"]),
    "line's answers": ("manufacture", TAKING),
    "posting list": ("label", ["list.cut", "list.sealed", *PUBLISHING,
                               "list.published"]),
    "postal file": ("tracking", TAKING),
}
BEFORE = {
    "settlement file": lambda world: world.pay(world.orders("unpaid")),
    "line's answers": lambda world: world.line(),
    "postal file": lambda world: world.post(),
}
# Where a program can die that fetches files: see test_fetch.py.
# On the way through a printer; the first three end the call alone.
PRINTING = ["print.looked", "print.created", "print.sent", "print.answered"]
FETCHING = ["fetch.file.written", "fetch.file.published",
            "fetch.file.recorded", "fetch.file.removed"]
# Where one can die that books an archive: see test_archives.py.
ARCHIVING = ["archive.member.booked", "archive.tied"]
# Where one can die that answers notices: see test_intake.py.
ANSWERING = ["payment.notices.taken", "payment.notices.committed",
             "payment.notices.answered"]
# Where one can die that sends mail: see test_notify.py.
MAILING = ["notify.claim", "notify.claimed", "notify.accepted",
           "notify.settle", "notify.settled"]
# Where a portal can die: see test_portal_orders.py, test_revocation.py.
LETTING_IN = ["portal.activation.checked", "spool.replace.written"]
# Where one can die that uploads a batch: see test_card_lines.py.
UPLOADING = ["batch.uploaded", "batch.offered"]
COUNT = 5
STORED = {  # document, its digest, and where its file was seen
    "SELECT batch_no || '.p7m', file_digest FROM card_batch": "line_out",
    "SELECT run_no || '.pdf', digest FROM label_run": "labels",
    "SELECT list_no || '.csv', digest FROM posting_list": "labels",
}


def test_no_failpoint_is_left_out():
    named = set()
    for folder in ("common", "daemons"):
        for path in (ROOT / folder).rglob("*.c"):
            named |= set(re.findall(r'FAILPOINT(?:_FAILS)?\("([^"]+)"\)',
                                    path.read_text(encoding="utf-8")))
    killed = {name for _, names in STAGES.values() for name in names}
    assert named == \
        killed | set(FETCHING) | set(ANSWERING) | set(UPLOADING) \
        | set(PRINTING) | set(ARCHIVING) | set(MAILING) | set(LETTING_IN)


def walk(world, stage, fault):
    """The whole belt; in one stage fault(program, failpoint) comes for each
    of its failpoints, before the program may finish."""
    seen = {}

    def check():
        for text, folder in STORED.items():
            for name, digest in world.query(text):
                if digest is None:
                    continue
                # Sealed once, sealed for good.
                assert seen.setdefault(name, digest) == digest
                path = getattr(world, folder) / name
                if path.exists():
                    assert sha256(path) == digest, name

    for name, (program, failpoints) in STAGES.items():
        BEFORE.get(name, lambda world: None)(world)
        for failpoint in failpoints if name == stage else ():
            fault(program, failpoint)
            check()
        world.daemon(program)
        check()
    assert len(seen) == 3


def check_all(world, orders):
    assert world.orders("mailed") == orders
    for table in ("card_batch", "label_run", "posting_list"):
        assert world.value(f"SELECT count(*) FROM {table}") == 1
        assert world.value(f"SELECT max(sequence) FROM {table}") == 1
    assert sorted(world.query(
        "SELECT kind, outcome, rows, applied FROM import")) == [
            ("card_ack", "done", 1, 1),
            ("card_result", "done", COUNT, COUNT),
            ("settlement", "done", COUNT, COUNT),
            ("tracking", "done", COUNT, COUNT)]
    assert len(list((world.line_state / "taken").iterdir())) == 1
    assert len(list(world.labels.glob("LR-*"))) == 1
    assert len(list(world.lists.glob("PL-*"))) == 1
    world.settled()
    world.verify()


@pytest.mark.parametrize("stage", STAGES)
def test_killed_at_each_failpoint(world, stage):
    orders = world.fill(COUNT)
    trace = world.folder / "trace"

    def kill(program, failpoint):
        trace.unlink(missing_ok=True)
        world.daemon(program, failpoint=f"{failpoint}:kill",
                     expect=-signal.SIGKILL,
                     env={"RECARD_FAILPOINT_TRACE": str(trace)})
        assert trace.read_text().split()[-1] == failpoint

    walk(world, stage, kill)
    check_all(world, orders)


@pytest.mark.parametrize("failpoint", [*PUBLISHING, *TAKING[-2:]])
def test_disk_fails_once(world, failpoint):
    """Every program meets the fault once on its way; the same run tries
    again and gets it done."""
    orders = world.fill(COUNT)
    for name, (program, failpoints) in STAGES.items():
        BEFORE.get(name, lambda world: None)(world)
        ran = world.daemon(program, failpoint=f"{failpoint}:error")
        assert (".failed" in ran.err) == (failpoint in failpoints), ran
    check_all(world, orders)


def test_line_takes_a_batch_before_it_is_confirmed(world):
    """The file was out when the program died: the line has it, gets it a
    second time, says so, and makes each card once."""
    orders = world.fill(COUNT)
    world.pay(orders)
    world.daemon("payment")
    world.killed("manufacture", "batch.published")
    world.line()
    assert world.value("SELECT state FROM card_batch") == "sealed"
    # Its answers are early; they wait for the confirmation.
    world.daemon("manufacture")
    world.line(expect=1)
    world.daemon("manufacture")
    world.drain()
    assert world.orders("mailed") == orders
    assert world.value("SELECT count(*) FROM card_job") == COUNT
    assert world.value("SELECT state FROM card_batch") == "accepted"
    assert not (world.line_state / "violations.log").exists()
    world.verify()


def test_purge_killed_at_work(world):
    count = 6000
    world.fill(count, days_ago=5)
    world.pay([], "atm")
    world.pay([], "credit")
    world.daemon("payment")
    world.configure("purge", batch=10)
    purge = world.start("purge")
    proofs = "SELECT count(*) FROM purge_record"
    wait_until(lambda: world.value(proofs) >= 100, "the purge to be at work")
    purge.process.kill()
    purge.process.wait()
    done = world.value(proofs)
    assert 0 < done < count and done % 10 == 0
    assert world.statuses() == {"purged": done, "unpaid": count - done}
    world.verify()
    world.configure("purge", batch=500)
    world.daemon("purge")
    assert world.statuses() == {"purged": count}
    assert world.value(proofs) == count
    world.verify()
