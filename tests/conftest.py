"""The database under test, for all pytest tests.

Fixtures, each made from the one before:

cluster   one PostgreSQL server a worker, our own: no TCP, a Unix socket in
          a temporary folder, everybody trusted, nothing synced
template  a database in it, migrated once by the `recardctl db migrate` of
          the build tree (environment RECARD_BUILD, default: build-check)
db        a fresh copy of the template for one test file
world     a whole recard for one test, with keys, configuration and drop
          folders, on a database of its own: see system/world.py
sound     a migrated database on a server that keeps what it confirms, which
          the others do not; sound_world() makes a world of it in which
          nothing is wrong

Of use to tests besides: wait_until() to wait for something with a deadline,
BUILD for the programs, and Database.conninfo() for their configuration.
"""

import contextlib
import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("RECARD_BUILD", ROOT / "build-check")).resolve()
SUPERUSER = "postgres"
TEMPLATE = "recard_template"
# The stand-ins for the world outside are modules of these tests too.
sys.path += [str(ROOT / "tests" / "peers"), str(ROOT / "tests" / "system")]
pytest.register_assert_rewrite("world")


def wait_until(check, what, seconds=30.0, interval=0.02):
    """Calls check() until it returns something true, and returns that.

    Fails the test when that takes longer than so many seconds; what says
    what was waited for.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() >= deadline:
            pytest.fail(f"waited {seconds:g} s in vain for {what}")
        time.sleep(interval)


def end_with_parent():
    """In a child before exec: SIGINT when pytest dies, however it dies."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGINT)


def postgres_account():
    """subprocess arguments: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(SUPERUSER)
    return {"user": account.pw_uid, "group": account.pw_gid,
            "extra_groups": []}


class Cluster:
    """A PostgreSQL server of our own.

    port matters only as part of the socket's name. settings are those of
    postgresql.conf; give fsync and the like to tests about lost power.
    """

    port = 5432

    def __init__(self, folder, settings=None):
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.log_path = self.folder / "server.log"
        self.settings = {
            "listen_addresses": "", "port": self.port,
            "unix_socket_directories": self.folder,
            "max_connections": 200, "fsync": "off",
            "full_page_writes": "off", "synchronous_commit": "off",
            "log_line_prefix": "%m [%p] %u@%d ", "timezone": "UTC",
        } | (settings or {})
        self.process = None
        self.bindir = Path(subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True,
            check=True).stdout.strip())

    def create(self):
        account = postgres_account()
        if account:
            os.chown(self.folder, account["user"], account["group"])
        self.folder.chmod(0o755)
        subprocess.run(
            [self.bindir / "initdb", "--no-sync", "-A", "trust",
             "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8",
             "-D", self.data],
            check=True, stdout=subprocess.DEVNULL, timeout=120, cwd="/",
            **account)

    def start(self):
        options = [f"--{name}={value}"
                   for name, value in self.settings.items()]
        with self.log_path.open("ab") as log:
            self.process = self.launch(
                [self.bindir / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                preexec_fn=end_with_parent)
        wait_until(self._answers, "the server to answer", 60)

    def launch(self, command, **how):
        """Starts a command as who owns the files."""
        return subprocess.Popen(command, **postgres_account(), **how)

    def _answers(self):
        if self.process.poll() is not None:
            pytest.fail("the server ended at once:\n" + self.log())
        try:
            psycopg.connect(self.conninfo(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, how=signal.SIGINT):
        """SIGINT ends it fast, SIGQUIT as if power were lost."""
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None

    def conninfo(self, database="postgres", role=SUPERUSER):
        return psycopg.conninfo.make_conninfo(
            host=str(self.folder), port=self.port, dbname=database,
            user=role)

    @contextlib.contextmanager
    def administrator(self):
        with psycopg.connect(self.conninfo(), autocommit=True) as connection:
            yield connection

    def copy_database(self, template, name):
        """A new database like an old one, to which nobody is connected."""
        with self.administrator() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)))
        return Database(self, name)

    def drop_database(self, name):
        with self.administrator() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sql.Identifier(name)))

    def log(self):
        return self.log_path.read_text(errors="replace")


class Database:
    """One database of the cluster."""

    def __init__(self, cluster, name):
        self.cluster = cluster
        self.name = name

    def conninfo(self, role=SUPERUSER):
        """libpq connection string; role None leaves the user open, as
        recard's setting `database` wants it."""
        if role is None:
            return psycopg.conninfo.make_conninfo(
                host=str(self.cluster.folder), port=self.cluster.port,
                dbname=self.name)
        return self.cluster.conninfo(self.name, role)

    def connect(self, role=SUPERUSER, **arguments):
        """A psycopg connection that finds recard's names unqualified."""
        return psycopg.connect(
            self.conninfo(role), options="-c search_path=recard,public",
            connect_timeout=10, **arguments)

    def psql(self, file, role=SUPERUSER, timeout=300):
        """Runs a file of SQL as its own folder's psql would; returns the
        ended process, with stdout and stderr as text."""
        return subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
             "-d", self.conninfo(role), "-f", str(file)],
            capture_output=True, text=True, check=False, timeout=timeout,
            env=os.environ | {"PGCLIENTENCODING": "UTF8"})


