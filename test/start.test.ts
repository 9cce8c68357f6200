import { expect, test } from 'vitest';
import { OPTIONS } from '../src/config/options.ts';
import { countThreads } from '../src/start.ts';

test('each value may be a path that holds a thread for good, and a config file may name many', () => {
  expect(countThreads([])).toBe(4);
  expect(countThreads(['--sockets', ...new Array(6).fill('s.sock')])).toBe(6);
  expect(countThreads(['--dry-run', '--verbose', ...new Array(6).fill('--sockets=s.sock')])).toBe(6);
  expect(countThreads(new Array(60).fill('s.sock'))).toBe(16);
  for (const { short, also } of [OPTIONS.config, OPTIONS['config-dir']])
    for (const name of [`-${short}`, `-${short}x`, `--${also}`, `--${also}=x`])
      expect(countThreads([name])).toBe(16);
  for (const name of ['--config', '--config=x', '--config-dir', '--config-dir=x'])
    expect(countThreads([name, 'x'])).toBe(16);
});
