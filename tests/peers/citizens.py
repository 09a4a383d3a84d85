#!/usr/bin/python3
"""The citizens' authority, for tests and for a first look: a root, an issuing
authority with its list of revoked certificates, and cards whose certificates
have the profile of Taiwan's (recard-files(5)).

	citizens.py FOLDER [APPLICANTS.jsonl]

makes FOLDER/citizens.pem (root and issuer), FOLDER/citizens.crl (nobody
revoked), FOLDER/issuer.crt, and FOLDER/cards/CARD_NO.pem for each line
{"name", "card_no", "holder_id"} of the file: the card's certificate, its key
and its PIN, for sign_component.py. What is there already stays.

Everything is made with the openssl program and der.py. A card can sign in each
of the ways of being wrong that a server has to see.
"""

import argparse
import base64
import hashlib
import json
import os
import pathlib
import re
import secrets
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import der

POLICY = "2.16.886.101.0.3.3"
CARD_NO = "2.16.886.1.100.2.204"
RANK = "2.16.886.1.100.2.2"
HOLDER = "2.16.886.1.100.2.51"
NONCE = "1.2.840.113549.1.9.25.3"
PIN = "871225"
DAY = 24 * 60 * 60
YEAR = 365 * DAY

RSA = "1.2.840.113549.1.1.1"
# (RSA, ECDSA) signatures and digests by name.
SIGNATURES = {
    "sha1": ("1.2.840.113549.1.1.5", "1.2.840.10045.4.1"),
    "sha256": ("1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"),
    "sha384": ("1.2.840.113549.1.1.12", "1.2.840.10045.4.3.3"),
}
DIGESTS = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1",
           "sha384": "2.16.840.1.101.3.4.2.2"}
USAGES = {"digitalSignature": 0x80, "keyEncipherment": 0x20,
          "keyCertSign": 0x04, "cRLSign": 0x02}
REASONS = {"unspecified": 0, "keyCompromise": 1, "superseded": 4,
           "cessationOfOperation": 5, "certificateHold": 6,
           "removeFromCRL": 8}


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=data,
                          check=True, capture_output=True, timeout=60).stdout


class Key:
    """A private key in a file, made when it is not there: rsa:BITS or a
    curve."""

    def __init__(self, path, kind="rsa:2048"):
        self.path = pathlib.Path(path)
        if not self.path.exists():
            option = (("rsa", "rsa_keygen_bits:" + kind[4:])
                      if kind.startswith("rsa:")
                      else ("ec", "ec_paramgen_curve:" + kind))
            text = openssl("genpkey", "-algorithm", option[0],
                           "-pkeyopt", option[1])
            with open(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600),
                      "wb") as file:
                file.write(text)
        self.public = openssl("pkey", "-in", self.path, "-pubout",
                              "-outform", "DER")
        self.is_rsa = der.oid(RSA) in self.public[:32]

    def identifier(self):
        return hashlib.sha1(self.public).digest()

    def algorithm(self, digest):
        rsa, ecdsa = SIGNATURES[digest]
        if self.is_rsa:
            return der.sequence(der.oid(rsa), der.null())
        return der.sequence(der.oid(ecdsa))

    def sign(self, content, digest="sha256"):
        return openssl("dgst", "-" + digest, "-sign", self.path, data=content)


def signed(key, tbs, digest="sha256"):
    """SIGNED{} of X.509: certificates and lists alike."""
    return der.sequence(tbs, key.algorithm(digest),
                        der.bits(key.sign(tbs, digest)))


def name(*parts):
    """An X.501 name: (OID, value in DER) each."""
    return der.sequence(*(der.set_of(der.sequence(der.oid(kind), value))
                          for kind, value in parts))


def authority_name(kind, text):
    return name(("2.5.4.6", der.printable("TW")),
                ("2.5.4.10", der.utf8("recard 測試")), (kind, der.utf8(text)))


def extension(dotted, value, critical=False):
    return der.sequence(der.oid(dotted),
                        *([der.boolean(True)] if critical else []),
                        der.octets(value))


def key_usage(usages):
    byte = sum(USAGES[usage] for usage in usages)
    unused = (byte & -byte).bit_length() - 1
    return extension("2.5.29.15", der.bits(bytes([byte]), unused), True)


def pem(label, content):
    return (f"-----BEGIN {label}-----\n{to_base64(content)}"
            f"-----END {label}-----\n")


def to_base64(content):
    return base64.encodebytes(content).decode()


def from_pem(text, label):
    body = re.search(rf"-----BEGIN {label}-----(.*?)-----END", text, re.S)[1]
    return base64.b64decode(body)


def certificate(issuer_key, issuer_name, key, subject, serial, begins, ends,
                extensions, digest="sha256"):
    tbs = der.sequence(
        der.explicit(0, der.integer(2)), der.integer(serial),
        issuer_key.algorithm(digest), issuer_name,
        der.sequence(der.time(begins), der.time(ends)), subject, key.public,
        der.explicit(3, der.sequence(
            extension("2.5.29.14", der.octets(key.identifier())),
            extension("2.5.29.35", der.sequence(
                der.tlv(0x80, issuer_key.identifier()))),
            *extensions)))
    return signed(issuer_key, tbs, digest)


