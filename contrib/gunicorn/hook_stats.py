"""Statistics of the requests of a WSGI or ASGI application, kept in files: no collector process, no thread, no socket.

Python's standard library alone, 3.7 or later, on Linux. With gunicorn's workers sync, gthread and gevent, in
gunicorn.conf.py:

    from hook_stats import HookStats

    stats = HookStats('my_app', '/run/hook-stats')
    pre_request = stats.pre_request
    post_request = stats.post_request
    child_exit = stats.child_exit
    worker_exit = stats.worker_exit

With any other server, and with gunicorn's workers asgi, tornado, gevent_pywsgi and uvicorn's, around the application:

    from hook_stats import ASGIMiddleware, HookStats, WSGIMiddleware

    stats = HookStats('my_app', '/run/hook-stats')
    app = ASGIMiddleware(app, stats)                      # or app.add_middleware(ASGIMiddleware, stats=stats)
    application = WSGIMiddleware(application, stats)

One of the two ways, or each request counts twice. Anything else that can call a function before and after a request:

    request = stats.started()
    ...
    stats.finished(request, status=200)

`hook_stats.py DIRECTORY` prints what the directory holds, in milliseconds over the window:

    {"my_app": {"started": 12, "finished": 11, "processing_time": {"avg": 52.1, "std": 8.3}}}

A request costs two writes of 128 bytes into a file of the worker's own; on tmpfs that is memory and never waits for a
disk. When a file cannot be written (disk full, read-only, no directory, no permission) the worker counts on in memory,
tries again every 10 s at most, and then writes all that it has counted. Every 10 s, as long as there are requests, it
also sees to it that its file is there and whole, and writes it anew when somebody removed or cut it.

Nothing here raises into a request or into gunicorn's master, marks or holds a request of the server, waits for another
thread or process, or opens a file that is not its own. Each cause of trouble is one line in the server's log.
Exceptions that end a process, a greenlet or a task (SystemExit, GreenletExit, CancelledError and so on) pass through.


The files
---------

A directory holds the files of any number of applications, on a local file system. It belongs to the user of the
workers: files of others than that user, root and the one who reads are left alone, as is what is no regular file or
larger than 1 MiB. NAME is the application's name, percent-encoded (UTF-8; letters, digits, `_`, `-` and `~` stand as
they are, a dot is %2E); ID is `PID-RANDOM`, RANDOM being 8 hexadecimal digits. Files that are named otherwise are not
looked at.

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

While a worker lives it holds a lock (flock) on its file. It is gone when the lock is free and there is no process PID
with that start (an application may close a descriptor that it did not open, and with it the lock). Requests in progress
are started - finished - abandoned for a worker that lives, none for another.

`NAME.total` is what workers that are gone have counted, as JSON: {"format": "hook-stats total 1", "window": 600,
"started": 12, "finished": 11, "responses": [other, 1xx, 2xx, 3xx, 4xx, 5xx], "buckets": [[second, number, sum, sum of
squares, maximum], ...], "folded": [ID, ...]}.

A dead worker's file is folded into it under a lock on the directory (flock): a new total is written beside the old one,
which counts the file and has its ID in `folded`; it is renamed over the old one; the file is removed. Whoever reads
ignores the worker files whose ID is in `folded`, so a crash at any of these steps neither loses nor doubles anything.
A damaged file stays as it is, for a reader to name it.
To see one state a reader reads the totals, the worker files, and the totals again, and starts over when a total has
changed or a worker file vanished in between.
"""

import atexit
import collections
import errno
import fcntl
import itertools
import json
import logging
import math
import mmap
import os
import re
import stat
import struct
import sys
import threading
import time
import urllib.parse
import weakref
import zlib

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
_WORKER_ID = re.compile(r'[0-9]+-[0-9a-f]{8}')
_WORKER_NAME = re.compile(r'([^.]+)\.(%s)\.worker' % _WORKER_ID.pattern)
_TOTAL_NAME = re.compile(r'([^.]+)\.total')

_UPKEEP_SECONDS = 10
_READ_TRIES = 10

