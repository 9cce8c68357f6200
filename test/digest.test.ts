import { expect, test } from 'vitest';
import { hashText } from '../src/digest.ts';

// The values are those of FNV's authors for 32 bits.
test.each([
  ['', '811c9dc5'],
  ['a', 'e40c292c'],
  ['foobar', 'bf9cf968'],
])('the hash of "%s" is %s', (text, hash) => {
  expect(hashText(text)).toBe(hash);
});
