#!/usr/bin/python3
"""Measures hook_stats.py: the CPU of calls by themselves, and requests of a gunicorn without it, with the hooks and with
the middleware.

    bench/hook-cost.py [--against FILE] [--directory DIR] [--rounds N] [--requests N]

FILE is another hook_stats.py, whose hooks are called in turn with this one's. DIR is where the statistics go (default
/dev/shm, a tmpfs as /run is). Gunicorns with one sync worker each serve a trivial application on loopback. Each round is
a block of requests to each; the order turns from round to round.
Python's standard library and gunicorn alone.
"""

import argparse
import asyncio
import contextlib
import importlib.util
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

from hook_stats import ASGIMiddleware, HookStats, WSGIMiddleware  # noqa: E402

APPLICATION = """
from hook_stats import HookStats, WSGIMiddleware

def app(environ, start_response):
    start_response('200 OK', [('Content-Length', '3')])
    return [b'ok\\n']

wrapped = WSGIMiddleware(app, HookStats('wrapped', {directory!r}))
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
        calls = measure_calls(make_calls(directory, options.against))
        requests = measure_requests(directory, options.rounds, options.requests)
    finally:
        shutil.rmtree(directory)
    print('%-48s %8s' % ('user and system CPU of calls by themselves', 'us'))
    for name, measured in calls.items():
        print('%-48s %8.2f' % (name, statistics.median(measured)))
    plain = requests['without']
    print('%-48s %8s' % ('a request of gunicorn', 'us'))
    for name, measured in requests.items():
        more = statistics.median(after - before for before, after in zip(plain, measured))
        print('%-48s %8.1f  %+6.1f within a round' % (name, statistics.median(measured), more))
    print('medians; %d rounds of %d requests each; statistics in %s' % (
        options.rounds, options.requests, options.directory))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--against')
    parser.add_argument('--directory', default='/dev/shm')
    parser.add_argument('--rounds', type=int, default=100)
    parser.add_argument('--requests', type=int, default=100)
    return parser.parse_args()


def make_calls(directory, against):
    """By name, what runs a number of requests without a server."""
    async def nothing(*_):
        pass

    async def asgi(scope, receive, send):
        await send({'type': 'http.response.start', 'status': 200, 'headers': []})
        await send({'type': 'http.response.body', 'body': b'ok'})

    def wsgi(environ, start_response):
        start_response('200 OK', [])
        return [b'ok']

    def serve_wsgi(app, times):
        for _ in range(times):
            body = app({}, lambda status, headers: None)
            for _ in body:
                pass
            if hasattr(body, 'close'):
                body.close()

    async def serve_asgi(app, times):
        for _ in range(times):
            await app({'type': 'http'}, nothing, nothing)

    stats = HookStats('calls', directory)
    wrapped_wsgi, wrapped_asgi = WSGIMiddleware(wsgi, stats), ASGIMiddleware(asgi, stats)
    calls = {'pre_request and post_request': lambda times: call_hooks(stats, times)}
    if against is not None:
        other = load(against).HookStats('against', directory)
        calls['the same of ' + against] = lambda times: call_hooks(other, times)
    calls['WSGI application'] = lambda times: serve_wsgi(wsgi, times)
    calls['WSGI application with WSGIMiddleware'] = lambda times: serve_wsgi(wrapped_wsgi, times)
    calls['ASGI application'] = lambda times: asyncio.run(serve_asgi(asgi, times))
    calls['ASGI application with ASGIMiddleware'] = lambda times: asyncio.run(serve_asgi(wrapped_asgi, times))
    return calls


def load(path):
    spec = importlib.util.spec_from_file_location('against', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def call_hooks(stats, times):
    response = types.SimpleNamespace(status='200 OK', headers_sent=True)
    for request in [types.SimpleNamespace() for _ in range(times)]:
        stats.pre_request(None, request)
        stats.post_request(None, request, None, response)


def measure_calls(calls, rounds=200, times=300):
    """Microseconds of a request in each round, by name."""
    measured = {name: [] for name in calls}
    for round in range(rounds):
        for name, call in turned(calls.items(), round):
            begin = time.process_time()
            call(times)
            measured[name].append((time.process_time() - begin) / times * 1e6)
    return measured


def measure_requests(directory, rounds, requests):
    """Microseconds of a request in each round, by what the gunicorn has."""
    with open(os.path.join(directory, 'application.py'), 'w') as file:
        file.write(APPLICATION.format(directory=directory))
    hooks = HOOKS.format(directory=directory)
    with serving(directory, '', 'app') as plain, serving(directory, hooks, 'app') as hooked, \
            serving(directory, '', 'wrapped') as wrapped:
        addresses = {'without': plain, 'with the hooks': hooked, 'with WSGIMiddleware': wrapped}
        measured = {name: [] for name in addresses}
        for address in addresses.values():
            measure_block(address, requests)
        for round in range(rounds):
            for name, address in turned(addresses.items(), round):
                measured[name].append(measure_block(address, requests))
    return measured


def turned(items, round):
    """Each time another one is first, and every other time the order is reversed."""
    items = list(items)
    first = round // 2 % len(items)
    ordered = items[first:] + items[:first]
    return ordered if round % 2 == 0 else ordered[::-1]


@contextlib.contextmanager
def serving(directory, config, application):
    """A gunicorn of one sync worker; gives its address."""
    with tempfile.NamedTemporaryFile('w', suffix='.conf.py', dir=directory) as file:
        file.write(config)
        file.flush()
        listener = socket.create_server(('127.0.0.1', 0))
        gunicorn = subprocess.Popen(
            ['/usr/bin/gunicorn', '--config', file.name, '--log-level', 'warning', '--workers', '1',
             '--bind', 'fd://%d' % listener.fileno(), 'application:' + application],
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
