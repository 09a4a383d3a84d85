"""What a citizen does at the portal once he is in: apply, look, change,
activate; and what he cannot do with another's order."""

import http.client
import json
import re
import signal
import threading
from pathlib import Path

import api_description
import pytest
from citizen_portal import CODE, Citizen, Portal
from conftest import ROOT, wait_until
from free_ports import free_port
from operators import Authority
from world import World

ROUTES = re.findall(
    r'^ROUTE\((\w+), "([^"]+)", (\w+), (\w+), (\w+),',
    (ROOT / "daemons/portal/routes.def").read_text(encoding="utf-8"), re.M)


@pytest.fixture(name="portal", scope="module")
def fixture_portal(db, keys, tmp_path_factory):
    made = World(db, tmp_path_factory.mktemp("portal"), keys)
    try:
        partners = Authority(made.keys, "portals")
        partners.revoke()
        api = free_port()
        portal = Portal(
            made, api_listen=f"127.0.0.1:{api}",
            api_clients_ca="keys/portals.crt", api_revoked="keys/portals.crl",
            payment_ways=[{"name": "ATM 轉帳", "name_en": "ATM transfer",
                           "url": "https://pay.example/atm"}])
        portal.partner = Citizen(portal, port=api,
                                 certificate=partners.card("city"))
        portal.stranger = Citizen(portal, port=api)
        portal.listeners.append(api_description.hold)
        yield portal
        made.verify()
        portal.daemon.stop()
    finally:
        made.close()


# Applying ----------------------------------------------------------------------

def test_apply_by_the_page(portal):
    somebody = portal.somebody(name="<b>林</b>")
    page = somebody.get("/apply")
    assert "<b>林" not in page.text and "228" in page.text
    request_id = re.search(r'name="request_id" value="([^"]+)"', page.text)[1]
    form = somebody.application(request_id=request_id)
    # Only a look at the address; the code is not said again.
    looked = somebody.post("/apply", page.token, check="1", **form | {
        "postal_code": "880", "address": "澎湖縣馬公市中正路1號"})
    assert looked.status == 200 and "離島" in looked.text
    assert CODE not in looked.text
    assert request_id in looked.text
    # What is wrong is told at its field.
    wrong = somebody.post("/apply", page.token,
                          **form | {"email": "nowhere", "user_code": "x"})
    assert wrong.status == 400 and 'aria-invalid="true"' in wrong.text
    refused = somebody.post("/apply", page.token, **form | {
        "postal_code": "099"})
    assert refused.status == 422 and "099" in refused.text
    assert portal.world.value("SELECT count(*) FROM orders") == 0
    done = somebody.post("/apply", page.token, **form)
    assert done.status == 303
    where = done.headers["Location"]
    assert re.fullmatch(r"/orders/\d{14}/payment\?done=applied", where)
    # A double click is one order.
    again = somebody.post("/apply", page.token, **form)
    assert again.headers["Location"] == where.replace("applied", "repeated")
    shown = somebody.get(where)
    assert "228" in shown.text and "https://pay.example/atm" in shown.text
    assert portal.world.query("SELECT name FROM applicant") == \
        [("<b>林</b>",)]
    encoded = portal.world.value("SELECT user_code_hash FROM activation")
    assert encoded.startswith("$scrypt$ln=10,")


def test_apply_by_the_api(portal):
    somebody = portal.somebody()
    answer = somebody.call("/api/applications", **somebody.application())
    assert answer.status == 201 and answer.json["outcome"] == "created"
    assert somebody.call("/api/applications",
                         **somebody.application()).status == 200
    answer = somebody.call("/api/applications", **somebody.application(
        request_id="another"))
    assert (answer.status, answer.code) == (422, "open_order")
    assert answer.json["way_out"]
    other = portal.somebody()
    for changes, code in (({"user_code": "short"}, "bad_user_code"),
                          ({"user_code_again": "different"},
                           "user_codes_differ"),
                          ({"consent": False}, "consent_missing"),
                          ({"product": "bananas"}, "unknown_product"),
                          ({"email": "x"}, "bad_email")):
        answer = other.call("/api/applications",
                            **other.application(**changes))
        assert (answer.status, answer.code) == (422, code)
    # Whatever it says, it is for the card that has logged in.
    order = other.apply(card_no=somebody.card.card_no, name="別人")
    assert portal.world.query(
        "SELECT card_no, name FROM applicant WHERE order_no = %s",
        int(order)) == [(other.card.card_no, "王小明")]


