import { expect, test } from 'vitest';
import { deriveCpuUsage, derivePercentages } from '../../../src/shape/merged/derive.ts';

test('limits are used by a percentage, 0 without a limit; a missing field has none', () => {
  const fields: Record<string, number> = {
    CurrConns: 5,
    Maxconn: 20,
    ConnRate: 3,
    ConnRateLimit: 0,
    SslRate: 1,
  };
  expect([...derivePercentages(name => fields[name])]).toEqual([
    ['ConnPercentage', 25],
    ['ConnRatePercentage', 0],
  ]);
});

test('one process has a CPU use, several have its distribution, none has nothing', () => {
  expect([...deriveCpuUsage([])]).toEqual([]);
  expect([...deriveCpuUsage([7])]).toEqual([['CpuUsagePct', 7]]);
  expect(Object.fromEntries(deriveCpuUsage([40, 10, 20, 30]))).toEqual({
    CpuUsagePct: 25,
    '25PercentileCpuUsagePct': 20,
    '50PercentileCpuUsagePct': 30,
    '75PercentileCpuUsagePct': 30,
    '95PercentileCpuUsagePct': 40,
    '99PercentileCpuUsagePct': 40,
    StdCpuUsagePct: Math.sqrt(500 / 3),
  });
});