def issuer_and_serial(content):
    """Of a certificate in DER."""
    tbs, _ = der.parts(der.parts(content)[0][0])[0]
    _, (serial, _), _, (_, issuer), *_ = der.parts(tbs)
    return issuer, int.from_bytes(serial, "big")


def authority_extensions():
    return (extension("2.5.29.19", der.sequence(der.boolean(True)), True),
            key_usage(("keyCertSign", "cRLSign")))


class Authority:
    """A root and an issuer below it, in a folder."""

    def __init__(self, folder, title="測試憑證管理中心", issuer_key="rsa:2048",
                 now=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.now = int(now or time.time())
        self.root_key = Key(self.folder / "root.key")
        self.key = Key(self.folder / "issuer.key", issuer_key)
        self.root_name = authority_name("2.5.4.3", title + " root")
        self.name = authority_name("2.5.4.11", title)
        self.list_number = self.now
        self.revoked = {}
        self._make_certificates()

    def _make_certificates(self):
        bundle = self.folder / "citizens.pem"
        if not bundle.exists():
            begins, ends = self.now - YEAR, self.now + 20 * YEAR
            root = certificate(self.root_key, self.root_name, self.root_key,
                               self.root_name, 1, begins, ends,
                               authority_extensions())
            issuer = certificate(self.root_key, self.root_name, self.key,
                                 self.name, 2, begins, ends,
                                 authority_extensions())
            (self.folder / "root.crt").write_text(pem("CERTIFICATE", root))
            (self.folder / "issuer.crt").write_text(pem("CERTIFICATE", issuer))
            bundle.write_text(pem("CERTIFICATE", root)
                              + pem("CERTIFICATE", issuer))
        self.certificate = from_pem((self.folder / "issuer.crt").read_text(),
                                    "CERTIFICATE")

    def card(self, name_text, card_no, holder_id, **how):
        return Card(self, name_text, card_no, holder_id, **how)

    def revoke(self, card, reason="keyCompromise"):
        self.revoked[card.serial] = reason

    def revocation_list(self, number=None, begins=None, ends=None, entries=b"",
                        extensions=(), key=None, digest="sha256", issuer=None):
        """The list in DER. entries: more of them, in DER; ends "" leaves the
        next update out, number "" the number."""
        if number is None:
            self.list_number += 1
            number = self.list_number
        key = key or self.key
        begins = self.now - 60 if begins is None else begins
        ends = self.now + DAY if ends is None else ends
        entries = b"".join(entry(serial, reason, begins) for serial, reason
                           in sorted(self.revoked.items())) + entries
        parts = [der.integer(1), key.algorithm(digest), issuer or self.name,
                 der.time(begins)]
        if ends != "":
            parts.append(der.time(ends))
        if entries:
            parts.append(der.tlv(0x30, entries))
        if number != "":
            extensions = (extension("2.5.29.20", der.integer(number)),
                          *extensions)
        if extensions:
            parts.append(der.explicit(0, der.sequence(
                extension("2.5.29.35", der.sequence(
                    der.tlv(0x80, key.identifier()))), *extensions)))
        return signed(key, der.sequence(*parts), digest)

    def write_list(self, path=None, **how):
        path = pathlib.Path(path or self.folder / "citizens.crl")
        part = path.with_name(path.name + ".part")
        part.write_bytes(self.revocation_list(**how))
        part.rename(path)
        return path


def entry(serial, reason, when):
    """Of a list: one that is revoked."""
    more = (der.sequence(extension("2.5.29.21",
                                   der.enumerated(REASONS[reason]))),)
    return der.sequence(der.integer(serial), der.time(when), *more)


def many_entries(count, when):
    """Entries of that many random serials, fast."""
    tail = (der.time(when) + der.sequence(extension(
        "2.5.29.21", der.enumerated(REASONS["keyCompromise"]))))
    head = bytes([0x30, 18 + len(tail), 0x02, 16, 0x51])
    noise = secrets.token_bytes(15 * count)
    return b"".join(head + noise[at:at + 15] + tail
                    for at in range(0, 15 * count, 15))


class Card:
    """A card with its key and certificate. What is wrong with it, by keyword:
    begins, ends, usages, policies, last_four (None: none; a list: several),
    digest, key (a Key), serial, extra (extensions)."""

    def __init__(self, authority, name_text, card_no, holder_id, begins=None,
                 ends=None, usages=("digitalSignature",), policies=(POLICY,),
                 last_four="", digest="sha256", key=None, serial=None,
                 extra=(), rank="primary", pin=PIN):
        self.issuer, self.card_no, self.pin = authority.name, card_no, pin
        self.name, self.holder_id = name_text, holder_id
        self.key = key or Key(authority.folder / "card.key")
        self.serial = serial or 0x51 << 120 | secrets.randbits(120)
        now = authority.now
        self.subject = name(("2.5.4.6", der.printable("TW")),
                            ("2.5.4.3", der.utf8(name_text)),
                            ("2.5.4.5", der.printable(
                                f"{secrets.randbelow(10 ** 16):016}")))
        self.certificate = certificate(
            authority.key, authority.name, self.key, self.subject,
            self.serial, now - YEAR if begins is None else begins,
            now + YEAR if ends is None else ends,
            (*self._usage(usages), *self._policies(policies),
             *self._directory(holder_id[-4:] if last_four == ""
                              else last_four, rank), *extra), digest)

    @staticmethod
    def _usage(usages):
        return (key_usage(usages),) if usages else ()

    @staticmethod
    def _policies(policies):
        return (extension("2.5.29.32", der.sequence(
            *(der.sequence(der.oid(policy)) for policy in policies))),
        ) if policies else ()

    @staticmethod
    def _directory(last_four, rank):
        def attribute(kind, value):
            return der.sequence(der.oid(kind), der.set_of(value))
        several = (last_four if isinstance(last_four, (list, tuple))
                   else [last_four] if last_four else [])
        return (extension("2.5.29.9", der.sequence(
            attribute(RANK, der.printable(rank)),
            *(attribute(HOLDER, der.printable(digits))
              for digits in several))),)

    def _attributes(self, content, digest, card_no, nonce, signing_time,
                    extra):
        def attribute(kind, *values):
            return der.sequence(der.oid(kind), der.set_of(*values))
        found = [
            attribute("1.2.840.113549.1.9.3",
                      der.oid("1.2.840.113549.1.7.1")),
            attribute("1.2.840.113549.1.9.4", der.octets(
                hashlib.new(digest, content).digest())),
        ]
        if signing_time is not None:
            found.append(attribute("1.2.840.113549.1.9.5",
                                   der.time(signing_time)))
        if nonce is not None:
            found.append(attribute(NONCE, der.octets(nonce)))
        for number in ([card_no] if isinstance(card_no, str)
                       else card_no or []):
            found.append(attribute(CARD_NO, der.printable(number)))
        return found + list(extra)

    def signer(self, content, digest="sha256", card_no="", nonce=None,
               signing_time=None, attributes=True, extra=()):
        """A SignerInfo over content."""
        identifier = der.sequence(self.issuer, der.integer(self.serial))
        algorithm = der.sequence(der.oid(DIGESTS[digest]), der.null())
        signed_part, covered = b"", content
        if attributes:
            all_of_them = der.set_of(*self._attributes(
                content, digest, self.card_no if card_no == "" else card_no,
                nonce, signing_time, extra))
            covered = all_of_them
            signed_part = b"\xa0" + all_of_them[1:]
        how = (der.sequence(der.oid(RSA), der.null()) if self.key.is_rsa
               else self.key.algorithm(digest))
        return der.sequence(der.integer(1), identifier, algorithm,
                            signed_part, how,
                            der.octets(self.key.sign(covered, digest)))

    def sign(self, challenge, others=(), certificates=None, content=None,
             **how):
        """CMS SignedData over the challenge. others: cards that sign too;
        certificates: those that come along; content: what is inside in place
        of the challenge."""
        bytes_of = challenge.encode() if isinstance(challenge, str) \
            else challenge
        inside = bytes_of if content is None else content
        digest = how.get("digest", "sha256")
        along = ([self.certificate] + [card.certificate for card in others]
                 if certificates is None else certificates)
        data = der.sequence(
            der.integer(1),
            der.set_of(der.sequence(der.oid(DIGESTS[digest]), der.null())),
            der.sequence(der.oid("1.2.840.113549.1.7.1"),
                         *([der.explicit(0, der.octets(inside))]
                           if inside != "" else [])),
            *([der.explicit(0, b"".join(along))] if along else []),
            der.set_of(self.signer(bytes_of, **how),
                       *(card.signer(bytes_of) for card in others)))
        return der.sequence(der.oid("1.2.840.113549.1.7.2"),
                            der.explicit(0, data))

    def save(self, folder):
        """As sign_component.py reads it; openssl does too."""
        folder = pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (self.card_no + ".pem")
        text = (f"Card: {self.card_no}\nName: {self.name}\nPIN: {self.pin}\n"
                + pem("CERTIFICATE", self.certificate)
                + self.key.path.read_text())
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                  "w", encoding="utf-8") as file:
            file.write(text)
        return path


def make_citizens(folder, applicants):
    """The authority with a card for each {"name", "card_no", "holder_id"}."""
    authority = Authority(folder)
    if not (authority.folder / "citizens.crl").exists():
        authority.write_list(ends=authority.now + YEAR)
    cards = authority.folder / "cards"
    cards.mkdir(exist_ok=True)
    for one in applicants:
        if not (cards / (one["card_no"] + ".pem")).exists():
            authority.card(one["name"], one["card_no"],
                           one["holder_id"]).save(cards)
    return authority


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder")
    parser.add_argument("applicants", nargs="?")
    arguments = parser.parse_args()
    applicants = []
    if arguments.applicants:
        with open(arguments.applicants, encoding="utf-8") as file:
            applicants = [json.loads(line) for line in file if line.strip()]
    make_citizens(arguments.folder, applicants)


if __name__ == "__main__":
    main()
