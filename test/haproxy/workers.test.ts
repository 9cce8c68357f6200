import { expect, it } from 'vitest';
import { parseWorkers } from '../../src/haproxy/workers.ts';

function parse(...lines: string[]) {
  return parseWorkers(Buffer.from(`${lines.join('\n')}\n\n`));
}

it('the workers of HAProxy 1.9 are read, whose uptime holds a blank', () => {
  const workers = parse(
    '#<PID>          <type>          <relative PID>  <reloads>       <uptime>',
    '1162            master          0               5               0d 00h02m07s',
    '# workers',
    '1271            worker          1               0               0d 00h00m01s',
    '1272            worker          2               0               0d 00h00m01s',
    '# old workers',
    '1233            worker          [was: 1]        3               1d 01h01m43s',
  );
  expect(workers.current).toEqual([
    { pid: '1271', age: 1, number: '1' },
    { pid: '1272', age: 1, number: '2' },
  ]);
  expect(workers.old).toMatchObject([{ pid: '1233', age: 90_103 }]);
});

it('the workers of HAProxy 2.0 to 2.4 are read, beside programs of any name', () => {
  const workers = parse(
    '#<PID>          <type>          <relative PID>  <reloads>       <uptime>        <version>      ',
    '1162            master          0               5               0d00h02m07s     2.0-dev7       ',
    '# workers',
    '1271            worker          1               0               0d00h00m00s     2.0-dev7       ',
    '# old workers',
    '1233            worker          [was: 1]        3               0d00h00m43s     2.0-dev3       ',
    '# programs',
    '1244            worker          -               0               0d00h00m00s     -              ',
    '# old programs',
    '1218            worker          -               5               0d00h02m07s     -              ',
    '',
  );
  expect(workers.current).toEqual([{ pid: '1271', age: 0, number: '1' }]);
  expect(workers.old).toMatchObject([{ pid: '1233', age: 43 }]);
});

it('the workers of HAProxy 2.5 to 3.5 are read, which have no number', () => {
  const workers = parse(
    '#<PID>          <type>          <reloads>       <uptime>        <version>      ',
    '13129           master          1 [failed: 0]   0d00h00m05s     2.6.12-1+deb12u3',
    '# workers',
    '13496           worker          0               0d00h00m02s     2.6.12-1+deb12u3',
    '# old workers',
    '13146           worker          1               0d00h00m05s     2.6.12-1+deb12u3',
    '13100           worker          2               12d00h00m00s    2.6.12-1+deb12u3',
  );
  expect(workers.current).toEqual([{ pid: '13496', age: 2, number: '' }]);
  expect(workers.old.map(({ pid, age }) => [pid, age])).toEqual([
    ['13146', 5],
    ['13100', 1_036_800],
  ]);
});

it('an answer that was cut is refused', () => {
  const cut = '#<PID> <type>\n1 master 0d00h00m05s\n# workers\n';
  expect(() => parseWorkers(Buffer.from(cut))).toThrow(
    'the answer to show proc was cut short after 45 bytes',
  );
});
