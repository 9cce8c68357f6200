import { expect, test } from 'vitest';
import { LONGEST_INFO, parseInfo } from '../../src/haproxy/info.ts';

function read(text: string): Record<string, unknown> | undefined {
  const answer = parseInfo(Buffer.from(text));
  return (
    answer &&
    Object.fromEntries(Array.from(answer.info, ([name, { text, number }]) => [name, number ?? text]))
  );
}

test('a line is a name and a value, up to the empty line', () => {
  expect(
    read('Name: HAProxy\nVersion: 2.8.1\nPid: 7\nIdle_pct: 98.5\nUptime: 0d 0h01m05s\n\n# pxname'),
  ).toEqual({
    Name: 'HAProxy',
    Version: '2.8.1',
    Pid: 7,
    Idle_pct: 98.5,
    Uptime: '0d 0h01m05s',
  });
  expect(parseInfo(Buffer.from('Name: HAProxy\n\nrest'))?.end).toBe(15);
});

test('a value in quotes may hold line breaks, quotes and what looks like fields', () => {
  expect(read('Name: HAProxy\ndescription: "a ""b""\n\nPid: 8"\nPid: 7\n\n')).toEqual({
    Name: 'HAProxy',
    description: 'a "b"\n\nPid: 8',
    Pid: 7,
  });
});

test('a quote that does not close stays; a value may be of any alphabet', () => {
  const lines = [
    'Name: HAProxy',
    'node:  "',
    'description:  "lb',
    'Release_date: "é"',
    'Uptime: Übersee\u00a0🐘',
    '',
    '',
  ];
  expect(read(lines.join('\n'))).toEqual({
    Name: 'HAProxy',
    node: '"',
    description: '"lb',
    Release_date: 'é',
    Uptime: 'Übersee\u00a0🐘',
  });
});

test('before HAProxy 1.7 the description is the rest, as it is written', () => {
  const text = 'Name: HAProxy\nVersion: 1.5.0\ndescription: first\n\nPid: 8\n\n# pxname,svname,\n';
  expect(read(text)).toMatchObject({ description: 'first\n\nPid: 8' });
  expect(read(text)).not.toHaveProperty('Pid');
});

test('an answer without its empty line is not whole, and one without an end is no HAProxy’s', () => {
  expect(parseInfo(Buffer.from('Name: HAProxy\nPid: 7\n'))).toBeUndefined();
  expect(() => parseInfo(Buffer.from('Name: HAProxy\n'.repeat(LONGEST_INFO / 14 + 1)))).toThrow(
    'the answer to show info is longer than 65536 bytes: this is not HAProxy',
  );
});