# Bounds of what one process keeps, and of what one fold does in gunicorn's master.
_MANY_EVENTS = 1000
_MOST_EVENTS = 100000
_WAIT_SECONDS = 0.1
_MOST_PENDING = 1000
_MOST_NAMES = 100000
_MOST_FOLDED = 1000
_FOLD_SECONDS = 0.2
_LARGEST_FILE = 1 << 20

_USAGE = """usage: hook_stats.py DIRECTORY

Prints, as JSON, what the applications of a directory have counted: requests started and finished, and the average and
standard deviation of their times in milliseconds. Files that cannot be read are named on standard error, exit 1."""

_FAULT = 'an exception here, noted by its class alone, since little may be possible any more'

_instances = weakref.WeakSet()


class HookStats:
    """Counts the requests of one application, in every process that it runs in.

    `name` is the application's (200 bytes at most, percent-encoded), `window` the seconds over which times are kept.
    The directory has to be there and to belong to the user of the workers; if not, the server's log says so.
    """

    def __init__(self, name, directory='/run/hook-stats', window=600):
        if not 1 <= window <= 3600:
            raise ValueError('window: %r is not 1 to 3600 seconds' % (window,))
        self._base = os.path.join(directory, _encode(name))
        self._window = int(window)
        self._warnings = _Warnings()
        self._begin()
        _instances.add(self)
        self._fold()  # of an earlier run; and a reader sees an application before its first request

    def started(self):
        """Counts a request that begins; what it returns is to be given to `finished`.

        A request whose return value is thrown away unfinished can never be finished: it is no longer in progress.
        """
        try:
            return _Request(self._worker)
        except Exception as error:
            self._warnings.noted[_FAULT] = type(error).__name__
            return None

    def finished(self, request, status=None):
        """Counts the end of a request. `status` is 404 or '404 Not Found'; None when nothing was answered."""
        try:
            if type(request) is _Request:
                request.end(_response_class(status))
            if self._warnings.noted:
                self._warnings.tell(None)
        except Exception as error:
            self._warnings.noted[_FAULT] = type(error).__name__

    def pre_request(self, worker, req):
        """gunicorn's hook of this name, in a worker."""
        try:
            self._pending.push(id(req), _Request(self._worker))
        except Exception as error:
            self._warnings.noted[_FAULT] = type(error).__name__

    def post_request(self, worker, req, environ, resp):
        """gunicorn's hook of this name, in a worker. It is called for every request that pre_request was called for."""
        try:
            request = self._pending.pop(id(req))
            if request is not None:
                request.end(_response_class(_status_sent(resp)))
            if self._warnings.noted:
                self._warnings.tell(worker)
        except Exception as error:
            self._warnings.noted[_FAULT] = type(error).__name__

    def worker_exit(self, server, worker):
        """gunicorn's hook of this name: the last chance of a worker that could not write yet."""
        self._flush()
        self._warnings.tell(server)

    def child_exit(self, server, worker):
        """gunicorn's hook of this name, in the master: takes over what the worker has counted."""
        self._fold()
        self._warnings.tell(server)

    def _begin(self):
        self._pending = _Pending()
        self._worker = _Worker(self._base, self._window, self._warnings)

    def _flush(self):
        try:
            self._worker.flush()
        except Exception as error:
            self._warnings.noted[_FAULT] = type(error).__name__

    def _fold(self):
        try:
            _fold(self._base, self._window, self._warnings.noted)
        except Exception as error:
            self._warnings.noted[_FAULT] = type(error).__name__

    def _forked(self):
        self._worker.detach()
        self._begin()


class WSGIMiddleware:
    """Counts the requests of a WSGI application. Its responses pass through as they are, piece by piece.

    An exception before the response began counts as 500, which is what servers make of it. A file that is handed to the
    server's own `wsgi.file_wrapper` ends its request there and then, so that the server can go on to use sendfile(2).
    """

    def __init__(self, app, stats):
        self._app = app
        self._stats = stats

    def __call__(self, environ, start_response):
        response = _Response(self._stats)
        try:
            body = self._app(environ, response.watch(start_response))
        except BaseException as error:
            response.end(error)
            raise
        return _count_body(body, response, environ)


