// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the config file's own way to refer to an option.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { makePlan, readConfig } from '../../src/config/plan.ts';
import type { Plan } from '../../src/plan.ts';
import { fieldNames } from '../../src/shape/merged/fields.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const ENOUGH = '[pull]\nservers = unix:///s.sock\n[graphite]\n';

async function plan(text: string, ...argv: string[]): Promise<Plan> {
  const file = join(await tempDir(), 'c.conf');
  await writeFile(file, text);
  const settings = await parseCommandLine(['--config', file, ...argv]);
  return makePlan(settings, readConfig(settings), fieldNames);
}

describe('a haproxystats.conf', () => {
  it('of an empty [graphite] means the defaults of haproxystats', async () => {
    expect(await plan(ENOUGH)).toMatchObject({
      layout: 'haproxystats',
      endpoints: [{ kind: 'socket', label: 'unix:/s.sock' }],
      destinations: [
        {
          backend: { type: 'graphite', protocol: 'tcp', host: '127.0.0.1', port: 3002 },
          scope: 'loadbalancers',
          limits: { retries: 3, interval: 1800, backoff: 2, connectTimeout: 1000, writeTimeout: 1000 },
        },
      ],
      merge: {
        aggregation: 'haproxystats',
        status: true,
        perProcess: false,
        fields: { daemon: 'all', server: 'all' },
      },
      read: { retries: 1, connectTimeout: 100, interval: 500, total: 2000 },
      warnings: [],
      notes: [],
    });
  });

  it('has its own defaults in every section, which [DEFAULT] does not replace', async () => {
    expect(await plan(`[DEFAULT]\nretries = 9\n${ENOUGH}`)).toMatchObject({ read: { retries: 1 } });
  });

  it('without [graphite] leaves the layout as it is', async () => {
    expect(await plan('[pull]\nservers = tcp://h:1\n[statsd]\nprefix = x\n')).toMatchObject({
      layout: 'hap-monitor',
      destinations: [
        { backend: { type: 'statsd', protocol: 'udp', port: 8125 }, scope: 'x', limits: { retries: 3 } },
      ],
    });
  });

  it('with --backend needs --type: Graphite would silently become StatsD', async () => {
    await expect(plan(ENOUGH, '--backend', 'other:3002')).rejects.toThrow(
      '--type: the config file has [graphite], and without --type StatsD is meant: say --type G (Graphite) or --type S (StatsD)',
    );
  });

  it('names unknown options and sections with their lines, and goes on', async () => {
    const { warnings } = await plan(`[graphit]\nserver = x\n${ENOUGH}prot = 1\n`);
    expect(warnings.map(({ code, message }) => [code, message.replace(/^\S+c\.conf/, 'FILE')])).toEqual([
      [
        'warning',
        expect.stringMatching(/^FILE:1: \[graphit\]: unknown section; known are DEFAULT, paths, pull/),
      ],
      ['warning', 'FILE:6: [graphite] prot: unknown option'],
    ]);
  });

  it('may have what only the daemons need', async () => {
    const { notes, warnings } = await plan(
      `[process]\nworkers = 4\nliveness-check-interval = 3\nloglevel = info\n${ENOUGH}`,
    );
    expect(warnings).toEqual([]);
    expect(notes.map(note => note.replace(/^\S+c\.conf/, 'FILE'))).toEqual([
      'FILE:2: [process] workers: only a daemon needs this, it does nothing here',
      'FILE:3: [process] liveness-check-interval: only a daemon needs this, it does nothing here',
      'FILE:4: [process] loglevel: only a daemon needs this, it does nothing here',
    ]);
  });

  it('takes groups in file order, with Python’s inline flag', async () => {
    const { groups } = await plan(
      `${ENOUGH}group-namespace = flavor\n[backend-groups]\nb.x = (?i)^API\na = .\n`,
    );
    expect(groups).toEqual({
      namespace: 'flavor',
      doubleWrites: false,
      frontend: [],
      backend: [
        { name: 'b_x', pattern: /^API/i },
        { name: 'a', pattern: /./ },
      ],
      server: [],
    });
  });

  it.each([
    ['[graphite]\nport = many\n', 'FILE:5: [graphite] port: expected a whole number, 1 to 65535, got "many"'],
    ['[graphite]\nport = 0\n', 'FILE:5: [graphite] port: expected a whole number, 1 to 65535, got "0"'],
    [
      '[graphite]\nport = 70000\n',
      'FILE:5: [graphite] port: expected a whole number, 1 to 65535, got "70000"',
    ],
    ['[graphite]\ninterval = -1\n', 'FILE:5: [graphite] interval: expected a number, 0 to 2000000, got "-1"'],
    ['[graphite]\nfqdn = maybe\n', 'FILE:5: [graphite] fqdn: expected true or false, got "maybe"'],
    ['[graphite]\nprotocol = sctp\n', 'FILE:5: [graphite] protocol: expected tcp or udp, got "sctp"'],
    ['[graphite]\nconfirm = hope\n', 'FILE:5: [graphite] confirm: expected close or sent, got "hope"'],
    [
      '[graphite]\nnamespace = a b\n',
      'FILE:5: [graphite] namespace: expected a scope of letters, digits, "_" and "-" with single dots between its levels, got "a b"',
    ],
    [
      '[graphite]\nnamespace = ${paths:nowhere}\n',
      /^FILE:5: \[graphite\] namespace: "\$\{paths:nowhere\}" leads to no option/,
    ],
    ['[graphite]\nserver\n', /^FILE:5: /],
    ['[graphite]\nport = 1\nport = 2\n', /^FILE:6: \[graphite\] port stands on line 5 already/],
    [
      '[process]\naggregation = best\n',
      'FILE:5: [process] aggregation: expected haproxystats or by-kind, got "best"',
    ],
    [
      '[process]\nper-process-metrics = 2\n',
      'FILE:5: [process] per-process-metrics: expected true or false, got "2"',
    ],
    [
      '[process]\nserver-metrics = scur scurr\n',
      /^FILE:5: \[process\] server-metrics: expected names out of chkfail .*, got "scurr"$/,
    ],
    [
      '[process]\nexclude-backends = /no/such/file\n',
      'FILE:5: [process] exclude-backends: /no/such/file cannot be read: no such file',
    ],
    [
      '[graphite]\ngroup-namespace = g\n',
      'FILE:5: [graphite] group-namespace: expected groups in one of [frontend-groups], [backend-groups], [server-groups]',
    ],
    [
      '[frontend-groups]\nweb = ^w\n',
      'FILE:5: [frontend-groups]: expected group-namespace in [graphite], the level that groups stand below',
    ],
    [
      '[graphite]\ngroup-namespace = g\n[server-groups]\nweb = (\n',
      'FILE:7: [server-groups] web: expected a regular expression, got "("',
    ],
  ])(
    'with the mistake %j is a usage error that names file, line, section and option',
    async (text, message) => {
      const lines = `[pull]\nservers = unix:///s.sock\n[statsd]\n${text}`;
      const failure = await plan(lines).catch(error => error);
      expect(failure).toMatchObject({ code: 'usage' });
      const said = failure.message.replace(/^\S+c\.conf/, 'FILE');
      if (typeof message === 'string') expect(said).toBe(message);
      else expect(said).toMatch(message);
    },
  );

  it('that cannot be read is a usage error', async () => {
    const settings = await parseCommandLine(['--config', '/no/such.conf']);
    expect(() => readConfig(settings)).toThrow('/no/such.conf: cannot be read: no such file');
  });
});
