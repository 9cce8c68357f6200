"""Statistics of the requests of a WSGI application, kept in files: no collector process, no thread, no socket.

Python's standard library alone, 3.7 or later, on Linux. With gunicorn, in gunicorn.conf.py:

    from hook_stats import HookStats

    stats = HookStats('my_app', '/run/hook-stats')
    pre_request = stats.pre_request
    post_request = stats.post_request
    child_exit = stats.child_exit
    worker_exit = stats.worker_exit

Anything else that can call a function before and after a request:

    request = stats.started()
    ...
    stats.finished(request, status=200)

`python3 hook_stats.py DIRECTORY` prints what the directory holds, in milliseconds over the window:

    {"my_app": {"started": 12, "finished": 11, "processing_time": {"avg": 52.1, "std": 8.3}}}

A request costs two writes of 128 bytes into a file of the worker's own; on tmpfs that is memory and never waits for a
disk. When a file cannot be written (disk full, read-only, no directory, no permission) the worker counts on in memory,
tries again every 10 s at most, and then writes all that it has counted. Every 10 s, as long as there are requests, it
also sees to it that its file is there and whole, and writes it anew when somebody removed or cut it.


The files
---------

A directory holds the files of any number of applications, on a local file system. NAME is the application's name,
percent-encoded (UTF-8; letters, digits, `_`, `-` and `~` stand as they are, a dot is %2E); ID is `PID-RANDOM`,
RANDOM being 8 hexadecimal digits. Files that are named otherwise are not looked at.

`NAME.ID.worker` is what one process has counted. It is written whole under another name, then renamed. All numbers are
IEEE 754 doubles, little-endian:

    offset  length
    0       512          JSON and blanks up to a newline: {"format": "hook-stats worker 1", "pid": 4711, "start": 123456,
                         "namespace": 4026531836, "window": 600}. `start` is field 22 of /proc/PID/stat, `namespace` the
                         inode of /proc/PID/ns/pid, `window` a number of seconds, 1 to 3600.
    512     8 x 16       the record:
                          0     how often it was written
                          1     requests started
                          2     requests finished
                          3     requests abandoned: started, and never to be finished
                          4-9   responses: other (nothing was answered, or no known status), 1xx, 2xx, 3xx, 4xx, 5xx
                         10-14  the bucket of the second in which a request finished last
                         15     the same as 0; differs while the record is being written: read it again
    640     40 x window  the buckets of seconds before that, second S at index S % window.

A bucket is five doubles: the second (since 1970), and of the requests that finished in it their number, and the sum,
the sum of the squares and the maximum of their times in milliseconds. It counts while its second is greater than
now - window and not greater than now. The bucket in the record replaces one of the same second at its index.

The record goes out in one write(2) within one page, so a process that is killed leaves it as it was before or after a
request, never in between. (A shared map would save the system call, but not the whole cost; and a disk that fails or
is full below a map kills the process with SIGBUS, on a file system that copies on write also when its blocks were
reserved beforehand.)

While a worker lives it holds a lock (flock) on its file. Requests in progress are started - finished - abandoned for
a worker that lives, none for another. A reader that cannot take locks looks for a process PID with that start.

`NAME.total` is what workers that are gone have counted, as JSON: {"format": "hook-stats total 1", "window": 600,
"started": 12, "finished": 11, "responses": [other, 1xx, 2xx, 3xx, 4xx, 5xx], "buckets": [[second, number, sum, sum of
squares, maximum], ...], "folded": [ID, ...]}.

A dead worker's file is folded into it under a lock on the directory (flock): a new total is written beside the old one,
which counts the file and has its ID in `folded`; it is renamed over the old one; the file is removed. Whoever reads
ignores the worker files whose ID is in `folded`, so a crash at any of these steps neither loses nor doubles anything.
To see one state a reader reads the totals, the worker files, and the totals again, and starts over when a total has
changed or a worker file vanished in between.
"""

