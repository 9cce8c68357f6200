import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkReleased } from '../../tools/changelog.js';

test('a version whose section has a day can be released', () => {
  expect(() =>
    checkReleased('# Changelog\n\n## 1.2.0 - 2026-11-26\n\n## 1.1.0 - 2026-01-01\n', '1.2.0'),
  ).not.toThrow();
});

test.each([
  ['## 1.2.0 - unreleased', '1.2.0: "unreleased" is no day: write the day of the release, as in 2026-11-26'],
  ['## 1.1.0 - 2026-01-01', 'its newest section is 1.1.0, the version is 1.2.0'],
  ['## 1.2.0', '1.2.0: "" is no day: write the day of the release, as in 2026-11-26'],
])('%s is no release of 1.2.0', (heading, said) => {
  expect(() => checkReleased(`# Changelog\n\n${heading}\n`, '1.2.0')).toThrow(`CHANGELOG.md: ${said}`);
});

test('the newest section is that of the version, which stands in package.json alone', () => {
  const [{ version }, lock] = ['package.json', 'package-lock.json'].map(file =>
    JSON.parse(readFileSync(file, 'utf8')),
  );
  expect(/^## (\S+)/m.exec(readFileSync('CHANGELOG.md', 'utf8'))?.[1]).toBe(version);
  expect(lock.packages[''].version).toBe(version);
});
