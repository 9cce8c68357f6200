import { describe, expect, it } from 'vitest';
import { encodeGraphite } from '../../../src/sink/encode/graphite.ts';
import type { PacketLimits, PointTable } from '../../../src/types.ts';
import { pointsOf } from '../../helpers/listing.ts';
import { limitsOf } from '../../helpers/packets.ts';

type Point = Parameters<typeof pointsOf>[0][number];

function encode(points: Point[], limits: number | PacketLimits): { packets: string[]; refused: string[] } {
  const refused: string[] = [];
  const packets = [
    ...encodeGraphite(pointsOf(points), {
      timestamp: 1_800_000_000,
      limits: typeof limits === 'number' ? limitsOf(limits) : limits,
      refuse: (path, datapoints) => refused.push(...Array(datapoints).fill(path)),
      packed: () => undefined,
    }),
  ];
  return { packets: packets.map(String), refused };
}

function manyPoints(count: number, value: (index: number) => number): Point[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `lb.h.1.app.server${index}.scur`,
    value: value(index),
  }));
}

describe('Graphite lines', () => {
  it('are path, value and the timestamp of the run', () => {
    const points = [0, -1, 2.5, 2 ** 64, 1e-7].map(value => ({ path: 'a.b', value }));
    expect(encode(points, 1432).packets).toEqual([
      'a.b 0 1800000000\na.b -1 1800000000\na.b 2.5 1800000000\na.b 18446744073709552000 1800000000\na.b 1e-7 1800000000\n',
    ]);
  });

  it('are packed whole, as many as fit', () => {
    const { packets } = encode(
      manyPoints(1000, index => index),
      1432,
    );
    expect(packets.join('').split('\n')).toHaveLength(1001);
    for (const packet of packets) expect(packet).toMatch(/\n$/);
    for (const packet of packets.slice(0, -1)) {
      expect(packet.length).toBeLessThanOrEqual(1432);
      expect(packet.length).toBeGreaterThan(1432 - 60);
    }
  });

  it('are refused where one alone is longer than a packet, and the others go out', () => {
    const long = { path: 'x'.repeat(1432), value: 1 };
    expect(encode([long, { path: 'a', value: 1 }, long], 1432)).toEqual({
      packets: ['a 1 1800000000\n'],
      refused: Array(2).fill(long.path.slice(0, 200)),
    });
    const fits = { path: 'x'.repeat(1432 - ' 1 1800000000\n'.length), value: 1 };
    expect(encode([fits], 1432).packets[0]).toHaveLength(1432);
  });

  it('of a row whose name alone is too long are counted together, and the path is cut', () => {
    const refused: [string, number][] = [];
    const fields = ['a', 'b', 'c'].map(name => ({ name, tag: '' }));
    const [long, none] = ['x'.repeat(2_000_000), ''];
    const places = [
      [{ prefix: long, before: none, after: none }],
      [{ prefix: 'short.', before: none, after: none }],
      [{ prefix: 'short.', before: none, after: long }],
    ];
    const values = [
      [1, 2, 3],
      [Number.NaN, 3, 4],
      [4, 5, Number.NaN],
    ].map(column => Float64Array.from(column));
    const encoding = {
      timestamp: 7,
      limits: limitsOf(1432),
      refuse: (path: string, datapoints: number) => refused.push([path, datapoints]),
      packed: () => undefined,
    };
    const packets = [...encodeGraphite([{ places, fields, values }], encoding)];
    expect(packets.join('')).toBe('short.a 2 7\nshort.b 3 7\nshort.c 5 7\n');
    expect(refused).toEqual([
      ['x'.repeat(200), 2],
      [`short.a${'x'.repeat(193)}`, 2],
    ]);
  });

  it('show every number as JavaScript does', () => {
    const integers = [
      9,
      10,
      99,
      100,
      999_999_999,
      1e9,
      1_000_000_007,
      2 ** 31,
      2 ** 32,
      2 ** 53 - 1,
      2 ** 53,
    ];
    const values = [...integers, 1e20, 1e21, -0, 0.1, -2.5, 5e-324, -1.2345678901234567e123];
    const { packets } = encode(
      values.map(value => ({ path: 'a', value })),
      1432,
    );
    expect(packets.join('')).toBe(values.map(value => `a ${value} 1800000000\n`).join(''));
  });

  it('are not longer than a line may be where a packet may', () => {
    const points = [9, 10, 11].map(length => ({ path: 'x'.repeat(length), value: 1 }));
    const limits = { line: ' 1 1800000000\n'.length + 10, packet: 1432 };
    expect(encode(points, limits)).toEqual({
      packets: [`${'x'.repeat(9)} 1 1800000000\n${'x'.repeat(10)} 1 1800000000\n`],
      refused: ['x'.repeat(11)],
    });
  });

  it('have room for a place without fields wherever a page ends', () => {
    const place = (prefix: string) => ({ prefix, before: '', after: '' });
    function* points(): Iterable<PointTable> {
      const fields = [{ name: 'x', tag: '' }];
      for (let index = 0; index < 6000; index++) {
        yield { places: [[place('a.')]], fields, values: [Float64Array.of(1)] };
        yield { places: [[place(`${'b'.repeat(200)}.`)]], fields: [], values: [] };
      }
    }
    const encoding = { timestamp: 1_800_000_000, limits: limitsOf(1432), refuse: () => 0, packed: () => 0 };
    expect([...encodeGraphite(points(), encoding)].join('')).toBe('a.x 1 1800000000\n'.repeat(6000));
  });

  it('go on in the packet that a smaller table began', () => {
    const sizes = [1, 300, 3, 2000];
    const tables = sizes.map((rows, table): PointTable => {
      const fields = Array.from({ length: 40 }, (_, index) => ({ name: `f${index}`, tag: '' }));
      const prefixes = Array.from({ length: rows }, (_, row) => `t${table}.r${row}.`);
      return {
        places: prefixes.map(prefix => [{ prefix, before: '', after: '' }]),
        fields,
        values: fields.map((_, index) => Float64Array.from(prefixes, (_prefix, row) => row * index)),
      };
    });
    const lines = tables.flatMap(({ places, fields, values }) =>
      places.flatMap((ofRow, row) =>
        fields.map(({ name }, index) => `${ofRow[0]?.prefix}${name} ${values[index]?.[row]} 7\n`),
      ),
    );
    const encoding = { timestamp: 7, limits: limitsOf(1432), refuse: () => 0, packed: () => 0 };
    expect([...encodeGraphite(tables, encoding)].join('')).toBe(lines.join(''));
  });

  it('of no points are no packet', () => {
    expect(encode([], 1432).packets).toEqual([]);
  });
});
