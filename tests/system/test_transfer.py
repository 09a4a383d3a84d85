"""Transfers to and from real servers on loopback: sshd, and Python's HTTPS
server. Whoever is not who they should be is refused, and nobody can make us
wait, write more than was agreed, or look elsewhere."""

import contextlib
import os
import re
import socket
import ssl
import subprocess
import time

import make_authority
import pytest
from broken_wire import BrokenWire
from conftest import BUILD
from https_server import HttpsServer
from sftp_server import PasswordServer, SftpServer
from world import SANITIZERS, sane

PROBE = BUILD / "tests" / "system" / "transfer_probe"
DATA = bytes(range(256)) * 300
SECRET = "correct-horse-battery"


class Answer:
    """What the probe said of each request."""

    def __init__(self, code, out):
        self.code, self.out = code, out
        first = re.match(r"(\w+): (.*) \((\d+)\)\n", out.decode(
            errors="replace"))
        self.status, self.error, self.ticks = \
            (first[1], first[2], int(first[3])) if first else (None,) * 3
        self.body = out.split(b"\n", 1)[1] if first else out

    def __repr__(self):
        return f"exit {self.code}: {self.out[:2000]!r}"


def probe(*arguments, env=None, **options):
    flags = [word for name, value in options.items() if value is not None
             for word in ("--" + name.replace("_", "-"), str(value))]
    done = subprocess.run([PROBE, *flags, *map(str, arguments)],
                          capture_output=True, check=False, timeout=60,
                          env=os.environ | SANITIZERS | (env or {}))
    sane("transfer_probe", done.stderr.decode(errors="replace"))
    assert SECRET.encode() not in done.stdout + done.stderr
    return Answer(done.returncode, done.stdout)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    make_authority.make_tls(folder)
    return folder


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    (made / "SETTLE-1.csv").write_bytes(DATA)
    return made


@pytest.fixture
def secret(tmp_path):
    """A secret file."""
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_text(SECRET + "\n")
    return path


@pytest.fixture
def https(tls, folder):
    with HttpsServer(folder, tls / "good.crt", tls / "good.key") as server:
        server.trust = {"ca": tls / "ca.crt"}
        yield server


@pytest.fixture
def sftp(tmp_path, folder):
    with SftpServer(tmp_path / "sshd", folder) as server:
        server.trust = {"known_hosts": server.known_hosts, "key": server.key}
        yield server


@pytest.fixture(params=["https", "sftp"])
def server(request):
    return request.getfixturevalue(request.param)


def ask(server, what, *names, **options):
    return probe(what, server.url, *(names or ("-",)),
                 **{**server.trust, **options})


# What both can do --------------------------------------------------------------

def test_list_get_remove(server, folder):
    (folder / "SETTLE-2.csv").write_bytes(b"")
    (folder / "SETTLE-3.csv.part").write_bytes(b"x")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "with blank.csv").write_bytes(b"x")
    answer = ask(server, "list")
    assert answer.status == "ok", answer
    assert answer.body == \
        b"SETTLE-1.csv\nSETTLE-2.csv\nbad 1 with_blank.csv\n"
    answer = ask(server, "get", "SETTLE-1.csv")
    assert (answer.status, answer.body) == ("ok", DATA)
    assert (ask(server, "get", "SETTLE-2.csv").out)[:4] == b"ok: "
    assert ask(server, "remove", "SETTLE-1.csv").status == "ok"
    assert not (folder / "SETTLE-1.csv").exists()
    assert (folder / "SETTLE-2.csv").exists()


def test_several_requests_over_one_session(server, folder):
    (folder / "a.csv").write_bytes(b"one\n")
    (folder / "b.csv").write_bytes(b"two\n")
    answer = ask(server, "get", "a.csv", "absent.csv", "b.csv")
    assert re.fullmatch(rb"ok:  \(\d+\)\none\nabsent: [^\n]+\n"
                        rb"ok:  \(\d+\)\ntwo\n", answer.out), answer


@pytest.mark.parametrize("name", ["a b.csv", "a%41#.csv", "a+b&c;d.csv"])
def test_names_are_escaped(server, folder, name):
    (folder / name).write_bytes(b"here\n")
    answer = ask(server, "get", name)
    assert (answer.status, answer.body) == ("ok", b"here\n")
    assert ask(server, "remove", name).status == "ok"
    assert not (folder / name).exists()


@pytest.mark.parametrize("name", ["../out/SETTLE-1.csv", "..", ".", "",
                                  'x" "/etc/x', "a\nrm x", "*"])
def test_names_that_lead_elsewhere(server, folder, name):
    for what in ("get", "remove"):
        answer = ask(server, what, name)
        assert (answer.status, answer.error) == \
            ("refused", "not the name of a file")
    assert (folder / "SETTLE-1.csv").exists()
    assert not getattr(server, "requests", None)


