"""A newcomer's hour, as recard-operations(7) tells it: each command of the page
is run as it stands there, by an ordinary user, on an installed recard with a
database of its own. Then again with the acts done in the console."""

import os
import pwd
import re
import selectors
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from conftest import BUILD, end_with_parent
from free_ports import free_port
from test_console_browser import sitting_down
from world import SANITIZERS, SOMEBODY, sane

SECONDS = 90  # for one block of commands
END = "--- the end of what was typed"


class Installed:
    """What `make install` gives, in a folder that everybody may read."""

    def __init__(self, folder):
        self.folder = folder
        subprocess.run(["make", "-s", "-C", BUILD, "install",
                        f"DESTDIR={folder}"], check=True, timeout=300,
                       capture_output=True)
        (self.documents,) = folder.glob("**/share/doc/recard")
        (page,) = folder.glob("**/man7/recard-operations.7")
        self.steps = steps(page.read_text(encoding="utf-8"))
        self.path = ":".join(str(program.parent) for program in (
            *folder.glob("**/bin/recardctl"),
            *folder.glob("**/sbin/recard-payment")))

    def blocks(self, title):
        return [block.replace("/usr/share/doc/recard", str(self.documents))
                for block in self.steps[title]]


def steps(page):
    """The commands of the newcomer's hour: headings, and what is typed under
    each, block by block."""
    hour = page.split(".Sh A NEWCOMER'S HOUR\n")[1].split("\n.Sh ")[0]
    found = {}
    for part in hour.split("\n.Ss ")[1:]:
        title, _, text = part.partition("\n")
        found[title] = [
            block.replace("\\&", "").replace("\\e", "\\")
            for block in re.findall(
                r"^\.Bd -literal -offset indent\n(.*?)^\.Ed$", text,
                re.MULTILINE | re.DOTALL)]
    return found


