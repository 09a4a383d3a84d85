"""Exim as a mail host: STARTTLS, a password, and everything that comes is kept
in a Maildir. Its configuration, queue and log are in a folder of its own.

    with MailServer(folder, certificate, key) as server:
        server.url                  # smtp://localhost:PORT
        server.user, server.password
        server.mails()              # [email.message.EmailMessage, …]
"""

import contextlib
import email.policy
import os
import pwd
import shutil
import signal
import socket
import subprocess
from email import message_from_bytes

from conftest import end_with_parent, wait_until
from free_ports import free_port

PROGRAM = "/usr/sbin/exim4"
CONFIG = """
spool_directory = {folder}/queue
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
exim_user = {user}
exim_group = {group}
never_users =
keep_environment =
primary_hostname = mail.example.tw
qualify_domain = mail.example.tw
tls_advertise_hosts = *
tls_certificate = {folder}/server.crt
tls_privatekey = {folder}/server.key
acl_smtp_rcpt = known
acl_smtp_data = take
host_lookup =
rfc1413_query_timeout = 0s
queue_only = false
smtp_accept_queue_per_connection = 0
message_size_limit = 1M
begin acl
known:
  accept authenticated = *
  deny message = authenticate first
take:
  accept
begin routers
kept:
  driver = accept
  transport = kept
begin transports
kept:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
  user = {user}
  group = {group}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{recard}}}}\\
    {{eq{{$auth3}}{{{password}}}}}}}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if def:tls_in_cipher}}
"""


class MailServer:
    """See above. certificate and key: PEM, for localhost."""

    user, password = "recard", "what-mail-hosts-want"

    def __init__(self, folder, certificate, key):
        self.folder, self.port = folder, free_port()
        # As root it gives its rights up to the package's own user.
        account = pwd.getpwnam("Debian-exim") if os.geteuid() == 0 \
            else pwd.getpwuid(os.geteuid())
        for name in ("queue", "log", "mail"):
            (folder / name).mkdir(parents=True)
        shutil.copy(certificate, folder / "server.crt")
        shutil.copy(key, folder / "server.key")
        self.config = folder / "exim.conf"
        self.config.write_text(CONFIG.format(
            folder=folder, user=account.pw_name, group=account.pw_gid,
            password=self.password))
        for path in (folder, *folder.rglob("*")):
            if path != self.config and os.geteuid() == 0:
                os.chown(path, account.pw_uid, account.pw_gid)

    @property
    def url(self):
        return f"smtp://localhost:{self.port}"

    def __enter__(self):
        self.process = subprocess.Popen(
            [PROGRAM, "-C", self.config, "-bdf", "-oX",
             f"127.0.0.1.{self.port}"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            preexec_fn=end_with_parent)
        wait_until(self.listens, "the mail server")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=30)

    def listens(self):
        assert self.process.poll() is None, self.process.stderr.read()
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            return True
        return False

    def mails(self):
        """What has been delivered, in the order in which it was."""
        return [message_from_bytes(path.read_bytes(),
                                   policy=email.policy.default)
                for path in sorted((self.folder / "mail").glob("new/*"),
                                   key=lambda path: path.stat().st_mtime_ns)]
