"""The commands that are timed."""

import os
import subprocess
import sys

from haproxies import COMMANDS
from processes import Step, check_exit, child

BENCH = os.path.dirname(os.path.abspath(__file__))
HAP_MONITOR = os.path.join(os.path.dirname(BENCH), "bin", "hap-monitor.js")
MERGED = ["--layout", "haproxystats"]
MERGED_LINES = 33  # of a server
NODE = (Step(["node", "-e", "0"]),)


def hap_monitor(sockets, backend, options=()):
    return (Step(["node", HAP_MONITOR, "--sockets", *sockets, *backend, *options]),)


def graphite(port):
    return ["--type", "G", "--backend", f"127.0.0.1:{port}"]


def statsd(port):
    return ["--type", "S", "--backend", f"127.0.0.1:{port}"]


def small_script(stats, port):
    return (Step([sys.executable, f"{BENCH}/small.py", stats, str(port)]),)


def floor(stats, port, lines=None):
    """The least that a script for Node does; it writes that many lines for each server."""
    return (Step(["node", f"{BENCH}/floor.cjs", stats, str(port), *([] if lines is None else [str(lines)])]),)


def floor_udp(port, datagrams, size, burst):
    return (Step(["node", f"{BENCH}/floor-udp.cjs", *map(str, (port, datagrams, size, burst))]),)


def prometheus(front):
    """HAProxy's own page of metrics."""
    return (Step(["curl", "--silent", "--fail", "--unix-socket", front, "http://localhost/metrics"]),)


def socat(stats):
    return (Step(["socat", "-t", "30", "-", f"UNIX-CONNECT:{stats}"], COMMANDS),)


def count_datapoints(dry_run):
    [step] = dry_run
    with child(step.argv, stdout=subprocess.PIPE) as process:
        lines = sum(1 for _ in process.stdout)
        check_exit(process.wait(), step)
    return lines