class Shell:
    """An ordinary user's bash, which goes on from block to block."""

    def __init__(self, installed, folder):
        account = {}
        if os.geteuid() == 0:
            somebody = pwd.getpwnam(SOMEBODY)
            account = {"user": somebody.pw_uid, "group": somebody.pw_gid,
                       "extra_groups": []}
            os.chown(folder, somebody.pw_uid, somebody.pw_gid)
        self.installed, self.folder = installed, folder
        self.process = subprocess.Popen(
            ["bash", "--norc"], cwd=folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
            env={"PATH": f"{installed.path}:/usr/bin:/bin", "HOME": "/",
                 "LANG": "C.UTF-8", "NO_COLOR": "1"} | SANITIZERS, **account)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.process.stdout, selectors.EVENT_READ)
        # What fails is told, with its exit code.
        self.types("trap 'echo \"exit $?: $BASH_COMMAND\"' ERR")

    def types(self, block):
        """Runs commands; what they said."""
        self.process.stdin.write(f"{block}\necho '{END}'\n".encode())
        self.process.stdin.flush()
        said, deadline = b"", time.monotonic() + SECONDS
        while not said.endswith(f"{END}\n".encode()):
            left = deadline - time.monotonic()
            if left <= 0 or not self.selector.select(left):
                pytest.fail(f"{block}\nstill runs after {SECONDS} s; it said"
                            f"\n{said.decode(errors='replace')}")
            part = self.process.stdout.read()
            assert part, f"bash ended:\n{said.decode(errors='replace')}"
            said += part
        text = said.decode(errors="replace")[:-len(END) - 1]
        sane("bash", text)
        return text

    def close(self):
        try:
            self.types("kill $(jobs -p) 2>/dev/null; wait; "
                       "recardctl cluster stop")
        finally:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def installed():
    folder = Path(tempfile.mkdtemp(prefix="recard-hour-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield Installed(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def shell(installed):
    folder = Path(tempfile.mkdtemp(prefix="recard-hour-", dir="/var/tmp"))
    made = Shell(installed, folder)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def failures(said):
    return re.findall(r"^exit (\d+): (.*)$", said, re.MULTILINE)


class Hour:
    """Runs the hour; acts, which have a reason, are done by whoever is
    given, and the commands around them typed as they stand."""

    def __init__(self, shell, act):
        self.shell, self.act = shell, act

    def step(self, title, *expected, failing=()):
        """One heading's blocks; what must be said there, by block."""
        blocks = self.shell.installed.blocks(title)
        assert len(blocks) == len(expected), f"{title}: {blocks}"
        failed = []
        for block, words in zip(blocks, expected):
            said = self.act(title, block) if "--reason" in block \
                else self.shell.types(block)
            failed += failures(said)
            for word in words:
                assert re.search(word, said), \
                    f"{title}: no {word!r} in\n{block}\n{said}"
        assert failed == list(failing), title

    def run(self):
        step = self.step
        step("The first orders",
             ("rejected +0", "unpaid +待繳費 +2 ", "has never run"),
             ("order_no +[0-9]{14}\n", "王○○"),
             failing=[("1", "recardctl status")])
        step("A payment that is short",
             ("rows=2 applied=2",), ("short", "refund_due"),
             ("rows=1 applied=1",), ("refunded",),
             failing=[("1", "recard-payment --once")])
        step("A spoiled card",
             ("order.freeze.done .*count=2", "published"),
             ("SPOILED", "rows=2 applied=2",
              "state +spoiled\n +reason +NEW(.|\n)*"
              "state +batched\n +reason +SPOILED"),
             ("MADE", "3 sent = 2 made \\+ 1 spoiled .* \\+ 0 open"))
        step("A torn label", ("copy 2",), ("run.publish.done",))
        step("In the post",
             ("rows=1 applied=1(.|\n)*promised_on +[0-9-]{10}",))
        step("What holders read",
             ("notify.batch.done .*count=4",
              "sent(.|\n)*moot", "掛號郵件號碼：[0-9]{14}"))
        step("A returned letter",
             ("event-1.txt rows=1 applied=1",), ("returned", "sen[dt] again"),
             ("returned +mailed +returned(.|\n)*remailed(.|\n)*"
              "mailed +produced +mailed",))
        step("A claim",
             ("event-2.txt rows=1 applied=1",),
             ("claim +1", "asked the post who signed",
              "claim 1 is closed|Done: close the claim"))
        step("The end of the day",
             ("no exceptions\n(.|\n)*no exceptions\n(.|\n)*no claims",
              "all invariants hold"))


def test_from_the_shell(shell):
    hour = Hour(shell, lambda _, block: shell.types(block))
    hour.step("Install, and begin", ("practise: .*(.|\n)*committed",))
    hour.run()


class Desk:
    """Does in the console what the page does with recardctl, and says what is
    seen, as recardctl would."""

    def __init__(self, seat, shell):
        self.seat, self.shell = seat, shell
        self.turns = {
            "A payment that is short": [self.owe, self.pay_back],
            "A torn label": [self.print_again],
            "A returned letter": [self.send_again],
            "A claim": [self.claim]}

    def act(self, title, _):
        self.turns[title].pop(0)()
        return self.seat.driver.find_element("tag name", "main").text

    def decide(self, words, reason, **fields):
        self.seat.click(words)
        for name, value in fields.items():
            self.seat.fill_in(name, value)
        self.seat.fill_in("reason", reason)
        self.seat.decide()
        self.seat.sees("Done")

    def order(self, name):
        number = self.shell.types(f"echo ${name}").strip()
        self.seat.go("/?lang=en")
        self.seat.fill_in("q", number, "\n")
        self.seat.click(number)

    def owe(self):
        self.seat.go("/?lang=en")
        self.seat.click("payment exceptions")
        self.seat.sees("short")
        self.seat.click("2")
        self.decide("refund is due", "short")

    def pay_back(self):
        self.seat.go("/payments/2?lang=en")
        self.decide("refunded", "transferred back", reference="B-0815")

    def print_again(self):
        self.order("second")
        self.decide("print the label again", "torn in the printer")

    def send_again(self):
        self.seat.go("/?lang=en")
        self.seat.click("returned mail")
        self.seat.click(self.shell.types("echo $first").strip())
        self.decide("send again", "was away; is at home now")

    def claim(self):
        self.order("second")
        self.decide("open a claim", "delivered, but no card")
        self.seat.go("/claims?lang=en")
        self.seat.click("1")
        self.decide("add a note", "asked the post who signed")
        self.seat.sees("asked the post who signed")
        self.decide("close the claim", "a neighbour has it")


def test_in_the_console(shell, tmp_path):
    page, = shell.installed.blocks("The same in the console")
    begin, = shell.installed.blocks("Install, and begin")
    ports = {"8444": str(free_port()), "9464": str(free_port())}
    shell.types(begin)
    for port, free in ports.items():
        shell.types(f"sed -i s/{port}/{free}/ recard.conf")
    assert failures(shell.types(page)) == []
    keys = shell.folder / "hour" / "keys"
    server = keys / "localhost.crt", keys / "localhost.key"
    with sitting_down(tmp_path, int(ports["8444"]), server[0],
                      (keys / "me.crt", keys / "me.key"), server) as seat:
        Hour(shell, Desk(seat, shell).act).run()
        seat.go("/?lang=en")
        seat.click("audit")
        seat.sees("transferred back", "torn in the printer",
                  "was away; is at home now", "a neighbour has it")


def test_the_page_is_all_of_it(installed):
    """Each heading of the hour is run above; none was added silently."""
    assert list(installed.steps) == [
        "Install, and begin", "The first orders", "A payment that is short",
        "A spoiled card", "A torn label", "In the post",
        "What holders read", "A returned letter", "A claim",
        "The end of the day", "The same in the console"]
