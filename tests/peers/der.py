"""Writes DER (X.690), for certificates, lists and signatures that no tool
makes: those with the attributes of Taiwan's cards, and those that are wrong
in one way."""

import datetime


def tlv(tag, content):
    length = len(content)
    if length < 0x80:
        head = bytes([tag, length])
    else:
        size = length.to_bytes((length.bit_length() + 7) // 8, "big")
        head = bytes([tag, 0x80 | len(size)]) + size
    return head + content


def sequence(*parts):
    return tlv(0x30, b"".join(parts))


def set_of(*parts):
    return tlv(0x31, b"".join(sorted(parts)))


def explicit(number, content):
    return tlv(0xa0 | number, content)


def integer(value):
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def enumerated(value):
    return tlv(0x0a, bytes([value]))


def boolean(value):
    return tlv(0x01, b"\xff" if value else b"\x00")


def null():
    return tlv(0x05, b"")


def octets(content):
    return tlv(0x04, content)


def bits(content, unused=0):
    return tlv(0x03, bytes([unused]) + content)


def utf8(text):
    return tlv(0x0c, text.encode())


def printable(text):
    return tlv(0x13, text.encode("ascii"))


def oid(dotted):
    first, second, *rest = (int(part) for part in dotted.split("."))
    out = b""
    for number in (first * 40 + second, *rest):
        piece = bytes([number & 0x7f])
        while number > 0x7f:
            number >>= 7
            piece = bytes([0x80 | (number & 0x7f)]) + piece
        out += piece
    return tlv(0x06, out)


def time(when):
    """Of a datetime or of seconds since 1970."""
    if not isinstance(when, datetime.datetime):
        when = datetime.datetime.fromtimestamp(when, datetime.timezone.utc)
    when = when.astimezone(datetime.timezone.utc)
    if 1950 <= when.year < 2050:
        return tlv(0x17, when.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(0x18, when.strftime("%Y%m%d%H%M%SZ").encode())


def parts(content):
    """(content, whole) of each element of well-formed DER, one after the
    other."""
    found, at = [], 0
    while at < len(content):
        start, length = at, content[at + 1]
        at += 2
        if length & 0x80:
            size = length & 0x7f
            length = int.from_bytes(content[at:at + size], "big")
            at += size
        found.append((content[at:at + length], content[start:at + length]))
        at += length
    return found
