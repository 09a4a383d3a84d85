"""What a card signed: everything that a log-in is refused for, each beside
the one that is let in."""

import base64
import json
import os
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

import citizens
import der
import pytest
import sign_component
from conftest import BUILD
from world import SANITIZERS

PROBE = BUILD / "tests" / "system" / "card_probe"
CHALLENGE = "recard_log-in_portal.example_2026-11-24T09.00.00_00ff.aa"
NONCE = "000102030405060708090a0b0c0d0eff"
CARD_NO, HOLDER = "AB12345678901234", "A123456789"
DAY = citizens.DAY


class Desk:
    """The authority, its probe, and one good card."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = citizens.Authority(folder / "authority")
        self.now = self.authority.now
        self.card = self.make()
        self.list = self.authority.write_list()
        self.issuer = self.authority.folder / "issuer.crt"
        self.probe = self.start(self.authority.folder / "citizens.pem")

    def start(self, authorities, *policies):
        return subprocess.Popen(
            [PROBE, authorities, *(policies or [citizens.POLICY])],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | SANITIZERS)

    def make(self, **how):
        return self.authority.card("王小明", CARD_NO, HOLDER, **how)

    def ask(self, signature, probe=None, **claim):
        path = self.folder / "claim.p7s"
        path.write_bytes(signature)
        asked = {"signature": str(path), "challenge": CHALLENGE,
                 "nonce": NONCE, "holder_id": HOLDER, "said": None,
                 "now": self.now, "grace": 0,
                 "revoked": [[str(self.issuer), str(self.list)]]}
        probe = probe or self.probe
        probe.stdin.write(json.dumps({**asked, **claim}) + "\n")
        probe.stdin.flush()
        return json.loads(probe.stdout.readline())

    def verdict(self, signature, **claim):
        answer = self.ask(signature, **claim)
        # Only who is let in is told anything.
        assert (answer["verdict"] == "good") == (answer["card_no"] != "")
        return answer["verdict"]

    def close(self, probe=None):
        probe = probe or self.probe
        probe.stdin.close()
        assert probe.wait(10) == 0
        probe.stdout.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An authority of the same name that nobody pinned."""
    return citizens.Authority(tmp_path_factory.mktemp("stranger"))


def test_a_log_in(desk):
    answer = desk.ask(desk.card.sign(CHALLENGE))
    assert answer == {
        "verdict": "good", "card_no": CARD_NO, "name": "王小明",
        "serial": f"{desk.card.serial:x}",
        "not_after": desk.now + citizens.YEAR,
        "issuer": "OU=測試憑證管理中心,O=recard 測試,C=TW"}


def test_keys_and_digests(desk):
    for kind in ("P-256", "P-384"):
        key = citizens.Key(desk.authority.folder / f"{kind}.key", kind)
        card = desk.make(key=key)
        for digest in ("sha256", "sha384"):
            assert desk.verdict(card.sign(CHALLENGE, digest=digest)) == "good"
    assert desk.verdict(desk.card.sign(CHALLENGE, digest="sha384")) == "good"
    assert desk.verdict(
        desk.card.sign(CHALLENGE, digest="sha1")) == "weak_algorithm"
    for kind in ("rsa:1024", "P-224"):
        key = citizens.Key(
            desk.authority.folder / f"weak-{kind[-4:]}.key", kind)
        assert desk.verdict(
            desk.make(key=key).sign(CHALLENGE)) == "weak_key"
    assert desk.verdict(
        desk.make(digest="sha1").sign(CHALLENGE)) == "weak_algorithm"


def test_something_else_was_signed(desk):
    card = desk.card
    assert desk.verdict(card.sign(CHALLENGE + "0")) == "other_content"
    assert desk.verdict(card.sign(CHALLENGE[:-1])) == "other_content"
    assert desk.verdict(card.sign("")) == "other_content"
    # The right text inside, but the signature is over another.
    assert desk.verdict(card.sign("another text", content=CHALLENGE.encode())
                        ) == "bad_signature"
    # Detached: there is nothing inside to hold against the challenge.
    assert desk.verdict(card.sign(CHALLENGE, content="")
                        ) == "signature_malformed"


