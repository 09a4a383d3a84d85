"""A TCP relay on loopback that breaks: after so many bytes from the server
(or, with up, to it) it closes both ends, or says nothing more and keeps them
open. For tests.

    with BrokenWire(server.port, limit=2000, hang=True) as wire:
        wire.port
"""

import socket
import threading


class BrokenWire:
    def __init__(self, port, limit, hang=False, up=False):
        self.target = port
        self.limit = limit
        self.up = up
        self.hang = hang
        self.sockets = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.broken = threading.Event()

    def __enter__(self):
        threading.Thread(target=self.listen, daemon=True).start()
        return self

    def __exit__(self, *_):
        for one in [self.listener, *self.sockets]:
            self.close(one)

    @staticmethod
    def close(one):
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()

    def listen(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.sockets += [client, server]
            for ends in ((client, server, self.limit if self.up else None),
                         (server, client, None if self.up else self.limit)):
                threading.Thread(target=self.relay, args=ends,
                                 daemon=True).start()

    def relay(self, source, target, left):
        try:
            while left is None or left > 0:
                data = source.recv(4096 if left is None else min(4096, left))
                if not data:
                    break
                target.sendall(data)
                if left is not None:
                    left -= len(data)
        except OSError:
            pass
        if left == 0:
            self.broken.set()
            if self.hang:
                return
        self.close(source)
        self.close(target)
