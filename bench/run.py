"""Times whole runs of hap-monitor in turn with what they are to be compared with, and prints medians and ratios.

    npm run bench                      needs haproxy and socat; Python's standard library does the rest
    npm run bench -- small large       some of: small medium large all three huge udp prometheus latency
    BENCH_PAIRS=3 npm run bench        turns of each, 7 if it is not said

Nothing here judges: what a figure should be is in bench/README.md.
"""

import contextlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time

from commands import (
    BENCH, MERGED, MERGED_LINES, NODE, count_datapoints, floor, floor_udp, graphite, hap_monitor, prometheus, small_script,
    socat, statsd,
)
from haproxies import count_connections, has_prometheus, read_cpu, replaying, serving
from processes import PAIRS, Turns, child, measure
from receivers import DatagramDrain, drain_tcp


BURST_LINES = 250  # 5 ms at the default udp-rate


def main():
    sys.stdout.reconfigure(line_buffering=True)
    os.environ.pop("NODE_EXTRA_CA_CERTS", None)  # adds 60 ms to any start of Node
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("stopped"))
    rows = {
        "small": small, "medium": medium, "large": large, "all": send_all, "three": three, "huge": huge, "udp": udp,
        "prometheus": compare_with_prometheus, "latency": latency,
    }
    unknown = [name for name in sys.argv[1:] if name not in rows]
    if unknown:
        sys.exit(f"no row {unknown[0]}, there are {' '.join(rows)}")
    absent = [program for program in ("haproxy", "socat") if shutil.which(program) is None]
    if absent:
        sys.exit(f"{absent[0]} is not installed: apt-get install {absent[0]}")
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, Node {ask_version('node')},"
          f" HAProxy {ask_version('haproxy')}, Python {sys.version.split()[0]}; turns: {PAIRS}")
    show_load("begin", 0.5)
    for name in sys.argv[1:] or rows:
        rows[name](drain_tcp())
    show_load("end", os.cpu_count())


def small(port):
    print("12 servers, default metrics")
    with serving(12) as (stats, *_):
        turns = Turns({
            "node -e 0": NODE,
            "floor.cjs": floor(stats, port),
            "small.py": small_script(stats, port),
            "Graphite": hap_monitor([stats], graphite(port)),
            "Graphite, haproxystats": hap_monitor([stats], graphite(port), MERGED),
            "StatsD": hap_monitor([stats], statsd(DatagramDrain().port)),
        })
    turns.show("node -e 0")
    turns.show("floor.cjs", wall="node -e 0", user="node -e 0")
    turns.show("small.py", wall="floor.cjs", user="floor.cjs")
    for name in ("Graphite", "Graphite, haproxystats", "StatsD"):
        turns.show(name, wall="floor.cjs", user="floor.cjs")
    turns.show("Graphite", wall="small.py", user="small.py")


def medium(port):
    compare_with_socat(1000, port)


def large(port):
    compare_with_socat(10000, port)


def compare_with_socat(servers, port):
    print(f"{servers:,} servers, haproxystats, TCP")
    with serving(servers) as (stats, *_):
        turns = Turns({
            "socat + node -e 0": socat(stats) + NODE,
            "floor.cjs": floor(stats, port, MERGED_LINES),
            "hap-monitor": hap_monitor([stats], graphite(port), MERGED),
        })
    turns.show("socat + node -e 0")
    turns.show("floor.cjs", wall="socat + node -e 0")
    turns.show("hap-monitor", wall="floor.cjs", user="floor.cjs", peak="floor.cjs")


