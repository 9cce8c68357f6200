import { expect, test } from 'vitest';
import { readHookDirectory } from '../helpers/hook-pages.ts';
import { runHookStats } from '../helpers/hook-stats.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** `serve` is a WSGI server that takes at most `most` pieces, `call` an ASGI server that tells what it was sent. */
const SERVERS = `
import asyncio, gc, tracemalloc
from hook_stats import ASGIMiddleware, WSGIMiddleware
stats = HookStats('my_app', directory)

class Wrapper(list): pass

def serve(app, most=99, environ=None):
    begun, pieces = [], []
    def start_response(status, headers, exc_info=None):
        begun.append(status)
        return pieces.append
    try:
        body = WSGIMiddleware(app, stats)({'wsgi.file_wrapper': Wrapper} if environ is None else environ, start_response)
        try:
            for piece in body:
                if len(pieces) == most: break
                pieces.append(piece)
        finally:
            if hasattr(body, 'close'): body.close()
    except BaseException as error:
        pieces.append(type(error).__name__)
    return begun + pieces

def call(app, scope={'type': 'http'}, send=None):
    sent = []
    async def receive(): return {'type': 'http.disconnect'}
    async def keep(message): sent.append(' '.join(map(str, message.values())) if isinstance(message, dict) else message)
    try:
        result = asyncio.run(ASGIMiddleware(app, stats)(scope, receive, send or keep))
        if result is not None: sent.append(result)
    except BaseException as error:
        sent.append(type(error).__name__)
    return sent

def start(status): return {'type': 'http.response.start', 'status': status}
def body(piece, more=False): return {'type': 'http.response.body', 'body': piece, 'more_body': more}
def counts(): return stats._worker._record[1:10]
`;

/** Requests by class: what is counted after a script. */
async function count(script: string) {
  const directory = await tempDir();
  const answer = await runHookStats(directory, `${SERVERS}${script}`);
  const [application] = await readHookDirectory(directory, Date.now() / 1000);
  const { fields = new Map<string, number>() } = application ?? {};
  const classes = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'].map(name => fields.get(`responses.${name}`));
  return { answer, classes, started: fields.get('started'), finished: fields.get('finished') };
}

test('a WSGI response passes as it is: pieces, length, close, and what it raises', async () => {
  const { answer, classes, started, finished } = await count(`
closed = []
class Body:
    def __iter__(self): return iter([b'a', b'', b'b'])
    def close(self): closed.append(self)
def whole(environ, start_response):
    start_response('200 OK', [])
    return [b'whole']
def stream(environ, start_response):
    yield b'' if start_response('404 Not Found', []) else b''
    yield b'late'
def raising(environ, start_response): raise KeyError('x')
def raising_late(environ, start_response):
    start_response('200 OK', [])
    raise OSError('before the first piece')
def raising_amid(environ, start_response):
    start_response('200 OK', [])
    yield b'a'
    raise ValueError('after the first piece')
def writing(environ, start_response):
    start_response('302 Found', headers=[], exc_info=None)(b'written')
    raise ValueError('after a write')
def ending(environ, start_response): raise SystemExit()
def file(environ, start_response):
    start_response('206 Partial Content', [])
    return environ['wsgi.file_wrapper']([b'file'])
def silent(environ, start_response): return ()
def closing(environ, start_response):
    start_response('200 OK', [])
    return Body()
apps = [whole, stream, raising, raising_late, raising_amid, writing, ending, file, silent, closing]
answers = [[str(each) if isinstance(each, str) else each.decode() for each in serve(app)] for app in apps]
length = len(WSGIMiddleware(whole, stats)({}, lambda *_: None))
kind = type(WSGIMiddleware(file, stats)({'wsgi.file_wrapper': Wrapper}, lambda *_: None)).__name__
answer([answers, len(closed), length, kind])`);
  expect(answer).toEqual([
    [
      ['200 OK', 'whole'],
      ['404 Not Found', '', 'late'],
      ['KeyError'],
      ['200 OK', 'OSError'],
      ['200 OK', 'a', 'ValueError'],
      ['302 Found', 'written', 'ValueError'],
      ['SystemExit'],
      ['206 Partial Content', 'file'],
      [],
      ['200 OK', 'a', '', 'b'],
    ],
    1,
    1,
    'Wrapper',
  ]);
  // The body whose length was asked for was never sent.
  expect({ classes, started, finished }).toEqual({ classes: [2, 0, 5, 1, 1, 2], started: 12, finished: 11 });
});

