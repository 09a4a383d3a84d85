"""A real IPP printer, ippeveprinter, and a raw port, on the loopback device.

The printer hands each document to a command, which keeps a copy, and waits
while told to: out of paper, or just slow.
"""

import os
import signal
import socket
import subprocess
import threading
import time

from free_ports import free_port

COMMAND = """#!/bin/sh
# Prints a document: keeps it. Told by files what goes wrong meanwhile.
cd "{folder}" || exit 1
while [ -e slow ]; do sleep 0.1; done
if [ -e paper-out ]; then
	echo 'STATE: +media-empty' >&2
	while [ -e paper-out ]; do sleep 0.1; done
	echo 'STATE: -media-empty' >&2
fi
cp "$1" "printed/$(date +%s%N).bytes"
if [ -e jam ]; then
	echo 'ERROR: jammed' >&2
	exit 1
fi
exit 0
"""


class IppPrinter:
    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        for name in ("printed", "spool", "keys"):
            (folder / name).mkdir(parents=True)
        self.command = folder / "command"
        self.command.write_text(COMMAND.format(folder=folder))
        self.command.chmod(0o755)
        # It talks to the DNS-SD service even when it announces nothing: a
        # message bus of its own, where there is none, is enough.
        bus = f"unix:path={folder}/bus"
        self.environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=bus,
                                HOME=str(folder), TMPDIR=str(folder))
        self.bus = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--nopidfile",
             f"--address={bus}"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: (folder / "bus").exists())
        self.process = None
        self.start()

    @property
    def uri(self):
        return f"ipp://localhost:{self.port}/ipp/print"

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["ippeveprinter", "-v", "-r", "off", "-n", "localhost", "-p",
                 str(self.port), "-k", "-d", str(self.folder / "spool"),
                 "-K", str(self.folder / "keys"), "-f",
                 "application/pdf,application/octet-stream", "-c",
                 str(self.command), "front"], env=self.environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until(self.answers)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
            self.process = None

    def close(self):
        self.stop()
        self.bus.kill()
        self.bus.wait()

    def told(self, name, there=True):
        """Puts a file that the command looks for, or takes it away."""
        if there:
            (self.folder / name).touch()
        else:
            (self.folder / name).unlink()

    def documents(self):
        return [path.read_bytes()
                for path in sorted((self.folder / "printed").iterdir())]

    def cancel(self, job):
        request = self.folder / "cancel.test"
        request.write_text(
            "{\nOPERATION Cancel-Job\nGROUP operation-attributes-tag\n"
            "ATTR charset attributes-charset utf-8\n"
            "ATTR language attributes-natural-language en\n"
            "ATTR uri printer-uri $uri\n"
            f"ATTR integer job-id {job}\n"
            "ATTR name requesting-user-name recard\n"
            "STATUS successful-ok\n}\n")
        subprocess.run(["ipptool", "-q", self.uri, request], check=True,
                       timeout=30)


class RawPort:
    """Takes connections, and keeps what each sent."""

    def __init__(self, answer=None, read=True):
        self.answer = answer
        self.read = read
        self.received = []
        self.server = socket.socket()
        if not read:
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.server.bind(("127.0.0.1", 0))
        self.server.listen()
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                data = b""
                if self.answer is not None:
                    connection.recv(65536)
                    connection.sendall(self.answer)
                elif not self.read:
                    time.sleep(8)
                else:
                    while block := connection.recv(65536):
                        data += block
                self.received.append(data)

    def close(self):
        self.server.close()


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