def test_who_cannot_apply_is_told_why(portal):
    early = portal.somebody(days=90)
    home = early.get("/api/home").json
    assert home["may_apply"] is False
    assert home["obstacle"]["code"] == "too_early"
    assert "45" in home["obstacle"]["text"]
    assert "45" in early.get("/").text
    answer = early.call("/api/applications", **early.application())
    assert (answer.status, answer.code) == (422, "too_early")


def test_addresses_are_looked_at(portal):
    somebody = portal.somebody()
    answer = somebody.call("/api/address-check", postal_code="880",
                           address="澎湖縣馬公市中正路1號")
    assert answer.json == {"outlying_island": True, "warnings": []}
    answer = somebody.call("/api/address-check", postal_code="099",
                           address="x")
    assert (answer.status, answer.code) == (422, "unknown_postal_code")


# Another's order ------------------------------------------------------------------

def test_anothers_order_is_no_order_and_is_noted(portal):
    """Every route of an order, for one of somebody else's and for none."""
    holder = portal.somebody()
    order = holder.apply()
    nobodys = "26112399999990"
    routes = [(method, path, whose, says) for method, path, whose, says, _
              in ROUTES if "{order}" in path]
    assert len(routes) == 10
    answers = {}
    for method, path, whose, says in routes:
        assert whose == "CITIZENS"
        for number in (order, nobodys):
            # One who has strayed too often is put out: somebody new each.
            stray = portal.somebody()
            token = stray.get("/help").token
            before = portal.world.value("SELECT count(*) FROM access_record")
            values = {"postal_code": "100006", "address": "臺北市中正區1號",
                      "phone": "0912345678", "email": "x@example.tw",
                      "user_code": CODE, "accept": "yes"}
            target = path.replace("{order}", number)
            if method == "GET":
                answer = stray.get(target)
            elif says == "CALL":
                answer = stray.call(target, **values)
            else:
                answer = stray.post(target, token, **values)
            assert answer.status == 404, (method, target, answer.text)
            assert holder.card.name not in answer.text
            answers.setdefault((method, path), set()).add(
                re.sub(r"\d{14}|value=\"[^\"]+\"", "", answer.text))
            if number == order:
                assert portal.world.value(
                    "SELECT count(*) FROM access_record") > before, target
    for route, said in answers.items():
        assert len(said) == 1, f"{route} tells one from the other"
    assert holder.get(f"/orders/{order}").status == 200


def test_nobody_sees_an_order_without_a_session(portal):
    for method, path, whose, says, _ in ROUTES:
        target = path.replace("{order}", "26112399999990")
        if whose != "CITIZENS":
            continue
        visitor = portal.citizen()
        answer = visitor.get(target) if method == "GET" else visitor.call(
            target) if says == "CALL" else visitor.post(target, "x")
        assert answer.status == (401 if says == "CALL" else 303), target


# Changing, following, activating ---------------------------------------------------

def test_the_address_changes_until_it_is_paid(portal):
    somebody = portal.somebody()
    order = somebody.apply()
    path = f"/orders/{order}/address"
    token = somebody.get(path).token
    where = {"postal_code": "880", "address": "澎湖縣馬公市中正路1號",
             "phone": "0912-345-678", "email": "b@example.tw"}
    looked = somebody.post(path, token, check="1", **where)
    assert looked.status == 200 and "離島" in looked.text
    wrong = somebody.post(path, token, **where | {"email": "x"})
    assert wrong.status == 422
    done = somebody.post(path, token, **where)
    assert (done.status, done.headers["Location"]) == (
        303, f"/orders/{order}?done=edited")
    shown = somebody.get(f"/api/orders/{order}").json
    assert shown["postal_code"] == "880" and shown["outlying_island"]
    assert shown["email"] == "b@example.tw" and shown["can_edit"]
    answer = somebody.call(f"/api{path}", postal_code="100006",
                           address="臺北市大安區1號")
    assert answer.json["warnings"] == ["postal_code_district"]
    portal.world.pay([order])
    portal.world.daemon("payment")
    answer = somebody.call(f"/api{path}", **where)
    assert (answer.status, answer.code) == (422, "frozen")
    assert somebody.post(path, token, **where).status == 422
    assert not somebody.get(f"/api/orders/{order}").json["can_edit"]


