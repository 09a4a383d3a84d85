#!/usr/bin/python3
"""Make self-signed certificates for recard, the card line, a stranger and the
HTTPS servers of this host.

usage: make_authority.py FOLDER

FOLDER gets our.key our.crt line.key line.crt stranger.key stranger.crt
server.key server.crt. A pair that is there already stays.
"""

import argparse
import os
import subprocess

SUBJECTS = {
    "our": "/C=TW/O=recard/CN=recard card batches",
    "line": "/C=TW/O=card line/CN=card line",
    "stranger": "/C=TW/O=somebody else/CN=stranger",
    "server": "/C=TW/O=recard/CN=localhost",
}
NAMES = {"server": "DNS:localhost,IP:127.0.0.1"}


def make_pair(folder, name, subject, bits=2048, days=3650, names=None):
    key = os.path.join(folder, name + ".key")
    certificate = os.path.join(folder, name + ".crt")
    if os.path.exists(key) and os.path.exists(certificate):
        return
    # The key is created unreadable for others, not made so afterwards.
    with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              "wb"):
        os.chmod(key, 0o600)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", f"rsa:{bits}", "-nodes",
         "-sha256", "-days", str(days), "-subj", subject,
         "-keyout", key, "-out", certificate,
         *(["-addext", f"subjectAltName={names}"] if names else [])],
        check=True, capture_output=True, timeout=120)
    os.chmod(certificate, 0o644)


def make_authority(folder):
    os.makedirs(folder, mode=0o700, exist_ok=True)
    for name, subject in SUBJECTS.items():
        make_pair(folder, name, subject, names=NAMES.get(name))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    make_authority(parser.parse_args().folder)


if __name__ == "__main__":
    main()
