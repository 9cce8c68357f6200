"""Counts in several processes of prometheus_client's multiprocess mode, of which the last lives on; prints the collector's page and its end.

multiprocess.py DIRECTORY"""
import os
import sys

os.environ['PROMETHEUS_MULTIPROC_DIR'] = sys.argv[1]
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, generate_latest, multiprocess

requests = Counter('requests', 'help', ['path'])
latency = Histogram('latency', 'help', ['path'], buckets=(0.1, 1))
size = Summary('size', 'help')
gauges = [Gauge('gauge_' + mode, 'help', multiprocess_mode=mode) for mode in ('all', 'liveall', 'min', 'max', 'sum', 'livesum')]


def work(number):
    requests.labels('/"é"\\').inc(number)
    for seconds in (0.05, 0.5, 5):
        latency.labels('/').observe(seconds * number)
    size.observe(number)
    for gauge in gauges:
        gauge.set(number)


for number in (1, 2):
    if os.fork() == 0:
        work(number)
        os._exit(0)
    os.wait()
work(4)
registry = CollectorRegistry()
multiprocess.MultiProcessCollector(registry)
print(generate_latest(registry).decode() + '# EOF', flush=True)
sys.stdin.read()