@pytest.fixture(name="mailed", scope="module")
def fixture_mailed(portal):
    """Four citizens whose cards are in the post: (citizen, order)."""
    made = []
    for _ in range(4):
        somebody = portal.somebody()
        made.append((somebody, somebody.apply()))
    portal.world.pay([order for _, order in made])
    portal.world.drain()
    return made


def activate(somebody, order, code=CODE, accept=True):
    return somebody.call(f"/api/orders/{order}/activation", user_code=code,
                         accept=accept)


def test_follow_and_activate(portal, mailed):
    somebody, order = mailed[0]
    shown = somebody.get(f"/api/orders/{order}").json
    assert shown["status"] == "mailed" and shown["letter"]["tracking_no"]
    page = somebody.get(f"/orders/{order}")
    assert shown["letter"]["tracking_no"] in page.text
    assert "https://post.example/query" in page.text
    about = somebody.get(f"/api/orders/{order}/activation").json
    assert about["open"] and about["tries_left"] == 4
    assert about["certificate"]["name"] == "王小明"
    path = f"/orders/{order}/activate"
    token = somebody.get(path).token
    # Neither of these is a try.
    assert somebody.post(path, token, user_code=CODE).status == 422
    assert somebody.post(path, token, user_code="x", accept="yes").status \
        == 422
    wrong = somebody.post(path, token, user_code="wrong-1", accept="yes")
    assert wrong.status == 422 and "wrong-1" not in wrong.text
    assert somebody.get(f"/api{path[:-8]}activation").json["tries_left"] == 3
    done = somebody.post(path, token, user_code=CODE, accept="yes")
    assert done.headers["Location"] == f"{path}?done=activated"
    again = somebody.post(path, token, user_code=CODE, accept="yes")
    assert again.status == 303, "a form sent twice"
    assert somebody.get(f"{path}?done=activated").status == 200
    assert portal.world.query(
        "SELECT status::text FROM orders WHERE order_no = %s", int(order)) \
        == [("activated",)]
    assert portal.world.value(
        "SELECT count(*) FROM order_history WHERE order_no = %s "
        "AND event = 'activated'", int(order)) == 1


