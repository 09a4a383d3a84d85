#!/usr/bin/python3
"""Applicants with their certificates and applications, made by seed.

With the same --seed, --count and --now the files are the same. Nobody in
them exists; numbers of people carry right check digits.
"""

import argparse
import datetime
import json
import random
import string
import sys
import uuid

import addresses
import check_digits
from addresses import chance

SURNAMES = ("陳林黃張李王吳劉蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高潘"
            "簡朱鍾游詹胡施沈余趙盧梁顏柯翁魏孫戴范方宋鄧杜傅侯曹薛丁卓阮馬"
            "董溫唐藍石蔣古紀姚連馮歐程湯黎康姜田尤涂巫汪")
LONG_SURNAMES = ("歐陽", "張簡", "范姜", "諸葛", "上官", "司馬")
GIVEN = ("志明俊傑建宏家豪淑芬美玲雅婷怡君惠雯佳穎承恩品妤宥翔柏睿冠宇詠晴"
         "子涵思妤宗翰彥廷欣怡靜宜麗華文雄金龍秀英玉珍國強信義春嬌阿土景雲"
         "哲瑋筱涵曉萱芷若瑞祥清泉福來進財月娥素貞")
RARE = "堃喆煊琞峯"
RAREST = "\U000249df"  # outside the basic plane
BAD = ("wrong-holder-id", "outside-window", "third-primary",
       "repeated-request", "broken-json", "huge-line")
WINDOW_DAYS = 60
HUGE = 10 * 1024 * 1024
TAIPEI = datetime.timezone(datetime.timedelta(hours=8))


def line_of(value):
    return json.dumps(value, ensure_ascii=False) + "\n"