class ASGIMiddleware:
    """Counts the HTTP requests of an ASGI 3 application; lifespan, websocket and whatever else comes pass through.

    A request ends with the last piece of its response, or with the application's call if that ends before. An exception
    before the response began counts as 500, which is what servers make of it.
    """

    def __init__(self, app, stats):
        self._app = app
        self._stats = stats

    async def __call__(self, scope, receive, send):
        if not _is_http(scope):
            return await self._app(scope, receive, send)
        response = _Response(self._stats)

        async def send_counted(message):
            result = await send(message)
            response.see(message)
            return result

        try:
            result = await self._app(scope, receive, send_counted)
        except BaseException as error:
            response.end(error)
            raise
        response.end()
        return result


def _after_fork():
    for stats in list(_instances):
        stats._forked()


# A process counts in a file of its own, and a lock that another thread held at the fork would never be released.
os.register_at_fork(after_in_child=_after_fork)


@atexit.register
def _at_exit():
    for stats in list(_instances):
        stats._flush()


def _encode(name):
    encoded = urllib.parse.quote(name, safe='').replace('.', '%2E')
    if not 1 <= len(encoded) <= 200:
        raise ValueError('name: %r has %d bytes when percent-encoded, 1 to 200 are possible' % (name, len(encoded)))
    return encoded


def _is_http(scope):
    try:
        return scope['type'] == 'http'
    except Exception:
        return False  # the application will say what it thinks of such a scope


def _response_class(status):
    """1 to 5, or 0 for anything else."""
    try:
        if isinstance(status, int):
            first = '%d' % status  # of http.HTTPStatus, str() is a name
        else:
            first = status.decode('latin-1') if isinstance(status, bytes) else status
        return '12345'.index(first[0]) + 1
    except Exception:
        return 0


def _status_sent(resp):
    """The status that the client got. gunicorn calls post_request while an error of the application is on its way."""
    try:
        error = sys.exc_info()[1]
        if error is None or getattr(resp, 'headers_sent', False):
            return getattr(resp, 'status', None)
        # Before the headers are sent gunicorn answers an error with 500. These it does not answer: a failed socket (or
        # any other OSError), what it takes for the end of the connection, and a worker or greenlet that is told to end.
        answered = isinstance(error, Exception) and not isinstance(error, (OSError, StopIteration))
        return 500 if answered else None
    except Exception:
        return None  # of an attribute that raises


class _Pending:
    """Requests between pre_request and post_request, by the address of gunicorn's object, which is neither marked nor
    held: it may have __slots__, be frozen, or None.

    Several share an address when the object is None or the like, or when the second hook of an earlier object never
    came. Beyond 1,000 the oldest is abandoned.
    """

    def __init__(self):
        self._first = {}
        self._others = {}
        self._lock = threading.Lock()  # of the others; single operations of a dict need none

    def push(self, address, request):
        if self._first.setdefault(address, request) is not request:
            with self._lock:
                stack = self._others.setdefault(address, [])
                stack.append(request)
                oldest = stack.pop(0) if len(stack) > _MOST_PENDING else None
            del oldest  # only now, without the lock, is it abandoned

    def pop(self, address):
        if self._others:
            with self._lock:
                stack = self._others.get(address)
                if stack is not None:
                    request = stack.pop()
                    if not stack:
                        del self._others[address]
                    return request
        return self._first.pop(address, None)


class _Response:
    """A response as a middleware sees it, and its request. It refers to nothing of the application or the server."""

    __slots__ = ('_stats', '_request', '_status', '_begun')

    def __init__(self, stats):
        self._stats = stats
        self._request = stats.started()
        self._status = None
        self._begun = False

    def watch(self, start_response):
        """WSGI's start_response, which tells the status that it was given."""

        def start(status, *rest, **options):
            write = start_response(status, *rest, **options)
            self._status = status

            def write_counted(data):
                self.begin()
                return write(data)

            return write_counted

        return start

    def begin(self):
        """WSGI sends the headers with the first piece of the body."""
        self._begun = True

    def see(self, message):
        """A message that an ASGI server took."""
        try:
            if message['type'] == 'http.response.start':
                self._status = message['status']
                self._begun = True
            elif message['type'] == 'http.response.body' and not message.get('more_body', False):
                self.end()
        except Exception:
            pass  # the server took what is no message; that is between the two

    def end(self, error=None):
        """The first end of several counts. `error` is what the application raised."""
        status = self._status
        if error is not None and not self._begun:
            status = 500 if isinstance(error, Exception) else None
        self._stats.finished(self._request, status)


