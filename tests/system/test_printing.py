"""Label runs on their way through printers: a real IPP printer, a raw port,
and ones that misbehave. However it goes wrong, no two labels of an order are
valid, and nothing is stuck in silence."""

import random

import pytest

from free_ports import free_port
from printer import IppPrinter, RawPort, until
from test_faults import PRINTING


@pytest.fixture
def printer(tmp_path):
    made = IppPrinter(tmp_path / "printer")
    yield made
    made.close()


def configure(world, uri, **more):
    world.configure("label", printers=[
        {"name": "front", "uri": uri, "timeout": "5s", **more}])


def wait_run(world):
    """Six orders whose labels wait."""
    orders = world.fill(6)
    world.pay(orders)
    world.daemon("payment")
    world.daemon("manufacture")
    return orders


def hurry(world):
    """Lets no job wait for its time."""
    world.query("UPDATE print_job SET look_at = now() "
                "WHERE look_at IS NOT NULL")


def state(world):
    return world.value("SELECT state FROM print_job ORDER BY run_no DESC "
                       "LIMIT 1")


def step(world, expect=(0,)):
    hurry(world)
    world.daemon("label", expect=expect)
    return state(world)


def settle(world, wanted, expect=(0, 1)):
    until(lambda: step(world, expect) == wanted, 30)


def exceptions(world):
    return [(row["reason"], row["suggestion"]) for row in
            world.ctl_json("exception", "list", "--kind", "print")]


def labels(world):
    return dict(world.query("SELECT state::text, count(*) FROM label "
                            "GROUP BY 1"))


def files(world, kind="pdf"):
    return [path.read_bytes()
            for path in sorted(world.labels.glob(f"LR-*.{kind}"))]


def healthy(world):
    assert world.ctl_json("verify") == []
    assert world.value("SELECT count(*) FROM (SELECT FROM label WHERE state "
                       "<> 'void' GROUP BY order_no HAVING count(*) > 1) t"
                       ) == 0


def test_a_run_prints(world, printer):
    configure(world, printer.uri)
    wait_run(world)
    world.daemon("label")
    row, = world.ctl_json("print", "list")
    assert row["printer"] == "front" and row["printer_job"] > 0
    assert row["state"] in ("pending", "processing")
    assert labels(world) == {"pending": 6}
    settle(world, "printed", (0,))
    assert labels(world) == {"printed": 6}
    assert printer.documents() == files(world)
    assert world.ctl_json("print", "list") == []
    row, = world.ctl_json("print", "list", "--all")
    assert row["state"] == "printed" and row["ended_at"]
    assert "nothing to confirm" in world.ctl(
        "print", "confirm", row["run_no"], "--reason", "x", expect=1).err
    healthy(world)


def test_the_daemon_follows_by_itself(world, printer):
    configure(world, printer.uri)
    printer.told("slow")
    wait_run(world)
    world.configure("label", run_wait="1s")
    daemon = world.start("label")
    daemon.says("run.publish.done")
    until(lambda: state(world) == "processing")
    printer.told("slow", False)
    until(lambda: state(world) == "printed")
    daemon.stop()
    assert printer.documents() == files(world)
    healthy(world)


def test_out_of_paper(world, printer):
    configure(world, printer.uri)
    printer.told("paper-out")
    wait_run(world)
    world.daemon("label")
    settle(world, "stopped")
    assert exceptions(world) == [
        ("stopped", "see to the printer; it goes on by itself")]
    row, = world.ctl_json("print", "list")
    assert row["printer_says"] == "media-empty-warning"
    healthy(world)
    printer.told("paper-out", False)
    settle(world, "printed")
    assert exceptions(world) == []
    assert printer.documents() == files(world)
    assert labels(world) == {"printed": 6}
    healthy(world)


def test_cancelled_at_the_printer(world, printer):
    configure(world, printer.uri)
    printer.told("slow")
    wait_run(world)
    world.daemon("label")
    run, = world.ctl_json("print", "list")
    printer.cancel(run["printer_job"])
    printer.told("slow", False)
    settle(world, "cancelled")
    assert exceptions(world) == [
        ("cancelled", "print confirm, or label reprint of the run")]
    assert labels(world) == {"pending": 6}
    healthy(world)
    world.ctl("label", "reprint", run["run_no"], "--reason", "cancelled")
    assert exceptions(world) == []
    settle(world, "printed")
    assert labels(world) == {"void": 6, "printed": 6}
    healthy(world)


def test_a_failed_job_may_have_come_out(world, printer):
    configure(world, printer.uri)
    printer.told("jam")
    wait_run(world)
    settle(world, "failed")
    run, = world.ctl_json("print", "list")
    world.ctl("print", "confirm", run["run_no"], "--reason", "all there")
    assert labels(world) == {"printed": 6}
    assert exceptions(world) == []
    healthy(world)


@pytest.mark.parametrize("place", PRINTING)
def test_killed_at_any_moment(world, printer, place):
    """The first three end the call's process, the last one the daemon."""
    configure(world, printer.uri)
    wait_run(world)
    if place == "print.answered":
        world.killed("label", place)
    else:
        world.daemon("label", failpoint=f"{place}:kill:1")
    assert state(world) == "sending"
    healthy(world)
    settle(world, "printed")
    assert printer.documents() == files(world)
    assert len(printer.documents()) == 1
    assert world.value("SELECT printer_job FROM print_job") == 1
    healthy(world)


