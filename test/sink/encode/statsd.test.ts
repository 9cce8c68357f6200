import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { encodeStatsd } from '../../../src/sink/encode/statsd.ts';
import type { PointField, PointTable } from '../../../src/types.ts';
import { pointsOf } from '../../helpers/listing.ts';
import { limitsOf } from '../../helpers/packets.ts';

type Point = Parameters<typeof pointsOf>[0][number];

function encode(points: Point[], limit: number): { packets: string[]; refused: string[] } {
  const { packets, refused } = encodeTables(pointsOf(points), limit);
  return { packets, refused };
}

function encodeTables(tables: Iterable<PointTable>, limit: number) {
  const refused: string[] = [];
  let datapoints = 0;
  const encoding = {
    timestamp: 1_800_000_000,
    limits: limitsOf(limit),
    refuse: (path: string, count: number) => refused.push(...Array(count).fill(path)),
    packed: (count: number) => {
      datapoints = count;
    },
  };
  return { packets: Array.from(encodeStatsd(tables, encoding), String), refused, datapoints };
}

function manyPoints(count: number, value: (index: number) => number): Point[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `lb.h.1.app.server${index}.scur`,
    value: value(index),
  }));
}

/** A table of one row. */
function row(tags: string, ...columns: readonly (readonly [PointField, number])[]): PointTable {
  return {
    places: [[{ prefix: 'lb.', before: tags, after: ';host=lb1' }]],
    fields: columns.map(([field]) => field),
    values: columns.map(([, value]) => Float64Array.of(value)),
  };
}

describe('StatsD gauges', () => {
  afterEach(() => vi.unstubAllEnvs());
  it('are name, value and type', () => {
    const points = [0, 2.5, 7].map(value => ({ path: 'a.b', value }));
    expect(encode(points, 1432).packets).toEqual(['a.b:0|g\na.b:2.5|g\na.b:7|g\n']);
  });

  it('are set to zero before a negative value, because StatsD takes a sign for a change', () => {
    expect(encode([{ path: 'a', value: -1 }], 1432).packets).toEqual(['a:0|g\na:-1|g\n']);
  });

  it('keep a zero and its negative value in one packet wherever a packet ends', () => {
    const { packets } = encode(
      manyPoints(2000, index => -index - 1),
      1432,
    );
    for (const packet of packets) {
      expect(packet.length).toBeLessThanOrEqual(1432);
      const lines = packet.trimEnd().split('\n');
      for (let at = 0; at < lines.length; at += 2) {
        expect(lines[at]).toMatch(/:0\|g$/);
        expect(lines[at + 1]?.split(':')[0]).toBe(lines[at]?.split(':')[0]);
      }
    }
    expect(packets.join('').trimEnd().split('\n')).toHaveLength(4000);
  });

  it('are refused where one alone is longer than a packet, and the others go out', () => {
    const long = { path: 'x'.repeat(1429), value: 1 };
    expect(encode([long, { path: 'a', value: 1 }], 1432)).toEqual({
      packets: ['a:1|g\n'],
      refused: [long.path.slice(0, 200)],
    });
    expect(encode([{ path: 'x'.repeat(1427), value: 1 }], 1432).packets[0]).toHaveLength(1432);
  });

  it('are refused where a zero and its negative value are longer than a packet together', () => {
    const long = { path: 'x'.repeat(800), value: -1 };
    expect(encode([long, { path: 'a', value: 1 }], 1432)).toEqual({
      packets: ['a:1|g\n'],
      refused: [long.path.slice(0, 200)],
    });
  });

  it('are packed the same however long the sender takes for a packet', async () => {
    const points = manyPoints(200, index => index);
    const encoding = { timestamp: 7, limits: limitsOf(1432), refuse: () => 0, packed: () => 0 };
    const packets: string[] = [];
    for (const packet of encodeStatsd(pointsOf(points), encoding)) {
      packets.push(String(packet));
      await sleep(20);
    }
    expect(packets).toEqual(encode(points, 1432).packets);
  });

  it('are the same whatever DD_ variables are set', () => {
    const variables = {
      DD_ENV: 'prod',
      DD_SERVICE: 'lb',
      DD_VERSION: '1',
      DD_TAGS: 'a:1,b:2',
      DD_ENTITY_ID: 'pod',
      DD_AGENT_HOST: '192.0.2.1',
      DD_DOGSTATSD_PORT: '1',
      DD_DOGSTATSD_URL: 'udp://192.0.2.1:1',
      DD_EXTERNAL_ENV: 'it-false,cn-nginx',
      DD_CARDINALITY: 'high',
      DD_ORIGIN_DETECTION_ENABLED: 'true',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    expect(encode([{ path: 'a', value: 1 }], 1432).packets).toEqual(['a:1|g\n']);
  });
});

describe('StatsD counters', () => {
  it('have a type of their own, and a negative one is one line', () => {
    const field = { name: 'stot', tag: '', counts: true } as const;
    const points = [7, -7].map(value => ({ ...row('', [field, value]), places: [[bare]] }));
    expect(encodeTables(points, 1432)).toEqual({
      packets: ['lb.stot:7|c\nlb.stot:-7|c\n'],
      refused: [],
      datapoints: 2,
    });
    expect(encodeTables(points.slice(1), 'lb.stot:-7|c\n'.length).refused).toEqual([]);
  });
});

const bare = { prefix: 'lb.', before: '', after: '' };

describe('DogStatsD’s tags', () => {
  it('are those of the place and then those of the field, and none is no mark', () => {
    const status = { name: 'status', tag: ';state=UP' };
    const points = [row(';a=x:y', [{ name: 'scur', tag: '' }, 1], [status, 0])];
    expect(encodeTables(points, 1432).packets).toEqual([
      'lb.scur:1|g|#a:x:y,host:lb1\nlb.status:0|g|#a:x:y,host:lb1,state:UP\n',
    ]);
  });

  it('count for the length of a line', () => {
    const line = 'lb.scur:1|g|#a:b,host:lb1\n';
    const points = [row(';a=b', [{ name: 'scur', tag: '' }, 1])];
    expect(encodeTables(points, line.length)).toEqual({ packets: [line], refused: [], datapoints: 1 });
    expect(encodeTables(points, line.length - 1)).toEqual({
      packets: [],
      refused: ['lb.scur;a=b;host=lb1'],
      datapoints: 0,
    });
  });
});

describe('the number of datapoints packed', () => {
  it('has neither zeros before negative values, nor missing values, nor what was refused', () => {
    const long = {
      ...row('', [{ name: 'scur', tag: '' }, 1]),
      places: [[{ ...bare, prefix: 'x'.repeat(90) }]],
    };
    const gaps = row('', [{ name: 'a', tag: '' }, -1], [{ name: 'b', tag: '' }, Number.NaN]);
    expect(encodeTables([long, gaps], 80)).toMatchObject({
      refused: [`${'x'.repeat(90)}scur`],
      datapoints: 1,
    });
  });
});
