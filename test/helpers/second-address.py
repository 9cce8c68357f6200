"""
Runs a command where an interface has two addresses, 10.88.0.1 and .2, in a network namespace of its own. At port 2003 listens a
receiver that reads the beginning of what it gets, and closes in order with the rest unread.
"""
import socket
import subprocess
import sys
import threading
import time


def receive(listener):
    while True:
        peer, _ = listener.accept()
        time.sleep(0.1)
        if peer.recv(100):
            peer.shutdown(socket.SHUT_WR)
        peer.close()


for options in ("link set lo up", "addr add 10.88.0.1/24 dev lo", "addr add 10.88.0.2/24 dev lo"):
    subprocess.run(["ip", *options.split()], check=True)
threading.Thread(target=receive, args=(socket.create_server(("", 2003)),), daemon=True).start()
sys.exit(subprocess.run(sys.argv[1:]).returncode)
