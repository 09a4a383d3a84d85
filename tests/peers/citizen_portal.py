"""A running portal, and citizens with cards who come to it."""

import datetime
import http.client
import http.cookies
import json
import re
import ssl
import urllib.parse
from pathlib import Path

import check_digits
import citizens
from conftest import wait_until
from free_ports import free_port

CODE = "Kx7-dRagon"


class Answer:
    """What the portal said."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def token(self):
        return re.search(r'name="token" value="([^"]+)"', self.text)[1]

    @property
    def code(self):
        """Of a refusal, said by the API."""
        return self.json["code"]


class Citizen:
    """A browser, and a card in its reader: keeps cookies, follows nothing."""

    def __init__(self, portal, card=None, port=None, certificate=None):
        self.portal, self.card = portal, card
        self.port = port or portal.port
        self.context = ssl.create_default_context(
            cafile=str(portal.world.keys / "server.crt"))
        if certificate:
            self.context.load_cert_chain(*certificate)
        self.cookies = {}
        self.token = ""

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=self.context, timeout=30)
        if self.cookies:
            headers.setdefault("Cookie", "; ".join(
                f"{name}={value}" for name, value in self.cookies.items()))
        try:
            connection.request(method, path, body, headers)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        for header in answer.headers.get_all("Set-Cookie") or ():
            for name, value in http.cookies.SimpleCookie(header).items():
                self.cookies[name] = value.value
                if value["max-age"] == "0":
                    del self.cookies[name]
        self.token = answer.headers.get("X-Recard-Token", self.token)
        self.portal.heard(method, path, answer)
        return answer

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def post(self, path, token, headers=None, **form):
        """Posts a form as a page would."""
        return self.request(
            "POST", path, urllib.parse.urlencode(form | {"token": token}),
            **{"Content-Type": "application/x-www-form-urlencoded",
               **(headers or {})})

    def call(self, path, headers=None, **values):
        """Posts JSON as a page's script would."""
        return self.request(
            "POST", path, json.dumps(values),
            **{"Content-Type": "application/json",
               "X-Recard-Token": self.token, **(headers or {})})

    def challenge(self):
        answer = self.call("/api/login/challenge")
        assert answer.status == 200, answer.text
        return answer.json

    def log_in(self, holder_id=None, challenge=None, signature=None,
               card_no=None, **how):
        """Signs a challenge, and sends it. how: ways of signing."""
        challenge = challenge or self.challenge()
        if signature is None:
            how.setdefault("nonce", bytes.fromhex(challenge["nonce"]))
            signature = citizens.to_base64(
                self.card.sign(challenge["challenge"], **how))
        said = {"card_no": card_no} if card_no else {}
        return self.call("/api/login", challenge=challenge["challenge"],
                         signature=signature,
                         holder_id=holder_id or self.card.holder_id, **said)

    def come_in(self, **how):
        answer = self.log_in(**how)
        assert answer.status == 200, answer.text
        return self

    def application(self, **changes):
        return {"request_id": "of-" + self.card.card_no, "product": "moica",
                "postal_code": "100006",
                "address": "臺北市中正區重慶南路1號", "phone": "0912-345-678",
                "email": "a@example.tw", "language": "zh-Hant",
                "user_code": CODE, "user_code_again": CODE, "consent": "yes",
                **changes}

    def apply(self, **changes):
        answer = self.call("/api/applications",
                           **self.application(**changes))
        assert answer.status in (200, 201), answer.text
        return answer.json["order_no"]


class Portal:
    """recard-portal on a world, with the citizens' authority."""

    def __init__(self, world, **settings):
        self.world = world
        self.authority = citizens.Authority(world.keys / "citizens")
        self.list = self.authority.write_list()
        self.port = free_port()
        self.people = 0
        self.listeners = []
        form_key = world.keys / "form.key"
        if not form_key.exists():
            form_key.touch(0o600)
            form_key.write_text("ab" * 32)
        world.configure("portal", **{
            "listen": f"127.0.0.1:{self.port}",
            "certificate": "keys/server.crt", "key": "keys/server.key",
            "form_key": "keys/form.key", "holder_key": "keys/holder.key",
            "authorities": "keys/citizens/citizens.pem",
            "revocation_folder": "revocations",
            "revocations": [{"name": "test",
                             "issuer": "keys/citizens/issuer.crt",
                             "path": "keys/citizens/citizens.crl"}],
            "tracking_page": "https://post.example/query",
            "phone": "0800-080-117", "user_code_cost": 10,
            "peer_requests": 100000, "peer_tries": 100000, **settings})
        self.start()

    def start(self):
        self.daemon = self.world.start("portal")
        self.daemon.says("portal.server.listening")
        wait_until(lambda: self.citizen().call(
            "/api/login/challenge").status == 200, "the portal to be ready")
        wait_until(lambda: "revocation.list.loaded" in self.daemon.log(),
                   "the list of revoked cards")

    def heard(self, method, path, answer):
        for listener in self.listeners:
            listener(method, path, answer)

    def card(self, name="王小明", days=30, register=True, **how):
        """Somebody's card; days: until the register lets it end."""
        self.people += 1
        first = f"A1{self.people + 5000000:07d}"
        card = self.authority.card(
            name, f"PO{self.people:014d}",
            how.pop("holder_id", first + check_digits.holder(first)), **how)
        if register:
            self.register(card, days)
        return card

    def register(self, card, days=30, **changes):
        ends = datetime.date.today() + datetime.timedelta(days=days)
        path = Path(self.world.folder) / "portal-certificates.jsonl"
        path.write_text(json.dumps({
            "card_no": card.card_no, "holder_id": card.holder_id,
            "name": card.name, "not_after": ends.isoformat(),
            "rank": "primary", "status": "valid", **changes}) + "\n")
        self.world.ctl("certificate", "import", path)
        path.unlink()

    def citizen(self, card=None):
        return Citizen(self, card)

    def somebody(self, **how):
        """Who has a card, and is logged in."""
        return Citizen(self, self.card(**how)).come_in()
