#!/usr/bin/python3
"""A mail server that keeps what it is given, for tests; it can be slow, refuse,
lose its answers, and die.

    with MailHost(tls=context) as host:     # STARTTLS; None: plain
        host.url                            # smtp://localhost:PORT
        host.mails                          # [Mail(sender, recipient, data, …)]
        host.rules["a@example.tw"] = ("rcpt", "550 5.1.1 no such user")
        host.die(); host.live()

From a shell it is plain, prints its port, and writes what comes into a folder,
a file each, until it is told to end:

	mail_host.py --out FOLDER

or shows a mail as its reader sees it, the last one of the folder whose subject
begins so:

	mail_host.py --out FOLDER --show SUBJECT
"""

import argparse
import asyncio
import base64
import contextlib
import pathlib
import signal
import socket
import threading
from collections import namedtuple
from email import message_from_bytes, policy

from free_ports import free_port

Mail = namedtuple("Mail", "sender recipient data envelope")


def address_of(line):
    return line[line.index("<") + 1:line.index(">")]


def read(mail):
    """The message as Python's email package has it."""
    return message_from_bytes(mail.data, policy=policy.default)


class Session(asyncio.Protocol):
    def __init__(self, host):
        self.host = host
        self.secret = host.tls_first
        self.user = None
        self.buffer = b""
        self.upgrading = False
        self.transaction()

    def transaction(self):
        self.sender = self.recipient = self.envelope = None
        self.body = False
        self.login = []

    def connection_made(self, transport):
        self.transport = transport
        if self not in self.host.sessions:
            self.host.sessions.add(self)
            self.host.connections += 1
            if self.host.greeting:
                self.say(self.host.greeting)

    def connection_lost(self, _):
        self.host.sessions.discard(self)

    def say(self, *lines):
        self.transport.write("".join(f"{line}\r\n" for line in lines).encode())

    def data_received(self, data):
        self.buffer += data
        while not self.upgrading and self.take():
            pass

    def take(self):
        if self.transport.is_closing():
            return False
        end = b"\r\n.\r\n" if self.body else b"\r\n"
        if self.body and self.buffer.startswith(b".\r\n"):
            self.buffer = self.buffer[3:]
            self.mail(b"")
            return True
        line, found, rest = self.buffer.partition(end)
        if not found:
            return False
        self.buffer = rest
        if self.body:
            self.mail(line + b"\r\n")
        else:
            self.command(line.decode())
        return True

    def command(self, line):
        if self.login:
            return self.log_in(line)
        word = line.split(" ")[0].upper()
        handler = getattr(self, f"on_{word.lower()}", None)
        if self.host.says and word in self.host.says:
            self.host.heard.append(line)
            return self.say(self.host.says[word])
        if word != "AUTH":
            self.host.heard.append(line)
        return handler(line) if handler else self.say("500 what?")

    def on_ehlo(self, _):
        offers = ["localhost"]
        if self.host.tls and not self.secret:
            offers.append("STARTTLS")
        if self.host.users and (self.secret or not self.host.tls):
            offers.append("AUTH " + self.host.methods)
        offers += self.host.offers
        self.say(*(f"250-{offer}" for offer in offers), "250 HELP")

    def on_starttls(self, _):
        # What comes next is for TLS, and answered there.
        self.transport.pause_reading()
        self.upgrading = True
        if self.host.inject:
            self.transport.write(b"220 go\r\n250 injected\r\n")
        else:
            self.say("220 go")

        async def start():
            transport = await self.host.loop.start_tls(
                self.transport, self, self.host.tls, server_side=True)
            if transport:
                self.transport = transport
                self.secret, self.upgrading = True, False
                self.transaction()
                self.data_received(b"")

        async def quietly():
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await start()

        self.host.task = self.host.loop.create_task(quietly())

    def on_auth(self, line):
        self.host.heard.append("AUTH")
        _, method, *rest = line.split(" ")
        if method == "PLAIN" and rest:
            _, user, password = base64.b64decode(rest[0]).decode().split("\0")
            return self.check(user, password)
        self.login = [None]
        return self.say("334 VXNlcm5hbWU6")

    def log_in(self, line):
        self.login.append(base64.b64decode(line).decode())
        if len(self.login) == 2:
            return self.say("334 UGFzc3dvcmQ6")
        user, password = self.login[1:]
        self.login = []
        return self.check(user, password)

    def check(self, user, password):
        if self.host.users.get(user) != password:
            return self.say("535 5.7.8 no")
        self.user = user
        return self.say("235 2.7.0 welcome")

    def on_mail(self, line):
        if self.host.users and not self.user:
            return self.say("530 5.7.0 log in first")
        if self.host.tls and not self.secret:
            return self.say("530 5.7.0 STARTTLS first")
        self.transaction()
        self.sender, self.envelope = address_of(line), line
        return self.say("250 2.1.0 ok")

    def on_rcpt(self, line):
        where, answer = self.host.rules.get(address_of(line), ("", ""))
        if where == "rcpt":
            return self.say(answer)
        self.recipient = address_of(line)
        return self.say("250 2.1.5 ok")

    def on_data(self, _):
        if not self.recipient:
            return self.say(self.host.no_recipient)
        self.body = True
        return self.say("354 go on")

    def mail(self, data):
        self.body = False
        if data.startswith(b".") or b"\n." in data:
            data = data.replace(b"\n..", b"\n.")
            data = data[1:] if data.startswith(b"..") else data
        mail = Mail(self.sender, self.recipient, data, self.envelope)
        where, answer = self.host.rules.get(mail.recipient, ("", ""))
        if where == "data":
            return self.say(answer)
        self.host.mails.append(mail)
        self.host.keep(mail)
        if self.host.lose > 0:
            self.host.lose -= 1
            return self.transport.abort()
        if self.host.delay:
            self.host.loop.call_later(self.host.delay, self.accept)
            return None
        return self.accept()

    def accept(self):
        if not self.transport.is_closing():
            self.say("250 2.0.0 taken")

    def on_rset(self, _):
        self.transaction()
        self.say("250 2.0.0 ok")

    def on_quit(self, _):
        self.say("221 2.0.0 bye")
        self.transport.close()


