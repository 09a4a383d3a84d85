#!/usr/bin/python3
"""A stand-in for the signing component on a citizen's machine, with cards of
the test authority in place of a reader (citizens.py).

	sign_component.py --cards FOLDER [--card CARD_NO] [--port 61161]
	                  [--origin https://localhost:8443]...

It listens on 127.0.0.1 and prints its port. As the real one does it answers

	POST /sign        {"func": "MakeSignature", "tbs", "pin", ...} as JSON, or
	                  as the form field tbsPackage
	GET /pkcs11info   what is in the reader; ?withcert=true with certificates
	GET /popupForm    a page that asks its opener for the package with
	                  {"func": "getTbs"}, signs, posts the answer back, closes

Pages of the named origins (none: all of localhost) may also ask it directly.
The card in the reader is --card, or the first of the folder; a POST to
/insert?card=CARD_NO puts in another one, without a number none. Three wrong
PINs lock a card.
"""

import argparse
import base64
import http.server
import json
import os
import pathlib
import re
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import citizens

# Of HiPKI: what went wrong, and what the card said.
NO_TEXT, NO_CARD, BAD_JSON = 0x76000003, 0x76000006, 0x7600000B
BAD_ARGUMENT, NO_METHOD = 0x7600000C, 0x7600000E
OTHER_SITE, NO_PIN, LOGIN_FAILED = 0x76000031, 0x76000998, 0x76100006
PIN_LOCKED, PIN_WRONG = 0xA4, {1: -2147483647, 2: -2147483646}
TRIES = 3
REQUEST_MOST = 65536
READER = "Stand-in reader 0"

POPUP = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Signing</title>
<p>Signing…</p>
<script>
addEventListener("message", async (event) => {
	const asked = JSON.parse(event.data);
	const path = asked.func === "MakeSignature" ? "/sign"
		: "/pkcs11info?withcert=" + (asked.func === "GetUserCert");
	const answer = await fetch(path, asked.func === "MakeSignature"
		? {method: "POST", headers: {"X-Opener": event.origin},
		   body: "tbsPackage=" + encodeURIComponent(event.data)}
		: {headers: {"X-Opener": event.origin}});
	event.source.postMessage(await answer.text(), event.origin);
	close();
});
opener.postMessage(JSON.stringify({func: "getTbs"}), "*");
</script>
</html>
"""


class StoredCard(citizens.Card):
    """A card as Card.save() wrote it."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        self.card_no = re.search(r"^Card: (\S+)$", text, re.M)[1]
        self.name = re.search(r"^Name: (.*)$", text, re.M)[1]
        self.pin = re.search(r"^PIN: (\S+)$", text, re.M)[1]
        self.certificate = citizens.from_pem(text, "CERTIFICATE")
        self.key = citizens.Key(path)
        self.issuer, self.serial = citizens.issuer_and_serial(
            self.certificate)
        self.tries = TRIES


