import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, startProcess } from './process.ts';

/** A series of the render API: what a legend shows, and its points with their timestamps, oldest first. */
export type Series = {
  readonly target: string;
  readonly datapoints: readonly (readonly [value: number | null, timestamp: number])[];
};

/** A running graphite-web: the three requests with which Grafana asks it, and the one for a picture. */
export type GraphiteWeb = {
  readonly url: string;
  /** The last level of the paths that match, branches and leaves alike. */
  find(query: string): Promise<string[]>;
  /** The whole paths that match. */
  expand(query: string): Promise<string[]>;
  render(target: string, from: string): Promise<Series[]>;
  /** A PNG; the parameters are those of graphite-web's render API. */
  draw(parameters: URLSearchParams): Promise<Buffer>;
  stop(): Promise<void>;
};

// Graphite-web's own WSGI application, its database in memory; the one thread is all there is to that database.
const server = `
import sys
from wsgiref.simple_server import make_server
try:
    from graphite.wsgi import application
except ImportError as error:
    sys.exit(f'{error}: graphite-web is not installed: run sudo test/install-servers.sh')
from django.core.management import call_command
call_command('migrate', verbosity=0, run_syncdb=True, skip_checks=True)
make_server('127.0.0.1', int(sys.argv[1]), application).serve_forever()
`;

/** Starts the real graphite-web over a carbon's whisper files; DIR is for its settings and logs. */
export async function startGraphiteWeb(dir: string, whisperRoot: string): Promise<GraphiteWeb> {
  const settings = join(dir, 'graphite-web');
  await mkdir(settings, { recursive: true });
  await writeFile(
    join(settings, 'local_settings.py'),
    `SECRET_KEY = 'test'
STORAGE_DIR = CONF_DIR = LOG_DIR = '${settings}'
WHISPER_DIR = '${whisperRoot}'
CARBONLINK_HOSTS = []
DEFAULT_CACHE_DURATION = FIND_CACHE_DURATION = 0
DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}
`,
  );
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess('/usr/bin/python3', ['-c', server, String(port)], {
    env: { PYTHONPATH: settings, GRAPHITE_SETTINGS_MODULE: 'local_settings' },
    ready: async () => (await fetch(`${url}/metrics/find?query=*`).catch(() => undefined))?.ok === true,
  });
  const post = async (path: string, parameters: URLSearchParams): Promise<Response> => {
    const response = await fetch(url + path, { method: 'POST', body: parameters });
    if (response.ok) return response;
    throw new Error(`${path}?${parameters} was answered with ${response.status}:\n${await response.text()}`);
  };
  const ask = async (path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> =>
    (await post(path, new URLSearchParams(parameters))).json();
  return {
    url,
    find: async query =>
      ((await ask('/metrics/find', { query })) as { text: string }[]).map(({ text }) => text),
    expand: async query => ((await ask('/metrics/expand', { query })) as { results: string[] }).results,
    render: async (target, from) => (await ask('/render', { target, from, format: 'json' })) as Series[],
    draw: async parameters => Buffer.from(await (await post('/render', parameters)).arrayBuffer()),
    stop: () => started.stop(),
  };
}
