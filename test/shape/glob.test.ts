import { describe, expect, it } from 'vitest';
import { globTest } from '../../src/shape/glob.ts';

describe('globTest', () => {
  it.each([
    ['web/*', 'web/one', true],
    ['*/BACKEND', 'web/BACKEND', true],
    ['*/BACKEND', 'web/BACKEND2', false],
    ['a*b*c', 'a b c', true],
    ['a*b*c', 'abcb', false],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'aab', false],
    ['a**c', 'abc', true],
    ['w?b', 'web', true],
    ['w?b', 'wb', false],
    ['s[0-9]', 's7', true],
    ['s[!0-9]', 's7', false],
    ['s[*]', 's*', true],
    ['s[*]', 'sx', false],
    ['[a^-]', '-', true],
    ['[\\]', '\\', true],
    ['[!]', '!', true],
    ['a.b', 'axb', false],
    ['a[b', 'a[b', true],
    ['[z-a]', 'm', false],
    ['[!z-a]', 'm', true],
    ['[dz-a-c]', '-', true],
    ['*', 'line\nend', true],
  ])('%s and %j: %s', (glob, text, matches) => {
    expect(globTest([glob])(text)).toBe(matches);
    expect(globTest(['x*y*z', glob])(text)).toBe(matches);
  });

  it('says no to a text of 60,000 characters within a second, however many stars there are', () => {
    const test = globTest(['*a*a*a*a*a*a*b', `${'a*'.repeat(50)}[b]`]);
    const begin = performance.now();
    expect(test('a'.repeat(60_000))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});
