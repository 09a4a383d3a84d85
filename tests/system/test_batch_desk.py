"""The operators' side of manufacture: recardctl batch, line, request and
exception, and what is done about an order by hand.

What is allowed is shown by tests/sql; here it is what an operator types and
sees. Batches are cut, sealed and answered by the steps that the SQL tests
use, so that nothing here waits for a daemon.
"""

import csv
import io
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from conftest import BUILD, ROOT
from world import Ran

ME = pwd.getpwuid(os.getuid()).pw_name
SOMEBODY = "nobody"  # the second person; exists everywhere


class Desk:
    """A world whose orders go along by SQL."""

    def __init__(self, world):
        self.world = world
        script = world.folder / "steps.sql"
        script.write_text(f"BEGIN;\n\\i {ROOT}/tests/sql/steps.psql\nCOMMIT;\n")
        done = world.db.psql(script)
        assert done.returncode == 0, done.stderr
        self.value("SELECT test.have_line('main', '{\"min\": 100000}')")

    def query(self, text, *params):
        return self.world.query("SET search_path = recard, test, public; "
                                + text, *params) if not params else \
            self.world.query(text, *params)

    def value(self, text, *params):
        return self.world.value(text, *params)

    def queued(self, count, **fixed):
        """Orders that are paid and frozen; their numbers."""
        orders = self.world.fill(count, **fixed)
        self.value("SELECT test.pay(VARIADIC %s::text[]::bigint[])", orders)
        assert self.value("SELECT test.freeze()") == count
        return orders

    def cut(self, line="main"):
        return self.value("SELECT test.cut(%s)", line)

    def send(self, line="main"):
        """Everything that waits goes to the line; the batch."""
        return self.value("SELECT test.send_batch(%s)", line)

    def ack(self, batch, outcome="ACCEPTED", why=""):
        assert self.value("SELECT test.ack(%s, %s, %s)", batch, outcome,
                          why) == "applied"

    def results(self, batch, *outcomes):
        """Answers for the orders given: (order, result, error)."""
        rows = self.value(
            "SELECT applied FROM test.results(%s, (SELECT jsonb_agg("
            "test.result(o::bigint, r, jsonb_build_object('error', e))) "
            "FROM unnest(%s::text[], %s::text[], %s::text[]) AS t (o, r, e)))",
            batch, *map(list, zip(*outcomes)))
        assert rows == len(outcomes)

    def act(self, *args, reason="because"):
        """An act that succeeds; the sentences it says."""
        done = self.world.ctl(*args, "--reason", reason)
        return [line.removeprefix("recardctl: ")
                for line in done.err.splitlines()]

    def refused(self, *args, reason="because"):
        """What is wrong, and the way out."""
        before = self.world.snapshot()
        done = self.world.ctl(*args, "--reason", reason, expect=1)
        assert done.out == ""
        assert self.world.snapshot() == before
        return [line.removeprefix("recardctl: ")
                for line in done.err.splitlines()]

    def somebody_else(self, *args, expect=0):
        """The same program, run by another person."""
        if os.geteuid() != 0:
            pytest.fail("run as root: a second person is needed")
        world = self.world
        with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
            folder = Path(place)
            folder.chmod(0o755)
            program = shutil.copy(BUILD / "recardctl", folder)
            conf = folder / "recard.conf"
            conf.write_text(f'state_dir = "{folder}";\n'
                            f'database = "{world.db.conninfo(None)}";\n')
            account = pwd.getpwnam(SOMEBODY)
            done = subprocess.run(
                [program, "-c", conf, *map(str, args)], capture_output=True,
                text=True, check=False, timeout=90, cwd="/",
                stdin=subprocess.DEVNULL, env=world.environment(),
                user=account.pw_uid, group=account.pw_gid, extra_groups=[])
        ran = Ran("recardctl", done.returncode, done.stdout, done.stderr)
        assert ran.code == expect, ran
        return ran


@pytest.fixture
def desk(world):
    return Desk(world)
