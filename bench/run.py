"""Times whole runs of hap-monitor beside what they are to be compared with, in turn, and prints the medians and ratios.

    npm run bench              needs haproxy and socat; Python's standard library does the rest

Nothing here judges: what a figure should be is in bench/README.md.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAIRS = int(os.environ.get("BENCH_PAIRS", "7"))
os.environ.pop("NODE_EXTRA_CA_CERTS", None)  # adds 60 ms to any start of Node
START = "exec node -e 0"


def main():
    with tempfile.TemporaryDirectory() as directory:
        haproxies = {servers: start_haproxy(directory, servers) for servers in (12, 1000, 10000)}
        small, medium, large = (path for path, _ in haproxies.values())
        graphite = f"--type G --backend 127.0.0.1:{drain_tcp()}"
        statsd = f"--type S --backend 127.0.0.1:{drain_udp()}"
        udp = f"--protocol udp --type G --backend 127.0.0.1:{drain_udp()}"
        merged = "--layout haproxystats --metrics all"
        print(f"{'':46}{'wall':>8}{'user':>8}{'peak':>9}   ratio of wall, of user")
        try:
            compare("12 servers, Graphite / node -e 0", run(f"--sockets {small} {graphite}"), START)
            compare("12 servers, StatsD / node -e 0", run(f"--sockets {small} {statsd}"), START)
            for name, path in (("1,000", medium), ("10,000", large)):
                command = run(f"--sockets {path} {graphite} {merged}")
                compare(f"{name} servers, TCP / socat + node -e 0", command, read(path) + START)
            tcp = run(f"--sockets {large} {graphite} {merged}")
            compare("10,000 servers, UDP / TCP", run(f"--sockets {large} {udp} {merged}"), tcp)
            compare("10,000 servers, StatsD / TCP", run(f"--sockets {large} {statsd} {merged}"), tcp)
        finally:
            for _, process in haproxies.values():
                process.terminate()


def run(arguments):
    return f"exec node {ROOT}/bin/hap-monitor.js {arguments}"


def read(path):
    return f"echo 'show info;show stat' | socat -t 30 - UNIX-CONNECT:{path} > /dev/null; "


def compare(name, command, other):
    """Both in turn, so that a machine that changes its speed does so to both."""
    pairs = [(measure(command), measure(other)) for _ in range(PAIRS)]
    ratios = [statistics.median(a[i] / max(b[i], 0.001) for a, b in pairs) for i in (0, 1)]
    wall, user, peak = (statistics.median(a[i] for a, _ in pairs) for i in (0, 1, 2))
    print(f"{name:46}{wall:7.3f}s{user:7.3f}s{peak:6.0f}MiB   {ratios[0]:.2f}  {ratios[1]:.2f}", flush=True)


def measure(command):
    begin = time.monotonic()
    process = subprocess.Popen(["/bin/sh", "-c", command])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"exit {process.returncode}: {command}")
    return time.monotonic() - begin, usage.ru_utime, usage.ru_maxrss / 1024


def start_haproxy(directory, servers):
    path = f"{directory}/{servers}.sock"
    lines = [f"global\n  stats socket {path}\ndefaults\n  mode http"]
    lines += ["  timeout client 5s\n  timeout server 5s\n  timeout connect 1s"]
    for number in range(servers):
        if number % 100 == 0:
            lines.append(f"backend be{number // 100}")
        lines.append(f"  server srv{number} 127.0.0.1:9 weight 1")
    lines.append(f"frontend fe\n  bind unix@{directory}/{servers}.front\n  default_backend be0\n")
    with open(f"{directory}/{servers}.cfg", "w") as file:
        file.write("\n".join(lines))
    process = subprocess.Popen(["haproxy", "-f", f"{directory}/{servers}.cfg"])
    while not os.path.exists(path):
        time.sleep(0.05)
    return path, process


def drain_tcp():
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            connection, _ = listener.accept()
            buffer = bytearray(1 << 20)
            while connection.recv_into(buffer):
                pass
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def drain_udp():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.bind(("127.0.0.1", 0))

    def serve():
        while True:
            receiver.recv(65536)

    threading.Thread(target=serve, daemon=True).start()
    return receiver.getsockname()[1]


main()