def test_signers(desk):
    other = desk.authority.card("李四", "CD12345678901234", "B123456780")
    assert desk.verdict(
        desk.card.sign(CHALLENGE, others=[other])) == "not_one_signer"
    assert desk.verdict(desk.card.sign(CHALLENGE, certificates=[])
                        ) == "no_certificate"
    assert desk.verdict(desk.card.sign(
        CHALLENGE, certificates=[other.certificate])) == "no_certificate"
    # Whatever else comes along does no harm.
    assert desk.verdict(desk.card.sign(CHALLENGE, certificates=[
        other.certificate, desk.card.certificate])) == "good"
    assert desk.verdict(desk.card.sign(
        CHALLENGE, attributes=False)) == "no_signed_attributes"


def test_a_changed_byte(desk):
    good = desk.card.sign(CHALLENGE)
    for at in range(0, len(good), 7):
        changed = bytearray(good)
        changed[at] ^= 1 << at % 8
        assert desk.verdict(bytes(changed)) != "good", at
    for end in range(0, len(good), 101):
        assert desk.verdict(good[:end]) != "good", end
    assert desk.verdict(good + b"\0") == "signature_malformed"
    assert desk.verdict(b"") == "signature_malformed"
    assert desk.verdict(b"\0" * 50000) == "signature_too_large"
    assert desk.verdict(b"\x30\x80" * 20000) == "signature_malformed"


def test_authorities(desk, stranger):
    card = stranger.card("王小明", CARD_NO, HOLDER)
    # It has the name of ours, and another key.
    assert desk.verdict(card.sign(CHALLENGE)) == "unknown_authority"
    # Nor does it help to say that it has the same one.
    stranger.key.identifier = desk.authority.key.identifier
    card = stranger.card("王小明", CARD_NO, HOLDER)
    assert desk.verdict(card.sign(CHALLENGE)) == "bad_chain"
    elsewhere = citizens.Authority(desk.folder / "elsewhere", "別處")
    card = elsewhere.card("王小明", CARD_NO, HOLDER)
    assert desk.verdict(card.sign(CHALLENGE)) == "unknown_authority"
    # Nor does it help that the others come along.
    chain = [card.certificate, elsewhere.certificate, citizens.from_pem(
        (elsewhere.folder / "root.crt").read_text(), "CERTIFICATE")]
    assert desk.verdict(card.sign(CHALLENGE, certificates=chain)
                        ) == "unknown_authority"
    # Somebody's card is no authority.
    forged = citizens.certificate(
        desk.card.key, desk.card.subject, desk.card.key, desk.card.subject, 9,
        desk.now - DAY, desk.now + DAY, (citizens.key_usage(
            ["digitalSignature"]),))
    below = desk.make()
    below.issuer, below.serial, below.certificate = desk.card.subject, 9, forged
    assert desk.verdict(below.sign(CHALLENGE, certificates=[
        forged, desk.card.certificate])) != "good"


def test_helpers_may_complete_the_chain(desk):
    """With the root alone pinned, the issuer may come along: it is believed as
    far as the root signed it."""
    probe = desk.start(desk.authority.folder / "root.crt")
    assert desk.ask(desk.card.sign(CHALLENGE), probe
                    )["verdict"] == "unknown_authority"
    assert desk.ask(desk.card.sign(CHALLENGE, certificates=[
        desk.card.certificate, desk.authority.certificate]), probe
    )["verdict"] == "good"
    desk.close(probe)


def test_validity(desk):
    late = desk.make(begins=desk.now - 9 * DAY, ends=desk.now - 1)
    early = desk.make(begins=desk.now + 1)
    ends_now = desk.make(ends=desk.now + 60)
    assert desk.verdict(late.sign(CHALLENGE)) == "certificate_expired"
    assert desk.verdict(early.sign(CHALLENGE)) == "certificate_not_yet_valid"
    assert desk.verdict(ends_now.sign(CHALLENGE)) == "good"
    assert desk.verdict(desk.card.sign(CHALLENGE), now=desk.now - 2 * 365 * DAY
                        ) != "good"
    # An authority's end is not the card's.
    assert desk.verdict(desk.make(ends=desk.now + 40 * 365 * DAY).sign(
        CHALLENGE), now=desk.now + 30 * 365 * DAY) == "bad_chain"


