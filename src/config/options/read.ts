import { type Option, READING } from './option.ts';

/** What is read, and how long that may take. */
export const READ = {
  sockets: {
    kind: 'list',
    argument: 'endpoint',
    commands: READING,
    group: 'What to read',
    keys: { 'pull.servers': undefined },
    help: 'HAProxy endpoints: socket path, glob, directory, unix:///path, tcp://host:port, http(s)://[user:password@]host:port/path of a stats page',
  },
  'socket-dir': {
    kind: 'text',
    argument: 'directory',
    keys: { 'pull.socket-dir': undefined },
    help: 'a directory of sockets, read beside servers',
  },
  'hook-stats': {
    kind: 'list',
    argument: 'file',
    commands: READING,
    group: 'What to read',
    keys: { 'hooks.sources': undefined },
    help: 'hook snapshots, [APP=]SRC: file, - (stdin), directory, http(s) URL, zmq+tcp://host:port',
  },
  timeout: {
    kind: 'seconds',
    commands: READING,
    group: 'Times (in seconds) and limits',
    keys: { 'pull.timeout': 0.1 },
    min: 0.001,
    help: 'connecting to an endpoint',
  },
  'pull-timeout': {
    kind: 'seconds',
    commands: READING,
    group: 'Times (in seconds) and limits',
    keys: { 'pull.pull-timeout': 2 },
    min: 0.001,
    help: 'all of reading an endpoint',
  },
  'pull-retries': {
    kind: 'number',
    commands: READING,
    group: 'Times (in seconds) and limits',
    keys: { 'pull.retries': 1 },
    min: -1,
    whole: true,
    help: 'more tries to read an endpoint, half a second apart; -1 for no limit',
  },
  'pull-interval': {
    kind: 'seconds',
    keys: { 'pull.interval': 0.5 },
    help: 'between two tries to read an endpoint',
  },
  'hook-timeout': {
    kind: 'seconds',
    commands: READING,
    group: 'Times (in seconds) and limits',
    keys: { 'hooks.timeout': 2 },
    min: 0.001,
    help: 'all of reading a hook snapshot',
  },
  'hook-max-age': {
    kind: 'seconds',
    commands: READING,
    group: 'Times (in seconds) and limits',
    keys: { 'hooks.max-age': 300 },
    help: 'a hook snapshot in an older file is not sent; 0 for any age',
  },
} as const satisfies Record<string, Option>;
