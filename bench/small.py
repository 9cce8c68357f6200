"""What is usually written instead: reads one HAProxy and sends hap-monitor's default metrics to Graphite over TCP.

    python3 bench/small.py SOCKET PORT

It is what hap-monitor is timed beside: the same datapoints, but no checks, no retries, one HAProxy, no other options.
"""

import csv
import re
import socket
import sys
import time

FIELDS = ("scur qcur chkfail status hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx"
          " req_rate qtime ctime rtime ttime rate").split()
STATES = ("UP", "DOWN", "MAINT", "DRAIN", "NOLB")
STATE_OF = {"no": "UP", "OPEN": "UP", "STOP": "DOWN", "PAUSED": "MAINT"}


def main(path, port):
    now = int(time.time())
    info, stat = read(path).split("\n\n")[:2]
    lines = "".join(f"{name} {value} {now}\n" for name, value in list_datapoints(info, stat))
    with socket.create_connection(("127.0.0.1", int(port)), timeout=5) as graphite:
        graphite.sendall(lines.encode())
        graphite.shutdown(socket.SHUT_WR)
        graphite.recv(1)


def read(path):
    with socket.socket(socket.AF_UNIX) as haproxy:
        haproxy.settimeout(2)
        haproxy.connect(path)
        haproxy.sendall(b"show info;show stat\n")
        return b"".join(iter(lambda: haproxy.recv(65536), b"")).decode()


def list_datapoints(info, stat):
    info = dict(line.split(": ", 1) for line in info.splitlines())
    root = f"haproxy.{clean(socket.gethostname().split('.')[0])}.{info['Process_num']}"
    yield f"{root}.Idle_pct", info["Idle_pct"]
    for row in csv.DictReader(stat.removeprefix("# ").splitlines()):
        place = f"{root}.{clean(row['pxname'])}.{clean(row['svname'])}"
        for field in FIELDS:
            if field == "status":
                word = row[field].split(" ")[0]
                yield from ((f"{place}.status.{state}", int(state == STATE_OF.get(word, word))) for state in STATES)
            elif row[field]:
                yield f"{place}.{field}", row[field]


def clean(name):
    return re.sub(r"[^A-Za-z0-9_:-]", "_", name)


main(*sys.argv[1:])
