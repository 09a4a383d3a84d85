#!/usr/bin/python3
"""Make self-signed certificates for recard, the card line, a stranger and the
HTTPS servers of this host.

usage: make_authority.py FOLDER

FOLDER gets our.key our.crt line.key line.crt stranger.key stranger.crt
server.key server.crt. A pair that is there already stays.

make_tls() makes, for tests, what TLS servers and clients show each other.
"""

import argparse
import os
import subprocess

SUBJECTS = {
    "our": "/C=TW/O=recard/CN=recard card batches",
    "line": "/C=TW/O=card line/CN=card line",
    "stranger": "/C=TW/O=somebody else/CN=stranger",
    "counter": "/C=TW/O=household registration/CN=counter",
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


# Certificates signed by an authority: its name, names of the host, days.
TLS = {
    "good": ("ca", "DNS:localhost,IP:127.0.0.1", 30),
    "expired": ("ca", "DNS:localhost,IP:127.0.0.1", -1),
    "misnamed": ("ca", "DNS:bank.example", 30),
    "foreign": ("other-ca", "DNS:localhost,IP:127.0.0.1", 30),
    "client": ("ca", "DNS:recard.example", 30),
    "foreign-client": ("other-ca", "DNS:recard.example", 30),
}


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True,
                   capture_output=True, timeout=120)


def make_tls(folder):
    """NAME.key and NAME.crt for each of TLS and its authorities."""
    os.makedirs(folder, mode=0o700, exist_ok=True)

    def path(name):
        return os.path.join(folder, name)

    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes")
    for name in ("ca", "other-ca"):
        openssl("req", "-x509", *curve, "-days", 30, "-subj", f"/CN={name}",
                "-keyout", path(name + ".key"), "-out", path(name + ".crt"))
    for name, (authority, hosts, days) in TLS.items():
        openssl("req", *curve, "-subj", f"/CN={name}",
                "-addext", f"subjectAltName={hosts}",
                "-keyout", path(name + ".key"), "-out", path(name + ".csr"))
        os.chmod(path(name + ".key"), 0o600)
        openssl("x509", "-req", "-in", path(name + ".csr"),
                "-CA", path(authority + ".crt"),
                "-CAkey", path(authority + ".key"), "-days", days,
                "-copy_extensions", "copy", "-out", path(name + ".crt"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    make_authority(parser.parse_args().folder)


if __name__ == "__main__":
    main()
