"""What the whole suite asks of the database when there is nothing to do."""

import re

from conftest import ROOT, wait_until
from world import DAEMONS, free_port

POLL_MS = 250
POLLS = 12  # twice as many as seldom works wait for
BEATS = (len(DAEMONS) + 1) / 60  # a heartbeat a minute and daemon
MOST = 2.0  # statements a second


def shipped_poll():
    """Seconds, as the configuration says that is shipped."""
    text = (ROOT / "etc" / "recard.conf").read_text(encoding="utf-8")
    return int(re.search(r'^# poll = "(\d+)s";$', text, re.M)[1])


def statements(cluster, database, start):
    """Those of a database, in order, as the server's log tells since."""
    with cluster.log_path.open("rb") as log:
        log.seek(start)
        said = log.read().decode(errors="replace")
    return [found[2] for found in re.finditer(
        r"@(\S+) LOG:  (?:execute [^:]*|statement): (.*)", said)
        if found[1] == database]


def test_idle_suite_asks_little(cluster, world):
    world.fill(3)
    world.configure(poll=f"{POLL_MS}ms")
    world.configure("console", listen="",
                    metrics_listen=f"127.0.0.1:{free_port()}")
    world.daemon("payment")
    started = [world.start(name) for name in (*DAEMONS, "console")]
    wait_until(lambda: world.value(
        "SELECT count(*) FROM daemon_instance WHERE NOT once")
        == len(started), "all to be there")
    start = cluster.log_path.stat().st_size
    world.query(f"ALTER DATABASE {world.db.name} SET log_statement = 'all'")
    # New connections log; nobody is woken by that.
    with cluster.administrator() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s", (world.db.name,))

    def window():
        """From one look for notices to the one that is so many later."""
        asked = statements(cluster, world.db.name, start)
        looks = [nth for nth, text in enumerate(asked)
                 if "book_notices(" in text][2:]
        return asked[looks[0]:looks[POLLS]] if len(looks) > POLLS else None
    asked = wait_until(window, "some polls to pass", interval=0.2)
    works = [text for text in asked if "heartbeat" not in text]
    assert len(works) == len([text for text in works if "recard." in text])
    rate = len(works) / POLLS / shipped_poll() + BEATS
    print(f"{rate:.2f} statements a second")
    assert 0.5 < rate < MOST
