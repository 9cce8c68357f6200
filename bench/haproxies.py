"""HAProxies to read: real ones, and a recorded answer that is given again."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

from typing import NamedTuple

from processes import child

COMMANDS = b"show info;show stat\n"
SERVERS_OF_A_BACKEND = 100


class Haproxy(NamedTuple):
    """The paths of its stats socket and of a frontend that answers requests by itself."""
    stats: str
    front: str
    pid: int


@contextlib.contextmanager
def serving(servers):
    """A real HAProxy."""
    with tempfile.TemporaryDirectory() as directory:
        stats, front, config = (f"{directory}/{name}" for name in ("stats.sock", "front.sock", "haproxy.cfg"))
        with open(config, "w") as file:
            file.writelines(f"{line}\n" for line in configure(servers, stats, front))
        with child(["haproxy", "-db", "-f", config]) as process:
            while not os.path.exists(stats):
                if process.poll() is not None:
                    sys.exit("haproxy ended")
                time.sleep(0.05)
            yield Haproxy(stats, front, process.pid)


def configure(servers, stats, front):
    yield f"global\n  stats socket {stats}"
    yield "defaults\n  mode http\n  timeout client 5s\n  timeout server 5s\n  timeout connect 1s"
    for number in range(servers):
        if number % SERVERS_OF_A_BACKEND == 0:
            yield f"backend be{number // SERVERS_OF_A_BACKEND}"
        yield f"  server srv{number} 127.0.0.1:9 weight 1"
    yield f"frontend fe\n  bind unix@{front}"
    if has_prometheus():
        yield "  http-request use-service prometheus-exporter if { path /metrics }"
    yield "  http-request return status 200 content-type text/plain string ok"


def has_prometheus():
    said = subprocess.run(["haproxy", "-vv"], check=True, capture_output=True, text=True).stdout
    return "prometheus-exporter" in said


def read_cpu(pid):
    """Seconds of CPU time that a process has used."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def replaying(stats, copies):
    """
    What a real HAProxy answers, recorded once, with its proxies so many times, each time under other names. The kernel
    copies it out of its page cache (sendfile), so a reader waits for no program but itself.
    """
    info, stat = ask(stats, COMMANDS).split("\n\n")[:2]
    header, *rows = stat.splitlines()
    with tempfile.TemporaryDirectory() as directory:
        path, answer = f"{directory}/stats.sock", f"{directory}/answer"
        with open(answer, "w") as file:
            file.write(f"{info}\n\n{header}\n")
            for copy in range(copies):
                file.writelines(f"c{copy}-{row}\n" for row in rows)
            file.write("\n")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen()
        threading.Thread(target=replay, args=(listener, answer), daemon=True).start()
        yield path


def replay(listener, answer):
    while True:
        connection, _ = listener.accept()
        with connection, open(answer, "rb") as file:
            if connection.recv(4096) == COMMANDS:
                connection.sendfile(file)


def ask(stats, commands):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(stats)
        connection.sendall(commands)
        return b"".join(iter(lambda: connection.recv(1 << 20), b"")).decode()


def count_connections(stats):
    """All that the HAProxy has accepted, the one that asks among them."""
    info = dict(line.split(": ", 1) for line in ask(stats, b"show info\n").splitlines() if line)
    return int(info["CumConns"])