import collections
import fcntl
import glob
import json
import math
import os
import re
import struct
import sys
import threading
import time
import urllib.parse
import weakref

_HEADER_SIZE = 512
_RECORD = struct.Struct('<16d')
_BUCKET = struct.Struct('<5d')
_RING = _HEADER_SIZE + _RECORD.size

# Places in a record.
_SEQUENCE, _STARTED, _FINISHED, _ABANDONED, _RESPONSES, _SECOND, _COUNT, _SUM, _SQUARES, _MAX, _REPEATED = (
    0, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15)
_RESPONSE_SLICE = slice(_RESPONSES, _SECOND)
_BUCKET_SLICE = slice(_SECOND, _REPEATED)

_WORKER_FORMAT = 'hook-stats worker 1'
_TOTAL_FORMAT = 'hook-stats total 1'
_WORKER_NAME = re.compile(r'([^.]+)\.([0-9]+-[0-9a-f]{8})\.worker')
_TOTAL_NAME = re.compile(r'([^.]+)\.total')

_UPKEEP_SECONDS = 10
_READ_TRIES = 10

_instances = weakref.WeakSet()


class HookStats:
    """Counts the requests of one application, in every process that it runs in.

    `name` is the application's (200 bytes at most, percent-encoded), `window` the seconds over which times are kept.
    The directory has to be there and to be writable for the user of the workers; what is not is no error.
    """

    def __init__(self, name, directory='/run/hook-stats', window=600):
        if not 1 <= window <= 3600:
            raise ValueError('window: %r is not 1 to 3600 seconds' % (window,))
        self._base = os.path.join(directory, _encode(name))
        self._window = int(window)
        self._worker = _Worker(self._base, self._window)
        _instances.add(self)
        _fold(self._base, self._window)  # of an earlier run; and a reader sees an application before its first request

    def started(self):
        """Counts a request that begins; what it returns is to be given to `finished`.

        A request whose return value is thrown away unfinished can never be finished: it is no longer in progress.
        """
        request = _Request(self._worker)
        request.worker.start(request.began)
        return request

    def finished(self, request, status=None):
        """Counts the end of a request. `status` is 404 or '404 Not Found'; None when nothing was answered."""
        worker, request.worker = request.worker, None
        if worker is not None:
            now = time.monotonic()
            worker.finish(now, (now - request.began) * 1000, _response_class(status))

    def pre_request(self, worker, req):
        """gunicorn's hook of this name, in a worker."""
        req.hook_stats = self.started()

    def post_request(self, worker, req, environ, resp):
        """gunicorn's hook of this name, in a worker. It is called for every request that pre_request was called for."""
        request = getattr(req, 'hook_stats', None)
        if request is not None:
            self.finished(request, _status_sent(resp))

    def worker_exit(self, server, worker):
        """gunicorn's hook of this name: the last chance of a worker that could not write yet."""
        self._worker.flush()

    def child_exit(self, server, worker):
        """gunicorn's hook of this name, in the master: takes over what the worker has counted."""
        _fold(self._base, self._window)

    def _forked(self):
        self._worker.detach()
        self._worker = _Worker(self._base, self._window)


def _after_fork():
    for stats in list(_instances):
        stats._forked()


# A process counts in a file of its own, and a lock that another thread held at the fork would never be released.
os.register_at_fork(after_in_child=_after_fork)


def _encode(name):
    encoded = urllib.parse.quote(name, safe='').replace('.', '%2E')
    if not 1 <= len(encoded) <= 200:
        raise ValueError('name: %r has %d bytes when percent-encoded, 1 to 200 are possible' % (name, len(encoded)))
    return encoded


def _response_class(status):
    """1 to 5, or 0 for anything else."""
    first = str(status)[:1]
    return int(first) if first in ('1', '2', '3', '4', '5') else 0


