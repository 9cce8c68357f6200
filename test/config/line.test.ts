import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { nameSeries } from '../../src/config/line.ts';
import { makePlan } from '../../src/config/plan.ts';

const FLAGS = { '--sockets': '/a.sock', '--hook-stats': 'web=http://u:p@h/m', '--backend': 'g::one' };

/** The name of the command line with one more flag, or with another value of a flag. */
async function nameOf(flag = '--sockets', value = flag === '--sockets' ? '/a.sock' : ''): Promise<string> {
  const flags = Object.entries({ ...FLAGS, [flag]: value }).flat();
  const settings = await parseCommandLine(
    'run',
    flags.filter(text => text !== ''),
  );
  return (await makePlan('run', settings, await readConfig(settings))).line;
}

test.each([
  ['--backend', 'g::two'],
  ['--backend', 'h::one'],
  ['--backend', 'g:2004::one'],
  ['--type', 'G'],
  ['--sockets', '/b.sock'],
  ['--hook-stats', 'web=http://h/n'],
  ['--hook-stats', 'api=http://h/m'],
  ['--layout', 'tagged'],
  ['--hostname', 'lb2'],
  ['--keep-dots'],
  ['--process-name', 'endpoint'],
  ['--metrics', 'stot'],
  ['--kinds', 'server'],
  ['--exclude-states', 'MAINT'],
  ['--include', 'web/*'],
])('a line with another %s %s is another line', async (...flags) => {
  expect(await nameOf(...flags)).not.toBe(await nameOf());
});

test.each([
  ['--deadline', '14'],
  ['--retries', '0'],
  ['--protocol', 'tcp'],
  ['--verbose'],
  ['--dry-run'],
  ['--hook-stats', 'web=http://u:other@h/m'],
])('a line stays the same with %s %s', async (...flags) => {
  expect(await nameOf(...flags)).toBe(await nameOf());
});

test('a name says nothing of the line', async () => {
  expect(await nameOf()).toMatch(/^line-[0-9a-f]{8}$/);
});

test('a line has its series from whichever sources, and names them in any order', async () => {
  const plan = async (...metrics: string[]) => {
    const settings = await parseCommandLine('run', [
      ...Object.entries(FLAGS).flat(),
      '--metrics',
      ...metrics,
    ]);
    return makePlan('run', settings, await readConfig(settings));
  };
  const [one, other] = [await plan('stot', 'scur'), await plan('scur', 'stot', 'scur')];
  expect(other.line).toBe(one.line);
  const moved = { ...one, endpoints: [], hooks: [] };
  expect(nameSeries(moved)).toBe(nameSeries(one));
  expect(nameSeries({ ...one, metrics: ['bin'] })).not.toBe(nameSeries(one));
});
