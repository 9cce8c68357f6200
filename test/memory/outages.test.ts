import { expect, test } from 'vitest';
import { Failure } from '../../src/errors.ts';
import { type Reminded, remind } from '../../src/memory/outages.ts';
import type { RunMemory } from '../../src/memory/runs.ts';

const down = new Failure('kept', 'tcp://g:2003', 'connection refused; 7 datapoints wait in /spool');

function says({ said }: Reminded): string[] {
  return said.map(({ message }) => message);
}

test('three hours at a run a minute are four lines, each with how long it has lasted', () => {
  let outages: RunMemory['outages'] = new Map();
  const lines: string[] = [];
  for (let minute = 0; minute <= 180; minute++) {
    const reminded = remind([down], outages, 1_700_000_000 + 60 * minute, 3600);
    expect(reminded.said.length + reminded.muted.length).toBe(1);
    lines.push(...says(reminded));
    outages = reminded.outages;
  }
  expect(lines).toEqual([
    'tcp://g:2003: connection refused; 7 datapoints wait in /spool',
    ...[60, 120, 180].map(
      minutes =>
        `tcp://g:2003: connection refused; 7 datapoints wait in /spool; this outage has lasted for ${minutes} minutes`,
    ),
  ]);
});

test('a run that delivers ends the outage: the next one is said at once', () => {
  const first = remind([down], new Map(), 1000, 3600);
  const good = remind([], first.outages, 1060, 3600);
  expect(good.outages.size).toBe(0);
  expect(says(remind([down], good.outages, 1120, 3600))).toEqual([down.message]);
});

test('datapoints that are lost, and what could not be read, are said by each run', () => {
  const lost = new Failure('deliver', 'tcp://g:2003', 'connection refused; 7 datapoints are lost');
  const unread = new Failure('read', 'unix:/s', 'no such socket');
  const before = new Map([['tcp://g:2003', { since: 1, said: 1000 }]]);
  expect(remind([lost, unread], before, 1001, 3600)).toMatchObject({ said: [lost, unread], muted: [] });
});

test('each destination has its own outage', () => {
  const other = new Failure('kept', 'tcp://h:2003', 'the connection was reset; 7 datapoints wait in /spool');
  const first = remind([down], new Map(), 1000, 3600);
  expect(remind([down, other], first.outages, 1060, 3600)).toMatchObject({ said: [other], muted: [down] });
});

test('a clock that was set back by more than the interval does not silence an outage', () => {
  const before = new Map([['tcp://g:2003', { since: 100_000, said: 100_000 }]]);
  expect(remind([down], before, 50_000, 3600).said.length).toBe(1);
});

test('an outage whose clock was set back has begun by the time it shows then', () => {
  const { outages } = remind([down], new Map([[down.where, { since: 9000, said: 9000 }]]), 1000, 3600);
  expect(outages.get(down.where)?.since).toBe(1000);
  expect(says(remind([down], outages, 4600, 3600))[0]).toMatch(/; this outage has lasted for 60 minutes$/);
});
