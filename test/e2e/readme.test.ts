import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Haproxy, startHaproxy } from '../../tools/players/haproxy.ts';
import { waitFor } from '../../tools/players/process.ts';
import { type Receiver, startReceiver } from '../../tools/players/receiver.ts';
import { recordedPage } from '../helpers/hook-pages.ts';
import { runHookStats } from '../helpers/hook-stats.ts';
import { type Code, readCode } from '../helpers/markdown.ts';
import { tempDir } from '../helpers/temp-dir.ts';

// The pages are followed from the first to the last, by a reader whose file system is below a directory of the test.

const pages = ['README.md', ...readdirSync('docs').map(name => `docs/${name}`)].filter(name =>
  name.endsWith('.md'),
);
const code = pages.flatMap(readCode);
const blocks = (language: string) => code.filter(block => block.language === language);

/** Commands that are not run here, and who runs them. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'sudo useradd --system --user-group --groups haproxy --home-dir /var/lib/hap-monitor --shell /usr/sbin/nologin hap-monitor':
    'changes the machine; the test of the .deb does it in a Debian of its own',
  'systemctl enable --now hap-monitor.timer': 'is a part of a block that is run',
  'systemctl status cron': 'needs a systemd that runs',
  'npm run release':
    'refuses a version whose section has no day, and packs for minutes; its parts have tests of their own',
  'sudo test/install-servers.sh && npm test': '.ci/run does, and this test is a part of it',
  'npm run test:chaos': 'takes a minute and a half; npm test has 25 of its 200 runs',
  'npm run pictures': 'takes six minutes, and what it does is looked at',
  'npm install -g redis': 'downloads; the tests of hooks use the one in node_modules',
  'npm install -g zeromq': 'downloads; the tests of hooks use the one in node_modules',
  'npm install -g unix-dgram':
    'downloads and compiles; the tests of unix sockets compile the one in node_modules',
};

/**
 * Text that begins like a command. Code within a sentence is one only with an argument: `hap-monitor` is also a layout, and
 * `hap-monitor show` a command's name.
 */
const COMMAND =
  /^(?!hap-monitor (?:\[run\]|check|show|config)$)(?:sudo|cd|cp|echo|hap-monitor|install|man|node|npm|npx|python3|sh|system\S+|\w+=\$\S*) \S/m;

const commands = code
  .filter(({ language, text }) => (language === undefined ? COMMAND.test(text) : language === 'sh'))
  .filter(({ text }) => NOT_RUN[text] === undefined)
  .map(({ file, line, text }) => ({ place: `${file}:${line}`, text }));