test('a client that hangs up ends its WSGI request, which runs until then and not longer', async () => {
  const { answer, classes } = await count(`
log = []
def stream(environ, start_response):
    start_response('200 OK', [])
    try:
        while True: yield b'piece'
    finally:
        log.append(counts()[1])
serve(stream, 3)
log.append(counts()[1])
def never(environ, start_response):
    start_response('200 OK', [])
    return stream(environ, start_response)
serve(never, 0)
WSGIMiddleware(stream, stats)({}, lambda *_: None)  # thrown away by a server that does not close
gc.collect()
answer([log, counts()[:3]])`);
  expect(answer).toEqual([
    [0, 1, 1],
    [3, 2, 1],
  ]);
  expect(classes).toEqual([0, 0, 2, 0, 0, 0]);
});

test('an ASGI response passes as it is, and ends with its last piece', async () => {
  const { answer, classes, started, finished } = await count(`
log = []
async def whole(scope, receive, send):
    await send(start(200)); await send(body(b'whole'))
    log.append(counts()[1])  # a task in the background
async def stream(scope, receive, send):
    await send(start(404)); await send(body(b'a', True)); await send(body(b'b', True))
    log.append(counts()[1])
    await send(body(b''))
    return 'result'
async def raising(scope, receive, send): raise KeyError('x')
async def raising_late(scope, receive, send):
    await send(start(200))
    raise ValueError('after the start')
async def cancelled(scope, receive, send): raise asyncio.CancelledError()
async def hung_up(scope, receive, send):
    if (await receive())['type'] == 'http.disconnect': return
async def odd(scope, receive, send):
    for message in (None, 5, {}, {'type': 'http.response.start'}, {'type': 'http.response.body', 'more_body': True}): await send(message)
async def refuse(message): raise OSError('client is gone')
answer([[call(app) for app in (whole, stream, raising, raising_late, cancelled, hung_up, odd)], call(whole, send=refuse), log])`);
  expect(answer).toEqual([
    [
      ['http.response.start 200', "http.response.body b'whole' False"],
      [
        'http.response.start 404',
        "http.response.body b'a' True",
        "http.response.body b'b' True",
        "http.response.body b'' False",
        'result',
      ],
      ['KeyError'],
      ['http.response.start 200', 'ValueError'],
      ['CancelledError'],
      [],
      [null, 5, '', 'http.response.start', 'http.response.body True'],
    ],
    ['OSError'],
    [1, 1],
  ]);
  expect({ classes, started, finished }).toEqual({ classes: [3, 0, 2, 0, 1, 2], started: 8, finished: 8 });
});

test('lifespan, websocket and odd scopes pass through, with the very same objects', async () => {
  const { answer, started } = await count(`
same = []
async def receive(): pass
async def send(message): pass
for scope in ({'type': 'lifespan'}, {'type': 'websocket'}, {}, None, 5):
    async def app(*arguments):
        same.append([ours is theirs for ours, theirs in zip(arguments, (scope, receive, send))])
        return 'result'
    same.append(asyncio.run(ASGIMiddleware(app, stats)(scope, receive, send)))
answer(same)`);
  expect(answer).toEqual(Array.from({ length: 5 }, () => [[true, true, true], 'result']).flat());
  expect(started).toBe(0);
});

test('ten thousand requests through either middleware cost no memory, whatever the application is like', async () => {
  const { answer, started, finished } = await count(`
class Odd:
    """Everything but being there raises."""
    def fail(self, *arguments): raise RuntimeError('hands off')
    __getattribute__ = __setattr__ = __eq__ = __hash__ = __bool__ = __str__ = __len__ = __iter__ = __getitem__ = fail
def stream(environ, start_response):
    start_response('200 OK', [])
    yield b'a'
    yield b'b'
def odd_body(environ, start_response): return Odd()
def odd_status(environ, start_response):
    start_response(Odd(), None)
    return [b'a']
def none(environ, start_response): return None
def raising(environ, start_response): raise ValueError()
wsgi = [stream, odd_body, odd_status, none, raising]
async def asgi_stream(scope, receive, send):
    await send(start(200)); await send(body(b'a', True)); await send(body(b'b'))
async def asgi_odd(scope, receive, send):
    await send(Odd()); await send({'type': Odd()}); await send({'type': 'http.response.start', 'status': Odd()})
async def asgi_raising(scope, receive, send): raise ValueError()
asgi = [asgi_stream, asgi_odd, asgi_raising]
async def nothing(*_): pass
def act_wsgi(index): serve(wsgi[index % len(wsgi)], index % 3, Odd() if index % 7 == 0 else None)
async def act_asgi(index):
    try: await ASGIMiddleware(asgi[index % len(asgi)], stats)({'type': 'http'}, nothing, nothing)
    except ValueError: pass
async def many_asgi(times):
    for index in range(times): await act_asgi(index)
def many_wsgi(times):
    for index in range(times): act_wsgi(index)
def growth(act):
    act(1000)
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    act(10000)
    gc.collect()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return grown
answer([growth(many_wsgi), growth(lambda times: asyncio.run(many_asgi(times)))])`);
  for (const grown of answer as number[]) expect(grown).toBeLessThan(50_000);
  expect([started, finished]).toEqual([22_000, 22_000]);
});
