"""Receivers on loopback that read and forget."""

import socket
import threading


def drain_tcp():
    """Gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=read_connections, args=(listener,), daemon=True).start()
    return listener.getsockname()[1]


def read_connections(listener):
    buffer = bytearray(1 << 20)
    while True:
        connection, _ = listener.accept()
        with connection:
            while connection.recv_into(buffer):
                pass


class DatagramDrain:
    """Counts; its socket's buffer is of the size that the system gives."""

    def __init__(self):
        self.datapoints = self.datagrams = self.largest = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.read_all = threading.Event()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            datagram = self.socket.recv(65536)
            self.datapoints += len(datagram.splitlines())
            self.datagrams += len(datagram) > 0
            self.largest = max(self.largest, len(datagram))
            if not datagram:
                self.read_all.set()

    def finish(self):
        """Returns when all that was sent before is read: an empty datagram, sent last, is."""
        self.read_all.clear()
        while not self.read_all.wait(0.1):
            self.socket.sendto(b"", ("127.0.0.1", self.port))