def _status_sent(resp):
    """The status that the client got. gunicorn calls post_request while an error of the application is on its way."""
    error = sys.exc_info()[1]
    if error is None or getattr(resp, 'headers_sent', False):
        return getattr(resp, 'status', None)
    # Before the headers are sent gunicorn answers an error with 500. These it does not answer: a failed socket (or any
    # other OSError), what it takes for the end of the connection, and a worker or greenlet that is told to end.
    answered = isinstance(error, Exception) and not isinstance(error, (OSError, StopIteration))
    return 500 if answered else None


class _Request:
    """A request in progress."""

    __slots__ = ('worker', 'began')

    def __init__(self, worker):
        self.worker = worker
        self.began = time.monotonic()

    def __del__(self):
        if self.worker is not None:
            self.worker.abandon()


class _Worker:
    """What this process has counted, and its file."""

    def __init__(self, base, window):
        self._base = base
        self._window = window
        self._lock = threading.Lock()
        self._record = [0.0] * 16
        self._ring = bytearray(_BUCKET.size * window)
        self._orphans = collections.deque()
        self._path = None
        self._file = None  # its descriptor; once it is open it stays so, since it holds the lock
        self._current = False  # whether the file has all that was counted
        self._upkeep_at = 0.0

    def start(self, now):
        with self._lock:
            self._record[_STARTED] += 1
            self._store(now)

    def finish(self, now, milliseconds, response_class):
        record = self._record
        with self._lock:
            second = int(time.time())
            if second != record[_SECOND]:
                self._turn_to(second)
            record[_FINISHED] += 1
            record[_RESPONSES + response_class] += 1
            record[_COUNT] += 1
            record[_SUM] += milliseconds
            record[_SQUARES] += milliseconds * milliseconds
            record[_MAX] = max(record[_MAX], milliseconds)
            self._store(now)

    def abandon(self):
        # The garbage collector may run this anywhere, also while this very thread holds the lock: it must not wait.
        self._orphans.append(1)
        if self._lock.acquire(False):
            try:
                self._store(time.monotonic())
            finally:
                self._lock.release()

    def flush(self):
        with self._lock:
            if self._record[_STARTED] > 0:
                self._keep_up()

    def detach(self):
        """For a child process: the file and the lock on it are the parent's."""
        if self._file is not None:
            os.close(self._file)
        self._file = None
        self._current = False
        self._upkeep_at = math.inf

    def _turn_to(self, second):
        """Puts the bucket of the record where it belongs and takes that of the second, which may be an earlier one."""
        record = self._record
        place = int(record[_SECOND]) % self._window * _BUCKET.size
        _BUCKET.pack_into(self._ring, place, *record[_BUCKET_SLICE])
        self._write(_RING + place, self._ring[place:place + _BUCKET.size])
        bucket = _BUCKET.unpack_from(self._ring, second % self._window * _BUCKET.size)
        record[_BUCKET_SLICE] = bucket if bucket[0] == second else (float(second), 0.0, 0.0, 0.0, 0.0)

    def _store(self, now):
        record = self._record
        while self._orphans:
            record[_ABANDONED] += self._orphans.pop()
        record[_SEQUENCE] = record[_REPEATED] = record[_SEQUENCE] + 1
        if now >= self._upkeep_at:
            self._keep_up()
        else:
            self._write(_HEADER_SIZE, _RECORD.pack(*record))

    def _write(self, offset, data):
        if not self._current:
            return
        try:
            os.pwrite(self._file, data, offset)
        except OSError:
            self._current = False

    def _keep_up(self):
        """Makes the file what it should be, whether it was removed, cut, written to in vain or never there."""
        self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
        try:
            if self._is_in_place():
                _write_whole(self._file, self._image())
            else:
                self._create()
            self._current = True
        except OSError:
            self._current = False

    def _is_in_place(self):
        try:
            return self._file is not None and os.path.samestat(os.stat(self._path), os.fstat(self._file))
        except FileNotFoundError:
            return False

    def _create(self):
        if self._path is None:
            self._path = '%s.%d-%s.worker' % (self._base, os.getpid(), os.urandom(4).hex())
        image = self._image()
        file = _replace(self._path, image)
        if self._file is not None:
            os.close(self._file)
        self._file = file

    def _image(self):
        header = json.dumps({'format': _WORKER_FORMAT, **_identify(), 'window': self._window})
        return header.encode().ljust(_HEADER_SIZE - 1) + b'\n' + _RECORD.pack(*self._record) + self._ring