def test_what_is_not_there(server):
    assert ask(server, "get", "absent.csv").status == "absent"
    assert ask(server, "remove", "absent.csv").status == "refused"
    answer = probe("list", server.url + "absent/", "-", **server.trust)
    assert answer.status == "refused", answer


def test_larger_than_agreed(server, folder):
    assert ask(server, "get", "SETTLE-1.csv", limit=len(DATA)).status == "ok"
    answer = ask(server, "get", "SETTLE-1.csv", limit=len(DATA) - 1)
    assert answer.status == "too_large", answer
    assert len(answer.body) < len(DATA)
    for number in range(50):
        (folder / f"a-name-of-some-length-{number}").touch()
    assert ask(server, "list", limit=300).status == "too_large"


def test_nobody_there(server):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    url = server.url.replace(str(server.port), str(port))
    answer = probe("list", url, "-", **server.trust)
    assert answer.status == "failed"
    assert "onnect" in answer.error


def trust_for(server, wire, tmp_path):
    """The other end of a wire goes by another port."""
    if server.url.startswith("https"):
        return server.trust
    path = tmp_path / "wire_known_hosts"
    path.write_text(server.known_host(wire.port))
    return {**server.trust, "known_hosts": path}


def through(server, wire):
    return server.url.replace(str(server.port), str(wire.port))


@pytest.mark.parametrize("hang", [False, True], ids=["closes", "hangs"])
@pytest.mark.parametrize("after", [0, 40, 700, 30000])
def test_broken_in_the_middle(server, tmp_path, after, hang):
    """At the handshake, at login, in the file: it fails, at the latest at
    the deadline, and the loop turns meanwhile."""
    with BrokenWire(server.port, after, hang) as wire:
        started = time.monotonic()
        answer = probe("get", through(server, wire), "SETTLE-1.csv",
                       timeout=1000, **trust_for(server, wire, tmp_path))
        took = time.monotonic() - started
        assert wire.broken.is_set() or after == 0
    assert answer.status == "failed", answer
    assert len(answer.body) < len(DATA)
    assert took < 10
    if hang:
        assert 50 < answer.ticks < 300


def test_silence_before_a_word(server, tmp_path):
    """Accepts and never answers."""
    with BrokenWire(server.port, 0, hang=True) as wire:
        for limits in ({"connect_timeout": 500}, {"timeout": 500}):
            answer = probe("list", through(server, wire), "-", **limits,
                           **trust_for(server, wire, tmp_path))
            assert answer.status == "failed"
            assert 20 < answer.ticks < 300, answer


def test_stall(server, tmp_path):
    with BrokenWire(server.port, 30000, hang=True) as wire:
        answer = probe("get", through(server, wire), "SETTLE-1.csv",
                       stall=1000, timeout=20000,
                       **trust_for(server, wire, tmp_path))
    assert answer.status == "failed"
    assert answer.ticks < 600, answer


def test_stopping(server, tmp_path):
    with BrokenWire(server.port, 30000, hang=True) as wire:
        answer = probe("get", through(server, wire), "SETTLE-1.csv",
                       stop_after=300, timeout=20000,
                       **trust_for(server, wire, tmp_path))
    assert (answer.status, answer.error) == ("failed", "stopped")
    assert answer.ticks < 200


# Who the other side is: certificates -------------------------------------------

@pytest.mark.parametrize("name, word", [
    ("expired", "expired"), ("misnamed", "does not match|no alternative"),
    ("foreign", "issuer|self-signed|verify")])
def test_certificates_that_are_refused(tls, folder, name, word):
    with HttpsServer(folder, tls / f"{name}.crt", tls / f"{name}.key",
                     token=SECRET) as server:
        answer = probe("list", server.url, "-", ca=tls / "ca.crt")
        assert answer.status == "refused", answer
        assert re.search(word, answer.error), answer
        assert server.requests == []


def test_ca_file_replaces_the_system_s(tls, https):
    """Without it the test's own authority is a stranger; and with another
    one, the system's authorities do not help: see the file's own list."""
    answer = probe("list", https.url, "-")
    assert answer.status == "refused", answer
    answer = probe("list", https.url, "-", ca=tls / "other-ca.crt")
    assert answer.status == "refused"
    answer = probe("list", https.url, "-", ca=tls / "other-ca.crt",
                   env={"SSL_CERT_FILE": str(tls / "ca.crt"),
                        "CURL_CA_BUNDLE": str(tls / "ca.crt")})
    assert answer.status == "refused"


def test_old_tls_is_refused(tls, folder):
    with HttpsServer(folder, tls / "good.crt", tls / "good.key",
                     newest=ssl.TLSVersion.TLSv1_1) as server:
        answer = probe("list", server.url, "-", ca=tls / "ca.crt")
        assert answer.status in ("failed", "refused"), answer
        assert server.requests == []
    with HttpsServer(folder, tls / "good.crt", tls / "good.key",
                     newest=ssl.TLSVersion.TLSv1_2) as server:
        assert probe("list", server.url, "-",
                     ca=tls / "ca.crt").status == "ok"


