"""Citizens come to the portal: who is let in with which card, and what a
session, a form and an address are good for."""

import re
import signal
import time

import citizens
import pytest
from citizen_portal import CODE, Citizen, Portal
from conftest import ROOT, wait_until
from world import World

YEAR = 365 * 24 * 60 * 60


@pytest.fixture(name="portal", scope="module")
def fixture_portal(db, keys, tmp_path_factory):
    made = World(db, tmp_path_factory.mktemp("portal"), keys)
    try:
        yield Portal(made)
    finally:
        made.close()


# Log-in ------------------------------------------------------------------------

def test_a_good_card_comes_in(portal):
    card = portal.card(name="林大同")
    somebody = portal.citizen(card)
    before = somebody.get("/login")
    assert before.status == 200
    visitor = somebody.cookies["__Host-recard-visitor"]
    assert somebody.get("/").status == 303, "nobody is logged in"
    answer = somebody.log_in()
    assert answer.status == 200 and answer.json["name"].startswith("林")
    # Nothing that was known before is worth anything now.
    assert "__Host-recard-visitor" not in somebody.cookies
    secret = somebody.cookies["__Host-recard-citizen"]
    assert len(secret) == 64 and secret != visitor
    assert not portal.world.places(secret), "only its digest is kept"
    home = somebody.get("/api/home").json
    assert home["may_apply"] and home["name"] == "林大同"
    assert card.card_no not in somebody.get("/").text
    for header in answer.headers.get_all("Set-Cookie"):
        assert "; Secure; HttpOnly; SameSite=Lax" in header
        assert "Path=/;" in header and "Domain" not in header


def test_the_page_logs_in_too(portal):
    somebody = portal.citizen(portal.card())
    page = somebody.get("/login")
    challenge = re.search(r"recard_log-in_[A-Za-z0-9._-]+", page.text)[0]
    signature = citizens.to_base64(somebody.card.sign(challenge))
    answer = somebody.post("/login", page.token, challenge=challenge,
                           signature=signature,
                           holder_id=somebody.card.holder_id.lower())
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert somebody.get("/").status == 200
    # And leaves.
    left = somebody.post("/logout", somebody.get("/").token)
    assert left.headers["Location"] == "/login?done=logged_out"
    assert "__Host-recard-citizen" not in somebody.cookies
    assert somebody.get("/").status == 303


def refusals(portal):
    """What is wrong -> (card, how it logs in)."""
    now = int(time.time())
    other = portal.card()
    stranger = citizens.Authority(portal.world.keys / "strangers",
                                  title="strangers")
    return {
        "not_one_signer": (portal.card(), {"others": (other,)}),
        "other_content": (portal.card(), {"content": b"something else"}),
        "card_expired": (portal.card(days=-1), {}),
        "certificate_expired": (portal.card(begins=now - YEAR, ends=now - 60), {}),
        "certificate_not_yet_valid": (portal.card(begins=now + 3600), {}),
        "unknown_authority": (stranger.card("甲", "PO99999999999999",
                                            "A123456789"), {}),
        "wrong_policy": (portal.card(policies=("1.2.3",)), {}),
        "wrong_usage": (portal.card(usages=("keyEncipherment",)), {}),
        "weak_algorithm": (portal.card(), {"digest": "sha1"}),
        "no_card_number": (portal.card(), {"card_no": None}),
        "other_holder": (portal.card(), {"holder_id": "A123456789"}),
        "wrong_nonce": (portal.card(), {"nonce": b"n" * 16}),
        "unknown_card": (portal.card(register=False), {}),
    }


def test_every_other_card_stays_out(portal):
    for code, (card, how) in refusals(portal).items():
        somebody = portal.citizen(card)
        challenge = somebody.challenge()
        how = dict(how)
        if "card_no" in how:  # signed, not said
            signature = citizens.to_base64(card.sign(
                challenge["challenge"], card_no=how.pop("card_no")))
            answer = somebody.log_in(challenge=challenge, signature=signature)
        else:
            answer = somebody.log_in(challenge=challenge, **how)
        assert (answer.status, answer.code) == (403, code), answer.text
        assert "__Host-recard-citizen" not in somebody.cookies
        assert somebody.get("/api/home").status == 401
        assert f"event=portal.login.refused prog=recard-portal code={code}" \
            in portal.daemon.log()
        # The same card, used as it should be, where it is a good one.
        if how or code == "no_card_number":
            assert portal.citizen(card).log_in().status == 200, code


def test_a_card_number_in_the_request_counts_for_nothing(portal):
    mine, other = portal.card(), portal.card()
    answer = portal.citizen(mine).log_in(card_no=other.card_no)
    assert (answer.status, answer.code) == (403, "other_card_number")
    assert portal.citizen(mine).log_in(card_no=mine.card_no).status == 200


