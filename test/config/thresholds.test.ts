import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readThresholds } from '../../src/config/thresholds.ts';

async function read(...args: string[]) {
  return readThresholds(await parseCommandLine('check', args));
}

test('thresholds have defaults; HAProxy itself is not judged', async () => {
  expect(await read()).toEqual({
    age: { warning: 180, critical: 900 },
    depth: { warning: 250_000, critical: 750_000 },
    run: { warning: 600, critical: 1800 },
    state: { down: 'ignore', servers: {}, sessions: {} },
  });
});

test('a default gives way to what was given', async () => {
  expect((await read('--critical-age', '100')).age).toEqual({ warning: 100, critical: 100 });
  expect((await read('--warning-age', '1000')).age).toEqual({ warning: 1000, critical: 1000 });
});

test.each([
  [
    ['--warning-age', '901', '--critical-age', '100'],
    '--warning-age: expected no more than --critical-age (100), got 901',
  ],
  [
    ['--warning-sessions', '90', '--critical-sessions', '80'],
    '--warning-sessions: expected no more than --critical-sessions (80), got 90',
  ],
  [
    ['--warning-servers', '20', '--critical-servers', '50'],
    '--warning-servers: expected no less than --critical-servers (50), got 20',
  ],
])('%j make no sense together', async (args, message) => {
  await expect(read(...args)).rejects.toThrow(message);
});
