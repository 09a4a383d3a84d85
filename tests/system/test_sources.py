"""recard-payment with sources in its configuration: from the service's
folder to a paid order, by itself."""

import pytest

import make_authority
from conftest import wait_until
from https_server import HttpsServer
from sftp_server import SftpServer


@pytest.fixture
def ready(tmp_path):
    folder = tmp_path / "service"
    folder.mkdir()
    return folder


@pytest.fixture
def https(ready, tmp_path):
    tls = tmp_path / "tls"
    make_authority.make_tls(tls)
    with HttpsServer(ready, tls / "good.crt", tls / "good.key") as server:
        yield {"name": "bank", "url": server.url, "ca": tls / "ca.crt"}


@pytest.fixture
def sftp(ready, tmp_path):
    with SftpServer(tmp_path / "sshd", ready) as server:
        yield {"name": "bank", "url": server.url,
               "private_key": server.key,
               "known_hosts": server.known_hosts}


@pytest.mark.parametrize("kind", ["https", "sftp"])
def test_from_their_folder_to_a_paid_order(world, ready, kind, request):
    source = request.getfixturevalue(kind) | {"every": "1s"}
    world.configure("payment", sources=[source])
    first, second = world.fill(2)
    daemon = world.start("payment")
    daemon.says("daemon.start.done")
    for order in (first, second):
        path = world.pay([order])
        (ready / (path.name + ".part")).write_bytes(path.read_bytes()[:40])
        path.rename(ready / path.name)
    wait_until(lambda: world.statuses() == {"paid": 2}, "both")
    # Deleted there once booked; what is not whole is left alone.
    wait_until(lambda: all(path.suffix == ".part"
                           for path in ready.iterdir()), "an empty folder")
    assert len(list(ready.iterdir())) == 2
    daemon.stop()
    world.verify()


@pytest.mark.parametrize("kind", ["https", "sftp"])
def test_postal_files_from_their_folder(world, ready, kind, request):
    source = request.getfixturevalue(kind) | {"every": "1s",
                                              "pattern": "*.txt"}
    world.configure("tracking", sources=[source])
    orders = world.fill(2)
    world.pay(orders)
    for program in ("payment", "manufacture", "label"):
        world.daemon(program)
    world.line()
    world.daemon("manufacture")
    rows = [f"{order}|{nth:06d}22007318|2026.11.24"
            for nth, order in enumerate(orders)]
    (ready / "house.txt").write_text(
        "\n".join(["order_no|tracking_no|posted_on", *rows, ""]))
    (ready / "other.csv").write_text("not for us\n")
    daemon = world.start("tracking")
    wait_until(lambda: world.orders("mailed") == orders, "both")
    wait_until(lambda: [path.name for path in ready.iterdir()] ==
               ["other.csv"], "the booked file is deleted there")
    daemon.stop()
    world.configure("tracking", sources=[source | {"url": "http://x/"}])
    ran = world.daemon("tracking", "-t", once=False, expect=3)
    assert "tracking.sources[1]" in ran.err
    world.verify()


REFUSED = {
    "no_name": ({"url": "https://x/"}, "name is not set"),
    "no_url": ({"name": "a"}, "url is not set"),
    "in_the_clear": ({"name": "a", "url": "http://x/"}, "payment.sources[1]"),
    "password_in_url": ({"name": "a", "url": "sftp://u:pw5ecret@x/"},
                        "payment.sources[1]"),
    "no_known_hosts": ({"name": "a", "url": "sftp://u@x/"},
                       "payment.sources[1]"),
}


@pytest.mark.parametrize("block, words", REFUSED.values(), ids=REFUSED)
def test_wrong_blocks_are_refused(world, block, words):
    world.configure("payment", sources=[block])
    ran = world.daemon("payment", "-t", once=False, expect=3)
    assert words in ran.err and "pw5ecret" not in ran.err, ran
