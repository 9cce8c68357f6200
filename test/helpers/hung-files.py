"""Runs a command beside a FUSE that has come to a halt: the kernel answers a stat from what it remembers, and all else hangs.

Arguments: a directory to mount it on, in which c.conf is an empty file, and the command. Prints the command's exit status to stderr.
Needs root, /dev/fuse and a mount namespace of its own (`unshare -m`). The messages are those of linux/fuse.h, version 7.31.
"""
import ctypes
import errno
import os
import signal
import struct
import subprocess
import sys

where, *command = sys.argv[1:]
INIT, LOOKUP, GETATTR = 26, 1, 3
ROOT, FILE = 1, 2
REMEMBERED = 60


def attributes(node):
    mode = 0o40755 if node == ROOT else 0o100644
    return struct.pack('<6Q10I', node, 0, 0, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def answer(operation, node, body):
    if operation == INIT:
        return 0, struct.pack('<4I2H2I2H8I', 7, 31, 65536, 0, 10, 8, 65536, 1, 16, 0, *[0] * 8)
    if operation == LOOKUP and body.rstrip(b'\0') == b'c.conf':
        return 0, struct.pack('<4Q2I', FILE, 0, REMEMBERED, REMEMBERED, 0, 0) + attributes(FILE)
    if operation == LOOKUP:
        return errno.ENOENT, b''
    if operation == GETATTR:
        return 0, struct.pack('<Q2I', REMEMBERED, 0, 0) + attributes(node)
    return errno.ENOSYS, b''


def serve(device):
    while True:
        request = os.read(device, 1 << 17)
        _, operation, unique, node = struct.unpack('<2I2Q', request[:24])
        error, body = answer(operation, node, request[40:])
        os.write(device, struct.pack('<IiQ', 16 + len(body), -error, unique) + body)


device = os.open('/dev/fuse', os.O_RDWR)
libc = ctypes.CDLL(None, use_errno=True)
options = f'fd={device},rootmode=40000,user_id=0,group_id=0'
if libc.mount(b'hung', where.encode(), b'fuse', 0, options.encode()):
    sys.exit(os.strerror(ctypes.get_errno()))
server = os.fork()
if server == 0:
    serve(device)
subprocess.run(['stat', where, f'{where}/c.conf'], stdout=subprocess.DEVNULL, check=True)
os.kill(server, signal.SIGSTOP)
os.waitpid(server, os.WUNTRACED)
try:
    print(subprocess.run(command, timeout=20).returncode, file=sys.stderr)
finally:
    os.kill(server, signal.SIGKILL)
