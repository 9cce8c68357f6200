#!/usr/bin/python3
"""What the request hooks of hook_stats.py cost: a pair of calls by itself, and as a share of a request of gunicorn.

    bench/hook-cost.py [--directory DIR] [--pairs N] [--requests N]

DIR is where the statistics go (default /dev/shm, a tmpfs as /run is). Two gunicorns with one sync worker each serve a
trivial application on loopback, one without and one with the hooks. Each pair is a block of requests to either; which
is first alternates.
Python's standard library and gunicorn alone.
"""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import types

CONTRIB = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'contrib', 'gunicorn')
sys.path.insert(0, CONTRIB)
sys.dont_write_bytecode = True

from hook_stats import HookStats  # noqa: E402

APPLICATION = """
def app(environ, start_response):
    start_response('200 OK', [('Content-Length', '3')])
    return [b'ok\\n']
"""

HOOKS = """
from hook_stats import HookStats
stats = HookStats('bench', {directory!r})
pre_request = stats.pre_request
post_request = stats.post_request
child_exit = stats.child_exit
worker_exit = stats.worker_exit
"""


def main():
    options = parse_arguments()
    directory = tempfile.mkdtemp(prefix='hook-cost-', dir=options.directory)
    try:
        hooks = measure_hooks(directory)
        plain, hooked = measure_requests(directory, options.pairs, options.requests)
    finally:
        shutil.rmtree(directory)
    difference = statistics.median(after - before for before, after in zip(plain, hooked))
    request = statistics.median(plain)
    print('%-52s %8s' % ('', 'us'))
    print('%-52s %8.1f' % ('pre_request and post_request, called by themselves', hooks))
    print('%-52s %8.1f' % ('request of gunicorn without hooks', request))
    print('%-52s %8.1f' % ('request of gunicorn with hooks', statistics.median(hooked)))
    print('%-52s %8.1f  (%.1f %% of a request)' % ('difference within a pair', difference, 100 * difference / request))
    print('medians; %d pairs of %d requests each; statistics in %s' % (
        options.pairs, options.requests, options.directory))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--directory', default='/dev/shm')
    parser.add_argument('--pairs', type=int, default=100)
    parser.add_argument('--requests', type=int, default=100)
    return parser.parse_args()


def measure_hooks(directory, rounds=15, calls=2000):
    """Microseconds of a pair of calls."""
    stats = HookStats('calls', directory)
    response = types.SimpleNamespace(status='200 OK', headers_sent=True)
    measured = []
    for _ in range(rounds):
        requests = [types.SimpleNamespace() for _ in range(calls)]
        begin = time.perf_counter()
        for request in requests:
            stats.pre_request(None, request)
            stats.post_request(None, request, None, response)
        measured.append((time.perf_counter() - begin) / calls * 1e6)
    return statistics.median(measured)


def measure_requests(directory, pairs, requests):
    """Microseconds of a request in each block, without and with the hooks."""
    with open(os.path.join(directory, 'application.py'), 'w') as file:
        file.write(APPLICATION)
    measured = {False: [], True: []}
    with serving(directory, '') as plain, serving(directory, HOOKS.format(directory=directory)) as hooked:
        addresses = {False: plain, True: hooked}
        for address in addresses.values():
            measure_block(address, requests)
        for pair in range(pairs):
            for hooks in (False, True) if pair % 2 == 0 else (True, False):
                measured[hooks].append(measure_block(addresses[hooks], requests))
    return measured[False], measured[True]


@contextlib.contextmanager
def serving(directory, config):
    """A gunicorn of one sync worker; gives its address."""
    with tempfile.NamedTemporaryFile('w', suffix='.conf.py', dir=directory) as file:
        file.write(config)
        file.flush()
        listener = socket.create_server(('127.0.0.1', 0))
        gunicorn = subprocess.Popen(
            ['/usr/bin/gunicorn', '--config', file.name, '--log-level', 'warning', '--workers', '1',
             '--bind', 'fd://%d' % listener.fileno(), 'application:app'],
            cwd=directory, pass_fds=[listener.fileno()],
            env={**os.environ, 'PYTHONPATH': CONTRIB, 'PYTHONDONTWRITEBYTECODE': '1'})
        try:
            yield listener.getsockname()
        finally:
            gunicorn.send_signal(signal.SIGTERM)
            gunicorn.wait()
            listener.close()


def measure_block(address, requests):
    begin = time.perf_counter()
    for _ in range(requests):
        ask(address)
    return (time.perf_counter() - begin) / requests * 1e6


def ask(address):
    with socket.create_connection(address) as connection:
        connection.sendall(b'GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n')
        answer = b''
        while True:
            more = connection.recv(4096)
            if not more:
                break
            answer += more
    if not answer.startswith(b'HTTP/1.1 200'):
        raise RuntimeError('an answer that is not 200: %r' % answer[:100])


if __name__ == '__main__':
    main()