class MailHost:
    """See the top of the file."""

    def __init__(self, tls=None, tls_first=False, users=None, port=None,
                 out=None):
        self.tls, self.tls_first = tls, tls_first
        self.users = users or {}
        self.port = port or free_port()
        self.mails, self.heard = [], []
        self.out = out           # folder of mails, besides
        self.rules = {}          # recipient: ("rcpt" or "data", answer)
        self.says = {}           # command: answer
        self.offers = ["PIPELINING", "DSN", "ENHANCEDSTATUSCODES"]
        self.methods = "PLAIN LOGIN"
        self.greeting = "220 localhost ESMTP"
        self.no_recipient = "503 5.5.1 no recipient"
        self.delay = 0.0         # before a mail is answered
        self.lose = 0            # answers to mails that are never given
        self.inject = False      # more words before TLS
        self.sessions = set()
        self.connections = 0
        self.server = None
        self.task = None

    @property
    def url(self):
        return f"{'smtps' if self.tls_first else 'smtp'}://localhost:" \
            f"{self.port}"

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever,
                                       daemon=True)
        self.thread.start()
        self.live()
        return self

    def __exit__(self, *_):
        self.die()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def call(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine,
                                                self.loop).result(30)

    def live(self):
        async def start():
            self.server = await self.loop.create_server(
                lambda: Session(self), "127.0.0.1", self.port,
                ssl=self.tls if self.tls_first else None,
                family=socket.AF_INET, reuse_address=True)
        self.call(start())

    def die(self):
        """As if killed: nobody listens, and connections break."""
        async def stop():
            if self.server:
                self.server.close()
                self.server = None
            for session in list(self.sessions):
                session.transport.abort()
            self.sessions.clear()
            await asyncio.sleep(0)
        self.call(stop())

    def keep(self, mail):
        if self.out:
            path = self.out / f"{len(self.mails):05d}.eml"
            path.write_bytes(mail.data)

    def ids(self):
        """Message-ID: its mails."""
        found = {}
        for mail in list(self.mails):
            head = mail.data.partition(b"\r\n\r\n")[0].decode()
            name = head.partition("Message-ID: ")[2].partition("\r\n")[0]
            found.setdefault(name, []).append(mail)
        return found


def told(folder, subject):
    """Mails of a folder whose subject begins so, the last one first."""
    for path in sorted(folder.glob("*.eml"), reverse=True):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        if mail["Subject"].startswith(subject):
            yield mail


def show(mail):
    """What a mail program shows of it."""
    for name in ("From", "To", "Date", "Subject"):
        print(f"{name}: {mail[name]}")
    print(f"\n{mail.get_body(('plain',)).get_content()}", end="")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--show", metavar="SUBJECT")
    arguments = parser.parse_args()
    if arguments.show is not None:
        mail = next(told(arguments.out, arguments.show), None)
        if not mail:
            return 1
        show(mail)
        return 0
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with MailHost(out=arguments.out) as host:
        print(host.port, flush=True)
        signal.sigwait(ends)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