def test_nothing_is_sent_again_after_a_while(world, printer):
    """The printer may have forgotten the job by then."""
    configure(world, printer.uri)
    wait_run(world)
    world.killed("label", "print.answered")
    printer.stop()
    printer.start()
    world.query("UPDATE print_job SET sent_at = now() - interval '1 hour'")
    assert step(world, 1) == "unknown"
    assert exceptions(world)[0][0] == "unknown"
    assert len(printer.documents()) == 1
    healthy(world)


def test_a_printer_that_is_off(world, printer):
    configure(world, printer.uri)
    printer.stop()
    wait_run(world)
    world.daemon("label")
    for _ in range(5):
        assert step(world) == "waiting"
    assert exceptions(world)[0][0] == "unreachable"
    printer.start()
    settle(world, "printed")
    assert exceptions(world) == []
    assert printer.documents() == files(world)


def test_tls_is_verified(world, printer):
    wait_run(world)
    uri = printer.uri.replace("ipp:", "ipps:")
    other = world.folder / "keys/our.crt"
    configure(world, uri, ca_file=str(other))
    world.daemon("label")
    assert state(world) == "waiting"
    row, = world.ctl_json("print", "list")
    assert row["printer_says"] == "its certificate is not to be trusted"
    assert printer.documents() == []
    own, = (printer.folder / "keys").glob("*.crt")
    configure(world, uri, ca_file=str(own))
    settle(world, "printed")
    assert printer.documents() == files(world)


def test_a_raw_port(world):
    port = RawPort()
    configure(world, f"socket://127.0.0.1:{port.port}")
    world.configure("label", layout="thermal", format="zpl")
    wait_run(world)
    world.daemon("label", expect=0)
    until(lambda: port.received)
    assert port.received == files(world, "zpl")
    assert port.received[0].count(b"^XA") == 6
    assert state(world) == "sent"
    assert exceptions(world)[0][0] == "unconfirmed"
    assert labels(world) == {"pending": 6}
    healthy(world)
    run, = world.ctl_json("print", "list")
    world.ctl("print", "confirm", run["run_no"], "--reason", "counted six")
    assert labels(world) == {"printed": 6}
    assert step(world) == "printed" and len(port.received) == 1
    healthy(world)
    port.close()


def test_a_raw_port_that_reads_nothing(world):
    port = RawPort(read=False)
    configure(world, f"socket://127.0.0.1:{port.port}")
    world.configure("label", layout="thermal", format="zpl")
    wait_run(world)
    world.daemon("label", expect=1)
    assert state(world) == "unknown"
    assert exceptions(world)[0][0] == "unknown"
    healthy(world)
    port.close()


@pytest.mark.parametrize("place", ["print.sent", "print.answered"])
def test_a_raw_port_is_never_sent_it_again(world, place):
    port = RawPort()
    configure(world, f"socket://127.0.0.1:{port.port}")
    world.configure("label", layout="thermal", format="zpl")
    wait_run(world)
    if place == "print.answered":
        world.killed("label", place)
    else:
        world.daemon("label", failpoint=f"{place}:kill:1", expect=1)
    assert step(world, (0, 1)) == "unknown"
    assert step(world) == "unknown" and len(port.received) == 1
    healthy(world)
    port.close()


@pytest.mark.parametrize("seed", range(6))
def test_hostile_answers(world, seed):
    noise = random.Random(seed)
    body = bytes(noise.randrange(256) for _ in range(3000))
    answers = [
        b"", body,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n" + body,
        b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n"
        b"Content-Length: 3000\r\n\r\n" + body,
        b"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\n"
        b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\n"
        b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n\x02\x00\x00\x00"
        b"\x00\x00\x00\x01\x02\x21\x00\x06job-id\x7f\xff\xff\xff"]
    port = RawPort(answer=answers[seed])
    configure(world, f"ipp://127.0.0.1:{port.port}/ipp/print")
    wait_run(world)
    world.daemon("label")
    assert state(world) in ("waiting", "sending")
    assert labels(world) == {"pending": 6}
    healthy(world)
    port.close()


@pytest.mark.parametrize("printer_settings, words", [
    ({"uri": "http://x/"}, "must begin with ipp://"),
    ({"uri": "ipp://a:b@localhost/"}, "no user or password"),
    ({"uri": "ipps://localhost/"}, "ca_file belongs to ipps"),
    ({"uri": "nonsense"}, "uri must be like"),
    ({"name": "Front desk"}, "name must be")])
def test_settings(world, printer_settings, words):
    world.configure("label", printers=[
        {"name": "front", "uri": "ipp://localhost/", **printer_settings}])
    assert words in world.daemon("label", expect=3).err


def test_a_printer_that_is_configured_no_more(world):
    configure(world, f"ipp://localhost:{free_port()}/ipp/print")
    wait_run(world)
    world.daemon("label")
    world.configure("label", printers=[
        {"name": "back", "uri": "ipp://localhost/"}])
    assert step(world) == "waiting"
    row, = world.ctl_json("print", "list")
    assert row["printer_says"] == "not in label.printers"