class Applicants:
    """Makes people; no number of a person or card comes twice."""

    def __init__(self, seed, now, product="moica"):
        self.rng = random.Random(seed)
        self.seed = seed
        self.now = now
        self.product = product
        self.used = set()

    def digits(self, count):
        return "".join(self.rng.choices(string.digits, k=count))

    def unique(self, make):
        while (value := make()) in self.used:
            pass
        self.used.add(value)
        return value

    def holder_id(self):
        letter = self.rng.choice(string.ascii_uppercase)
        if self.product == "moica":
            second = self.rng.choice("12")
        else:
            second = self.rng.choice("8989ABCD")
        nine = letter + second + self.digits(7)
        return nine + check_digits.holder(nine)

    def card_no(self):
        return "".join(self.rng.choices("ABCDEFGHKLMNPRSTUVWXY", k=2)) \
            + self.digits(14)

    def given_character(self):
        lot = self.rng.random()
        if lot < 0.005:
            return RAREST
        return self.rng.choice(RARE if lot < 0.05 else GIVEN)

    def name(self):
        surname = self.rng.choice(SURNAMES)
        if chance(self.rng, 0.04):
            surname = self.rng.choice(LONG_SURNAMES)
        count = 1 if chance(self.rng, 0.12) else 2
        return surname + "".join(
            self.given_character() for _ in range(count))

    def certificate(self, not_after, like=None, rank="primary"):
        """A valid card, of the same person as another one if given."""
        return {
            "card_no": self.unique(self.card_no),
            "holder_id": (like["holder_id"] if like
                          else self.unique(self.holder_id)),
            "name": like["name"] if like else self.name(),
            "not_after": not_after.isoformat(),
            "rank": rank,
            "status": "valid",
        }

    def not_after(self, applied_at):
        """An expiry day for which the card may renew at that time."""
        earliest = self.now.date() + datetime.timedelta(days=1)
        latest = applied_at.date() + datetime.timedelta(days=WINDOW_DAYS)
        return earliest + datetime.timedelta(
            days=self.rng.randint(0, (latest - earliest).days))

    def application(self, certificate, applied_at, request_id=None):
        code, address = addresses.address(self.rng)
        return {
            "request_id": request_id or str(uuid.UUID(
                int=self.rng.getrandbits(128), version=4)),
            "product": self.product,
            "card_no": certificate["card_no"],
            "holder_id": certificate["holder_id"],
            "name": certificate["name"],
            "postal_code": code,
            "address": address,
            "phone": "09" + self.digits(8),
            "email": f"{self.rng.choice(string.ascii_lowercase)}"
                     f"{self.digits(9)}@example.tw",
            "user_code": "".join(self.rng.choices(
                string.ascii_letters + string.digits,
                k=self.rng.randint(6, 10))),
            "applied_at": applied_at.isoformat(timespec="seconds"),
        }

    def applied_at(self, days_ago):
        return self.now - datetime.timedelta(
            days=days_ago, seconds=self.rng.randint(60, 6 * 3600))

    def person(self, days_ago):
        """A certificate and the application to renew it."""
        applied_at = self.applied_at(days_ago)
        rank = "secondary" if chance(self.rng, 0.03) else "primary"
        certificate = self.certificate(self.not_after(applied_at), rank=rank)
        return certificate, self.application(certificate, applied_at)

    def bad(self, kind):
        """Certificates and application lines (text) with one fault."""
        applied_at = self.applied_at(0)
        certificate = self.certificate(self.not_after(applied_at))
        certificates = [certificate]
        application = self.application(certificate, applied_at,
                                       f"bad-{kind}-{self.seed}")
        line = line_of(application)
        if kind == "wrong-holder-id":
            right = application["holder_id"]
            application["holder_id"] = \
                right[:9] + str((int(right[9]) + 1) % 10)
            line = line_of(application)
        elif kind == "outside-window":
            certificate["not_after"] = str(
                self.now.date() + datetime.timedelta(days=WINDOW_DAYS + 15))
        elif kind == "third-primary":
            later = self.now.date() + datetime.timedelta(days=700)
            certificates += [self.certificate(later, like=certificate)
                             for _ in range(2)]
        elif kind == "repeated-request":
            # The second one is the same request and not another order.
            line += line
        elif kind == "broken-json":
            line = line[:len(line) * 2 // 3] + "\n"
        elif kind == "huge-line":
            application["address"] += "號" * (HUGE // len("號".encode()))
            line = line_of(application)
        else:
            raise ValueError(kind)
        return certificates, line


def write(options):
    people = Applicants(options.seed, options.now, options.product)
    with (open(options.out_applications, "w", encoding="utf-8")
          as applications,
          open(options.out_certificates, "w", encoding="utf-8")
          as certificates,
          open(options.out_unpaid, "w", encoding="utf-8") as unpaid):
        for index in range(options.count + 1):
            # In the middle, so that good lines follow the bad ones.
            if options.bad and index == options.count // 2:
                for kind in BAD:
                    cards, line = people.bad(kind)
                    certificates.writelines(map(line_of, cards))
                    applications.write(line)
            if index == options.count:
                break
            is_unpaid = chance(people.rng, options.unpaid_share)
            certificate, application = people.person(
                options.unpaid_days if is_unpaid else 0)
            certificates.write(line_of(certificate))
            applications.write(line_of(application))
            if is_unpaid:
                unpaid.write(application["request_id"] + "\n")


def share(text):
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return value


def taipei_time(text):
    return datetime.datetime.fromisoformat(text).astimezone(TAIPEI)


def parse_options(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out-applications", required=True)
    parser.add_argument("--out-certificates", required=True)
    parser.add_argument("--out-unpaid", default="/dev/null",
                        help="request ids that nobody will pay, one a line")
    parser.add_argument("--unpaid-share", type=share, default=0.15)
    parser.add_argument("--unpaid-days", type=int, default=3,
                        help="how long ago the unpaid ones applied")
    parser.add_argument("--now", type=taipei_time,
                        default=datetime.datetime.now(TAIPEI))
    parser.add_argument("--product", default="moica",
                        help="another one than moica has resident numbers")
    parser.add_argument("--bad", action="store_true",
                        help="add one line of each kind that is refused: "
                             + ", ".join(BAD))
    return parser.parse_args(arguments)


def main():
    write(parse_options())
    return 0


if __name__ == "__main__":
    sys.exit(main())