def test_four_wrong_codes_at_once_lock(portal, mailed):
    """Eight connections, each with its wrong code, in the same moment."""
    somebody, order = mailed[1]
    barrier, answers = threading.Barrier(8), []

    def try_one(number):
        one = Citizen(portal)
        one.cookies, one.token = dict(somebody.cookies), somebody.token
        barrier.wait()
        answers.append(activate(one, order, f"wrong-{number}"))
    threads = [threading.Thread(target=try_one, args=(number,))
               for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    codes = sorted(answer.code for answer in answers)
    assert len(codes) == 8 and set(codes) <= {"wrong", "locked"}
    assert portal.world.value(
        "SELECT count(*) FROM activation_attempt WHERE order_no = %s",
        int(order)) == 4
    answer = activate(somebody, order)
    assert (answer.status, answer.code) == (409, "locked")
    assert "0800-080-117" in somebody.get(f"/orders/{order}/activate").text
    portal.world.ctl("activation", "unlock", order, "--reason", "he knows it")
    assert activate(somebody, order).json == {"outcome": "activated"}


def test_a_portal_that_dies_before_it_tells(portal, mailed):
    """Costs the try that it had begun, and nothing else."""
    somebody, order = mailed[3]
    portal.daemon.stop()
    dying = portal.world.start(
        "portal", failpoint="portal.activation.checked:kill:1")
    dying.says("portal.server.listening")
    path = f"/api/orders/{order}/activation"

    def ready():
        return somebody.get(path).status == 200

    wait_until(ready, "the database")
    with pytest.raises((OSError, http.client.HTTPException)):
        activate(somebody, order)
    dying.end(-signal.SIGKILL)
    portal.start()
    wait_until(ready, "the next portal")
    shown = somebody.get(path).json
    assert shown["tries_left"] == 3 and not shown["locked"]
    assert activate(somebody, order).json == {"outcome": "activated"}


def test_the_code_stays_nowhere(portal, mailed):
    """After the answer it is in no memory of the portal, and in no table."""
    somebody, order = mailed[2]
    fresh = "Zq-marker9"
    answer = activate(somebody, order, fresh)
    assert answer.code == "wrong"
    token = somebody.get(f"/orders/{order}/activate").token
    somebody.post(f"/orders/{order}/activate", token, user_code=fresh,
                  accept="yes")
    one = portal.somebody()
    one.call("/api/applications", **one.application(
        user_code=fresh, user_code_again=fresh))
    held = memory(portal.daemon.process.pid)
    assert b"recard-portal" in held, "that it is memory at all"
    assert held.count(fresh.encode()) == 0
    assert portal.world.places(fresh) == []
    assert fresh not in portal.daemon.log()
    limits = Path(
        f"/proc/{portal.daemon.process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0", limits)


def memory(pid):
    """Everything that a process may write to, as root reads it."""
    found = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, \
            open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            place, rights, *_ = line.split()
            begins, ends = (int(part, 16) for part in place.split("-"))
            # Not the sanitizer's shadow, which is terabytes of nothing.
            if "w" not in rights or ends - begins > 1 << 32:
                continue
            try:
                mem.seek(begins)
                found.append(mem.read(ends - begins))
            except (OSError, ValueError):
                continue
    return b"".join(found)


# Other portals ----------------------------------------------------------------------

def brought(portal, **changes):
    card = portal.card()
    return {"request_id": "of-" + card.card_no, "product": "moica",
            "card_no": card.card_no, "holder_id": card.holder_id,
            "name": card.name, "postal_code": "100006",
            "address": "臺北市中正區重慶南路1號", "phone": "0912-345-678",
            "email": "a@example.tw", "user_code": CODE, **changes}


def test_other_portals_bring_applications(portal):
    partner = portal.partner
    application = brought(portal)
    answer = partner.call("/api/orders", **application)
    assert answer.status == 201, answer.text
    order = answer.json["order_no"]
    again = partner.call("/api/orders", **application)
    assert (again.status, again.json["order_no"]) == (200, order)
    for changes, code in (({"user_code": "x"}, "bad_user_code"),
                          ({"user_code": 5}, "bad_user_code"),
                          ({"holder_id": "A123456789"}, "holder_mismatch"),
                          ({"name": None}, "missing_name"),
                          ({"user_code_hash": "$scrypt$x"}, "bad_user_code"),
                          ({"applied_at": "2026-01-01T00:00:00+08:00"},
                           "applied_at_not_allowed")):
        answer = partner.call("/api/orders", **brought(portal, **changes))
        assert (answer.status, answer.code) == (422, code), changes
    application = brought(portal)
    del application["user_code"]
    assert partner.call("/api/orders",
                        **application).code == "missing_user_code"
    for body, kind, status in (("[]", "application/json", 400),
                               ("{", "application/json", 400),
                               ("{}", "text/plain", 415)):
        answer = partner.request("POST", "/api/orders", body,
                                 **{"Content-Type": kind})
        assert answer.status == status
    assert partner.get("/login").status == 404, "citizens' side"
    assert portal.world.value(
        "SELECT actor FROM order_history WHERE order_no = %s AND move_no = 0",
        int(order)) == "recard_portal"


def test_only_with_a_certificate(portal):
    with pytest.raises(OSError):
        portal.stranger.call("/api/orders", **brought(portal))


# The description ---------------------------------------------------------------------

def test_every_call_is_described_and_the_other_way_round(portal):
    told = {(method.upper(), path)
            for path, operations in api_description.SPEC["paths"].items()
            for method in operations}
    assert told == {(method, path) for method, path, _, says, _ in ROUTES
                    if says == "CALL"}
    assert portal.partner.get("/api/openapi.json").json == \
        api_description.SPEC
    assert portal.citizen().get("/openapi.json").json == api_description.SPEC


def test_the_description_is_one():
    spec = api_description.SPEC
    text = json.dumps(spec)
    for place in re.findall(r'"\$ref": "#/([^"]+)"', text):
        at = spec
        for part in place.split("/"):
            at = at[part]
    for schema in spec["components"]["schemas"].values():
        api_description.jsonschema.Draft202012Validator.check_schema(schema)
    names = [operation["operationId"] for path in spec["paths"].values()
             for operation in path.values()]
    assert len(names) == len(set(names))