def _count_body(body, response, environ):
    """The body of a WSGI response, which ends the request with its last piece, an exception, or when it is closed."""
    try:
        wrapper = environ.get('wsgi.file_wrapper')
        if isinstance(wrapper, type) and isinstance(body, wrapper):
            response.end()
            return body
        # PEP 3333: from a body that has a length of 1 a server may take the length of the response.
        return _SizedBody(body, response) if hasattr(type(body), '__len__') else _Body(body, response)
    except Exception:
        response.end()
        return body


class _Body:

    def __init__(self, body, response):
        self._body = body
        self._response = response
        self._next = self._first

    def __iter__(self):
        return self

    def __next__(self):
        try:
            piece = self._next()
        except StopIteration:
            self._response.end()
            raise
        except BaseException as error:
            self._response.end(error)
            raise
        self._response.begin()
        return piece

    def _first(self):
        self._next = iter(self._body).__next__
        return self._next()

    def close(self):
        try:
            if hasattr(self._body, 'close'):
                self._body.close()
        finally:
            self._response.end()


class _SizedBody(_Body):

    def __len__(self):
        return len(self._body)


class _Request:
    """A request in progress."""

    __slots__ = ('_worker', '_began')

    def __init__(self, worker):
        self._worker = worker
        self._began = began = time.monotonic()
        worker.count(began, _STARTED)

    def end(self, response_class):
        worker, self._worker = self._worker, None
        if worker is not None:
            now = time.monotonic()
            worker.count(now, _RESPONSES + response_class, (now - self._began) * 1000)

    def __del__(self):
        try:
            if self._worker is not None:
                self._worker.count(time.monotonic(), _ABANDONED)
        except Exception:
            pass  # Python would print it, and at its end the modules are gone


class _Warnings:
    """Lines for the server's log: each cause once, whichever process of the server comes upon it."""

    def __init__(self):
        self.noted = {}  # texts by cause; they have nothing that a file holds
        try:
            self._said = mmap.mmap(-1, 4096)  # shared with the processes that are forked from this one
        except OSError:
            self._said = bytearray(4096)

    def tell(self, server):
        """`server` is what has gunicorn's log, or None."""
        try:
            while self.noted:
                cause, text = self.noted.popitem()
                place = zlib.crc32(cause.encode()) % len(self._said)
                if not self._said[place]:
                    self._said[place] = 1
                    prefix = 'requests may be missing in the counts: ' if cause is _FAULT else ''
                    _find_log(server).warning('hook_stats: %s%s', prefix, text)
        except Exception as error:
            self.noted[_FAULT] = type(error).__name__


def _find_log(server):
    log = getattr(server, 'log', None)
    if hasattr(log, 'warning'):
        return log
    logs = (logging.getLogger(name) for name in ('gunicorn.error', 'uvicorn', 'hypercorn.error'))
    return next((log for log in logs if log.handlers), logging.getLogger('hook_stats'))


def _note_unwritable(warnings, base, error):
    directory = os.path.dirname(base)
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
    warnings['directory: %s' % reason] = (
        '%s: %s: requests are counted in memory until user %d can write there'
        % (directory, reason, os.geteuid()))


