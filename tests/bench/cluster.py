"""What the measurements share: a server with full durability, a migrated
database, orders in bulk, and the words of the result.

Server and database are those of tests/conftest.py, with everything synced.
The programs come from the build tree that RECARD_BUILD names (default:
build, the one that people use).
"""

import contextlib
import os
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("RECARD_BUILD", str(ROOT / "build"))
sys.path.insert(0, str(ROOT / "tests"))
import conftest  # noqa: E402  (its folder had to be found first)

DURABLE = {"fsync": "on", "full_page_writes": "on",
           "synchronous_commit": "on", "shared_buffers": "1GB",
           # Files of the log are used again: making them is not measured.
           "max_wal_size": "8GB", "min_wal_size": "4GB", "checkpoint_timeout": "30min",
           "maintenance_work_mem": "512MB"}


@contextlib.contextmanager
def server(folder=None):
    """A server of our own, gone afterwards; folder: where, if it matters."""
    place = Path(tempfile.mkdtemp(prefix="recard-bench-",
                                  dir=folder or "/var/tmp"))
    cluster = conftest.Cluster(place, DURABLE)
    try:
        cluster.create()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def database(cluster, name, template=None):
    """A migrated database, or a copy of one; gone afterwards."""
    if template:
        made = cluster.copy_database(template.name, name)
    else:
        with cluster.administrator() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        made = conftest.Database(cluster, name)
        conftest.migrate(made, cluster.folder)
    try:
        yield made
    finally:
        cluster.drop_database(name)


# Orders as submit() makes them, all at once: applied `age` ago one
# after the other, from number `start` on, and reminded of.
ORDERS = """
CREATE TEMPORARY TABLE made AS
SELECT n, 26010100000000 + n AS order_no, now() - %(age)s::interval
	+ n * interval '1 microsecond' AS applied_at
FROM generate_series(%(start)s::bigint, %(start)s::bigint + %(count)s - 1)
	AS n;
INSERT INTO orders (order_no, product, amount, applied_at, pay_by, moved_at,
		status)
	SELECT order_no, 'moica', 228, applied_at,
		applied_at + interval '48 hours', applied_at,
		%(status)s::order_status
	FROM made ORDER BY n;
INSERT INTO order_history (order_no, move_no, at, event, to_status, actor)
	SELECT order_no, 0, applied_at, 'applied', 'unpaid', 'bench'
	FROM made ORDER BY n;
"""
PEOPLE = """
INSERT INTO certificate (card_no, holder_hash, name, not_after, rank, status)
	SELECT 'TT' || lpad(n::text, 14, '0'),
		sha256(convert_to(n::text, 'UTF8')), '王小明',
		current_date + 30, 'primary', 'valid'
	FROM made ORDER BY n;
INSERT INTO applicant (order_no, card_no, holder_hash, name, postal_code,
		address, phone, email)
	SELECT order_no, 'TT' || lpad(n::text, 14, '0'),
		sha256(convert_to(n::text, 'UTF8')), '王小明', '100006',
		'臺北市中正區重慶南路一段' || n || '號', '0912-345-678',
		'applicant' || n || '@example.tw'
	FROM made ORDER BY n;
INSERT INTO activation (order_no, user_code_hash)
	SELECT order_no, '$scrypt$ln=14,r=8,p=1$' || repeat('x', 66)
	FROM made ORDER BY n;
INSERT INTO notice (order_no, kind, move_no, due_at, sent_at, state)
	SELECT order_no, 'reminder', 0, now(), now(), 'sent' FROM made ORDER BY n;
"""


def fill(connection, start, count, age, status="unpaid"):
    """count orders; those that are not unpaid are long over, and only a
    large table."""
    connection.execute("SET LOCAL session_replication_role = replica")
    people = PEOPLE if status == "unpaid" else ""
    for statement in (ORDERS + people + "DROP TABLE made").split(";\n"):
        connection.execute(statement, {"start": start, "count": count,
                                       "age": age, "status": status})


class PeakMemory(threading.Thread):
    """Follows a process: what wait4() tells counts us, who started it."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.status = Path(f"/proc/{pid}/status")
        self.megabytes = 0.0
        self.start()

    def run(self):
        while True:
            try:
                found = re.search(r"VmHWM:\s+(\d+) kB",
                                  self.status.read_text(encoding="ascii"))
            except OSError:
                return
            if not found:
                return
            self.megabytes = int(found[1]) / 1024
            time.sleep(0.01)


def rate(rows, seconds):
    return f"{rows / seconds:,.0f}"


def spread(values):
    """Distance of the extremes, as a share of the median."""
    middle = statistics.median(values)
    return f"{(max(values) - min(values)) / middle:.0%}" if middle else "-"


def table(head, rows):
    """Prints rows in columns, numbers to the right."""
    widths = [max(len(row[i]) for row in [head, *rows])
              for i in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(width) if not i else cell.rjust(width)
                        for i, (cell, width) in enumerate(zip(row, widths)))
              .rstrip())