def test_serial_numbers(desk):
    for serial in (1, 0x80, 0xabc, 2 ** 160 - 1):
        answer = desk.ask(desk.make(serial=serial).sign(CHALLENGE))
        octets = f"{serial:x}"
        assert answer["verdict"] == "good"
        assert answer["serial"] == "0" * (len(octets) % 2) + octets
    # Longer than an authority may give: no list could name it.
    assert desk.verdict(desk.make(serial=2 ** 160).sign(CHALLENGE)
                        ) == "bad_chain"


def test_usage_and_policy(desk):
    for usages in (["keyEncipherment"], [], ["keyCertSign"]):
        assert desk.verdict(
            desk.make(usages=usages).sign(CHALLENGE)) == "wrong_usage"
    assert desk.verdict(desk.make(
        usages=["digitalSignature", "keyEncipherment"]).sign(CHALLENGE)
    ) == "good"
    for policies in ([], ["2.16.886.101.0.3.1"]):
        assert desk.verdict(
            desk.make(policies=policies).sign(CHALLENGE)) == "wrong_policy"
    assert desk.verdict(desk.make(
        policies=["2.16.886.101.0.3.1", citizens.POLICY]).sign(CHALLENGE)
    ) == "good"
    probe = desk.start(desk.authority.folder / "citizens.pem", "1.2.3",
                       "2.16.886.101.0.3.1")
    assert desk.ask(desk.make(policies=["2.16.886.101.0.3.1"]).sign(CHALLENGE),
                    probe)["verdict"] == "good"
    desk.close(probe)
    # A critical extension that nobody knows.
    odd = citizens.extension("1.2.3.4", der.null(), critical=True)
    assert desk.verdict(desk.make(extra=(odd,)).sign(CHALLENGE)) == "bad_chain"


def test_revocation(desk, stranger):
    gone, paused = desk.make(), desk.make()
    desk.authority.revoke(gone)
    desk.authority.revoke(paused, "certificateHold")
    path = desk.authority.write_list(desk.folder / "revoked.crl")
    lists = {"revoked": [[str(desk.issuer), str(path)]]}
    signed = {card: card.sign(CHALLENGE) for card in (gone, paused, desk.card)}
    assert desk.verdict(signed[gone], **lists) == "certificate_revoked"
    assert desk.verdict(signed[paused], **lists) == "certificate_suspended"
    assert desk.verdict(signed[desk.card], **lists) == "good"
    assert desk.verdict(signed[gone]) == "good"  # the list before it
    # No list of this authority, though one of another with its name.
    theirs = stranger.write_list()
    other = {"revoked": [[str(stranger.folder / "issuer.crt"), str(theirs)]]}
    assert desk.verdict(signed[gone], **other) == "revocation_list_missing"
    assert desk.verdict(signed[gone], revoked=[]) == "revocation_list_missing"
    both = {"revoked": other["revoked"] + lists["revoked"]}
    assert desk.verdict(signed[gone], **both) == "certificate_revoked"


def test_a_list_that_is_over(desk):
    signature, ends = desk.card.sign(CHALLENGE), desk.now + DAY
    at = {"said": None}
    assert desk.verdict(signature, now=ends, **at) == "good"
    assert desk.verdict(signature, now=ends + 1, **at
                        ) == "revocation_list_stale"
    assert desk.verdict(signature, now=ends + 60, grace=60, **at) == "good"
    assert desk.verdict(signature, now=ends + 61, grace=60, **at
                        ) == "revocation_list_stale"


def test_a_list_of_authorities(desk):
    """The root's list is not required; if there is one, it is heeded."""
    root = desk.authority.folder / "root.crt"

    def roots_list(name, entries):
        path = desk.folder / name
        path.write_bytes(desk.authority.revocation_list(
            entries=entries, key=desk.authority.root_key,
            issuer=desk.authority.root_name))
        return {"revoked": [[str(desk.issuer), str(desk.list)],
                            [str(root), str(path)]]}

    before, desk.authority.revoked = desk.authority.revoked, {}
    signature = desk.card.sign(CHALLENGE)
    assert desk.verdict(signature, **roots_list("none.crl", b"")) == "good"
    assert desk.verdict(signature, **roots_list(
        "issuer.crl", citizens.entry(2, "superseded", desk.now))
    ) == "certificate_revoked"
    desk.authority.revoked = before


