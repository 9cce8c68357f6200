"""Sends requests over one kept connection at a fixed rate; prints p50, p99 and maximum of their times in milliseconds.

    python3 bench/latency.py SOCKET

A request's time begins when it is due, so one that has to wait for a slow one before it is slow too.
"""

import gc
import socket
import statistics
import sys
import time

REQUESTS = 2000
RATE = 500
REQUEST = b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"


def main(path):
    gc.disable()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(path)
        ask(connection)
        begin = time.perf_counter()
        times = [measure(connection, begin + number / RATE) * 1000 for number in range(REQUESTS)]
    percentiles = statistics.quantiles(times, n=100)
    print(percentiles[49], percentiles[98], max(times))


def measure(connection, due):
    time.sleep(max(0, due - time.perf_counter()))
    ask(connection)
    return time.perf_counter() - due


def ask(connection):
    connection.sendall(REQUEST)
    answer = b""
    while not answer.endswith(b"\r\n\r\nok"):
        more = connection.recv(4096)
        if not more:
            sys.exit(f"closed after {answer!r}")
        answer += more


main(sys.argv[1])
