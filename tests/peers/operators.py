"""Operators with cards: their authority, good cards and bad ones, and a client
that comes to the console with one of them."""

import http.client
import re
import ssl
import urllib.parse

from make_authority import openssl

CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Authority:
    """Makes cards, and a list of those it has revoked."""

    def __init__(self, folder, name="operators"):
        self.folder = folder
        self.certificate = folder / f"{name}.crt"
        self.key = folder / f"{name}.key"
        self.revoked = folder / f"{name}.crl"
        openssl("req", "-x509", *CURVE, "-days", 30, "-subj", f"/CN={name}",
                "-keyout", self.key, "-out", self.certificate)

    def card(self, name, days=30):
        """A card's certificate and key, good for so many days."""
        certificate = self.folder / f"{name}.crt"
        key, request = (self.folder / f"{name}.{kind}"
                        for kind in ("key", "csr"))
        openssl("req", *CURVE, "-subj", f"/CN={name}", "-keyout", key,
                "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate,
                "-CAkey", self.key, "-days", days, "-out", certificate)
        return certificate, key

    def revoke(self, *certificates):
        """Writes the list anew, with these on it."""
        database = self.folder / "index.txt"
        database.write_text("")
        config = self.folder / "ca.conf"
        config.write_text(
            "[ca]\ndefault_ca = ours\n[ours]\n"
            f"database = {database}\ndefault_md = sha256\n"
            "default_crl_days = 30\n")
        for certificate in certificates:
            openssl("ca", "-config", config, "-keyfile", self.key,
                    "-cert", self.certificate, "-revoke", certificate)
        openssl("ca", "-config", config, "-keyfile", self.key, "-cert",
                self.certificate, "-gencrl", "-out", self.revoked)


class Answer:
    """What the console said."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode()

    @property
    def token(self):
        return re.search(r'name="token" value="([^"]+)"', self.text)[1]


class Browser:
    """Somebody with a card: keeps cookies, follows nothing."""

    def __init__(self, port, authority, card=None, maximum=None):
        self.port = port
        self.context = ssl.create_default_context(cafile=str(authority))
        if maximum:
            self.context.maximum_version = maximum
        if card:
            self.context.load_cert_chain(*card)
        self.cookie = None

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, context=self.context, timeout=30)
        if self.cookie and "Cookie" not in headers:
            headers["Cookie"] = self.cookie
        try:
            connection.request(method, path, body, headers)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        if "Set-Cookie" in answer.headers:
            self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return answer

    def get(self, path, **headers):
        return self.request("GET", path, **headers)

    def post(self, path, token=None, headers=None, **form):
        """Posts a form as a page of the console would."""
        if token is None:
            token = self.get("/").token
        return self.request(
            "POST", path, urllib.parse.urlencode(form | {"token": token},
                                              doseq=True),
            **{"Content-Type": "application/x-www-form-urlencoded",
               **(headers or {})})

    def act(self, act, subject, reason="to test it", **more):
        return self.post("/act", do=act, on=subject, reason=reason, **more)
