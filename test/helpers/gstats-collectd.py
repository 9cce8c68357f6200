"""Plays gstats-collectd: answers STATS over ZeroMQ REP with a file's text, other commands as gstats does."""

import sys
import time

try:
    import zmq
except ImportError:
    sys.exit('python3-zmq is not installed: run sudo test/install-servers.sh')

port, stats, delay = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
answers = {b'RESET': b'null', b'RTIMES': b'{"my_app": [50.0, 100.0, 150.0], "api.v1": []}'}
socket = zmq.Context().socket(zmq.REP)
socket.bind('tcp://127.0.0.1:%d' % port)
while True:
    command = socket.recv()
    time.sleep(delay)
    with open(stats, 'rb') as file:
        answers[b'STATS'] = file.read()
    socket.send(answers.get(command, b'ERROR'))
