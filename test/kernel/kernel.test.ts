import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openModule, openScript } from '../../src/kernel/heap.ts';

const MARK = 0xa5;
const LONGEST = 100;
const MOST = 20;

/** Regions of a memory, each zeros between bytes that nothing may change. */
function layRegions(buffer: ArrayBuffer, ...sizes: readonly number[]) {
  const bytes = new Uint8Array(buffer).fill(MARK);
  let at = 64;
  const starts = sizes.map(size => {
    const start = at;
    bytes.fill(0, start, start + size);
    at = Math.ceil((start + size + 64) / 8) * 8;
    return start;
  });
  const isWhole = (): boolean => {
    const rest = bytes.slice();
    starts.forEach((start, index) => {
      rest.fill(MARK, start, start + (sizes[index] ?? 0));
    });
    return rest.every(byte => byte === MARK);
  };
  return { starts, isWhole };
}

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'a1. '), maxLength: 4 }),
  fc
    .string({ unit: fc.constantFrom(...'a,"\n'), maxLength: 5 })
    .map(text => `"${text.replaceAll('"', '""')}"`),
  fc.bigInt({ min: 0n, max: 10n ** 17n }).map(String),
  fc.constantFrom('', '""', '-5', '0.5', '007', 'a"b'),
);

const tables = fc
  .integer({ min: 1, max: 6 })
  .chain(columns =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 8 }),
  );

