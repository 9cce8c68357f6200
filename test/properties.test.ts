import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAnswers } from '../src/haproxy/answer.ts';
import { hapMonitor } from '../src/layout/hap-monitor.ts';
import { namePoints } from '../src/layout/points.ts';
import { levelCleaner } from '../src/layout/tree.ts';
import { sampleSnapshots } from '../src/shape/samples.ts';
import { encodeGraphite } from '../src/sink/encode/graphite.ts';
import { encodeStatsd } from '../src/sink/encode/statsd.ts';
import type { Snapshot } from '../src/types.ts';
import { everything } from './helpers/filters.ts';
import { limitsOf } from './helpers/packets.ts';

/** Quotes a text that could be mistaken for more than one cell, as HAProxy does. */
function quote(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Names of every kind, and more often than chance would have it the characters that mean something to someone. */
const names = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(...'a.b;c=d:e|f@g#h/i\\j\n\r\t \v\f\u0000\u0085\u2028{}~*?[]"\',ä🐘'),
    minLength: 1,
    maxLength: 20,
  }),
);

function answer(proxy: string, service: string, field: string): Snapshot {
  const cells = ['# pxname,svname,scur', quote(field), 'status,\n'].join(',');
  const row = `${quote(proxy)},${quote(service)},-5,7,UP,\n\n`;
  return {
    endpoint: { kind: 'socket', label: 'unix:/s', name: 's', address: { path: '/s' } },
    answered: 0,
    ...parseAnswers(Buffer.from(`Name: HAProxy\nProcess_num: 1\n\n${cells}${row}`)),
  };
}

function lines(snapshot: Snapshot, type: 'graphite' | 'statsd', dots: boolean): string[] {
  const endpoints = { list: [snapshot.endpoint], single: true };
  const groups = { doubleWrites: false, frontend: [], backend: [], server: [] };
  const processName = undefined;
  const naming = {
    scope: 'lb',
    host: 'h',
    tags: [],
    endpoints,
    processName,
    type,
    keepDots: dots,
    deltas: false,
    groups,
  };
  const sampling = {
    metrics: ['all', 'Process_num'],
    defaults: [],
    filter: everything,
    clean: levelCleaner(naming),
  };
  const samples = sampleSnapshots([snapshot], sampling, () => undefined);
  const points = namePoints(samples, hapMonitor, naming, () => undefined);
  const encode = type === 'graphite' ? encodeGraphite : encodeStatsd;
  const packets = [
    ...encode(points, {
      timestamp: 1_800_000_000,
      limits: limitsOf(1432),
      refuse: () => expect.fail('refused'),
      packed: () => undefined,
    }),
  ];
  return packets.join('').split('\n').slice(0, -1);
}

const fields = fc.string({ unit: fc.constantFrom(...'abc.;:|/ ä#@'), minLength: 1, maxLength: 10 });

test('no name can add a line, a level, a tag or a field to what Graphite gets', () => {
  fc.assert(
    fc.property(names, names, fields, (proxy, service, field) => {
      const got = lines(answer(proxy, service, field), 'graphite', false);
      expect(got).toHaveLength(8);
      const level = '[A-Za-z0-9_:-]+';
      const line = new RegExp(
        `^lb\\.h\\.1\\.(Process_num|${level}\\.${level}\\.(status\\.[A-Z]+|${level})) -?\\d+ 1800000000$`,
      );
      for (const text of got) expect(text).toMatch(line);
    }),
    { seed: 20_261_121, numRuns: 2000 },
  );
});

test('no name can add a line, a level, a tag or a field to what StatsD gets', () => {
  fc.assert(
    fc.property(names, names, fields, (proxy, service, field) => {
      const got = lines(answer(proxy, service, field), 'statsd', false);
      expect(got).toHaveLength(9);
      const level = '[A-Za-z0-9_-]+';
      const line = new RegExp(
        `^lb\\.h\\.1\\.(Process_num|${level}\\.${level}\\.(status\\.[A-Z]+|${level})):-?\\d+\\|g$`,
      );
      for (const text of got) expect(text).toMatch(line);
    }),
    { seed: 20_261_121, numRuns: 2000 },
  );
});

