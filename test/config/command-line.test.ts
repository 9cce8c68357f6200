import { describe, expect, it } from 'vitest';
import { parseCommandLine } from '../../src/config/command-line.ts';
import { readConfig } from '../../src/config/config.ts';
import { renderHelp } from '../../src/config/help.ts';
import { COMMANDS } from '../../src/config/options/option.ts';
import { ROWS } from '../../src/config/options.ts';
import { makePlan } from '../../src/config/plan.ts';
import type { Plan } from '../../src/plan.ts';

const NEEDED = ['--sockets', '/s', '--backend', 'host'];

async function plan(...argv: string[]): Promise<Plan> {
  const settings = await parseCommandLine('run', argv);
  return makePlan('run', settings, await readConfig(settings));
}

describe('the command line', () => {
  it('is that of the HAP-Monitor scripts', async () => {
    const settings = await parseCommandLine('run', [
      ...['--backend', 'graphite.host:8025::my.system.stats.haproxy', '--type', 'G'],
      ...[
        '--sockets',
        '/var/run/haproxy_admin_process_no_1.sock',
        '/var/run/haproxy_admin_process_no_2.sock',
      ],
      '--verbose',
    ]);
    expect(settings).toMatchObject({
      backend: 'graphite.host:8025::my.system.stats.haproxy',
      type: 'G',
      sockets: ['/var/run/haproxy_admin_process_no_1.sock', '/var/run/haproxy_admin_process_no_2.sock'],
      verbose: 1,
    });
  });

  it('takes choices in either case, values after "=", and repeated lists', async () => {
    const settings = await parseCommandLine('run', [
      '--sockets=/a',
      '--sockets',
      '/b',
      '--backend=h',
      '--type=g',
      '--protocol=TCP',
    ]);
    expect(settings).toMatchObject({ sockets: ['/a', '/b'], type: 'G', protocol: 'tcp' });
  });

  it('takes a lone "-" after --hook-stats for standard input, also behind other sources', async () => {
    expect(await parseCommandLine('run', [...NEEDED, '--hook-stats', '-', '--verbose'])).toMatchObject({
      'hook-stats': ['/dev/stdin'],
    });
    expect(await parseCommandLine('run', [...NEEDED, '--hook-stats=a.json', 'b.json', '-'])).toMatchObject({
      'hook-stats': ['a.json', 'b.json', '/dev/stdin'],
    });
    expect((await plan(...NEEDED, '--hook-stats', '-')).hooks).toEqual([
      { kind: 'stdin', label: 'standard input' },
    ]);
  });

  it('needs nothing for --help and --version', async () => {
    expect(await parseCommandLine('run', ['--help'])).toMatchObject({ help: true });
    expect(await parseCommandLine('run', ['-h'])).toMatchObject({ help: true });
    expect(await parseCommandLine('run', ['--version'])).toMatchObject({ version: true });
  });

  it.each([
    [['--bakend', 'h'], '--bakend: unknown flag; did you mean --backend?'],
    [['--socket', '/s'], '--socket: unknown flag; did you mean --sockets?'],
    [['--no-verbose'], '--no-verbose: unknown flag; did you mean --verbose?'],
    [['--toString'], '--toString: unknown flag; see --help'],
    [['--dry-run=yes'], '--dry-run: expected no value, got "yes"'],
    [['--dry-run='], '--dry-run: expected no value, got ""'],
    [
      [...NEEDED, '--deadline', '99999999'],
      '--deadline: expected a number of seconds, 0.1 to 2000000, got "99999999"',
    ],
    [['--frobnicate'], '--frobnicate: unknown flag; see --help'],
    [['-x'], '-x: unknown flag; see --help'],
    [[...NEEDED, '--verbose', 'stray'], 'command line: "stray" belongs to no flag; see --help'],
    [['--sockets', '/s', '-'], 'command line: "-" belongs to no flag; see --help'],
    [[...NEEDED, '--spool', '-'], 'command line: "-" belongs to no flag; see --help'],
    [[...NEEDED, '--hook-stats', 'a', '--config', '-'], 'command line: "-" belongs to no flag; see --help'],
    [['--sockets', '--backend', 'h'], '--sockets: expected at least one value, got ""'],
    [['--sockets', '', '--backend', 'h'], '--sockets: expected at least one value, got ""'],
    [[...NEEDED, '--type', 'X'], '--type: expected G or S, got "X"'],
    [[...NEEDED, '--protocol', 'sctp'], '--protocol: expected tcp or udp or tls, got "sctp"'],
    [[...NEEDED, '--confirm', 'maybe'], '--confirm: expected close or sent, got "maybe"'],
    [[...NEEDED, '--deadline', 'soon'], '--deadline: expected a number of seconds, 0.1 or more, got "soon"'],
    [[...NEEDED, '--deadline', '0'], '--deadline: expected a number of seconds, 0.1 or more, got "0"'],
    [[...NEEDED, '--deadline', '-1'], '--deadline: expected a number of seconds, 0.1 or more, got "-1"'],
    [[...NEEDED, '--retries', '1.5'], '--retries: expected a whole number, -1 or more, got "1.5"'],
    [[...NEEDED, '--udp-rate', '1e9'], '--udp-rate: expected a number, 1 or more, got "1e9"'],
    [[...NEEDED, '--type'], '--type: expected G or S, got ""'],
    [[...NEEDED, '--hostname', ''], '--hostname: expected a name, got ""'],
    [[...NEEDED, '--spool'], '--spool: expected a directory, got ""'],
    [
      ['--sockets', '/a', '/b\tc', '--backend', 'h'],
      '--sockets: expected no control character, got "/b\\tc"',
    ],
    [[...NEEDED, '--hostname', 'a\nb'], '--hostname: expected no control character, got "a\\nb"'],
    [[...NEEDED, '--spool', '/a\x7f'], '--spool: expected no control character, got "/a\\u007F"'],
    [[...NEEDED, '--type', 'G', '--type', 'S'], '--type: given more than once'],
  ])('%j is a usage error that names the flag', async (argv, message) => {
    await expect(parseCommandLine('run', argv)).rejects.toThrow(message);
    await expect(parseCommandLine('run', argv)).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('an option of another command', () => {
  it.each([
    ['run', '--warning-age', '--warning-age: belongs to "hap-monitor check", not to "hap-monitor run"'],
    [
      'check',
      '--udp-rate=5',
      '--udp-rate: belongs to "hap-monitor run" and "hap-monitor config", not to "hap-monitor check"',
    ],
    [
      'check',
      '--dry-run',
      '--dry-run: belongs to "hap-monitor run" and "hap-monitor config", not to "hap-monitor check"',
    ],
    [
      'check',
      '--local-store=/d',
      '--local-store: belongs to "hap-monitor run" and "hap-monitor config", not to "hap-monitor check"',
    ],
    ['check', '-P', '--print-config: belongs to "hap-monitor run", not to "hap-monitor check"'],
    ['check', '--bakend=h', '--bakend: unknown flag; see --help'],
  ] as const)('of %s, %s, is a usage error', async (command, arg, message) => {
    await expect(parseCommandLine(command, ['--sockets', '/s', arg])).rejects.toMatchObject({
      code: 'usage',
      message,
    });
  });
});

it('has the long names of haproxystats for the files and what is printed', async () => {
  expect(
    await parseCommandLine('run', ['--file', '/f', '--dir=/d', '--print', '--print-conf']),
  ).toMatchObject({ config: '/f', 'config-dir': '/d', 'print-defaults': true, 'print-config': true });
});

it('takes names of fields with blanks or commas between them', async () => {
  const { metrics } = await plan(...NEEDED, '--metrics', 'scur,qcur', 'hrsp_* rate');
  expect(metrics).toEqual(['scur', 'qcur', 'hrsp_*', 'rate']);
});

describe('--help', () => {
  it('of a command names each of its options and no other, with default, in groups, with examples, on two screens at most', async () => {
    for (const command of COMMANDS) {
      const help = await renderHelp(command);
      const flags = Object.keys(ROWS).filter(name => ROWS[name]?.commands?.includes(command));
      expect(help.match(/(?<=^ {2,}(-\w, )? *--)[\w-]+(?= {2})/gm)?.sort()).toEqual(flags.sort());
      expect(help).toContain('What to read:');
      expect(help).toContain('Examples:');
      const lines = help.split('\n');
      expect(lines.length).toBeLessThanOrEqual(90);
      expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(110);
    }
    expect(await renderHelp('run')).toContain('[50000]');
    expect(await renderHelp('check')).not.toContain('--backend');
  });
});