def send_all(port):
    with serving(10000) as (stats, *_):
        for layout in ("hap-monitor", "tagged"):
            options = ["--layout", layout, "--metrics", "all"]
            lines = count_datapoints(hap_monitor([stats], graphite(port), [*options, "--dry-run"]))
            print(f"10,000 servers, layout {layout}, all metrics ({lines:,} lines), TCP")
            turns = Turns({
                "floor.cjs": floor(stats, port, lines // 10000),
                "hap-monitor": hap_monitor([stats], graphite(port), options),
            })
            turns.show("floor.cjs")
            turns.show("hap-monitor", wall="floor.cjs", user="floor.cjs", peak="floor.cjs")


def three(port):
    print("three HAProxies of 10,000 servers each, haproxystats, TCP")
    with contextlib.ExitStack() as stack:
        all_stats = [stack.enter_context(serving(10000)).stats for _ in range(3)]
        turns = Turns({
            "one": hap_monitor(all_stats[:1], graphite(port), MERGED),
            "three": hap_monitor(all_stats, graphite(port), MERGED),
        })
    turns.show("one")
    turns.show("three", wall="one", user="one", peak="one")


def huge(port):
    print("100,000 servers, a replayed answer, haproxystats, TCP")
    with serving(10000) as (stats, *_), replaying(stats, 1) as tenth, replaying(stats, 10) as whole:
        turns = Turns({
            "socat, 100,000": socat(whole),
            "10,000": hap_monitor([tenth], graphite(port), MERGED),
            "100,000": hap_monitor([whole], graphite(port), MERGED),
        })
    turns.show("socat, 100,000")
    turns.show("10,000")
    turns.show("100,000", wall="10,000", user="10,000", peak="10,000")


def udp(port):
    print("10,000 servers, haproxystats, datagrams")
    with serving(10000) as (stats, *_):
        for name, backend in (("UDP", lambda at: [*graphite(at), "--protocol", "udp"]), ("StatsD", statsd)):
            drain = DatagramDrain()
            run = hap_monitor([stats], backend(drain.port), MERGED)
            lines = count_datapoints(hap_monitor([stats], backend(drain.port), [*MERGED, "--dry-run"]))
            measure(run)
            drain.finish()
            counted, datagrams = drain.datapoints, drain.datagrams
            burst = max(1, round(BURST_LINES * datagrams / lines))
            turns = Turns({
                "floor-udp.cjs": floor_udp(DatagramDrain().port, datagrams, drain.largest, burst),
                name: run,
            }, most=3)
            drain.finish()
            sent = lines * (1 + len(turns.turns))
            turns.show("floor-udp.cjs")
            turns.show(name, wall="floor-udp.cjs", user="floor-udp.cjs")
            print(f"  {'':28}{sent:,} datapoints sent, {sent - drain.datapoints:,} lost ({counted:,} in the first run);"
                  f" largest datagram {drain.largest:,} bytes")


def compare_with_prometheus(port):
    print("10,000 servers, HAProxy's own page of metrics fetched with curl")
    if not has_prometheus() or shutil.which("curl") is None:
        print("  this HAProxy has none, or there is no curl")
        return
    with serving(10000) as haproxy:
        commands = {
            "curl": prometheus(haproxy.front),
            "hap-monitor": hap_monitor([haproxy.stats], graphite(port), MERGED),
        }
        turns = [{name: measure_both(command, haproxy.pid) for name, command in commands.items()} for _ in range(PAIRS)]
    for name in commands:
        wall, cpu = (statistics.median(values) for values in zip(*(turn[name] for turn in turns)))
        print(f"  {name:28}{wall:8.3f} s   {cpu * 1000:5.0f} ms of HAProxy's own CPU time")


def measure_both(command, pid):
    """Seconds that a command takes, and of CPU time that the HAProxy it asks takes for it."""
    before = read_cpu(pid)
    wall = measure(command).wall
    return wall, read_cpu(pid) - before


def latency(port):
    print("2,000 requests at 500 a second through an HAProxy of 10,000 servers, which is read once a second")
    with serving(10000) as (stats, front, _):
        readers = {"idle": None, "socat": socat(stats), "hap-monitor": hap_monitor([stats], graphite(port), MERGED)}
        turns = [{name: send_requests(stats, front, reader) for name, reader in readers.items()} for _ in range(PAIRS)]
    for name in readers:
        p50, p99, most, connections = (statistics.median(values) for values in zip(*(turn[name] for turn in turns)))
        print(f"  {name:28}p50 {p50:7.3f} ms   p99 {p99:7.3f} ms   max {most:7.3f} ms"
              f"   {connections:g} connections a read")


def send_requests(stats, front, reader):
    """The figures of latency.py, and the connections of one read."""
    before = count_connections(stats)
    reads = 0
    following = time.monotonic() + 0.5
    with child([sys.executable, f"{BENCH}/latency.py", front], stdout=subprocess.PIPE, text=True) as client:
        while reader is not None and not has_ended(client, following):
            measure(reader)
            reads += 1
            following += 1
        figures = [float(figure) for figure in client.communicate()[0].split()]
    others = 2  # the client's, and that of the second count
    return *figures, (count_connections(stats) - before - others) / max(reads, 1)


def has_ended(client, by):
    try:
        client.wait(max(0, by - time.monotonic()))
        return True
    except subprocess.TimeoutExpired:
        return False


def ask_version(program):
    said = subprocess.run([program, "-v"], check=True, capture_output=True, text=True).stdout
    return re.search(r"[0-9]\S+", said)[0]


def show_load(when, most):
    load = os.getloadavg()[0]
    busy = ": the machine is busy with other work, do not quote the figures" if load > most else ""
    print(f"load average at the {when} {load:.2f}{busy}")


main()
