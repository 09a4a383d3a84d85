#!/usr/bin/python3
"""A citizen at the portal, with his card in the reader of the signing component:
logs in, looks at an order, and activates the card.

	citizen.py --portal https://localhost:8445 --ca server.crt
	           --holder-id ID --pin PIN [--component http://localhost:61161]
	           [--user-code CODE] [ORDER]

Without an order it shows the orders; without a code it only looks.
"""

import argparse
import http.cookies
import json
import ssl
import sys
import unicodedata
import urllib.error
import urllib.request

WAIT = 30  # seconds, for an answer


class Refused(Exception):
    """By the component or the portal: code and words."""


def post(url, values, headers, context=None):
    request = urllib.request.Request(
        url, json.dumps(values).encode() if values is not None else None,
        headers)
    try:
        with urllib.request.urlopen(request, timeout=WAIT,
                                    context=context) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, json.load(answer)


class Citizen:
    def __init__(self, portal, ca, component):
        self.portal, self.component = portal.rstrip("/"), component
        self.context = ssl.create_default_context(cafile=ca)
        self.cookies, self.token = {}, ""

    def ask(self, path, values=None):
        """GET, or POST of values; the answer."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value
                                       in self.cookies.items())}
        if values is not None:
            headers |= {"Content-Type": "application/json",
                        "X-Recard-Token": self.token}
        status, said, answer = post(self.portal + path, values, headers,
                                    self.context)
        for header in said.get_all("Set-Cookie") or ():
            for name, cookie in http.cookies.SimpleCookie(header).items():
                self.cookies[name] = cookie.value
                if cookie["max-age"] == "0":
                    del self.cookies[name]
        self.token = said.get("X-Recard-Token", self.token)
        if status not in (200, 201):
            raise Refused(f"{path}: {status} {answer.get('code')}: "
                          f"{answer.get('text')}")
        return answer

    def log_in(self, holder_id, pin):
        challenge = self.ask("/api/login/challenge", {})
        _, _, signed = post(self.component + "/sign", {
            "func": "MakeSignature", "signatureType": "PKCS7",
            "hashAlgorithm": "SHA256", "tbs": challenge["challenge"],
            "nonce": challenge["nonce"], "pin": pin, "withCardSN": "true"},
            {"Content-Type": "application/json"})
        if signed["ret_code"] != 0:
            raise Refused(f"the signing component: {signed}")
        self.ask("/api/login", {
            "challenge": challenge["challenge"], "holder_id": holder_id,
            "signature": signed["signature"]})

    def activate(self, order, code):
        return self.ask(f"/api/orders/{order}/activation",
                        {"user_code": code, "accept": True})


def padded(text, width):
    """Chinese characters are two columns wide."""
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return text + " " * (width - len(text) - wide)


def show_order(order):
    print(f"{order['order_no']}  {order['product_display']}  "
          f"NT${order['amount']}  {order['display']}")
    for step in order["steps"]:
        mark, at = ("●", step["at"]) if step["at"] else ("○", "")
        print(f"  {mark} {padded(step['display'], 12)}"
              f"{at[:16].replace('T', ' ')}".rstrip())
    letter = order["letter"]
    if letter:
        print(f"  掛號 {letter['tracking_no']}, promised by "
              f"{letter['promised_on']}")


def show_certificate(activation):
    certificate = activation["certificate"]
    if certificate:
        print(f"  {certificate['name']}, card {certificate['card_no']}, "
              f"serial {certificate['serial']}, good until "
              f"{certificate['valid_to']}")


def visit(citizen, arguments):
    citizen.log_in(arguments.holder_id, arguments.pin)
    if arguments.order is None:
        for order in citizen.ask("/api/home")["orders"]:
            print(f"{order['order_no']}  {order['display']}")
        return
    show_order(citizen.ask(f"/api/orders/{arguments.order}"))
    if arguments.user_code:
        print("\nthe certificate that is accepted with the user code:")
        show_certificate(citizen.ask(
            f"/api/orders/{arguments.order}/activation"))
        citizen.activate(arguments.order, arguments.user_code)
        print()
        show_order(citizen.ask(f"/api/orders/{arguments.order}"))
    citizen.ask("/api/logout", {})


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--portal", required=True)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--holder-id", required=True)
    parser.add_argument("--pin", required=True)
    parser.add_argument("--component", default="http://localhost:61161")
    parser.add_argument("--user-code")
    parser.add_argument("order", nargs="?")
    arguments = parser.parse_args()
    try:
        visit(Citizen(arguments.portal, arguments.ca, arguments.component),
              arguments)
    except (Refused, OSError) as error:
        print(f"citizen: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
