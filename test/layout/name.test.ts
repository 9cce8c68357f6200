import { describe, expect, it } from 'vitest';
import { cleaner, nameRoot } from '../../src/layout/name.ts';

const clean = cleaner({ dots: false, colons: true });

describe('a name', () => {
  it.each([
    ['web-01_A:b', 'web-01_A:b'],
    ['s.1', 's_1'],
    ['a b\tc\nd', 'a_b_c_d'],
    ['x;y=z', 'x_y_z'],
    ['../../etc', '______etc'],
    ['größe', 'gr__e'],
    ['🐘', '_'],
    ['', '_'],
    ['a|b@c#d', 'a_b_c_d'],
  ])('%j is the level %j', (name, level) => {
    expect(clean(name)).toBe(level);
  });

  it('loses its colons for StatsD', () => {
    expect(cleaner({ dots: false, colons: false })('tcp:in')).toBe('tcp_in');
  });

  it.each([
    ['a.b', 'a.b'],
    ['.a', '_a'],
    ['a.', 'a_'],
    ['a..b', 'a_.b'],
    ['...', '___'],
    ['.', '_'],
  ])('%j with dots kept is %j: no level is empty', (name, levels) => {
    expect(cleaner({ dots: true, colons: true })(name)).toBe(levels);
  });
});

it('the root of a tree has the host as one level, or none', () => {
  expect(nameRoot({ scope: 'lb.x', host: 'a.b:c', type: 'graphite' })).toBe('lb.x.a_b:c');
  expect(nameRoot({ scope: 'lb.x', host: 'a.b:c', type: 'statsd' })).toBe('lb.x.a_b_c');
  expect(nameRoot({ scope: 'lb.x', host: undefined, type: 'statsd' })).toBe('lb.x');
});
