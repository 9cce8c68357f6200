import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { fullHostName, shortHostName } from '../../src/config/host.ts';

const name = hostname();

test('the short name is the machine’s up to its first dot', () => {
  expect(shortHostName()).toMatch(/^[^.]+$/);
  expect(`${name}.`.startsWith(`${shortHostName()}.`)).toBe(true);
});

test.runIf(name.includes('.'))('a name with a dot is the full name, whatever the file says', () => {
  expect(fullHostName(`10.0.0.1 other.example.org ${name}\n`)).toBe(name);
});

describe.skipIf(name.includes('.'))('the full name of a machine whose own has no dot', () => {
  test.each([
    ['127.0.0.1 localhost\n', name],
    ['', name],
    [`127.0.1.1 ${name}.example.org ${name}\n`, `${name}.example.org`],
    [`127.0.1.1\t${name}\t${name}.lan  lb.example.org\r\n`, `${name}.lan`],
    [
      `10.0.0.1 ${name}\n10.0.0.2 ${name} second.example.org\n10.0.0.3 ${name} third.org\n`,
      'second.example.org',
    ],
    [`# 10.0.0.1 ${name}.old.org ${name}\n10.0.0.1 ${name} # ${name}.remark.org\n`, name],
    [`10.0.0.1 x${name} ${name}x ${name}-2 other.example.org\n`, name],
    [`  10.0.0.1 ${name} lb.example.org\n`, 'lb.example.org'],
  ])('by %j is %s', (hosts, full) => {
    expect(fullHostName(hosts)).toBe(full);
  });
});

test('the file of this machine is read unless another is given', () => {
  expect(fullHostName()).toBe(fullHostName(readFileSync('/etc/hosts', 'utf8')));
});
