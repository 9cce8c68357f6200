"""Reads INI texts with Python's configparser: a line of JSON in, a line of JSON out.

In: {"files": [TEXT, ...]}, read one on top of the other. Out: {"error": CLASS} or
{"sections": [[NAME, [[OPTION, VALUE or null, INHERITED], ...]], ...]} with [DEFAULT], if it has options, at the end;
null is a value that Python refuses to interpolate.
"""
import configparser
import io
import json
import sys


def read(files):
    parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    for text in files:
        # As open() reads a file, so with its rules for line ends.
        parser.read_file(io.TextIOWrapper(io.BytesIO(text.encode()), encoding='utf-8-sig'))
    default = ['DEFAULT'] if parser.defaults() else []
    return [[name, options(parser, name)] for name in parser.sections() + default]


def options(parser, section):
    own = parser._sections.get(section, parser.defaults())
    return [[name, value(parser, section, name), name not in own] for name, _ in parser.items(section, raw=True)]


def value(parser, section, option):
    try:
        return parser.get(section, option)
    except configparser.InterpolationError:
        return None


for line in sys.stdin:
    try:
        answer = {'sections': read(json.loads(line)['files'])}
    except configparser.Error as error:
        answer = {'error': type(error).__name__}
    print(json.dumps(answer), flush=True)