class _Worker:
    """The counts of this process, and its file."""

    def __init__(self, base, window, warnings):
        self._base = base
        self._window = window
        self._warnings = warnings
        self._lock = threading.Lock()
        self._events = collections.deque(maxlen=_MOST_EVENTS)  # what happened while another thread had the lock
        self._record = [0.0] * 16
        self._ring = bytearray(_BUCKET.size * window)
        self._path = None
        self._file = None  # its descriptor; once it is open it stays so, since it holds the lock on the file
        self._mark = 0  # the position of the descriptor, which nothing moves
        self._current = False  # whether the file has all that was counted
        self._patience = _MANY_EVENTS
        self._upkeep_at = 0.0

    def count(self, now, place, milliseconds=None):
        """Takes in a start, an end or an abandonment. The garbage collector may run it at any moment, also while this
        very thread has the lock, so whoever has it takes in what comes meanwhile."""
        self._events.append((place, milliseconds))
        while self._events and (self._lock.acquire(False) or self._wait()):
            try:
                self._take_in(now)
            finally:
                self._lock.release()

    def _wait(self):
        """Whether it got the lock. Threads that only count would be faster than the one that takes in, so they wait for
        it; after a wait in vain not before there are twice as many events, for it may hang in a file system."""
        events = len(self._events)
        if events <= self._patience:
            return False
        got = self._lock.acquire(timeout=_WAIT_SECONDS)
        self._patience = _MANY_EVENTS if got else 2 * events
        return got

    def flush(self):
        if self._lock.acquire(timeout=1):
            try:
                if self._events or self._record[_STARTED] > 0:
                    self._take_in(math.inf)
            finally:
                self._lock.release()

    def detach(self):
        """For a child process: the file and the lock on it are the parent's."""
        self._close()
        self._current = False
        self._upkeep_at = math.inf

    def _take_in(self, now):
        record = self._record
        while self._events:
            place, milliseconds = self._events.popleft()
            record[place] += 1
            if milliseconds is not None:
                second = int(time.time())
                if second != record[_SECOND]:
                    self._turn_to(second)
                record[_FINISHED] += 1
                record[_COUNT] += 1
                record[_SUM] += milliseconds
                record[_SQUARES] += milliseconds * milliseconds
                record[_MAX] = max(record[_MAX], milliseconds)
        record[_SEQUENCE] = record[_REPEATED] = record[_SEQUENCE] + 1
        if now >= self._upkeep_at:
            self._keep_up()
        elif self._current:
            self._write(_HEADER_SIZE, _RECORD.pack(*record))

    def _turn_to(self, second):
        """Puts the bucket of the record where it belongs and takes that of the second, which may be an earlier one."""
        record = self._record
        place = int(record[_SECOND]) % self._window * _BUCKET.size
        _BUCKET.pack_into(self._ring, place, *record[_BUCKET_SLICE])
        if self._current:
            self._write(_RING + place, self._ring[place:place + _BUCKET.size])
        bucket = _BUCKET.unpack_from(self._ring, second % self._window * _BUCKET.size)
        record[_BUCKET_SLICE] = bucket if bucket[0] == second else (float(second), 0.0, 0.0, 0.0, 0.0)

    def _write(self, offset, data):
        # This is _holds_file; a call of it would cost a tenth of the whole.
        try:
            file = self._file
            self._current = os.lseek(file, 0, 1) == self._mark and os.pwrite(file, data, offset) == len(data)
        except OSError:
            self._current = False

    def _holds_file(self):
        """Whether the descriptor is still ours. An application may close what it did not open; then the number is used
        again, for a file that has another position."""
        return self._file is not None and os.lseek(self._file, 0, os.SEEK_CUR) == self._mark

    def _keep_up(self):
        """Makes the file what it should be, whether it was removed, cut, written to in vain or never there."""
        self._upkeep_at = time.monotonic() + _UPKEEP_SECONDS
        try:
            if self._is_in_place():
                _write_whole(self._file, self._image())
            else:
                self._create()
            self._current = True
        except Exception as error:
            self._current = False
            _note_unwritable(self._warnings.noted, self._base, error)

    def _is_in_place(self):
        try:
            return self._holds_file() and os.path.samestat(os.lstat(self._path), os.fstat(self._file))
        except OSError:
            return False

    def _create(self):
        if self._path is None:
            self._path = '%s.%d-%s.worker' % (self._base, os.getpid(), os.urandom(4).hex())
        file = _replace(self._path, self._image())
        self._close()
        self._file = file
        self._mark = (1 << 30) + int.from_bytes(os.urandom(4), 'little') % (1 << 30)
        os.lseek(file, self._mark, os.SEEK_SET)

    def _close(self):
        file, self._file = self._file, None
        try:
            if file is not None and os.lseek(file, 0, os.SEEK_CUR) == self._mark:
                os.close(file)
        except OSError:
            pass  # the application closed it already

    def _image(self):
        header = json.dumps({'format': _WORKER_FORMAT, **_identify(), 'window': self._window})
        return header.encode().ljust(_HEADER_SIZE - 1) + b'\n' + _RECORD.pack(*self._record) + self._ring


