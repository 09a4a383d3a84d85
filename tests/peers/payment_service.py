#!/usr/bin/python3
"""The payment service: write a settlement file for orders that were paid.

ORDERS is a CSV with a header: order_no,amount,paid_at and, if wanted,
channel_ref and result (paid, refund or chargeback).
"""

import argparse
import csv
import io
import os
import sys

import handover


def settlement_name(channel, business_date, sequence):
    return f"SETTLE-{channel}-{business_date.replace('-', '')}" \
           f"-{sequence:06d}.csv"


def settlement(channel, business_date, sequence, covered_until, orders,
               count=None, total=None, currency="TWD"):
    """The file's text. count and total replace the true ones, to break it.

    orders are dictionaries with order_no, amount, paid_at and perhaps
    channel_ref and result.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["H", "RECARD-SETTLEMENT", 1, channel, business_date,
                     sequence, covered_until])
    true_count = true_total = 0
    for order in orders:
        true_count += 1
        true_total += int(order["amount"])
        reference = order.get("channel_ref") or (
            f"{channel}-{business_date.replace('-', '')}"
            f"-{sequence:06d}-{true_count:06d}")
        writer.writerow(["D", reference, order["order_no"], order["amount"],
                         currency, order["paid_at"],
                         order.get("result") or "paid"])
    writer.writerow(["T", true_count if count is None else count,
                     true_total if total is None else total])
    return text.getvalue()


def publish_settlement(folder, channel, business_date, sequence,
                       covered_until, orders, **broken):
    """Hand the file over in folder; returns its name."""
    name = settlement_name(channel, business_date, sequence)
    text = settlement(channel, business_date, sequence, covered_until,
                      orders, **broken)
    handover.publish(folder, name, text.encode())
    return name


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--channel", required=True)
    parser.add_argument("--sequence", required=True, type=int)
    parser.add_argument("--business-date", required=True)
    parser.add_argument("--covered-until", required=True)
    parser.add_argument("--orders", required=True)
    options = parser.parse_args()

    os.makedirs(options.out, exist_ok=True)
    with open(options.orders, encoding="utf-8", newline="") as file:
        orders = list(csv.DictReader(file))
    try:
        name = publish_settlement(
            options.out, options.channel, options.business_date,
            options.sequence, options.covered_until, orders)
    except FileExistsError as error:
        print(f"already handed over: {error}", file=sys.stderr)
        return 1
    print(f"{name} lines={len(orders)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
