import { expect, test } from 'vitest';
import { readMergeOptions } from '../../src/config/merge-options.ts';
import { readFlags, writeConfig } from '../helpers/config.ts';

async function read(process: string) {
  const file = await writeConfig(`[process]\n${process}`);
  return { file, options: async () => readMergeOptions((await readFlags('--config', file)).config) };
}

test('without options the sums are those of haproxystats, of all fields that it knows', async () => {
  expect(readMergeOptions((await readFlags()).config)).toEqual({
    lists: {},
    aggregation: 'haproxystats',
    perProcess: false,
    percentages: false,
    aggregateServers: false,
    status: true,
  });
});

test('each option has its own place', async () => {
  const lines = {
    'aggregation = by-kind': { aggregation: 'by-kind' },
    'per-process-metrics = on': { perProcess: true },
    'calculate-percentages = on': { percentages: true },
    'aggr-server-metrics = on': { aggregateServers: true },
    'status-metrics = off': { status: false },
  };
  const defaults = readMergeOptions((await readFlags()).config);
  for (const [line, changed] of Object.entries(lines))
    expect(await (await read(line)).options()).toEqual({ ...defaults, ...changed });
});

test('a kind has a list of its own, the others keep all fields', async () => {
  const { options } = await read('backend-metrics = scur, h2_open_connections\nserver-metrics = qcur qcur\n');
  expect((await options()).lists).toEqual({
    backend: new Set(['scur', 'h2_open_connections']),
    server: new Set(['qcur']),
  });
});

test('a field that no HAProxy has is refused by its name, on its line', async () => {
  const { file, options } = await read('frontend-metrics = scur\nserver-metrics = scur toString scurr\n');
  await expect(options()).rejects.toMatchObject({
    code: 'usage',
    message: `${file}:3: [process] server-metrics: expected names of HAProxy's fields, got "toString"`,
  });
});