def _identify():
    """Tells this process from all others: proc_pid_stat(5), pid_namespaces(7)."""
    return {'pid': os.getpid(), 'start': _start_of('self'), 'namespace': _namespace()}


def _start_of(process):
    with open('/proc/%s/stat' % process, 'rb') as file:
        return int(file.read().rpartition(b')')[2].split()[19])


def _namespace():
    return int(re.sub(r'\D', '', os.readlink('/proc/self/ns/pid')))


def _replace(path, content):
    """Writes a file and puts it, whole and locked, in the place of another. Returns its descriptor."""
    temporary = '%s.%s.tmp' % (path, os.urandom(4).hex())
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        if file < 3:  # a daemon that closed these prints there all the same
            low, file = file, fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 3)
            os.close(low)
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
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _remove(path):
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _fold(base, window, warnings):
    """Takes the workers that are gone over into the total, or leaves some of them to the next time.

    It waits for nothing: gunicorn's master calls this from a signal handler, also in the middle of a call of it.
    """
    try:
        directory = os.open(os.path.dirname(base), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        _note_unwritable(warnings, base, error)
        return
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _fold_locked(base, window, warnings)
    except BlockingIOError:
        pass  # another process is at it
    except OSError as error:
        _note_unwritable(warnings, base, error)
    except ValueError as error:
        warnings['total'] = '%s: no worker that ends is added to it' % error
    finally:
        os.close(directory)


def _fold_locked(base, window, warnings):
    owners = _owners(os.path.dirname(base))
    paths = _list(base)
    _remove_unfinished(paths, owners)
    content = _read(base + '.total', owners)
    total = _parse_total(base + '.total', content)
    # An earlier fold may have been stopped before it removed them; only when they are removed may their IDs go.
    total.folded = [identity for identity in total.folded if not _remove_worker(base, identity)]
    dead = _add_dead(total, paths, owners, warnings)
    if not dead and content is not None:
        return
    total.folded += dead
    os.close(_replace(base + '.total', total.render(window)))
    for identity in dead:
        _remove_worker(base, identity)


def _owners(directory):
    """Users whose files are read: the directory's owner, root and this one."""
    return {0, os.geteuid(), os.stat(directory).st_uid}


def _list(base):
    """Paths of all files of an application, beginning anywhere: a fold may not come to the end of them."""
    directory, name = os.path.split(base)
    with os.scandir(directory) as entries:
        names = [entry.name for entry in itertools.islice(entries, _MOST_NAMES) if entry.name.startswith(name + '.')]
    first = int.from_bytes(os.urandom(4), 'little') % (len(names) or 1)
    return [os.path.join(directory, name) for name in names[first:] + names[:first]]


def _remove_unfinished(paths, owners):
    """Files that a process began to write when it was killed; nobody takes a minute to write one."""
    for path in paths:
        if path.endswith('.tmp'):
            try:
                status = os.lstat(path)
                if _reason_against(status, owners) is None and status.st_mtime < time.time() - 60:
                    os.unlink(path)
            except OSError:
                pass  # the next fold tries again


def _remove_worker(base, identity):
    """Whether the file is gone."""
    try:
        _remove('%s.%s.worker' % (base, identity))
        return True
    except OSError:
        return False


def _add_dead(total, paths, owners, warnings):
    """Adds the workers that are gone. Returns their IDs."""
    added = []
    until = time.monotonic() + _FOLD_SECONDS
    for path in paths:
        match = _WORKER_NAME.fullmatch(os.path.basename(path))
        if match is None or match[2] in total.folded:
            continue
        if time.monotonic() > until or len(total.folded) + len(added) >= _MOST_FOLDED:
            break
        try:
            if _add_if_dead(total, path, owners):
                added.append(match[2])
        except FileNotFoundError:
            pass
        except (OSError, _Unreadable) as error:
            reason = error.reason if isinstance(error, _Unreadable) else error.strerror
            warnings['worker: %s' % reason] = (
                '%s: %s: it is not added to the total; remove it, and others of the kind' % (path, reason))
    return added


def _add_if_dead(total, path, owners):
    with _open(path, owners) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        header, record, buckets = _parse_worker(path, file.read(_LARGEST_FILE))
        if _is_alive(header):
            return False
        total.add(path, record, buckets)
        return True


def _is_alive(header):
    """Whether there is the process that a file names; what is in another PID namespace cannot be seen."""
    try:
        return header['namespace'] == _namespace() and header['start'] == _start_of(header['pid'])
    except (OSError, ValueError, LookupError):
        return False


class _Unreadable(ValueError):
    """A file that is not read. The reason quotes nothing of it."""

    def __init__(self, path, reason):
        super().__init__('%s: %s' % (path, reason))
        self.reason = reason


def _reason_against(status, owners):
    if not stat.S_ISREG(status.st_mode):
        return 'not a regular file'
    if status.st_uid not in owners:
        return "it belongs to user %d, and not to the directory's owner" % status.st_uid
    return 'larger than 1 MiB' if status.st_size > _LARGEST_FILE else None


def _open(path, owners):
    """A file of ours to read. It is looked at before, since opening a device can have effects, and after."""
    reason = _reason_against(os.lstat(path), owners)
    if reason is not None:
        raise _Unreadable(path, reason)
    file = open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC), 'rb')
    reason = _reason_against(os.fstat(file.fileno()), owners)
    if reason is not None:
        file.close()
        raise _Unreadable(path, reason)
    return file