def _identify():
    """What tells this process from all others: proc_pid_stat(5), pid_namespaces(7)."""
    with open('/proc/self/stat', 'rb') as stat:
        fields = stat.read().rpartition(b')')[2].split()
    namespace = os.readlink('/proc/self/ns/pid')
    return {'pid': os.getpid(), 'start': int(fields[19]), 'namespace': int(re.sub(r'\D', '', namespace))}


def _replace(path, content):
    """Writes a file and puts it, whole and locked, in the place of another. Returns its descriptor."""
    temporary = path + '.tmp'
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.fchmod(file, 0o644)  # whatever the umask: who may read is up to the directory
        _write_whole(file, content)
        os.rename(temporary, path)
    except BaseException:
        os.close(file)
        _remove(temporary)
        raise
    return file


def _write_whole(file, content):
    if os.pwrite(file, content, 0) != len(content):
        raise OSError('no room for all of it')


def _remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _fold(base, window):
    """Takes the workers that are gone over into the total. What cannot be done now is left to the next time.

    It never waits: gunicorn's master calls this from a signal handler, also in the middle of a call of it.
    """
    try:
        directory = os.open(os.path.dirname(base), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _fold_locked(base, window)
    except (OSError, ValueError):
        pass  # a total that is damaged stays, for a reader to name it
    finally:
        os.close(directory)


def _fold_locked(base, window):
    _remove_unfinished(base)
    total = _parse_total(base + '.total', _read(base + '.total'))
    dead = []
    for path, identity in _find_workers(base):
        if identity in total.folded:
            _remove(path)  # what an earlier fold was stopped before; only then may the ID go
        elif _is_dead(path) and _add_worker(total, path):
            dead.append((path, identity))
    if not dead and os.path.exists(base + '.total'):
        return
    total.folded = [identity for _, identity in dead]
    os.close(_replace(base + '.total', total.render(window)))
    for path, _ in dead:
        _remove(path)


def _remove_unfinished(base):
    """Files that a process began to write when it was killed; nobody takes a minute to write one."""
    for path in glob.glob(glob.escape(base) + '.*.tmp'):
        if os.stat(path).st_mtime < time.time() - 60:
            _remove(path)


def _find_workers(base):
    directory, name = os.path.split(base)
    matches = (_WORKER_NAME.fullmatch(entry) for entry in os.listdir(directory))
    return [(os.path.join(directory, match[0]), match[2]) for match in matches if match and match[1] == name]


def _is_dead(path):
    """Whether nobody holds the lock on a file. A process loses its locks with its life."""
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(file)


def _add_worker(total, path):
    try:
        total.add(*_parse_worker(path, _read(path)))
        return True
    except ValueError:
        return False  # damaged: it stays, for a reader to name it


def _read(path):
    """The content of a file, None if there is none."""
    try:
        with open(path, 'rb') as file:
            return file.read()
    except FileNotFoundError:
        return None


class _Total:
    """Sums over workers. Buckets are [number, sum, squares, maximum] by second."""

    def __init__(self):
        self.started = self.finished = 0
        self.responses = [0] * 6
        self.buckets = {}
        self.folded = []

    def add(self, record, buckets):
        self.started += int(record[_STARTED])
        self.finished += int(record[_FINISHED])
        self.responses = [ours + int(theirs) for ours, theirs in zip(self.responses, record[_RESPONSE_SLICE])]
        for second, count, total, squares, highest in buckets:
            ours = self.buckets.get(second, [0, 0.0, 0.0, 0.0])
            self.buckets[second] = [
                ours[0] + int(count), ours[1] + total, ours[2] + squares, max(ours[3], highest)]

    def render(self, window):
        return json.dumps({
            'format': _TOTAL_FORMAT, 'window': window, 'started': self.started, 'finished': self.finished,
            'responses': self.responses, 'folded': self.folded,
            'buckets': [[second, *numbers] for second, numbers in sorted(self.buckets.items())],
        }).encode()

    def summarize(self):
        """As gstats says it. Without a request in the window it says 0."""
        count, total, squares = (sum(bucket[part] for bucket in self.buckets.values()) for part in range(3))
        average = total / count if count else 0.0
        deviation = math.sqrt(max(0.0, squares / count - average * average)) if count else 0.0
        times = {'avg': average, 'std': deviation}
        return {'started': self.started, 'finished': self.finished, 'processing_time': times}


def _parse_total(path, content):
    """The total that a file holds; an empty one when there is no file."""
    total = _Total()
    if content is None:
        return total
    try:
        values = json.loads(content.decode())
        if values['format'] != _TOTAL_FORMAT:
            raise ValueError('it says %r' % values['format'])
        total.started, total.finished = int(values['started']), int(values['finished'])
        total.responses = [int(count) for count in values['responses']]
        total.folded = list(values['folded'])
        total.buckets = {second: numbers for second, *numbers in _in_window(values['buckets'], values['window'])}
        return total
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError('%s: not a file of %r: %s' % (path, _TOTAL_FORMAT, error)) from error


def _parse_worker(path, content):
    """The record and the buckets within the window."""
    try:
        header = json.loads(content[:_HEADER_SIZE].decode())
        if header['format'] != _WORKER_FORMAT:
            raise ValueError('it says %r' % header['format'])
        window = header['window']
        if len(content) != _RING + window * _BUCKET.size:
            raise ValueError('%d bytes are not a window of %d' % (len(content), window))
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError('%s: not a file of %r: %s' % (path, _WORKER_FORMAT, error)) from error
    record = _RECORD.unpack_from(content, _HEADER_SIZE)
    buckets = {bucket[0]: bucket for bucket in _BUCKET.iter_unpack(content[_RING:])}
    buckets[record[_SECOND]] = record[_BUCKET_SLICE]
    return record, _in_window(buckets.values(), window)


def _in_window(buckets, window):
    now = int(time.time())
    return [(int(second), *numbers) for second, *numbers in buckets if now - window < second <= now]


def read_directory(directory):
    """All applications of a directory, in gstats' shape. Raises OSError and ValueError."""
    for _ in range(_READ_TRIES):
        applications = _try_to_read(directory)
        if applications is not None:
            return {urllib.parse.unquote(name): total.summarize() for name, total in applications.items()}
    raise ValueError('%s: changes faster than it can be read' % directory)


def _try_to_read(directory):
    """Totals by encoded name; None when it was not one state that was read."""
    before = _read_totals(directory)
    applications = {name: _parse_total(name, content) for name, content in before.items()}
    for entry in sorted(os.listdir(directory)):
        match = _WORKER_NAME.fullmatch(entry)
        total = match and applications.setdefault(match[1], _Total())
        if not match or match[2] in total.folded:
            continue
        path = os.path.join(directory, entry)
        content = _read(path)
        if content is None:
            return None
        record, buckets = _parse_worker(path, content)
        if record[_SEQUENCE] != record[_REPEATED]:
            return None
        total.add(record, buckets)
    return applications if _read_totals(directory) == before else None


def _read_totals(directory):
    matches = filter(None, map(_TOTAL_NAME.fullmatch, os.listdir(directory)))
    return {match[1]: _read(os.path.join(directory, match[0])) for match in matches}


def main(arguments):
    if len(arguments) != 1:
        print('usage: hook_stats.py DIRECTORY', file=sys.stderr)
        return 2
    try:
        print(json.dumps(read_directory(arguments[0])))
        return 0
    except (OSError, ValueError) as error:
        print('hook_stats.py: %s' % error, file=sys.stderr)
        return 1


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
