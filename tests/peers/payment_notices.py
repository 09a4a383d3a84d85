#!/usr/bin/python3
"""The payment service: send notices of payments over HTTPS.

usage: payment_notices.py --port PORT --ca FILE --channel NAME
                          --secret FILE --orders FILE

ORDERS is a CSV with a header: order_no,amount,paid_at and, if wanted,
event_id and result. One native notice an order goes to the channel. Each
answer that is not 200 is told, and the exit code is 1 then.
"""

import argparse
import base64
import csv
import hashlib
import hmac
import http.client
import json
import ssl
import sys
import time
import urllib.parse

# Those that the schemes' own documents publish.
WEBHOOKS_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ECPAY_SECRET = "pwFHCqoQZGmho4w6\nEkRm7iFT261dpevs\n"
NEWEBPAY_SECRET = "12345678901234567890123456789012\n1234567890123456\n"
SECRETS = {"webhooks": WEBHOOKS_SECRET, "ecpay": ECPAY_SECRET,
           "newebpay": NEWEBPAY_SECRET}


def webhook_headers(body, event_id, at=None, secret=WEBHOOKS_SECRET):
    """Headers of a Standard Webhooks request."""
    stamp = str(int(time.time() if at is None else at))
    key = base64.b64decode(secret.strip().removeprefix("whsec_"))
    signed = f"{event_id}.{stamp}.".encode() + body
    digest = hmac.digest(key, signed, hashlib.sha256)
    return {"Content-Type": "application/json", "webhook-id": event_id,
            "webhook-timestamp": stamp,
            "webhook-signature": "v1," + base64.b64encode(digest).decode()}


def native(order_no, amount=228, event_id=None, channel="atm", paid_at=None,
           **more):
    """The native notice of a payment, as an object."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
    return {"event_id": event_id or f"evt-{channel}-{order_no}",
            "channel": channel, "order_no": order_no, "amount": amount,
            "currency": "TWD", "paid_at": paid_at or stamp,
            "result": "paid"} | more


def native_request(notice, channel="atm"):
    """Method, path, body and headers that carry it."""
    body = json.dumps(notice).encode()
    return ("POST", f"/notices/{channel}", body,
            webhook_headers(body, notice["event_id"]))


def dotnet_encode(text):
    """As .NET's HttpUtility.UrlEncode does it, in lower case."""
    return urllib.parse.quote_plus(text, safe="-_.!*()").replace(
        "~", "%7e").lower()


def check_mac(fields, secret=ECPAY_SECRET):
    """ECPay's CheckMacValue."""
    key, iv = secret.split()
    pairs = "&".join(f"{name}={fields[name]}" for name in
                     sorted(fields, key=str.lower))
    text = dotnet_encode(f"HashKey={key}&{pairs}&HashIV={iv}")
    return hashlib.sha256(text.encode()).hexdigest().upper()


def ecpay(order_no, amount=228, trade_no=None, code="1", **more):
    """The form of an ECPay notice."""
    fields = {"MerchantID": "3002607", "MerchantTradeNo": order_no,
              "TradeNo": trade_no or f"24{order_no}", "RtnCode": code,
              "RtnMsg": "交易成功", "TradeAmt": str(amount),
              "PaymentDate": time.strftime(
                  "%Y/%m/%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600)),
              "PaymentType": "ATM_BOT", "SimulatePaid": "0"} | more
    fields["CheckMacValue"] = check_mac(fields)
    return urllib.parse.urlencode(fields).encode()


class Service:
    """A client that keeps its connection, and comes again on a new one."""

    def __init__(self, host, port, ca, timeout=30):
        self.context = ssl.create_default_context(cafile=ca)
        self.host, self.port, self.timeout = host, port, timeout
        self.connection = None

    def begin(self, method, path, body=None, headers=None):
        """Sends a request; finish() waits for its answer."""
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                self.host, self.port, timeout=self.timeout,
                context=self.context)
        self.connection.request(method, path, body, headers or {})

    def finish(self):
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def request(self, *what):
        """(status, body) of the answer. OSError when there is none."""
        try:
            self.begin(*what)
            return self.finish()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if isinstance(error, OSError):
                raise
            raise OSError(str(error)) from error

    def send(self, notice, channel="atm"):
        """Sends a native notice."""
        return self.request(*native_request(notice, channel))

    def send_form(self, body, channel):
        return self.request(
            "POST", f"/notices/{channel}", body,
            {"Content-Type": "application/x-www-form-urlencoded"})

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--ca", required=True)
    parser.add_argument("--channel", required=True)
    parser.add_argument("--secret", required=True)
    parser.add_argument("--orders", required=True)
    options = parser.parse_args()

    with open(options.secret, encoding="ascii") as file:
        secret = file.read()
    with open(options.orders, encoding="utf-8", newline="") as file:
        orders = list(csv.DictReader(file))
    service = Service("127.0.0.1", options.port, options.ca)
    taken = 0
    for order in orders:
        notice = native(order["order_no"], int(order["amount"]),
                        order.get("event_id"), options.channel,
                        order["paid_at"])
        body = json.dumps(notice).encode()
        status, text = service.request(
            "POST", f"/notices/{options.channel}", body,
            webhook_headers(body, notice["event_id"], secret=secret))
        if status == 200:
            taken += 1
        else:
            print(f"{order['order_no']}: {status} {text.strip()}",
                  file=sys.stderr)
    print(f"{options.channel}: {taken} of {len(orders)} notices taken")
    return 0 if taken == len(orders) else 1


if __name__ == "__main__":
    sys.exit(main())