def _read(path, owners):
    """The content of a file, None if there is none."""
    try:
        with _open(path, owners) as file:
            return file.read(_LARGEST_FILE)
    except FileNotFoundError:
        return None


class _Total:
    """Sums over workers. Buckets are [number, sum, squares, maximum] by second."""

    def __init__(self):
        self.started = self.finished = 0
        self.responses = [0] * 6
        self.buckets = {}
        self.folded = []

    def add(self, path, record, buckets):
        """All of a worker, or nothing when a sum is none any more."""
        try:
            started = _to_count(self.started + record[_STARTED])
            finished = _to_count(self.finished + record[_FINISHED])
            responses = [_to_count(ours + theirs) for ours, theirs in zip(self.responses, record[_RESPONSE_SLICE])]
            sums = dict(self.buckets)
            for second, (count, total, squares, highest) in buckets.items():
                ours = sums.get(second, [0, 0.0, 0.0, 0.0])
                sums[second] = [
                    _to_count(ours[0] + count), _to_time(ours[1] + total), _to_time(ours[2] + squares),
                    max(ours[3], highest)]
        except ValueError as error:
            raise _Unreadable(path, 'damaged') from error
        self.started, self.finished, self.responses, self.buckets = started, finished, responses, sums

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
            raise ValueError('another format')
        total.started, total.finished = _to_count(values['started']), _to_count(values['finished'])
        total.responses = [_to_count(count) for count in values['responses']]
        total.folded = list(values['folded'])
        total.buckets = _in_window(values['buckets'], _to_window(values['window']))
        if len(total.responses) != 6 or not all(_WORKER_ID.fullmatch(identity) for identity in total.folded):
            raise ValueError('another number of responses, or no ID')
        return total
    except Exception as error:  # whatever a parser says, also RecursionError
        raise _Unreadable(path, 'damaged, not a file of %r' % _TOTAL_FORMAT) from error


def _parse_worker(path, content):
    """The header, the record and the buckets within the window."""
    try:
        header = json.loads(content[:_HEADER_SIZE].decode())
        window = _to_window(header['window'])
        if header['format'] != _WORKER_FORMAT or len(content) != _RING + window * _BUCKET.size:
            raise ValueError('another format or length')
        for name in ('pid', 'start', 'namespace'):
            _to_count(header[name])
        record = _RECORD.unpack_from(content, _HEADER_SIZE)
        for number in record[_STARTED:_SECOND]:
            _to_count(number)
        buckets = {bucket[0]: bucket for bucket in _BUCKET.iter_unpack(content[_RING:])}
        buckets[record[_SECOND]] = record[_BUCKET_SLICE]
        return header, record, _in_window(buckets.values(), window)
    except Exception as error:
        raise _Unreadable(path, 'damaged, not a file of %r' % _WORKER_FORMAT) from error