def test_client_certificate(tls, folder):
    with HttpsServer(folder, tls / "good.crt", tls / "good.key",
                     authority=tls / "ca.crt") as server:
        trust = {"ca": tls / "ca.crt"}
        assert probe("list", server.url, "-", **trust).status != "ok"
        for name, good in (("client", True), ("foreign-client", False)):
            answer = probe("list", server.url, "-", **trust,
                           certificate=tls / f"{name}.crt",
                           certificate_key=tls / f"{name}.key")
            assert (answer.status == "ok") == good, answer


# HTTPS ---------------------------------------------------------------------------

def test_token(tls, folder, secret, tmp_path):
    with HttpsServer(folder, tls / "good.crt", tls / "good.key",
                     token=SECRET) as server:
        trust = {"ca": tls / "ca.crt"}
        answer = probe("get", server.url, "SETTLE-1.csv", **trust)
        assert (answer.status, answer.error) == \
            ("refused", "the server answered 401")
        assert answer.body == b""
        answer = probe("get", server.url, "SETTLE-1.csv", token=secret,
                       **trust)
        assert (answer.status, answer.body) == ("ok", DATA)
        for text, mode, word in ((SECRET, 0o644, "mode"),
                                 (f"{SECRET}\r\nX-Evil: 1", 0o600,
                                  "not one line"),
                                 ("", 0o600, "not one line"),
                                 ("x" * 5000, 0o600, "too large")):
            other = tmp_path / "other"
            other.write_text(text)
            other.chmod(mode)
            before = len(server.requests)
            answer = probe("list", server.url, "-", token=other, **trust)
            assert answer.code == 3 and word in answer.out.decode(), answer
            assert len(server.requests) == before


@pytest.mark.parametrize("status, verdict", [
    (500, "failed"), (503, "failed"), (429, "failed"), (408, "failed"),
    (400, "refused"), (403, "refused"), (404, "absent"), (410, "absent"),
    (204, "refused"), (206, "refused")])
def test_answers(https, status, verdict):
    https.answers["/out/a"] = (status, {}, b"x" * 100 if status != 204
                               else b"")
    answer = ask(https, "get", "a", limit=10)
    assert (answer.status, answer.error) == \
        (verdict, f"the server answered {status}")
    assert answer.body == b""


def test_redirects_are_not_followed(https, folder):
    (folder / "b").write_bytes(b"elsewhere")
    for place in ("/out/b", "file:///etc/passwd", https.url + "b"):
        https.answers["/out/a"] = (302, {"Location": place}, b"")
        answer = ask(https, "get", "a")
        assert (answer.status, answer.body) == ("refused", b"")
    assert https.requests == ["GET /out/a"] * 3


def test_unwanted_body_without_end(https):
    https.answers["/out/a"] = (403, {"Content-Length": str(1 << 30)},
                               b"x" * (1 << 20))
    answer = ask(https, "get", "a")
    assert (answer.status, answer.body) == ("refused", b"")


def test_file_without_length(https):
    """Chunked, cut off before its last chunk; and to the end of the
    connection, which nobody says is the end of the file."""
    https.answers["/out/a"] = (200, {"Transfer-Encoding": "chunked",
                                     "Connection": "close"},
                               b"5\r\nhello\r\n")
    assert ask(https, "get", "a").status == "failed"
    https.answers["/out/a"] = (200, {"Content-Length": "10",
                                     "Connection": "close"}, b"hello")
    assert ask(https, "get", "a").status == "failed"


def test_folder_that_is_no_list(https):
    https.answers["/out/"] = (200, {"Content-Type": "text/html"},
                              b"<html>log in</html>\n")
    answer = ask(https, "list")
    assert answer.status == "refused"
    assert "text/plain" in answer.error


def test_hostile_names(https):
    https.names = ["../../etc/cron.d/x", "/etc/passwd", "a b", "..", ".x",
                   "ok.csv", "ok.csv.part", "x" * 300, "卡.csv", "a\x1b[2J"]
    answer = ask(https, "list")
    assert answer.body == b"ok.csv\nbad 6 _._.._etc_cron.d_x\n", answer


def test_question(https):
    https.answers["/out/?order=1&x=a%20b"] = (200, {}, b"{}")
    answer = ask(https, "get", query="order=1&x=a%20b")
    assert (answer.status, answer.body) == ("ok", b"{}")


