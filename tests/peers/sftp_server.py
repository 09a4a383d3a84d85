"""SFTP servers with one folder each, on loopback, for tests.

SftpServer is OpenSSH's sshd: own host key, own configuration, one user (the
one who runs the test), who logs in by key.

    with SftpServer(work, folder) as server:
        server.url              # sftp://USER@127.0.0.1:PORT/…/folder/
        server.known_hosts      # file with its host key
        server.key              # private key that it lets in

PasswordServer is paramiko's, for what sshd only does with an account of the
system: logging in by password.
"""

import getpass
import os
import socket
import subprocess
import threading
import time
from pathlib import Path

import paramiko

from free_ports import free_port

SSHD = "/usr/sbin/sshd"
PRIVILEGE_SEPARATION = Path("/run/sshd")


def make_key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "",
                    "-f", path], check=True, timeout=60)
    return path


def known_host(port, public_key):
    return f"[127.0.0.1]:{port} {' '.join(public_key.split()[:2])}\n"


class SftpServer:
    """work: where it keeps its files; folder: what it serves."""

    def __init__(self, work, folder):
        self.work = Path(work)
        self.work.mkdir(parents=True, exist_ok=True)
        self.folder = Path(folder)
        self.port = free_port()
        self.user = getpass.getuser()
        self.url = f"sftp://{self.user}@127.0.0.1:{self.port}{self.folder}/"
        self.key = make_key(self.work / "client_key")
        self.host_key = make_key(self.work / "host_key")
        self.known_hosts = self.work / "known_hosts"
        self.known_hosts.write_text(self.known_host())
        self.log = self.work / "sshd.log"
        self.process = None

    def known_host(self, port=None):
        """A line of known_hosts; port: that of a relay to it."""
        return known_host(port or self.port,
                          self.host_key.with_suffix(".pub").read_text())

    def start(self):
        if os.geteuid() == 0:
            PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)
        configuration = self.work / "sshd_config"
        configuration.write_text(
            f"ListenAddress 127.0.0.1:{self.port}\n"
            f"HostKey {self.host_key}\n"
            f"AuthorizedKeysFile {self.key}.pub\n"
            "PidFile none\nUsePAM no\nStrictModes no\n"
            "PermitRootLogin yes\nPasswordAuthentication yes\n"
            "KbdInteractiveAuthentication no\nUseDNS no\n"
            "AllowTcpForwarding no\nX11Forwarding no\n"
            "Subsystem sftp internal-sftp\nForceCommand internal-sftp\n")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [SSHD, "-D", "-e", "-f", configuration],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                assert self.process.poll() is None and \
                    time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.02)

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def change_host_key(self):
        """As after an attack, or a new machine."""
        self.stop()
        self.host_key = make_key(self.work / "other_host_key")
        self.start()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Folder(paramiko.SFTPServerInterface):
    """One flat folder, for reading and removing."""

    def __init__(self, server, *arguments, **options):
        super().__init__(server, *arguments, **options)
        self.folder = server.folder

    def path(self, name):
        return self.folder / os.path.basename(name)

    def attempt(self, action):
        try:
            return action()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def list_folder(self, path):
        return self.attempt(lambda: [
            paramiko.SFTPAttributes.from_stat(one.stat(), one.name)
            for one in self.folder.iterdir()])

    def stat(self, path):
        return self.attempt(lambda: paramiko.SFTPAttributes.from_stat(
            self.path(path).stat()))

    lstat = stat

    def open(self, path, flags, attr):
        def action():
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = self.path(path).open("rb")
            return handle
        return self.attempt(action)

    def remove(self, path):
        def action():
            self.path(path).unlink()
            return paramiko.SFTP_OK
        return self.attempt(action)


class Login(paramiko.ServerInterface):
    def __init__(self, owner):
        self.owner, self.folder = owner, owner.folder

    def get_allowed_auths(self, username):
        return "password"

    def check_auth_password(self, username, password):
        self.owner.tries.append(username)
        return paramiko.AUTH_SUCCESSFUL if \
            (username, password) == ("recard", self.owner.password) \
            else paramiko.AUTH_FAILED

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED


class PasswordServer:
    def __init__(self, work, folder, password):
        self.folder, self.password = Path(folder), password
        self.tries = []
        self.host_key = paramiko.ECDSAKey.generate()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"sftp://recard@127.0.0.1:{self.port}/out/"
        self.known_hosts = Path(work) / "password_known_hosts"
        self.known_hosts.write_text(known_host(
            self.port, f"{self.host_key.get_name()} "
            f"{self.host_key.get_base64()}"))
        self.transports = []

    def listen(self):
        while True:
            try:
                client, _ = self.listener.accept()
                transport = paramiko.Transport(client)
                transport.add_server_key(self.host_key)
                transport.set_subsystem_handler("sftp", paramiko.SFTPServer,
                                                Folder)
                self.transports.append(transport)
                transport.start_server(threading.Event(), Login(self))
            except (OSError, EOFError, paramiko.SSHException):
                if self.listener.fileno() < 0:
                    return

    def __enter__(self):
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for transport in self.transports:
            transport.close()