def test_a_challenge_is_fresh_ours_and_used_once(portal):
    somebody = portal.citizen(portal.card())
    challenge = somebody.challenge()
    signature = citizens.to_base64(somebody.card.sign(challenge["challenge"]))
    # Another browser's.
    other = portal.citizen(somebody.card)
    other.challenge()
    answer = other.log_in(challenge=challenge, signature=signature)
    assert (answer.status, answer.code) == (403, "challenge_foreign")
    # One that nobody gave.
    forged = challenge | {"challenge": challenge["challenge"][:-1] + (
        "0" if challenge["challenge"][-1] != "0" else "1")}
    assert somebody.log_in(challenge=forged).code == "challenge_foreign"
    # A changed byte of the signature.
    broken = bytearray(somebody.card.sign(challenge["challenge"]))
    broken[-1] ^= 1
    answer = somebody.log_in(challenge=challenge,
                             signature=citizens.to_base64(bytes(broken)))
    assert (answer.status, answer.code) == (403, "bad_signature")
    # Used.
    kept = dict(somebody.cookies), somebody.token
    assert somebody.log_in(challenge=challenge,
                           signature=signature).status == 200
    again = portal.citizen(somebody.card)
    again.cookies, again.token = kept
    answer = again.log_in(challenge=challenge, signature=signature)
    assert (answer.status, answer.code) == (403, "challenge_used")


def test_an_old_challenge(portal):
    portal.world.configure("portal", challenge_time="1s")
    portal.daemon.process.send_signal(signal.SIGHUP)
    portal.daemon.says("config.reload.done")
    somebody = portal.citizen(portal.card())
    challenge = somebody.challenge()
    try:
        wait_until(lambda: somebody.log_in(
            challenge=challenge, holder_id="A100000000").code
            == "challenge_old", "the challenge to be old")
        assert somebody.log_in(challenge=challenge).code == "challenge_old"
    finally:
        portal.world.configure("portal", challenge_time="2m")
        portal.daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: portal.daemon.log().count(
            "config.reload.done") >= 2, "the time to be back")


def test_ids_that_are_none_and_signatures_that_are_none(portal):
    somebody = portal.citizen(portal.card())
    for holder_id in ("", "A123456780", "A12345678", "A123456789 x"):
        answer = somebody.log_in(holder_id=holder_id or " ")
        assert (answer.status, answer.code) == (422, "holder_id_malformed")
    for signature in ("", "!!!", "AAA", "=", "\u4e00"):
        answer = somebody.log_in(signature=signature)
        assert (answer.status, answer.code) == (422, "signature_malformed")
    assert somebody.log_in(signature="AAAA").code == "signature_malformed"
    assert somebody.log_in(signature="A" * 66000).status in (413, 400, 403)


def write_list(portal, event="loaded", **how):
    """A new list, and the portal says so."""
    event = f"revocation.list.{event}"
    said = portal.daemon.log().count(event)
    portal.authority.write_list(**how)
    wait_until(lambda: portal.daemon.log().count(event) > said, event)


def test_revoked_suspended_and_a_list_that_is_over(portal):
    revoked, suspended, good = (portal.card() for _ in range(3))
    portal.authority.revoke(revoked)
    portal.authority.revoke(suspended, "certificateHold")
    try:
        write_list(portal)
        assert portal.citizen(revoked).log_in().code == "certificate_revoked"
        assert portal.citizen(suspended).log_in().code == \
            "certificate_suspended"
        assert portal.citizen(good).log_in().status == 200
        now = int(time.time())
        write_list(portal, "unfit", begins=now - 10, ends=now - 1)
        answer = portal.citizen(good).log_in()
        assert answer.code == "revocation_list_stale"
    finally:
        portal.authority.revoked.clear()
        write_list(portal, begins=int(time.time()))
    assert portal.citizen(good).log_in().status == 200


# Sessions and forms ---------------------------------------------------------------

def test_a_session_ends_when_nobody_does_anything(portal):
    somebody = portal.somebody()
    assert somebody.get("/api/home").status == 200
    portal.world.query("UPDATE citizen_session SET seen_at = begun_at, "
                       "idle = '1 millisecond'")
    answer = somebody.get("/orders/" + "0" * 14)
    assert answer.status in (303, 404)
    answer = somebody.get("/")
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/login?done=session_over")
    assert "__Host-recard-citizen" not in somebody.cookies
    assert somebody.get("/login?done=session_over").status == 200


def test_a_secret_that_nobody_was_given(portal):
    somebody = portal.citizen()
    somebody.cookies["__Host-recard-citizen"] = "ab" * 32
    answer = somebody.get("/api/home")
    assert (answer.status, answer.code) == (401, "session_over")
    somebody.cookies["__Host-recard-citizen"] = "' OR 1=1 --"
    assert somebody.get("/api/home").status == 401


