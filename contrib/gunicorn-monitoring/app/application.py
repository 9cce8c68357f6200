"""Answers with the status that the path names, /slow after a moment; anything else is 200."""

import time


def app(environ, start_response):
    path = environ['PATH_INFO'].strip('/')
    if path == 'slow':
        time.sleep(0.2)
    status = path if path.isdigit() and len(path) == 3 else '200'
    start_response(status + ' As asked', [('Content-Type', 'text/plain'), ('Content-Length', '3')])
    return [b'ok\n']