describe.each([
  ['WebAssembly', openModule],
  ['JavaScript', openScript],
])('the kernel as %s', (_name, open) => {
  const find = (text: string, columns: number) => {
    const answer = Buffer.from(text, 'latin1');
    const size = answer.length;
    const { buffer, kernel } = open(65_536);
    const sizes = [size, 4 * (Math.min(MOST, Math.floor(size / columns)) + 2), 2 * size, 8, 64, 64, 128];
    const { starts: regions, isWhole } = layRegions(buffer, ...sizes);
    const [begin = 0, starts = 0, ends = 0, found = 0, wanted = 0, others = 0, into = 0] = regions;
    new Uint8Array(buffer).set(answer, begin);
    const stop = kernel.findCells(begin, begin + size, columns, LONGEST, MOST, starts, ends, found);
    const [rows = 0, cells = 0] = new Int32Array(buffer, found, 2);
    return {
      buffer,
      kernel,
      regions: { begin, starts, ends, wanted, others, into },
      isWhole,
      rows,
      cells,
      stop: stop - begin,
    };
  };

  it('finds the cells of quoted and plain text', () => {
    fc.assert(
      fc.property(tables, table => {
        const [columns, text] = [table[0]?.length ?? 0, table.map(row => `${row.join()}\n`).join('')];
        const { buffer, regions, isWhole, rows, cells, stop } = find(text, columns);
        fc.pre(table.every(row => row.join().length <= LONGEST));
        expect({ rows, cells, stop }).toEqual({ rows: table.length, cells: columns, stop: text.length });
        const starts = new Int32Array(buffer, regions.starts, rows + 1);
        const ends = new Uint16Array(buffer, regions.ends, rows * columns);
        const got = table.map((row, index) =>
          row.map((_cell, column) => {
            const from = column === 0 ? 0 : (ends[index * columns + column - 1] ?? 0) + 1;
            return Buffer.from(
              buffer,
              (starts[index] ?? 0) + from,
              (ends[index * columns + column] ?? 0) - from,
            ).toString('latin1');
          }),
        );
        expect(got).toEqual(table);
        expect(isWhole()).toBe(true);
      }),
    );
  });

  it('stops behind the first row that has too few or too many cells, is too long, or is one too many', () => {
    expect(find('1,2\n3\n4,5\n', 2)).toMatchObject({ rows: 2, cells: 1, stop: 6 });
    expect(find('1,2\n3,4,5\n', 2)).toMatchObject({ rows: 2, cells: 3, stop: 10 });
    expect(find(`1,${'2'.repeat(LONGEST - 2)}\n3,4\n`, 2)).toMatchObject({ rows: 2, cells: 2 });
    expect(find('1\n'.repeat(MOST), 1)).toMatchObject({ rows: MOST, stop: 2 * MOST });
    expect(find('1\n'.repeat(2 * MOST), 1)).toMatchObject({ rows: MOST + 1, stop: 2 * MOST + 2 });
    expect(find(`1,${'2'.repeat(LONGEST - 1)}\n3,4\n`, 2)).toMatchObject({ rows: 1, cells: 2 });
  });

  it('leaves out a row that does not end', () => {
    expect(find('1,2\n3,4', 2)).toMatchObject({ rows: 1, cells: 2, stop: 4 });
    expect(find('1,2\n3,"4\n', 2)).toMatchObject({ rows: 1, cells: 2, stop: 4 });
    expect(find('', 2)).toMatchObject({ rows: 0, cells: 2, stop: 0 });
  });

  it('writes nowhere else, whatever an answer says', () => {
    const bytes = fc.string({ unit: fc.constantFrom(...',,,\n"a0\u00ff'), maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 5 }), (text, columns) => {
        expect(find(text, columns).isWhole()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads numbers as JavaScript does, and says which cells it leaves to it', () => {
    fc.assert(
      fc.property(tables, table => {
        const columns = table[0]?.length ?? 0;
        const { buffer, kernel, regions, rows, isWhole } = find(
          table.map(row => `${row.join()}\n`).join(''),
          columns,
        );
        fc.pre(rows === table.length);
        const { starts, ends, wanted, others, into } = regions;
        new Int32Array(buffer, wanted, rows).set(table.map((_row, index) => rows - 1 - index));
        const cells = table.map(row => row[0] ?? '').reverse();
        const isPlain = (text: string): boolean => /^\d{1,15}$/.test(text);
        const count = kernel.readNumbers(starts, ends, columns, 0, wanted, rows, into, others);
        expect([...new Float64Array(buffer, into, rows)]).toEqual(
          cells.map(text => (isPlain(text) ? Number(text) : Number.NaN)),
        );
        expect([...new Int32Array(buffer, others, count)]).toEqual(
          cells.flatMap((text, index) => (text === '' || isPlain(text) ? [] : [index])),
        );
        const empty = table.findIndex(([text]) => text === '' || text === '""');
        expect(kernel.findEmpty(starts, ends, columns, rows, 0)).toBe(empty);
        expect(isWhole()).toBe(true);
      }),
    );
  });

  const numbers = fc.oneof(
    fc.nat(),
    fc.maxSafeInteger(),
    fc.double({ noDefaultInfinity: true }),
    fc.constantFrom(0, -0, 9, 10, 999_999_999, 1e9, 1e9 + 1, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e21, 0.1, -7),
    fc.constant(Number.NaN),
  );
  const words = fc.string({ unit: fc.constantFrom(...'abc.;='), maxLength: 12 });
  const fieldsOf = fc.array(fc.record({ name: words, tag: words, value: numbers }), { maxLength: 12 });

  it('writes lines as JavaScript does, as far as they fit', () => {
    const lengths = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(fieldsOf, fc.tuple(words, words, words), lengths, lengths, (fields, row, longest, room) => {
        const [prefix, before, after] = row;
        const end = ' 1800000000\n';
        const texts = [...row, ...fields.flatMap(({ name, tag }) => [name, tag]), end];
        const text = texts.join('');
        const { buffer, kernel } = open(65_536);
        const sizes = [12, room + text.length + 25, text.length, 4 * (texts.length + 1), 8 * fields.length];
        const { starts: regions, isWhole } = layRegions(buffer, ...sizes);
        const [state = 0, packet = 0, chars = 0, starts = 0, values = 0] = regions;
        Buffer.from(buffer).write(text, chars, 'latin1');
        const lengthsOf = texts.map((_text, index) => texts.slice(0, index).join('').length);
        new Int32Array(buffer, starts).set([...lengthsOf, text.length].map(length => chars + length));
        new Float64Array(buffer, values).set(fields.map(({ value }) => value));
        new Int32Array(buffer, state)[0] = packet;

        const stop = kernel.writeLines(
          starts,
          starts + 12,
          values,
          8,
          0,
          fields.length,
          longest,
          packet + room,
          state,
        );
        let [written, lines, next] = ['', 0, 0];
        for (; next < fields.length; next++) {
          const { name = '', tag = '', value = Number.NaN } = fields[next] ?? {};
          if (Number.isNaN(value)) continue;
          const line = `${prefix}${name}${before}${tag}${after}${value}${end}`;
          if (line.length > longest || written.length + line.length > room) {
            expect(new Int32Array(buffer, state)[2]).toBe(line.length);
            break;
          }
          written += line;
          lines++;
        }
        expect(stop).toBe(next);
        const [at = 0, count] = new Int32Array(buffer, state, 2);
        expect(Buffer.from(buffer, packet, at - packet).toString('latin1')).toBe(written);
        expect(count).toBe(lines);
        expect(isWhole()).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