def test_posts_from_elsewhere_are_refused(portal):
    somebody = portal.somebody()
    token = somebody.get("/apply").token
    form = somebody.application()
    other = portal.somebody().get("/apply").token
    for headers, with_token in (
            ({}, ""), ({}, "1.abc"), ({}, other),
            ({"Origin": "https://evil.example"}, token),
            ({"Origin": "null"}, token),
            ({"Sec-Fetch-Site": "cross-site"}, token),
            ({"Sec-Fetch-Site": "same-site"}, token)):
        answer = somebody.post("/apply", with_token, headers, **form)
        assert answer.status == 403, (headers, with_token)
    kept = somebody.token
    somebody.token = other
    assert somebody.call("/api/applications", **form).code == "form_old"
    somebody.token = kept
    assert portal.world.value("SELECT count(*) FROM orders") == 0
    # JSON in a form's clothes, which other sites may send.
    answer = somebody.request("POST", "/api/applications", "{}",
                              **{"Content-Type": "text/plain",
                                 "X-Recard-Token": kept})
    assert (answer.status, answer.code) == (415, "unsupported_type")
    good = somebody.post("/apply", token, {
        "Origin": f"https://127.0.0.1:{portal.port}",
        "Sec-Fetch-Site": "same-origin"}, **form)
    assert good.status == 303, good.text


def test_bodies_that_cannot_be_read(portal):
    somebody = portal.somebody()
    for body in ("[]", "{", '"x"', '{"a": 1}', '{"a": {"b": "c"}}',
                 '{"a": "x", "a": "y"}', "\xff", '{"a": "\\u0000"}'):
        answer = somebody.request(
            "POST", "/api/address-check", body.encode("latin-1"),
            **{"Content-Type": "application/json",
               "X-Recard-Token": somebody.token})
        assert (answer.status, answer.code) == (400, "not_understood"), body
    assert somebody.request("DELETE", "/api/home").status == 405
    assert somebody.get("/nothing").status == 404
    assert somebody.get("/api/openapi.json").status == 404, "other portals'"


def test_headers_of_every_answer(portal):
    somebody = portal.somebody()
    for path in ("/", "/login", "/help", "/api/home", "/nothing"):
        headers = somebody.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Strict-Transport-Security"]
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_one_address_may_not_ask_for_ever(portal):
    def reload(**settings):
        done = portal.daemon.log().count("config.reload.done")
        portal.world.configure("portal", **settings)
        portal.daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: portal.daemon.log().count(
            "config.reload.done") > done, "the reload")
    reload(peer_tries=5)
    somebody = portal.citizen(portal.card())
    try:
        for _ in range(20):
            answer = somebody.call("/api/login/challenge")
            if answer.status == 429:
                break
        assert answer.status == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 60
        assert somebody.get("/help").status == 200, "reading is no try"
    finally:
        reload(peer_tries=100000)
    wait_until(lambda: somebody.call("/api/login/challenge").status == 200,
               "the bucket to fill")


def test_nothing_personal_is_logged(portal):
    somebody = portal.somebody(name="司馬溫公")
    somebody.call("/api/address-check", postal_code="100006",
                  address="臺北市中正區秘密路9號")
    log = portal.daemon.log()
    for secret in ("司馬", "秘密路", somebody.card.card_no,
                   somebody.card.holder_id, CODE,
                   somebody.cookies["__Host-recard-citizen"]):
        assert secret not in log


# The program ----------------------------------------------------------------------

def test_check_says_what_is_wrong(portal, tmp_path):
    world = portal.world

    def said(**changes):
        before = dict(world.settings["portal"])
        path = world.configure("portal", path=world.folder / "wrong.conf",
                               **changes)
        world.settings["portal"] = before
        return world.run("recard-portal", "-c", path, "-t", expect=3).err
    assert "form_key" in said(form_key=None)
    assert "authorities" in said(authorities=None)
    assert "tracking_page is to be" in said(
        tracking_page="javascript:alert(1)")
    assert "signing_component is to be" in said(
        signing_component="http://localhost:1/; script-src *")
    assert "api_listen needs api_clients_ca" in said(
        api_listen="127.0.0.1:1")
    assert "payment_ways: url" in said(payment_ways=[
        {"name": "x", "name_en": "x", "url": "http://plain.example/"}])
    assert "unknown setting" in said(sesion_idle="5m")
    world.run("recard-portal", "-c", world.conf, "-t")


def test_the_role_can_do_no_more(portal):
    assert portal.world.query(
        "SELECT usename, count(*) FROM pg_stat_activity "
        "WHERE application_name LIKE 'recard-portal%%' "
        "GROUP BY usename")[0][0] == "recard_portal"


def test_the_routes_are_all_tried_with_anothers_order():
    """What test_portal_orders.py goes through is every route of an order."""
    routes = (ROOT / "daemons/portal/routes.def").read_text(encoding="utf-8")
    assert len(re.findall(r"^ROUTE\(\w+, \"[^\"]*\{order\}", routes,
                          re.M)) == 10


def test_stops_when_it_is_told(portal):
    slow = Citizen(portal)
    assert slow.get("/help").status == 200
    portal.daemon.stop()
