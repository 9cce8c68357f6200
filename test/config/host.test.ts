import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { fullHostName, shortHostName } from '../../src/config/host.ts';

test('the short name is the machine’s up to its first dot', () => {
  expect(shortHostName('lb1.example.org')).toBe('lb1');
  expect(shortHostName('lb1')).toBe('lb1');
  expect(`${hostname()}.`.startsWith(`${shortHostName()}.`)).toBe(true);
});

test('a name with a dot is the full name, whatever the file says', () => {
  expect(fullHostName('10.0.0.1 other.example.org lb1.lan\n', 'lb1.lan')).toBe('lb1.lan');
});

test.each([
  ['127.0.0.1 localhost\n', 'lb1'],
  ['', 'lb1'],
  ['127.0.1.1 lb1.example.org lb1\n', 'lb1.example.org'],
  ['127.0.1.1\tlb1\tlb1.lan  lb.example.org\r\n', 'lb1.lan'],
  ['10.0.0.1 lb1\n10.0.0.2 lb1 second.example.org\n10.0.0.3 lb1 third.org\n', 'second.example.org'],
  ['# 10.0.0.1 lb1.old.org lb1\n10.0.0.1 lb1 # lb1.remark.org\n', 'lb1'],
  ['10.0.0.1 xlb1 lb1x lb1-2 other.example.org\n', 'lb1'],
  ['  10.0.0.1 lb1 lb.example.org\n', 'lb.example.org'],
])('by %j the full name of lb1 is %s', (hosts, full) => {
  expect(fullHostName(hosts, 'lb1')).toBe(full);
});

test('name and file are those of this machine unless others are given', () => {
  expect(fullHostName()).toBe(fullHostName(readFileSync('/etc/hosts', 'utf8'), hostname()));
});
