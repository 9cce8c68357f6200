import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../src/config/options/option.ts';
import { KEYS } from '../src/config/options.ts';
import { listFlags } from '../tools/documents/flags.ts';
import { fillTables } from '../tools/documents/tables.ts';
import { tempDir } from './helpers/temp-dir.ts';

// The build makes these of the option table; dist/ is that of the last build.

const page = resolve('dist/hap-monitor.1');
const completions = resolve('dist/completion');
let dir = '';

beforeAll(async () => {
  dir = await tempDir();
  mkdirSync(join(dir, 'conf.d'));
  writeFileSync(join(dir, 'haproxystats.conf'), '');
});

function run(command: string, args: readonly string[]): { stdout: string; stderr: string } {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: dir });
  if (error !== undefined)
    throw new Error(`${command} is not installed: run sudo test/install-servers.sh`, { cause: error });
  return { stdout, stderr };
}

test('the man page has nothing that mandoc or man warn of', () => {
  expect(run('mandoc', ['-T', 'lint', '-W', 'warning', page]).stdout).toBe('');
  expect(run('man', ['--warnings', '-E', 'UTF-8', '-l', page]).stderr).toBe('');
});

test('the man page has its sections in the usual order and every option', () => {
  const text = run('man', ['-E', 'ascii', '-l', page]).stdout;
  const sections = [
    'NAME',
    'SYNOPSIS',
    'DESCRIPTION',
    'OPTIONS',
    'FILES',
    'EXIT STATUS',
    'EXAMPLES',
    'SEE ALSO',
  ];
  expect(text.match(/^[A-Z][A-Z ]+$/gm)).toEqual(sections);
  for (const [name] of [...listFlags('run'), ...listFlags('check')])
    expect(text).toMatch(new RegExp(`^ {5}(-\\w, )?--${name}\\b`, 'm'));
  expect(text).toContain('datapoints a second over UDP or a unix socket');
  expect(text).toContain("--sockets '/run/haproxy*/stats.sock' --backend 127.0.0.1:8125");
});

function completeInBash(words: readonly string[]): readonly string[] {
  const script = `. ${completions}/hap-monitor.bash
    [[ $(complete -p hap-monitor) == 'complete -F _hap_monitor hap-monitor' ]] || exit
    COMP_WORDS=(hap-monitor "$@") COMP_CWORD=$#
    _hap_monitor hap-monitor
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = run('bash', ['--norc', '-c', script, 'bash', ...words]);
  expect(stderr).toBe('');
  return stdout
    .split('\n')
    .filter(word => word !== '')
    .sort();
}

/** Lists zsh's completions of each line; one shell for all, since it is slow to start. */
function completeInZsh(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const typed = lines.map(words => `hap-monitor ${words.join(' ').replace(' = ', '=')}`);
  const { stdout } = run('zsh', ['-f', resolve('test/helpers/complete.zsh'), completions, ...typed]);
  const answers = stdout.split('END-OF-MATCHES').slice(0, -1);
  expect(answers).toHaveLength(lines.length);
  return answers.map(answer => [...new Set(answer.match(/(?<=M:)\S+/g))].sort());
}

// As bash has the words: = is one of its own.
const CASES: readonly [words: string[], offered: string[]][] = [
  [['ch'], ['check']],
  [['--dr'], ['--dry-run']],
  [['check', '--pull-r'], ['--pull-retries']],
  [
    ['--type', ''],
    ['G', 'S'],
  ],
  [
    ['--layout', '=', 'h'],
    ['hap-monitor', 'haproxystats'],
  ],
  [['--layout', 'tagged', '--prot'], ['--protocol']],
  [['--backend', ''], []],
  [
    ['--config', ''],
    ['conf.d', 'haproxystats.conf'],
  ],
  [['-f', 'h'], ['haproxystats.conf']],
  [['--config-dir', ''], ['conf.d']],
  [['--spool', '=', ''], ['conf.d']],
  [['--sockets', '/one.sock', 'h'], ['haproxystats.conf']],
  [['--sockets', '/one.sock', '/two.sock', '--lay'], ['--layout']],
  [['--metrics', 'scur', 'q'], []],
];

test.each(CASES)('bash offers behind %j: %j', (words, offered) => {
  expect(completeInBash(words)).toEqual(offered);
});

test('zsh offers the same', () => {
  const offered = completeInZsh(CASES.map(([words]) => words));
  expect(offered.map((matches, index) => [CASES[index]?.[0], matches])).toEqual(CASES);
});

test.each(COMMANDS)('both shells offer every option of %s and no other', command => {
  const all = listFlags(command).map(([name]) => `--${name}`);
  expect(completeInBash([command, '--'])).toEqual(all.sort());
  expect(completeInZsh([[command, '--']])).toEqual([all.sort()]);
});

test('configuration.md has the tables that the option table makes (UPDATE_DOCS=1 writes them)', () => {
  const page = readFileSync('docs/configuration.md', 'utf8');
  const filled = fillTables(page);
  if (process.env.UPDATE_DOCS === '1') writeFileSync('docs/configuration.md', filled);
  else expect(page).toBe(filled);
  for (const key of KEYS.keys())
    if (KEYS.get(key)?.option.kind !== 'idle') expect(filled).toContain(`\`[${key.replace('.', '] ')}\``);
});
