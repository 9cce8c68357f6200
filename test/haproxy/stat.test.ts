import { describe, expect, it } from 'vitest';
import { parseStat } from '../../src/haproxy/stat.ts';
import type { StatTable } from '../../src/types.ts';
import { listRows } from '../helpers/listing.ts';

const HEADER = '# pxname,svname,scur,last_chk,';

function parse(...rows: string[]): StatTable {
  return parseStat(Buffer.from(`${[HEADER, ...rows].join('\n')}\n`));
}

function texts(table: StatTable): string[][] {
  return listRows(table, row => table.columns.slice(0, -1).map((_, column) => row.text(column)));
}

function numbers(cell: string): number[] {
  return listRows(parse(`p,s,${cell},,`), row => row.number(2));
}

describe('the columns of show stat', () => {
  it('are named by the header, the closing comma being one without a name', () => {
    expect(parse().columns.map(column => column.name)).toEqual(['pxname', 'svname', 'scur', 'last_chk', '']);
  });

  it('lose the blanks that HAProxy 1.4.0 wrote after some commas', () => {
    const { columns } = parseStat(Buffer.from('# pxname,svname,req_rate, req_rate_max, req_tot,\n'));
    expect(columns.map(column => column.name)).toEqual([
      'pxname',
      'svname',
      'req_rate',
      'req_rate_max',
      'req_tot',
      '',
    ]);
  });

  it('are text where HAProxy writes text, and numbers where nobody knows them', () => {
    const { columns } = parseStat(Buffer.from('# pxname,svname,scur,last_chk,addr,brand_new,\n'));
    expect(columns.filter(column => column.text).map(column => column.name)).toEqual([
      'pxname',
      'svname',
      'last_chk',
      'addr',
    ]);
  });
});

describe('the cells of a row', () => {
  it('are read as CSV: commas, doubled quotes and newlines inside of quotes belong to the text', () => {
    expect(texts(parse('app,"full, ""quoted"" name",1,"two\nlines, 3/5",', 'app,s,2,,'))).toEqual([
      ['app', 'full, "quoted" name', '1', 'two\nlines, 3/5'],
      ['app', 's', '2', ''],
    ]);
  });

  it('keep a quote that does not open the cell', () => {
    expect(texts(parse('a"b,s"",1,,'))).toEqual([['a"b', 's""', '1', '']]);
  });

  it('are decoded as UTF-8', () => {
    expect(texts(parse('größe,サーバ,1,,'))[0]?.slice(0, 2)).toEqual(['größe', 'サーバ']);
  });

  it.each([
    ['0', 0],
    ['42', 42],
    ['-1', -1],
    ['2.5', 2.5],
    ['999999999999999', 999_999_999_999_999],
    ['18446744073709551615', 2 ** 64],
    ['"7"', 7],
  ])('%s is the number %d', (cell, value) => {
    expect(numbers(cell)).toEqual([value]);
  });

  it.each(['', '-', 'UP', '1e3', '0x10', '1 ', '--1', '1.', '.5', 'NaN', 'Infinity', '9'.repeat(400), '""'])(
    '%j is no number',
    cell => {
      expect(numbers(cell)).toEqual([Number.NaN]);
    },
  );
});

describe('an answer that is not whole', () => {
  it('is refused when a row has fewer columns than the header', () => {
    expect(() => parse('p,s,1,,', 'p,s,1')).toThrow('row 2 has 3 columns where the header has 5');
  });

  it('is refused when a row has more columns than the header', () => {
    expect(() => parse('p,s,1,,2,3,4,5,6,7,')).toThrow('row 1 has 11 columns where the header has 5');
  });

  it('is refused when the last row has no end', () => {
    expect(() => parseStat(Buffer.from(`${HEADER}\np,s,1,,\np,s,`))).toThrow('row 2 does not end');
  });

  it('is refused when a quote is never closed', () => {
    expect(() => parse('p,s,1,"never closed,', 'p,s,1,,')).toThrow('row 1 does not end');
  });

  it('is refused when an empty line stands between rows', () => {
    expect(() => parse('p,s,1,,', '', 'p,s,1,,')).toThrow('row 2 has 1 columns where the header has 5');
  });
});

describe('an answer that is larger than that of any HAProxy', () => {
  const header = (columns: string[]): string =>
    `# pxname,svname,${columns.map(name => `${name},`).join('')}\n`;
  const read = (text: string): StatTable => parseStat(Buffer.from(text));

  it('may have 1,024 columns, the one without a name among them', () => {
    expect(read(header(Array(1021).fill('c'))).columns).toHaveLength(1024);
    expect(() => read(header(Array(1022).fill('c')))).toThrow('the header has more than 1024 columns');
  });

  it('may have columns of 255 characters', () => {
    expect(read(header(['c'.repeat(255)])).columns[2]?.name).toHaveLength(255);
    expect(() => read(header(['c'.repeat(256)]))).toThrow(
      'the header has a column of more than 255 characters',
    );
  });

  it('has a header of 65,535 bytes at most', () => {
    expect(() => read(header(Array(70_000).fill('')))).toThrow('the header is longer than 65535 bytes');
  });

  it('may have rows of 65,535 bytes, whose last cells are found', () => {
    const row = `p,${'s'.repeat(65_529)},1`;
    expect(listRows(parse(`${row},,`), cells => cells.number(2))).toEqual([1]);
    expect(() => parse('p,s,1,,', `${row}2,,`)).toThrow('row 2 is longer than 65535 bytes');
  });

  it('gives the numbers of any rows, however many, in the order that is asked for', () => {
    const cells = Array.from({ length: 5000 }, (_, row) =>
      row % 7 === 0 ? '0.5' : row % 5 === 0 ? '' : `${row}`,
    );
    const table = parse(...cells.map(cell => `p,s,${cell},,`));
    const rows = cells.map((_, row) => cells.length - 1 - row);
    const values = new Float64Array(cells.length);
    table.numbers(rows, 2, values);
    expect([...values]).toEqual(rows.map(row => (cells[row] === '' ? Number.NaN : Number(cells[row]))));
  });

  it('may have 250,000 rows', () => {
    const rows = 'p,s,1,,\n'.repeat(250_000);
    expect(read(`${HEADER}\n${rows}`).length).toBe(250_000);
    expect(() => read(`${HEADER}\n${rows}p,s,1,,\n`)).toThrow('there are more than 250000 rows');
  });
});