def test_the_number_of_the_card(desk):
    card = desk.card
    assert desk.verdict(card.sign(CHALLENGE), said=CARD_NO) == "good"
    # Swapped beside the signature, or in it: the signed one counts.
    assert desk.verdict(card.sign(CHALLENGE), said="CD12345678901234"
                        ) == "other_card_number"
    answer = desk.ask(card.sign(CHALLENGE, card_no="CD12345678901234"))
    assert (answer["verdict"], answer["card_no"]) == (
        "good", "CD12345678901234")
    for wrong in (None, [CARD_NO, CARD_NO], "ab12345678901234",
                  "AB1234567890123", "AB123456789012345", "A112345678901234"):
        assert desk.verdict(card.sign(CHALLENGE, card_no=wrong)
                            ) == "no_card_number", wrong


def test_the_holder(desk):
    signature = desk.card.sign(CHALLENGE)
    assert desk.verdict(signature, holder_id="B223456789") == "good"
    assert desk.verdict(signature, holder_id="A123456788") == "other_holder"
    assert desk.verdict(signature, holder_id="789") == "other_holder"
    for wrong in (None, ["6789", "6789"], "789", "56789"):
        assert desk.verdict(desk.make(last_four=wrong).sign(CHALLENGE)
                            ) == "no_holder_digits", wrong


def test_nonce_and_time_are_checked_when_there(desk):
    card = desk.card

    def verdict(**how):
        return desk.verdict(card.sign(CHALLENGE, **how))

    assert verdict(nonce=NONCE.encode()) == "good"
    assert verdict(nonce=bytes.fromhex(NONCE)) == "good"
    assert verdict(nonce=b"") == "wrong_nonce"
    assert verdict(nonce=bytes.fromhex(NONCE)[:-1] + b"\0") == "wrong_nonce"
    assert verdict(nonce=b"x" * 200) == "wrong_nonce"
    for off in (-DAY, 0, DAY):
        assert verdict(signing_time=desk.now + off) == "good"
    for off in (-DAY - 1, DAY + 1):
        assert verdict(signing_time=desk.now + off) == "wrong_signing_time"


def test_bad_authorities_are_told(desk):
    empty = desk.folder / "empty.pem"
    empty.write_text("nothing\n")
    torn = desk.folder / "torn.pem"
    torn.write_text((desk.authority.folder / "root.crt").read_text()
                    + "-----BEGIN CERTIFICATE-----\nAAAA\n"
                    "-----END CERTIFICATE-----\n")
    bundle = desk.authority.folder / "citizens.pem"
    for path, policies, words in (
            (desk.folder / "absent.pem", (), "No such file"),
            (empty, (), "holds no root"),
            (torn, (), "no certificate (PEM)"),
            (desk.issuer, (), "holds no root"),
            (bundle, ("1.two.3",), '"1.two.3" is no OID')):
        probe = desk.start(path, *policies)
        out, _ = probe.communicate(timeout=10)
        assert probe.returncode == 3 and words in out, out


# The stand-in for the signing component ---------------------------------------

ORIGIN = "https://localhost:8443"


