import { expect, test } from 'vitest';
import { startOfProcess } from '../../../src/hook/prometheus/process-start.ts';

test('a process was started when it was', () => {
  const started = Date.now() / 1000 - process.uptime();
  expect(Math.abs((startOfProcess(String(process.pid)) ?? 0) - started)).toBeLessThan(1.5);
});

test.each(['4194305', '0', '', 'self', '../1'])('there is no process %j', pid => {
  expect(startOfProcess(pid)).toBeUndefined();
});
