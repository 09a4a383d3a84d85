"""Ports for servers that tests start.

They lie below those that the system gives to outgoing connections, and each
worker of pytest-xdist has a range of its own, so that nobody takes a port
between its choice here and the server's bind.
"""

import itertools
import os
import socket

FIRST = 20000
EACH = 1000  # ports a worker
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
# Where in its range a process begins: two runs of pytest at once are rare.
_turn = itertools.count(os.getpid())


def free_port():
    """A port of loopback that nobody listens on."""
    for _ in range(EACH):
        port = FIRST + EACH * (WORKER % 12) + next(_turn) % EACH
        with socket.socket() as probe:
            # As servers do: a port whose connections just ended is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"all {EACH} ports of worker {WORKER} are taken")