/** Parts of commands, and the test's own in their place. */
function substitutions(): readonly (readonly [from: RegExp, to: string, why: string])[] {
  return [
    [/graphite\.example\.org(:2003)?|127\.0\.0\.1:8125/g, `127.0.0.1:${receiver.port}`, 'the receiver'],
    [/localhost:9091/g, `localhost:${metricsPort}`, 'a page of the exporter'],
    [/(?<=[ '=])\/(?=(?:etc|run|srv|usr\/local|var)\/)/g, `${root}/`, 'not in the real places'],
    [/npm ci && /g, '', 'node_modules are in use, .ci/run installs them'],
    [/\.\/(?=hap-monitor-[\d.]+tgz)/g, `${root}/`, 'where npm pack is told to put it'],
    [/\bsudo /g, '', 'nothing here needs root'],
    [/-o haproxy\b/g, `-o ${userInfo().username}`, 'only root gives files away'],
    [/www-data www-data/g, '- -', 'only root gives files away'],
    [/(?<=--create )(?=hook-stats)/g, `${root}/etc/tmpfiles.d/`, 'not in the real place'],
    [/systemctl daemon-reload && /g, '', 'needs a systemd that runs'],
    [/systemctl enable --now/g, `systemctl --root=${root} enable`, 'needs a systemd that runs'],
  ];
}

/** The texts that a command prints or sends. */
const OUTCOMES: readonly (readonly [command: RegExp, outcome: RegExp])[] = [
  [/npm run demo/, /^Arrived: +\d+ datapoints/m],
  [/^hap-monitor .*--dry-run/m, /^\S+\.scur \d+ \d{10}$/m],
  [/^hap-monitor check /m, /^HAP-MONITOR OK - 1 of 1 endpoints read/m],
  [/^hap-monitor (?:.* )?-[pP]$/m, /^namespace = loadbalancers$/m],
  [/^hap-monitor --help/m, /^Usage: hap-monitor /m],
  [/^hap-monitor(?! check )(?!.* (?:--dry-run|--help|-[pP])(?: |$))/m, /\.scur[ :]\d/],
  [/--hook-stats (?:.* )?\/run/, /^lb\.\S+\.hooks\.my_app\.started 1 /m],
  [/--hook-stats .*web=http/, /^lb\.\S+\.hooks\.web\.\S+ /m],
  [/^python3 .*hook_stats\.py /m, /"my_app"/],
  [/^man /m, /HAP-MONITOR\(1\)/],
];

/** The files that all commands together leave. */
const LEFT = [
  'prefix/bin/hap-monitor',
  'usr/local/share/bash-completion/completions/hap-monitor',
  'etc/default/hap-monitor',
  'etc/systemd/system/hap-monitor.service',
  'etc/systemd/system/timers.target.wants/hap-monitor.timer',
  'srv/my_app/hook_stats.py',
];

/** The mode of what a command gives one. */
const MODES = {
  'usr/local/share/zsh/site-functions/_hap-monitor': 0o644,
  'var/spool/hap-monitor': 0o700,
  'run/hook-stats': 0o755,
};

let root = '';
let receiver: Receiver;
let haproxy: Haproxy;
let metricsPort = 0;

beforeAll(async () => {
  root = await tempDir();
  const made = ['etc/default', 'etc/systemd/system', 'etc/tmpfiles.d', 'run/haproxy', 'srv/my_app'];
  for (const name of made) mkdirSync(join(root, name), { recursive: true });
  mkdirSync(join(root, 'run/hook-stats'), { mode: 0o700 });
  await runHookStats(join(root, 'run/hook-stats'), "HookStats('my_app', directory).started()\nanswer(0)");
  haproxy = await startHaproxy({ dir: join(root, 'run/haproxy'), name: 'stats' });
  receiver = await startReceiver();
  const metrics = createServer((_, response) => response.end(recordedPage('gpe-sample-fresh.prom')));
  metricsPort = await new Promise(resolve =>
    metrics.listen(0, 'localhost', () => resolve((metrics.address() as AddressInfo).port)),
  );
  writeFileSync(
    join(root, 'etc/haproxystats.conf'),
    `[pull]\nsocket-dir = ${root}/run/haproxy\n[graphite]\nserver = 127.0.0.1\nport = ${receiver.port}\n`,
  );
  return async () => {
    metrics.close();
    await Promise.all([haproxy.stop(), receiver.stop()]);
  };
});

/** Makes a function that gives all that has been received since. */
function listen(): () => string {
  const [texts, datagrams] = [receiver.texts().length, receiver.datagrams().length];
  return () => [...receiver.texts().slice(texts), ...receiver.datagrams().slice(datagrams)].join('\n');
}

async function follow(text: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = substitutions().reduce((done, [from, to]) => done.replace(from, to), text);
  const env = {
    HOME: root,
    PATH: `${root}/prefix/bin:${process.env.PATH}:/usr/sbin:/sbin`,
    npm_config_prefix: `${root}/prefix`,
    npm_config_pack_destination: root,
    npm_config_offline: 'true',
    npm_config_loglevel: 'error',
    // The build that prepack would make again is the one under test.
    npm_config_ignore_scripts: 'true',
  };
  const child = spawn('/bin/sh', ['-e', '-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', chunk => (printed.stdout += chunk));
  child.stderr.on('data', chunk => (printed.stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, ...printed };
}

test.each(commands)('what $place says can be done: $text', async ({ text }) => {
  const received = listen();
  const { stdout, ...ended } = await follow(text);
  expect(ended).toMatchObject({ code: 0 });
  if (text.startsWith('hap-monitor ')) expect(ended.stderr).toBe('');
  const said = () => `${stdout}\n${received()}`;
  for (const [command, outcome] of OUTCOMES) {
    if (command.test(text))
      await waitFor(() => outcome.test(said()), `${outcome}, ended with ${stdout.slice(-500)}`, 2_000);
  }
});

test('what the commands install, make and enable is there', () => {
  for (const path of LEFT) expect(() => lstatSync(join(root, path))).not.toThrow();
  const modes = Object.keys(MODES).map(path => [path, lstatSync(join(root, path)).mode & 0o777]);
  expect(Object.fromEntries(modes)).toEqual(MODES);
});

test.each(blocks('crontab'))('$file:$line is a crontab, whose job runs and is silent', async ({ text }) => {
  const [path = '', ...jobs] = text.split('\n');
  expect(path).toBe('PATH=/usr/local/bin:/usr/bin:/bin');
  expect(jobs).toHaveLength(1);
  const [, command = ''] = /^(?:\* ){5}haproxy ([^%]+)$/.exec(jobs[0] ?? '') ?? [];
  const received = listen();
  expect(await follow(command)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(received()).toMatch(/^lb\.\S+\.1\.app\.one\.scur 0 \d{10}$/m);
});

test.each(blocks('haproxy'))('HAProxy accepts $file:$line, which is contrib/haproxy’s', ({ text }) => {
  const file = join(root, 'haproxy.cfg');
  writeFileSync(file, `${text}\n`);
  const PATH = `${process.env.PATH}:/usr/local/sbin:/usr/sbin`;
  const { stdout } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8', env: { PATH } });
  expect(stdout).toContain('Configuration file is valid');
  expect(readFileSync('contrib/haproxy/stats-socket.cfg', 'utf8')).toContain(`\n${text}\n`);
});

test.each(blocks('yaml'))(
  '$file:$line is a task of Ansible, whose validation accepts the file',
  async ({ text }) => {
    const [task] = parse(text);
    const { dest, validate } = task['ansible.builtin.template'];
    expect(await follow(validate.replace('%s', dest))).toMatchObject({ code: 0, stderr: '' });
  },
);

test.each(blocks('python'))('Python runs $file:$line beside an application', async ({ text }) => {
  const program = join(root, 'srv/my_app/example.py');
  writeFileSync(program, `app = application = None\n${text.replaceAll("'/run/", `'${root}/run/`)}\n`);
  expect(await follow(`python3 ${program}`)).toEqual({ code: 0, stdout: '', stderr: '' });
});

const RUN_AS = ['sh', 'crontab', 'haproxy', 'yaml', 'python'];

test('every block is one that is run or accepted by what it is for, or text without a command', () => {
  const others = code.filter(({ language = 'sh' }) => !RUN_AS.includes(language));
  const isText = ({ language, text }: Code) => language === 'text' && !COMMAND.test(text);
  expect(others.filter(block => !isText(block))).toEqual([]);
  expect([commands.length > 15, blocks('crontab').length, blocks('haproxy').length]).toEqual([true, 1, 1]);
});

test('every command that is not run here is still in the pages, and there to be run', () => {
  const texts = code.map(({ text }) => text);
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const command of Object.keys(NOT_RUN)) {
    expect(texts).toContain(command);
    for (const [, script = ''] of command.matchAll(/npm (?:run )?(test\S*|pictures)/g))
      expect(Object.keys(scripts)).toContain(script);
  }
  expect(existsSync('test/install-servers.sh')).toBe(true);
});

test('every link of a page leads to a file, and to a heading that it has', () => {
  for (const page of pages) {
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\(([^)]+)\)|src="([^"]+)"/g)) {
      const [path = '', heading] = target.split('#');
      const file = path === '' ? page : join(page, '..', path);
      expect([page, target, existsSync(file)]).toEqual([page, target, true]);
      if (heading === undefined) continue;
      const headings = Array.from(readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm), ([, words = '']) =>
        words
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect([page, target, headings.includes(heading)]).toEqual([page, target, true]);
    }
  }
});