def test_environment_has_no_say(https, tmp_path):
    """No proxy, no .netrc."""
    (tmp_path / ".netrc").write_text("machine localhost login a password b\n")
    env = {"https_proxy": "http://127.0.0.1:1", "ALL_PROXY":
           "http://127.0.0.1:1", "HOME": str(tmp_path), "no_proxy": ""}
    assert ask(https, "list", env=env).status == "ok"


@pytest.mark.parametrize("url, word", [
    ("http://127.0.0.1/out/", "use https"), ("ftp://127.0.0.1/", "neither"),
    (f"sftp://recard:{SECRET}@127.0.0.1/out/", "password"),
    (f"https://recard:{SECRET}@127.0.0.1/out/", "password"),
    ("https://127.0.0.1/out", "must end")])
def test_addresses_that_are_refused(url, word):
    answer = probe("check", url)
    assert answer.code == 3 and word in answer.out.decode(), answer


def test_question_that_sftp_cannot_answer(sftp):
    answer = ask(sftp, "get", "SETTLE-1.csv", query="order=1")
    assert (answer.status, answer.error) == \
        ("refused", "sftp answers no queries")


# SFTP ----------------------------------------------------------------------------

def test_host_key_is_unknown(sftp, tmp_path):
    other = tmp_path / "known"
    for text in ("", sftp.known_host(sftp.port + 1)):
        other.write_text(text)
        answer = ask(sftp, "list", known_hosts=other)
        assert (answer.status, answer.error) == \
            ("refused", "the host key is not among the known hosts")


def test_host_key_has_changed(sftp):
    assert ask(sftp, "list").status == "ok"
    sftp.change_host_key()
    answer = ask(sftp, "get", "SETTLE-1.csv")
    assert (answer.status, answer.error) == \
        ("refused", "the host key is not the one among the known hosts")
    assert "Accepted" not in sftp.log.read_text().rsplit(
        "Server listening", 1)[1]


def test_known_hosts_may_be_hashed(sftp):
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", sftp.known_hosts],
                   check=True, capture_output=True, timeout=60)
    assert "127.0.0.1" not in sftp.known_hosts.read_text()
    assert ask(sftp, "list").status == "ok"


def test_other_key(sftp, tmp_path):
    stranger = SftpServer(tmp_path / "stranger", tmp_path)
    answer = ask(sftp, "list", key=stranger.key)
    assert answer.status == "refused"
    assert "uthentication" in answer.error


def test_key_that_others_may_read(sftp):
    sftp.key.chmod(0o644)
    answer = ask(sftp, "list")
    assert answer.code == 3 and "mode" in answer.out.decode()


def test_password(tmp_path, folder, secret):
    with PasswordServer(tmp_path, folder, SECRET) as server:
        trust = {"known_hosts": server.known_hosts, "password": secret}
        answer = probe("list", server.url, "-", **trust)
        assert (answer.status, answer.body) == ("ok", b"SETTLE-1.csv\n")
        answer = probe("get", server.url, "SETTLE-1.csv", **trust)
        assert (answer.status, answer.body) == ("ok", DATA)
        assert probe("remove", server.url, "SETTLE-1.csv",
                     **trust).status == "ok"
        assert not (folder / "SETTLE-1.csv").exists()
        secret.write_text("wrong\n")
        answer = probe("list", server.url, "-", **trust)
        assert answer.status == "refused", answer
        assert "wrong" not in answer.out.decode()


def test_wrong_password_with_sshd(sftp, secret):
    answer = ask(sftp, "list", key=None, password=secret)
    assert answer.status == "refused"


def test_nothing_of_the_user_s_own_is_used(sftp, tmp_path, secret):
    """A key in ~/.ssh that would do, an agent, a known host there."""
    home = tmp_path / "home" / ".ssh"
    home.mkdir(parents=True, mode=0o700)
    for name in ("id_rsa", "id_ed25519"):
        (home / name).write_bytes(sftp.key.read_bytes())
        (home / name).chmod(0o600)
    (home / "known_hosts").write_text(sftp.known_host())
    env = {"HOME": str(home.parent)}
    answer = ask(sftp, "list", key=None, password=secret, env=env)
    assert answer.status == "refused", answer
    empty = tmp_path / "empty"
    empty.touch()
    answer = ask(sftp, "list", known_hosts=empty, env=env)
    assert answer.status == "refused"


def test_folder_below_home(sftp):
    """/~/ is the user's home, for rm as well."""
    name = f"recard-test-{os.getpid()}.csv"
    home = os.path.expanduser("~")
    url = f"sftp://{sftp.user}@127.0.0.1:{sftp.port}/~/"
    with open(os.path.join(home, name), "w", encoding="ascii") as file:
        file.write("x\n")
    try:
        answer = probe("get", url, name, **sftp.trust)
        assert (answer.status, answer.body) == ("ok", b"x\n"), answer
        assert probe("remove", url, name, **sftp.trust).status == "ok"
        assert not os.path.exists(os.path.join(home, name))
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(home, name))
