"""An HTTPS server with one folder, as recard-files(5) wants it: GET of the
folder lists it, one name a line; GET and DELETE of its files. For tests.

    with HttpsServer(folder, certificate, key) as server:
        server.url                  # https://localhost:PORT/out/
        server.requests             # ["GET /out/", ...]
        server.answers["/out/x"] = (status, headers, body)
"""

import http.server
import ssl
import threading
import urllib.parse
import warnings
from pathlib import Path


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if not {"Content-Length", "Transfer-Encoding"} & set(headers or {}):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        server = self.server.owner
        server.requests.append(f"{self.command} {self.path}")
        if self.path in server.answers:
            status, headers, body = server.answers[self.path]
            self.close_connection = "Content-Length" in headers or \
                "Connection" in headers
            return self.answer(status, body, headers)
        if server.token is not None and \
                self.headers.get("Authorization") != f"Bearer {server.token}":
            return self.answer(401, b"who are you?")
        folder, _, name = self.path.rpartition("/")
        if folder != "/out":
            return self.answer(404, b"no such folder")
        return self.folder() if name == "" else \
            self.file(server.folder / urllib.parse.unquote(name))

    do_GET = do_DELETE = do_PUT = handle_request

    def folder(self):
        server = self.server.owner
        names = server.names if server.names is not None else sorted(
            path.name for path in server.folder.iterdir())
        self.answer(200, "".join(f"{name}\n" for name in names).encode(),
                    {"Content-Type": "text/plain; charset=utf-8"})

    def put(self, path):
        """Under its name once it is whole; nothing is replaced."""
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        if path.exists() and self.headers.get("If-None-Match") == "*":
            self.answer(412, b"it is there")
            return
        part = path.with_name(path.name + ".part")
        part.write_bytes(body)
        part.rename(path)
        self.answer(201)

    def file(self, path):
        if self.command == "PUT":
            self.put(path)
        elif not path.is_file():
            self.answer(404, b"no such file")
        elif self.command == "GET":
            self.answer(200, path.read_bytes())
        elif not self.server.owner.may_delete:
            self.answer(403, b"not yours")
        else:
            path.unlink()
            self.answer(204)


class HttpsServer:
    """authority: who has to have signed the client's certificate; token:
    what the client has to show; names: said instead of the folder's."""

    def __init__(self, folder, certificate, key, authority=None, token=None,
                 newest=None):
        self.folder = Path(folder)
        self.token = token
        self.names = None
        self.may_delete = True
        self.answers = {}
        self.requests = []
        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0),
                                                     Handler)
        self.httpd.owner = self
        self.httpd.daemon_threads = True
        self.httpd.handle_error = lambda *_: None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if newest is not None:
            # OpenSSL's own level would refuse it too.
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.maximum_version = newest
        if authority:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(authority)
        self.httpd.socket = context.wrap_socket(
            self.httpd.socket, server_side=True,
            do_handshake_on_connect=False)
        self.port = self.httpd.server_port
        self.url = f"https://localhost:{self.port}/out/"
        self.thread = threading.Thread(target=self.httpd.serve_forever,
                                       kwargs={"poll_interval": 0.02},
                                       daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.httpd.shutdown()
        self.httpd.server_close()
        self.thread.join(10)