def migrate(database, folder):
    """Brings the database up to the schema of the build tree."""
    # Where recardctl is not built yet the same SQL may come from a file.
    fallback = os.environ.get("RECARD_SQL_FALLBACK")
    if fallback:
        done = database.psql(fallback)
        assert done.returncode == 0, done.stdout + done.stderr
        return
    configuration = folder / "migrate.conf"
    configuration.write_text(
        f'state_dir = "{folder}/state";\n'
        f'database = "{database.conninfo(None)}";\n'
        f'database_admin = "{database.conninfo()}";\n')
    program = BUILD / "recardctl"
    assert program.is_file(), \
        f"{program} is missing: build first, or set RECARD_BUILD"
    done = subprocess.run(
        [program, "-c", configuration, "db", "migrate"],
        capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, (
        f"recardctl db migrate: exit {done.returncode}\n"
        f"{done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def cluster():
    # Short, for the name of a Unix socket ends at 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="recard-pg-", dir="/var/tmp"))
    server = Cluster(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(cluster, tmp_path_factory):
    """Name of the migrated database; copy it, never connect to it."""
    with cluster.administrator() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate(Database(cluster, TEMPLATE), tmp_path_factory.mktemp("migrate"))
    return TEMPLATE


@pytest.fixture(scope="module")
def db(cluster, template, request):
    """A fresh copy of the migrated database for this test file."""
    name = re.sub(r"\W+", "_", request.module.__name__)[-50:]
    database = cluster.copy_database(template, name)
    yield database
    cluster.drop_database(name)


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """One set of keys and certificates for all worlds."""
    from world import make_keys
    return make_keys(tmp_path_factory.mktemp("authority") / "keys")


@pytest.fixture
def world(cluster, template, keys, tmp_path):
    """See system/world.py."""
    from world import World
    name = f"world_{os.getpid()}_{time.monotonic_ns()}"
    made = World(cluster.copy_database(template, name), tmp_path, keys)
    try:
        yield made
    finally:
        made.close()
        cluster.drop_database(name)


@contextlib.contextmanager
def sound_database(kind=Cluster, **settings):
    """A migrated database on a server of its own that keeps what it
    confirms."""
    folder = Path(tempfile.mkdtemp(prefix="recard-pg-", dir="/var/tmp"))
    server = kind(folder, {
        "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
        "max_prepared_transactions": 2, "archive_mode": "on", **settings})
    try:
        server.create()
        subprocess.run([server.bindir / "pg_checksums", "--enable",
                        "--no-sync", "-D", server.data], check=True,
                       stdout=subprocess.DEVNULL, cwd="/",
                       user=server.data.stat().st_uid)
        server.start()
        with server.administrator() as connection:
            connection.execute("CREATE DATABASE recard_first")
        first = Database(server, "recard_first")
        migrate(first, folder)
        yield first
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sound():
    with sound_database() as first:
        yield first


@contextlib.contextmanager
def sound_world(sound, keys, folder):
    """A world in which nothing is wrong, on a copy of the sound database."""
    from world import DAEMONS, World
    name = f"sound_{time.monotonic_ns()}"
    made = World(sound.cluster.copy_database(sound.name, name), folder, keys)
    try:
        made.query("UPDATE payment_feed SET last_file_at = now()")
        made.query("INSERT INTO calendar_year SELECT extract(year FROM "
                   "now())::integer + n FROM generate_series(0, 1) AS n "
                   "ON CONFLICT DO NOTHING")
        (made.folder / "state").mkdir(exist_ok=True)
        for daemon in DAEMONS:
            made.daemon(daemon)
        yield made
    finally:
        made.close()
        sound.cluster.drop_database(name)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Puts what the server logged during a failed test beside it."""
    report = (yield).get_result()
    server = item.funcargs.get("cluster") if hasattr(item, "funcargs") \
        else None
    if server is None or not server.log_path.exists():
        return
    if call.when == "setup":
        item.stash[LOG_START] = server.log_path.stat().st_size
    elif report.failed:
        said = server.log_path.read_bytes()[item.stash.get(LOG_START, 0):]
        report.sections.append(
            ("server log", said.decode(errors="replace")[-20000:]))


LOG_START = pytest.StashKey()
