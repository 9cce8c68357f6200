"""Child processes: run in turn, timed, and ended whatever happens."""

import contextlib
import os
import resource
import statistics
import subprocess
import sys
import time
from typing import NamedTuple

PAIRS = int(os.environ.get("BENCH_PAIRS", "7"))


class Step(NamedTuple):
    """One process; a command is a tuple of them, which run one after the other."""
    argv: list
    stdin: bytes = b""


class Usage(NamedTuple):
    """Seconds, seconds of CPU time in user mode, MiB."""
    wall: float
    user: float
    peak: float


class Turns:
    """Commands by name, each turn running all of them, so that a machine that changes its speed does so to all."""

    def __init__(self, commands, most=PAIRS):
        self.turns = [{name: measure(command) for name, command in commands.items()} for _ in range(min(most, PAIRS))]

    def show(self, name, **bases):
        """The medians, and those of the ratios within a turn: show("a", wall="b") is for the wall time of a by b's."""
        wall, user, peak = (statistics.median(values) for values in zip(*(turn[name] for turn in self.turns)))
        ratios = ", ".join(f"{self.divide(name, base, field):.2f} x {field} of {base}" for field, base in bases.items())
        print(f"  {name:28}{wall:8.3f} s{user:8.3f} s{show_peak(peak):>10}   {ratios}".rstrip())

    def divide(self, name, base, field):
        pairs = ((getattr(turn[name], field), getattr(turn[base], field)) for turn in self.turns)
        return statistics.median(one / max(other, 0.001) for one, other in pairs)


def show_peak(peak):
    """Nothing where it may be this program's own: what fork(2) and exec(2) make inherits that (getrusage(2))."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{peak:.0f} MiB" if peak > own else ""


def measure(command):
    usages = [measure_step(step) for step in command]
    return Usage(sum(one.wall for one in usages), sum(one.user for one in usages), max(one.peak for one in usages))


def measure_step(step):
    begin = time.monotonic()
    with child(step.argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        process.stdin.write(step.stdin)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    check_exit(process.returncode, step)
    return Usage(wall, usage.ru_utime, usage.ru_maxrss / 1024)


def check_exit(code, step):
    if code != 0:
        sys.exit(f"exit {code}: {' '.join(step.argv)}")


@contextlib.contextmanager
def child(argv, **options):
    process = subprocess.Popen(argv, **options)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