def _to_window(value):
    if type(value) is not int or not 1 <= value <= 3600:
        raise ValueError('not a window')
    return value


def _to_count(value):
    """A whole number that a double can hold."""
    if type(value) not in (int, float) or not 0 <= value < 2.0 ** 53 or value != int(value):
        raise ValueError('not a count')
    return int(value)


def _to_time(value):
    """A sum of times, or of their squares, that stays finite in any sum of sums."""
    if type(value) not in (int, float) or not 0 <= value < 2.0 ** 106:
        raise ValueError('not a time')
    return float(value)


def _in_window(buckets, window):
    """[number, sum, squares, maximum] by second."""
    now = int(time.time())
    return {
        _to_count(second): [_to_count(count), _to_time(total), _to_time(squares), _to_time(highest)]
        for second, count, total, squares, highest in buckets if now - window < second <= now}


def read_directory(directory):
    """All applications of a directory, in gstats' shape. Raises OSError, and ValueError for what cannot be read."""
    applications, problems = _read_all(directory)
    if problems:
        raise ValueError(problems[0])
    return applications


def _read_all(directory):
    """The applications, and what could not be read. An application whose total cannot be read is left out."""
    for left in reversed(range(_READ_TRIES)):
        problems = []
        totals = _try_to_read(directory, problems, left == 0)
        if totals is not None:
            return {urllib.parse.unquote(name): total.summarize() for name, total in totals.items()}, problems
    raise ValueError('%s: changes faster than it can be read' % directory)


def _try_to_read(directory, problems, takes_torn):
    """Totals by encoded name; None when it was not one state that was read.

    A record that stays torn was killed while it was written, and is taken as it is.
    """
    owners = _owners(directory)
    names = sorted(os.listdir(directory))
    before = _read_totals(directory, names, owners, problems)
    applications = {}
    for name, content in before.items():
        path = os.path.join(directory, name + '.total')
        applications[name] = None if content is None else _attempt(problems, _parse_total, path, content)
    for entry in names:
        match = _WORKER_NAME.fullmatch(entry)
        total = match and applications.setdefault(match[1], _Total())
        if total is None or match[2] in total.folded:
            continue
        path = os.path.join(directory, entry)
        try:
            content = _read(path, owners)
            if content is None:
                return None
            _, record, buckets = _parse_worker(path, content)
            if record[_SEQUENCE] != record[_REPEATED] and not takes_torn:
                return None
            total.add(path, record, buckets)
        except (OSError, _Unreadable) as error:
            problems.append(str(error))
    if _read_totals(directory, os.listdir(directory), owners, []) != before:
        return None
    return {name: total for name, total in applications.items() if total is not None}


def _read_totals(directory, names, owners, problems):
    """Contents by encoded name; None of what cannot be read."""
    matches = filter(None, map(_TOTAL_NAME.fullmatch, names))
    return {match[1]: _attempt(problems, _read, os.path.join(directory, match[0]), owners) for match in matches}


def _attempt(problems, read, *arguments):
    try:
        return read(*arguments)
    except (OSError, _Unreadable) as error:
        problems.append(str(error))
        return None


def main(arguments):
    if arguments in (['-h'], ['--help']):
        print(_USAGE)
        return 0
    if len(arguments) != 1 or arguments[0].startswith('-'):
        print('usage: hook_stats.py DIRECTORY (--help says more)', file=sys.stderr)
        return 2
    try:
        applications, problems = _read_all(arguments[0])
    except (OSError, ValueError) as error:
        applications, problems = None, [error]
    if applications is not None:
        print(json.dumps(applications))
    for problem in problems:
        printable = ''.join(char if char.isprintable() else '?' for char in str(problem))
        print('hook_stats.py: %s' % printable, file=sys.stderr)
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
