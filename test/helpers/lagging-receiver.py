"""A line receiver on Twisted, as carbon is, that lags: prints its port, and when SIGTERM ends it the lines that it has read."""
import sys
import time

from twisted.internet import protocol, reactor


class Lines(protocol.Protocol):
    read = []

    def dataReceived(self, data):
        self.read.append(data)
        time.sleep(0.02)


class Lists(protocol.Factory):
    protocol = Lines


port = reactor.listenTCP(int(sys.argv[1]), Lists(), interface="127.0.0.1")
print("ready", flush=True)
reactor.run()
sys.stdout.buffer.write(b"".join(Lines.read))
