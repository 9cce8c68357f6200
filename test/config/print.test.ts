// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the config file's own way to refer to an option.
import { expect, test } from 'vitest';
import { KEYS, SECTIONS, type Section } from '../../src/config/options.ts';
import { renderConfig, renderDefaults } from '../../src/config/print.ts';
import { readFlags, writeConfig } from '../helpers/config.ts';

/** The text of --print-config. */
async function printed(...argv: readonly string[]): Promise<string> {
  return renderConfig((await readFlags(...argv)).config);
}

function sectionsOf(text: string): readonly string[] {
  return Array.from(text.matchAll(/^\[(.+)\]$/gm), ([, name = '']) => name);
}

test('the defaults have the sections of haproxystats, without the options that have no default', () => {
  const text = renderDefaults();
  expect(sectionsOf(text)).toEqual(['DEFAULT', 'paths', 'pull', 'hooks', 'process', 'graphite']);
  expect(text).toContain(
    '[paths]\nbase-dir = /var/lib/haproxystats\nspool = ${paths:base-dir}/spool\n\n[pull]\n',
  );
  expect(text).toContain('\nretries = 1\ninterval = 0.5\n');
  expect(text).not.toMatch(/^servers|^socket-dir|undefined/m);
});

test('the defaults read back as the defaults, as if the file set each of them', async () => {
  const { config } = await readFlags('--config', await writeConfig(renderDefaults()));
  expect(config.warnings).toEqual([]);
  const base = '/var/lib/haproxystats';
  for (const [key, { default: preset }] of KEYS) {
    const isPrinted = preset !== undefined && SECTIONS[key.replace(/\..*/, '') as Section] !== 'extra';
    const value = typeof preset === 'string' ? preset.replace('${paths:base-dir}', base) : preset;
    expect([key, config.get(key), config.isGiven(key)]).toEqual([key, value, isPrinted]);
  }
});

test('only sections in force are printed, and only values that there are', async () => {
  const file = await writeConfig('[pull]\nservers = unix:///s.sock\n[statsd]\nport = 1\n');
  const always = ['DEFAULT', 'pull', 'hooks', 'process'];
  expect(sectionsOf(await printed('-f', file))).toEqual([...always, 'statsd']);
  expect(sectionsOf(await printed('-f', file, '--spool', '/s'))).toEqual([
    'DEFAULT',
    'paths',
    ...['pull', 'hooks', 'process', 'statsd'],
  ]);
  const replaced = await printed('-f', file, '--backend', 'h::x', '--type', 'G');
  expect(sectionsOf(replaced)).toEqual([...always, 'graphite']);
  expect(replaced).toContain('\nserver = h\nport = 2003\nprotocol = tcp\nnamespace = x\n');
  expect(await printed()).not.toMatch(/^servers|^namespace/m);
});

test('a value that refers to base-dir is printed with it, one that was given as it is', async () => {
  const file = await writeConfig(
    '[paths]\nbase-dir = /srv/$$x\nspool = /${DEFAULT:at}\n[DEFAULT]\nat = $${paths:base-dir}\n',
  );
  expect(await printed('-f', file)).toContain('[paths]\nbase-dir = /srv/$$x\nspool = /$${paths:base-dir}\n');
  const defaults = await printed('--local-store', '/l');
  expect(defaults).toContain('dst-dir = /var/lib/haproxystats/incoming\n');
});

test('what is printed reads back to what was printed, groups in their order', async () => {
  const file = await writeConfig(
    '[pull]\nservers = unix:///a.sock,\n  unix:///b.sock\n[process]\nmetrics = scur qcur\n[graphite]\ngroup-namespace = g\n' +
      '[frontend-groups]\nz = ^w$$\na = ^x:\n[backend-groups]\n[local-store]\n',
  );
  const text = await printed('-f', file, '--retries', '9', '--tags', 'a=b', 'c=d');
  expect(text).toContain('servers = unix:///a.sock, unix:///b.sock\n');
  expect(text).toContain('metrics = scur qcur\n');
  expect(text).toContain('tags = a=b, c=d\n');
  expect(text).toContain('[frontend-groups]\nz = ^w$$\na = ^x:\n\n[backend-groups]\n');
  expect(await printed('-f', await writeConfig(text))).toBe(text);
});

test('the layout in force is printed, since the sections that are printed too would mean another', async () => {
  const given = ['--sockets', '/s', '--backend', 'h', '--type', 'G'];
  expect(await printed(...given)).toContain('\nlayout = hap-monitor\n');
  const file = await writeConfig('[graphite]\nserver = h\n');
  expect(await printed('--config', file)).toContain('\nlayout = haproxystats\n');
});

test('a value with a comma, which a file would take for two, is refused', async () => {
  await expect(printed('--sockets', '/a', '/b,c')).rejects.toThrow(
    '--sockets: expected values without commas, which separate them in a file, got "/b,c"',
  );
});
