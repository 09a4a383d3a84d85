"""The console in front of a belt that has run for a year: what each page asks
stays within indexes, and each page speaks the language of the desk."""

import json
import re

import pytest

import full_belt
from console_pages import addresses
from test_console import Console

# Tables that grow with the orders.
LARGE = {"orders", "applicant", "order_history", "payment", "settled_payment",
         "payment_exception", "card_job", "card_batch_line", "label",
         "mail_item", "mail_event", "operator_act", "access_record",
         "notice", "certificate", "import", "import_reject", "exception"}
# What has no other word on Chinese pages: names of things and of people,
# codes of others, and what people wrote.
NAMES = {
    "recard", "payment", "purge", "manufacture", "label", "tracking",
    "notify",
    "console", "moica", "foreign", "resident", "TWD", "SHA", "PDF",
    # people and what they wrote
    "mei", "lin", "boss", "viewer", "operator", "supervisor", "auditor",
    "test", "found", "done", "call", "back", "paid", "twice", "name",
    "disputed", "holder", "calls", "line", "repaired", "card", "withheld",
}
ORDERS = 4000


@pytest.fixture
def console(world):
    with world.db.connect() as connection:
        full_belt.fill(connection, ORDERS)
        for setting in (
                "session_preload_libraries = 'auto_explain'",
                "auto_explain.log_min_duration = 0",
                "auto_explain.log_nested_statements = on",
                "auto_explain.log_format = json",
                # Whoever could go by an index does.
                "enable_seqscan = off"):
            connection.execute(f"ALTER DATABASE {world.db.name} SET {setting}")
    return Console(world)


def nodes(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)


def plans(log):
    """Plans that the server wrote down."""
    decoder, log = json.JSONDecoder(), log.replace("\n\t", "\n")
    for start in re.finditer(r"plan:\s*(?=\{)", log):
        yield decoder.raw_decode(log, start.end())[0]


def words(page):
    """What stands on a page in Latin letters, but for what is marked as
    English."""
    text = re.sub(r'<(\w+)[^>]* (?:lang="en"|translate="no")[^>]*>.*?</\1>', " ",
                  page.split("<body>")[1], flags=re.S)
    text = re.sub(r"<[^>]*>", " ", text)
    return set(re.findall(r"[A-Za-z]{3,}", text))


def test_every_page_of_a_full_belt(console):
    browser = console.browser("supervisor")
    where = console.world.db.cluster.log_path.stat().st_size
    strange, count = {}, 0
    for address, page in addresses(browser):
        assert page.status == 200, (address, page.text)
        assert '<html lang="zh-Hant">' in page.text
        count += 1
        for word in words(page.text) - NAMES:
            strange.setdefault(word, address)
    assert count > 200
    with open(console.world.db.cluster.log_path, encoding="utf-8") as log:
        log.seek(where)
        text = log.read()
    faults, seen = set(), 0
    for plan in plans(text):
        seen += 1
        for node in nodes(plan["Plan"]):
            if node["Node Type"] == "Seq Scan" and \
                    node["Relation Name"] in LARGE:
                faults.add((node["Relation Name"],
                            plan["Query Text"].split("FROM")[0][:200]))
    assert seen > count
    assert faults == set()
    assert sorted(f"{word} ({where})" for word, where in strange.items()) == []