@pytest.fixture(scope="module")
def component(desk):
    cards = desk.folder / "cards"
    desk.card.save(cards)
    desk.authority.card("李四", "CD12345678901234", "B123456780",
                        pin="abc123").save(cards)
    server = sign_component.make_server(
        sign_component.Reader(cards), origins=[ORIGIN])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def ask_component(component, path, package=None, origin=ORIGIN, form=False):
    """Its answer, and the origin that may read it."""
    body = None
    if package is not None:
        body = json.dumps(package)
        if form:
            body = "tbsPackage=" + urllib.parse.quote(body, safe="")
    request = urllib.request.Request(
        f"http://127.0.0.1:{component.server_port}{path}",
        body.encode() if body is not None else None,
        {"Origin": origin} if origin else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        content = answer.read()
        return (json.loads(content) if content.startswith(b"{")
                else content.decode(),
                answer.headers["Access-Control-Allow-Origin"])


def package(**more):
    return {"func": "MakeSignature", "signatureType": "PKCS7",
            "tbs": CHALLENGE, "hashAlgorithm": "SHA256", "nonce": NONCE,
            "withCardSN": "true", "pin": citizens.PIN, **more}


@pytest.mark.parametrize("form", [False, True])
def test_the_component_signs(desk, component, form):
    answer, allowed = ask_component(component, "/sign", package(), form=form)
    assert allowed == ORIGIN
    assert answer["ret_code"] == 0 and answer["cardSN"] == CARD_NO
    told = desk.ask(base64.b64decode(answer["signature"]),
                    said=answer["cardSN"])
    assert (told["verdict"], told["card_no"]) == ("good", CARD_NO)


def test_the_component_without_the_number(desk, component):
    answer, _ = ask_component(component, "/sign", package(withCardSN="false"))
    assert desk.verdict(base64.b64decode(answer["signature"])
                        ) == "no_card_number"


def test_the_component_refuses(component):
    for wrong, code in (
            (package(func="Decrypt"), sign_component.NO_METHOD),
            (package(signatureType="PKCS1"), sign_component.BAD_ARGUMENT),
            (package(hashAlgorithm="SHA1"), sign_component.BAD_ARGUMENT),
            (package(tbs=""), sign_component.NO_TEXT),
            (package(pin=""), sign_component.NO_PIN),
            ([], sign_component.BAD_JSON)):
        answer, _ = ask_component(component, "/sign", wrong)
        assert answer["ret_code"] == code and "signature" not in answer
    # A page of somebody else gets no signature, and may not read that.
    answer, allowed = ask_component(component, "/sign", package(),
                                    origin="https://evil.example")
    assert answer["ret_code"] == sign_component.OTHER_SITE
    assert allowed is None and "signature" not in answer


def test_the_component_counts_pins(component):
    """Three wrong ones lock a card, and it alone."""
    component.reader.insert("CD12345678901234")
    said = [ask_component(component, "/sign", package(pin=pin))[0]
            for pin in ("wrong", "abc123", "wrong", "wrong", "wrong",
                        "abc123")]
    assert [one["ret_code"] for one in said] == [
        sign_component.LOGIN_FAILED, 0] + 4 * [sign_component.LOGIN_FAILED]
    assert [one["last_error"] for one in said] == [
        sign_component.PIN_WRONG[2], 0, sign_component.PIN_WRONG[2],
        sign_component.PIN_WRONG[1], sign_component.PIN_LOCKED,
        sign_component.PIN_LOCKED]
    ask_component(component, f"/insert?card={CARD_NO}", {}, origin=None)
    assert ask_component(component, "/sign", package())[0]["ret_code"] == 0


def test_the_component_tells_of_its_reader(component):
    info, _ = ask_component(component, "/pkcs11info?withcert=true")
    (slot,) = info["slots"]
    assert slot["token"]["serialNumber"] == CARD_NO
    assert slot["token"]["certs"][0]["usage"] == "digitalSignature"
    ask_component(component, "/insert", {}, origin=None)
    info, _ = ask_component(component, "/pkcs11info")
    assert info["slots"][0]["token"] == "unknown"
    answer, _ = ask_component(component, "/sign", package())
    assert answer["ret_code"] == sign_component.NO_CARD
    ask_component(component, f"/insert?card={CARD_NO}", {}, origin=None)
    page, _ = ask_component(component, "/popupForm", origin=None)
    assert '{func: "getTbs"}' in page


def test_cards_for_applicants(tmp_path):
    """As for a first look: made once, kept, each good for its holder."""
    applicants = tmp_path / "applicants.jsonl"
    applicants.write_text("".join(json.dumps(one) + "\n" for one in (
        {"name": "王小明", "card_no": CARD_NO, "holder_id": HOLDER},
        {"name": "李四", "card_no": "CD12345678901234",
         "holder_id": "B123456780"})))
    command = [sys.executable, "-B", citizens.__file__, tmp_path / "made",
               applicants]
    subprocess.run(command, check=True, timeout=60)
    made = {path: path.read_bytes()
            for path in (tmp_path / "made").rglob("*") if path.is_file()}
    assert {path.name for path in made} >= {
        "citizens.pem", "issuer.crt", "citizens.crl", CARD_NO + ".pem",
        "CD12345678901234.pem"}
    subprocess.run(command, check=True, timeout=60)
    assert all(path.read_bytes() == content
               for path, content in made.items())
    for path in (tmp_path / "made" / "cards").glob("*"):
        assert path.stat().st_mode & 0o777 == 0o600