class Reader:
    """The cards, and the one that is in the reader."""

    def __init__(self, folder, card_no=None):
        self.folder, self.used = pathlib.Path(folder), {}
        first = min(self.folder.glob("*.pem"), default=None)
        self.card = None
        self.insert(card_no or (first.stem if first else None))

    def insert(self, card_no):
        """False when there is no such card."""
        if card_no and card_no not in self.used:
            path = self.folder / (card_no + ".pem")
            if not re.fullmatch(r"\w+", card_no) or not path.exists():
                return False
            self.used[card_no] = StoredCard(path)
        self.card = self.used[card_no] if card_no else None
        return True

    def sign(self, package):
        """The answer to a package."""
        def refused(code, last_error=0):
            return {"func": "sign", "ret_code": code, "last_error": last_error}
        if package.get("func") != "MakeSignature":
            return refused(NO_METHOD)
        if (package.get("signatureType") != "PKCS7"
                or package.get("hashAlgorithm") not in ("SHA256", "SHA384")):
            return refused(BAD_ARGUMENT)
        for name, code in (("tbs", NO_TEXT), ("pin", NO_PIN)):
            if not isinstance(package.get(name), str) or not package[name]:
                return refused(code)
        if self.card is None:
            return refused(NO_CARD)
        wrong = self._pin_objection(urllib.parse.unquote(package["pin"]))
        if wrong is not None:
            return refused(LOGIN_FAILED, wrong)
        return self._signed(package)

    def _pin_objection(self, pin):
        card = self.card
        if card.tries == 0:
            return PIN_LOCKED
        if pin == card.pin:
            card.tries = TRIES
            return None
        card.tries -= 1
        return PIN_WRONG.get(card.tries, PIN_LOCKED)

    def _signed(self, package):
        nonce = package.get("nonce") or None
        signature = self.card.sign(
            urllib.parse.unquote(package["tbs"]),
            digest=package["hashAlgorithm"].lower(),
            nonce=nonce.encode() if nonce else None,
            card_no="" if package.get("withCardSN") == "true" else None,
            signing_time=time.time())
        return {"func": "sign", "ret_code": 0, "last_error": 0,
                "signature": base64.b64encode(signature).decode(),
                "cardSN": self.card.card_no,
                "certb64": base64.b64encode(self.card.certificate).decode()}

    def info(self, with_certificate):
        slot = {"slotDescription": READER, "token": "unknown"}
        if self.card is not None:
            slot["token"] = {"label": "stand-in card",
                             "serialNumber": self.card.card_no}
            if with_certificate:
                slot["token"]["certs"] = [{
                    "label": "cert1", "usage": "digitalSignature",
                    "certb64": base64.b64encode(
                        self.card.certificate).decode()}]
        return {"func": "pkcs11info", "ret_code": 0, "last_error": 0,
                "serverVersion": "stand-in", "slots": [slot]}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _origin(self):
        """Who asks: a page, or the page that opened our popup. False: one
        that may not."""
        origin = self.headers.get("Origin")
        ours = f"http://localhost:{self.server.server_port}"
        asks = (self.headers.get("X-Opener") if origin in (ours, None)
                else origin)
        if asks is None or asks in self.server.origins:
            return asks
        if not self.server.origins and urllib.parse.urlsplit(
                asks).hostname in ("localhost", "127.0.0.1"):
            return asks
        return False

    def _answer(self, content, kind="application/json; charset=utf-8",
                status=200):
        body = (content if isinstance(content, str)
                else json.dumps(content)).encode()
        origin = self._origin()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if origin and self.server.open_to_pages:
            self.send_header("Access-Control-Allow-Origin", origin)
            self.send_header("Vary", "Origin")
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Content-Type")
            self.send_header("Access-Control-Allow-Private-Network", "true")
            self.send_header("Access-Control-Allow-Local-Network", "true")
        self.end_headers()
        self.wfile.write(body)

    def do_OPTIONS(self):
        self._answer("", status=204 if self._origin() else 403)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/popupForm":
            self._answer(POPUP, "text/html; charset=utf-8")
        elif self._origin() is False:
            self._answer({"ret_code": OTHER_SITE, "last_error": 0})
        elif url.path == "/pkcs11info":
            query = urllib.parse.parse_qs(url.query)
            self._answer(self.server.reader.info(
                query.get("withcert") == ["true"]))
        else:
            self._answer("", "text/plain", 404)

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        if length > REQUEST_MOST:
            self.close_connection = True
            self._answer("", "text/plain", 413)
            return
        body = self.rfile.read(length).decode("utf-8", "replace")
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/insert" and not self.headers.get("Origin"):
            cards = urllib.parse.parse_qs(url.query).get("card", [None])
            found = self.server.reader.insert(cards[0])
            self._answer("", "text/plain", 204 if found else 404)
        elif url.path != "/sign":
            self._answer("", "text/plain", 404)
        elif self._origin() is False:
            self._answer({"func": "sign", "ret_code": OTHER_SITE,
                          "last_error": 0})
        else:
            self._answer(self._sign(body))

    def _sign(self, body):
        if body.startswith("tbsPackage="):
            body = urllib.parse.unquote_plus(body[len("tbsPackage="):])
        try:
            package = json.loads(body)
        except ValueError:
            package = None
        if not isinstance(package, dict):
            return {"func": "sign", "ret_code": BAD_JSON, "last_error": 0}
        return self.server.reader.sign(package)

    def log_message(self, *arguments):
        pass


def make_server(reader, port=0, origins=(), open_to_pages=True):
    """For tests: .server_port, serve_forever() in a thread, shutdown().
    open_to_pages: whether browsers show its answers to other origins' pages;
    otherwise only its own window serves them."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.reader, server.origins = reader, set(origins)
    server.open_to_pages = open_to_pages
    return server


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cards", required=True)
    parser.add_argument("--card")
    parser.add_argument("--port", type=int, default=61161)
    parser.add_argument("--origin", action="append", default=[])
    arguments = parser.parse_args()
    server = make_server(Reader(arguments.cards, arguments.card),
                         arguments.port, arguments.origin)
    print(server.server_port, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
