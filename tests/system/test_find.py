"""Finding a caller's orders, and seeing them in clear: recardctl order find
and order show --reveal."""

import json
import os
import pwd

ME = pwd.getpwuid(os.getuid()).pw_name
HOLDER = "A100000001"  # that of the first application
NAME = "王小明"


def one_order(world):
    world.submit({"holder_id": HOLDER, "name": NAME})
    return world.orders("unpaid")[0]


def looks(world):
    return world.query("SELECT actor, order_text(order_no), purpose "
                       "FROM access_record ORDER BY access_id")


def test_national_id_is_read_from_stdin_and_recorded(world):
    order = one_order(world)
    found = json.loads(world.ctl(
        "--format", "json", "order", "find", "-", "--reason", "calls",
        said=f" {HOLDER.lower()}\n").out)
    assert [(row["order_no"], row["status"], row["found_by"])
            for row in found] == [(order, "unpaid", "holder ID")]
    assert looks(world) == [(ME, order, "order find by holder ID: calls")]
    assert world.places(HOLDER) == []
    assert HOLDER not in world.db.cluster.log()


def test_national_id_as_an_argument_is_refused_and_not_repeated(world):
    for wrong in (HOLDER, "a-100000001", "A100000009"):
        ran = world.ctl("order", "find", wrong, expect=2)
        assert "does not belong on a command line" in ran.err
        assert wrong not in ran.err


def test_wrong_numbers_are_named_by_kind_only(world):
    ran = world.ctl("order", "find", "-", expect=2, said="A100000009\n")
    assert "check digit is wrong" in ran.err
    assert "A100000009" not in ran.err
    for wrong in ("", "1234567", NAME, "x" * 500):
        ran = world.ctl("order", "find", "-", expect=2, said=wrong + "\n")
        assert ran.err.startswith("recardctl: ")
    ran = world.ctl("order", "find", "-", expect=2, said="")
    assert "nothing to look for" in ran.err


def test_numbers_may_have_blanks_and_dashes(world):
    order = one_order(world)
    out = world.ctl("order", "find", f"{order[:6]}-{order[6:13]} "
                    f"{order[13:]}").out
    assert order in out and "order number" in out
    assert looks(world) == []
    ran = world.ctl("order", "find", "TP00000000000001", expect=1)
    assert "no order has that number" in ran.err


def test_without_its_key_no_id_is_looked_up(world):
    world.configure("recardctl", holder_key=None)
    ran = world.ctl("order", "find", "-", expect=3, said=HOLDER + "\n")
    assert "recardctl.holder_key is not set" in ran.err


def test_personal_data_is_shown_for_a_reason_on_record(world):
    order = one_order(world)
    assert NAME not in world.ctl("order", "show", order).out
    assert looks(world) == []
    ran = world.ctl("order", "show", order, "--reveal", expect=2)
    assert "--reason=TEXT is needed" in ran.err
    ran = world.ctl("order", "show", order, "--reason", "x", expect=2)
    assert "goes with --reveal" in ran.err
    shown = world.ctl("order", "show", order, "--reveal", "--reason",
                      "holder asks").out
    assert NAME in shown and "臺北市中正區重慶南路1號" in shown
    assert looks(world) == [(ME, order, "order show: holder asks")]
    ran = world.ctl("order", "show", "26112300000012", "--reveal", "--reason",
                    "x", expect=1)
    assert "there is no order" in ran.err
