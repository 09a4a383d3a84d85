"""Two products on one belt: what differs between them is configuration."""

import datetime
import re

from world import TAIPEI, taipei_now

FOREIGN = {"product": "foreign_resident"}


def days(count):
    return datetime.timedelta(days=count)


def orders(world, columns):
    return world.query(f"SELECT {columns} FROM orders ORDER BY order_no")


def test_fifteen_days_to_the_end_of_the_day(world):
    applied = (taipei_now() - days(3)).replace(hour=10, minute=30, second=0)
    world.submit({**FOREIGN, "applied_at": applied})
    midnight = datetime.datetime.combine(
        applied.date() + days(16), datetime.time(), TAIPEI)
    assert orders(world, "product, amount, applied_at, pay_by") == [
        ("foreign_resident", 278, applied, midnight)]
    (order,) = world.orders("unpaid")
    world.pay([{"order_no": order, "amount": 278,
                "paid_at": taipei_now().isoformat()}], "credit")
    world.daemon("payment")
    assert world.statuses() == {"paid": 1}
    world.drain()
    assert world.statuses() == {"mailed": 1}
    world.verify()


def test_purge_waits_for_its_own_feed_only(world):
    applied = taipei_now() - days(20)
    world.submit({**FOREIGN, "applied_at": applied},
                 {"applied_at": applied})
    (foreign,), (domestic,) = (
        [number for number, in world.query(
            "SELECT order_text(order_no) FROM orders WHERE product = %s",
            product)] for product in ("foreign_resident", "moica"))
    world.daemon("purge")
    assert world.statuses() == {"unpaid": 2}
    ran = world.daemon("purge", "--dry-run", once=False)
    assert re.search(f"would keep  {foreign} .* because of feed:credit",
                     ran.out)
    world.pay([], "credit")
    world.daemon("payment")
    ran = world.daemon("purge")
    assert world.orders("purged") == [foreign]
    assert world.orders("unpaid") == [domestic]
    assert "feed=atm count=1" in ran.err
    world.verify()


def test_a_new_price_is_for_later_orders(world):
    today = taipei_now()
    world.submit({**FOREIGN, "applied_at": today - days(5)})
    world.query(
        "INSERT INTO product_price (product, valid_from, card_fee, postage) "
        "VALUES ('foreign_resident', %s, 270, 30)", (today - days(2)).date())
    world.submit({**FOREIGN, "applied_at": today - days(4)},
                 {**FOREIGN, "applied_at": today},
                 {"applied_at": today})
    assert orders(world, "product, amount") == [
        ("foreign_resident", 278), ("foreign_resident", 278),
        ("foreign_resident", 300), ("moica", 228)]
    world.verify()
