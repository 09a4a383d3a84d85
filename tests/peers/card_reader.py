"""Stands between a browser and the console as a card reader does: whoever
connects to it over TLS comes to the console with an operator's card. So a
browser needs no certificate store, and no policy of the whole machine."""

import contextlib
import select
import socket
import ssl
import threading


class CardReader:
    """Listens on a free port until it is closed."""

    def __init__(self, console_port, authority, card, server):
        self.console_port = console_port
        self.outside = ssl.create_default_context(cafile=str(authority))
        self.outside.load_cert_chain(*card)
        self.inside = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.inside.load_cert_chain(*server)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self):
        # Closing alone does not wake who waits in accept().
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)

    def _serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,),
                             daemon=True).start()

    def _carry(self, client):
        # A browser that gives up, or has tried another protocol first.
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(client)
            browser = stack.enter_context(
                self.inside.wrap_socket(client, server_side=True))
            console = stack.enter_context(self.outside.wrap_socket(
                stack.enter_context(socket.create_connection(
                    ("127.0.0.1", self.console_port), timeout=30)),
                server_hostname="127.0.0.1"))
            while True:
                ready = [one for one in (browser, console) if one.pending()] \
                    or select.select([browser, console], [], [], 60)[0]
                if not ready:
                    return
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    (console if one is browser else browser).sendall(data)
