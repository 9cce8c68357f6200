// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the config file's own way to refer to an option.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { makePlan } from '../../src/config/plan.ts';
import type { Plan } from '../../src/plan.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const ENOUGH = '[pull]\nservers = unix:///s.sock\n[graphite]\n';

async function plan(text: string): Promise<Plan> {
  const file = join(await tempDir(), 'c.conf');
  await writeFile(file, text);
  const settings = await parseCommandLine('run', ['--config', file]);
  return makePlan('run', settings, await readConfig(settings));
}

describe('a haproxystats.conf', () => {
  it('of an empty [graphite] means the defaults of haproxystats', async () => {
    expect(await plan(ENOUGH)).toMatchObject({
      layout: 'haproxystats',
      endpoints: [{ kind: 'path', path: '/s.sock' }],
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
        lists: {},
      },
      read: { retries: 1, connectTimeout: 100, interval: 500, total: 2000 },
      warnings: [],
      notes: [],
    });
  });

  it('has its own defaults in every section, which [DEFAULT] does not replace', async () => {
    expect(await plan(`[DEFAULT]\nretries = 9\n${ENOUGH}`)).toMatchObject({ read: { retries: 1 } });
  });

  it('names unknown options and sections with their lines, and goes on', async () => {
    const { warnings } = await plan(`[graphit]\nserver = x\n${ENOUGH}prot = 1\n`);
    expect(warnings.map(({ code, message }) => [code, message.replace(/^\S+c\.conf/, 'FILE')])).toEqual([
      ['warning', 'FILE:1: [graphit]: unknown section; did you mean [graphite]?'],
      ['warning', 'FILE:6: [graphite] prot: unknown option; did you mean port?'],
    ]);
  });

  it('inherits from [DEFAULT] what a section does not know without a word', async () => {
    const { warnings, notes } = await plan(`[DEFAULT]\nloglevel = debug\ncolour = red\n${ENOUGH}`);
    expect(warnings.map(({ what }) => what)).toEqual([
      '[DEFAULT] colour: unknown option; see hap-monitor --print-defaults',
    ]);
    expect(notes).toHaveLength(1);
  });

  it('may have what the sample files of haproxystats hold', async () => {
    const sample =
      'prefix_hostname = true\nprefix-name = x\nprefix_namespace = y\ntimeout = 1\nretries = -1\n';
    const { warnings, destinations } = await plan(ENOUGH + sample);
    expect(warnings).toEqual([]);
    expect(destinations[0]?.limits.retries).toBe(Infinity);
  });

  it.each([
    ['[::1]', '::1'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['carbon_1.example.org', 'carbon_1.example.org'],
  ])('may say server = %s', async (server, host) => {
    const { destinations } = await plan(`${ENOUGH}server = ${server}\n`);
    expect(destinations[0]?.backend).toMatchObject({ host });
  });

  it('may have sections and options with the names of JavaScript’s own', async () => {
    const { warnings } = await plan(
      `[__proto__]\na = 1\n[constructor]\n__proto__ = 1\n${ENOUGH}toString = 1\n`,
    );
    expect(warnings.map(({ what }) => what.replace(/; .*/, ''))).toEqual([
      '[__proto__]: unknown section',
      '[constructor]: unknown section',
      '[graphite] tostring: unknown option',
    ]);
  });

  it('of something else is told by the first 20 words that nobody knows', async () => {
    const words = Array.from({ length: 50_000 }, (_, index) => `word${index} = 1\n`).join('');
    const { warnings } = await plan(`${ENOUGH}${'x'.repeat(1_000_000)} = 1\n${words}`);
    expect(warnings.length).toBe(21);
    expect(warnings.at(-1)?.message).toBe(
      'config files: 49981 more unknown sections or options: are these files of hap-monitor or haproxystats?',
    );
  });

  it.each([
    [
      'more than 1000 sections',
      Array.from({ length: 2000 }, (_, index) => `[s${index}]\n`).join(''),
      /c\.conf:1001: there are more than 1000 sections$/,
    ],
    [
      'references that multiply',
      `[DEFAULT]\na0 =\n${Array.from({ length: 9 }, (_, index) => `a${index + 1} = ${`\${a${index}}`.repeat(20)}\n`).join('')}${ENOUGH}namespace = \${a9}\n`,
      /its references make it longer than 4194304 characters$/,
    ],
    [
      'a megabyte of broken references',
      `${ENOUGH}namespace = ${'${'.repeat(500_000)}\n`,
      /\[graphite\] namespace: "\$" \(character 1\) refers to nothing; /,
    ],
    [
      'a megabyte of broken references in an address',
      `[graphite]\n[pull]\nservers = http://a:\${x}${'${'.repeat(500_000)}\n`,
      /\[pull\] servers: "\$\{\.\.\.\}" \(character 10\) leads to no option; /,
    ],
    [
      'brackets in brackets without end',
      `${ENOUGH}group-namespace = x\n[backend-groups]\na = ${'('.repeat(100_000)}\n`,
      /its brackets stand too deep in each other$/,
    ],
  ])('with %s is refused within a second', async (_, text, message) => {
    const begin = performance.now();
    await expect(plan(text)).rejects.toThrow(message);
    expect(performance.now() - begin).toBeLessThan(1000);
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
    expect(groups).toMatchObject({ namespace: 'flavor', doubleWrites: false, frontend: [], server: [] });
    expect(groups.backend.map(({ name, pattern }) => [name, pattern.source])).toEqual([
      ['b_x', '^[Aa][Pp][Ii]'],
      ['a', '[^\\n]'],
    ]);
  });

  it.each([
    ['[graphite]\nport = many\n', 'FILE:5: [graphite] port: expected a whole number, 1 to 65535, got "many"'],
    ['[graphite]\nport = 0\n', 'FILE:5: [graphite] port: expected a whole number, 1 to 65535, got "0"'],
    [
      '[graphite]\nport = 70000\n',
      'FILE:5: [graphite] port: expected a whole number, 1 to 65535, got "70000"',
    ],
    [
      '[graphite]\ninterval = -1\n',
      'FILE:5: [graphite] interval: expected a number of seconds, 0 or more, got "-1"',
    ],
    ...['h:2003', 'tcp://h', 'h ; note', '[::1', 'a@b'].map((server): [string, string] => [
      `[graphite]\nserver = ${server}\n`,
      `FILE:5: [graphite] server: expected a host name or an address alone, got "${server}"`,
    ]),
    [
      '[graphite]\nconnect-timeout = 0\n',
      'FILE:5: [graphite] connect-timeout: expected a number of seconds, 0.001 or more, got "0"',
    ],
    [
      '[hooks]\ntimeout = 0\n',
      'FILE:5: [hooks] timeout: expected a number of seconds, 0.001 or more, got "0"',
    ],
    ['[hooks]\nsources = ftp://h\n', /^FILE:5: \[hooks\] sources: expected \[APP=\]SRC .*got "ftp:\/\/h"$/],
    ['[graphite]\nfqdn = maybe\n', 'FILE:5: [graphite] fqdn: expected true or false, got "maybe"'],
    ['[graphite]\nprotocol = sctp\n', 'FILE:5: [graphite] protocol: expected tcp or udp or tls, got "sctp"'],
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
      '[process]\nexclude-backends = /no/such/file\n',
      'FILE:5: [process] exclude-backends: /no/such/file: cannot be read: no such file',
    ],
    [
      '[graphite]\ngroup-namespace = g\n',
      'FILE:5: [graphite] group-namespace: expected groups in one of [frontend-groups], [backend-groups], [server-groups]',
    ],
    [
      '[frontend-groups]\nweb = ^w\n',
      'FILE:5: [frontend-groups] web: expected group-namespace in [graphite], the level that groups stand below',
    ],
    [
      '[graphite]\ngroup-namespace = g\n[server-groups]\nweb = (\n',
      'FILE:7: [server-groups] web: expected a regular expression as Python reads it, got "(": "(" is not closed',
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

  it.each([
    ['[graphite] server', 'a\0b', 'a\\u0000b'],
    ['[statsd] server', 'unix:///a\0b', 'unix:///a\\u0000b'],
    ['[graphite] group-namespace', 'a\x1bb', 'a\\u001bb'],
    ['[process] hostname', 'lb\x7f1', 'lb\\u007F1'],
    ['[process] tags', 'a=b,c=d\te', 'c=d\\te'],
    ['[process] metrics', 'scur qc\0ur', 'qc\\u0000ur'],
    ['[pull] socket-dir', '/run\x85/b', '/run\\u0085/b'],
    ['[pull] servers', '/a\n  /b', '/a\\n/b'],
    ['[hooks] sources', '/a,x=/b\0c', 'x=/b\\u0000c'],
    ['[paths] spool', '/a\x01b', '/a\\u0001b'],
    ['[local-store] dir', '/a\x01b', '/a\\u0001b'],
  ])('may have no control character in %s', async (option, value, shown) => {
    const failure = await plan(`${option.replace(' ', '\n')} = ${value}\n`).catch(error => error);
    expect(failure.code).toBe('usage');
    expect(failure.message.replace(/^\S+c\.conf/, 'FILE')).toBe(
      `FILE:2: ${option}: expected no control character, got "${shown}"`,
    );
  });

  it('blames an endpoint on its own line', async () => {
    const failure = await plan('[pull]\nservers = /a,\n  tcp://h\n[graphite]\n').catch(error => error);
    expect(failure.message).toMatch(
      /c\.conf:2: \[pull\] servers: expected a socket path, .*, got "tcp:\/\/h"$/,
    );
  });

  it('that cannot be read is a usage error', async () => {
    const settings = await parseCommandLine('run', ['--config', '/no/such.conf']);
    await expect(readConfig(settings)).rejects.toThrow('/no/such.conf: cannot be read: no such file');
  });
});