test('kept dots add levels and nothing else, none of them empty', () => {
  fc.assert(
    fc.property(names, names, fields, (proxy, service, field) => {
      for (const text of lines(answer(proxy, service, field), 'graphite', true)) {
        expect(text).toMatch(/^lb\.h\.1(\.[A-Za-z0-9_:-]+)+ -?\d+ 1800000000$/);
      }
    }),
    { seed: 20_261_121, numRuns: 1000 },
  );
});

const ascii = fc.string({ unit: fc.constantFrom(...'abc.XYZ_019-'), maxLength: 40 });
const values = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.constant(Number.NaN));
const tables = fc.integer({ min: 1, max: 12 }).chain(width =>
  fc.record({
    fields: fc.array(fc.record({ name: ascii, tag: fc.constantFrom('', ';state=UP', ';state=DOWN') }), {
      minLength: width,
      maxLength: width,
    }),
    rows: fc.array(
      fc.record({
        prefix: ascii,
        before: ascii,
        after: ascii,
        numbers: fc.array(values, { minLength: width, maxLength: width }),
      }),
      { maxLength: 30 },
    ),
  }),
);

test('lines are those that a simple program would write, and as many are in a packet as fit', () => {
  fc.assert(
    fc.property(
      fc.array(tables, { maxLength: 4 }),
      fc.integer({ min: 40, max: 140 }),
      fc.integer({ min: 0, max: 2000 }),
      (blocks, line, more) => {
        const refused: string[] = [];
        const limits = { line, packet: line + more };
        const points = blocks.map(({ fields, rows }) => ({
          fields,
          places: rows.map(row => [row]),
          values: fields.map((_, at) => Float64Array.from(rows, ({ numbers }) => numbers[at] ?? 0)),
        }));
        const packets = Array.from(
          encodeGraphite(points, {
            timestamp: 7,
            limits,
            refuse: path => refused.push(path),
            packed: () => 0,
          }),
          String,
        );
        const wanted = blocks.flatMap(({ fields, rows }) =>
          rows.flatMap(({ prefix, before, after, numbers }) =>
            fields
              .map(
                ({ name, tag }, at) => [`${prefix}${name}${before}${tag}${after}`, numbers[at] ?? 0] as const,
              )
              .filter(([, number]) => !Number.isNaN(number))
              .map(([path, number]) => ({ path, text: `${path} ${number} 7\n` })),
          ),
        );
        const fits = wanted.filter(({ text }) => text.length <= line).map(({ text }) => text);
        expect(packets.join('')).toBe(fits.join(''));
        expect(refused).toEqual(wanted.filter(({ text }) => text.length > line).map(({ path }) => path));
        for (const [index, packet] of packets.entries()) {
          expect(packet.length).toBeLessThanOrEqual(limits.packet);
          const [next = ''] = /^.*\n/.exec(packets[index + 1] ?? '') ?? [];
          if (next !== '') expect(packet.length + next.length).toBeGreaterThan(limits.packet);
        }
      },
    ),
    { seed: 20_261_121, numRuns: 2000 },
  );
});

test('an answer cut anywhere, or with a byte changed, is refused or read, and never breaks a line', () => {
  const whole = Buffer.from(
    'Name: HAProxy\nProcess_num: 1\n\n# pxname,svname,scur,status,\napp,"s, ""1""",1,UP,\napp,s2,2,DOWN,\n\n',
  );
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
      const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
      if (!cut) bytes[at] = byte;
      let snapshot: Snapshot;
      try {
        const endpoint = { kind: 'socket', label: 'unix:/s', name: 's', address: { path: '/s' } } as const;
        snapshot = { endpoint, answered: 0, ...parseAnswers(bytes) };
      } catch {
        return;
      }
      expect(cut).toBe(false);
      for (const text of lines(snapshot, 'graphite', false)) {
        expect(text).toMatch(/^lb\.h\.[A-Za-z0-9_:.-]+ -?[\d.]+ 1800000000$/);
      }
    }),
    { seed: 20_261_121, numRuns: 3000 },
  );
});
