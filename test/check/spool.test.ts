import { expect, test } from 'vitest';
import { conclude } from '../../src/check/plugin.ts';
import { checkSpool } from '../../src/check/spool.ts';

const RANGES = {
  age: { warning: 180, critical: 900 },
  depth: { warning: 10, critical: 20 },
  run: { warning: 600, critical: 1800 },
};
const GOOD = {
  where: '/spool',
  state: { datapoints: 0, age: 0, closed: [] as string[], refused: [] as string[] },
  lastGood: 30,
  queueSize: 100,
};

function line(now: Partial<typeof GOOD> | { state: undefined } | { lastGood: undefined }): string {
  return conclude([checkSpool({ ...GOOD, ...now }, RANGES)]).line;
}

test('a spool that is empty, and a run that delivered lately, are good', () => {
  expect(line({})).toBe(
    'HAP-MONITOR OK - 0 datapoints wait in the spool | spool_age=0s;180;900;0 spool_datapoints=0;10;20;0;100 last_run=30s;600;1800;0\n',
  );
});

test('runs that no longer come are a warning, then critical', () => {
  const what = 'the last run that delivered was 700 s ago: does cron still run it?';
  expect(line({ lastGood: 700 })).toContain(`HAP-MONITOR WARNING - ${what} | `);
  expect(line({ lastGood: 1800 })).toMatch(/^HAP-MONITOR CRITICAL - /);
});

test('a spool that no run remembers has no last run', () => {
  expect(line({ lastGood: undefined })).not.toContain('last_run');
});

test('the worst comes first, and all of them are named', () => {
  expect(line({ state: { ...GOOD.state, datapoints: 25, age: 200, closed: ['/spool/a_1'] } })).toContain(
    'CRITICAL - 25 datapoints wait in the spool; /spool/a_1 may not be read by this user; the oldest datapoints in the spool are 200 s old |',
  );
});

test('a spool that every run refuses is a warning', () => {
  expect(line({ state: { ...GOOD.state, refused: ['/spool: others may write'] } })).toContain(
    'HAP-MONITOR WARNING - /spool: others may write |',
  );
});

test('a spool that is not there is a warning', () => {
  expect(line({ state: undefined })).toContain(
    'WARNING - /spool: there is no such spool; a run makes it or says why it cannot |',
  );
});
