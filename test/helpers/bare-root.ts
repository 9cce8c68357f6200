import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './temp-dir.ts';

/** A Debian of its own below a directory: without Node, certificates or an init. */
export type BareRoot = {
  readonly path: string;
  /** Runs a command in it to its end, as root or as a user with a further group. */
  run(command: readonly string[], as?: RunAs): Ended;
  /** As `run`; throws with everything printed unless the command ends with 0. Gives its stdout. */
  succeed(command: readonly string[], as?: RunAs): string;
  /** Installs a .deb of this machine with dpkg alone, which asks nobody for what it depends on. */
  install(deb: string): void;
};

type RunAs = {
  readonly user: string;
  readonly group: string;
  readonly env?: Readonly<Record<string, string>>;
};
type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

const SOURCES = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];

/** Makes one from the machine's own Debian sources, with these packages; takes root and some ten seconds. */
export async function makeBareRoot(...packages: readonly string[]): Promise<BareRoot> {
  const path = join(await tempDir(), 'root');
  const [, codename = ''] = /^VERSION_CODENAME=(.*)$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  const include = `--include=${packages.join(',')}`;
  const args = ['--variant=minbase', '--mode=root', include, codename, path, ...SOURCES.filter(existsSync)];
  const made = spawnSync('mmdebstrap', args, { encoding: 'utf8' });
  if (made.error) throw new Error('mmdebstrap is not installed: run sudo test/install-servers.sh');
  if (made.status !== 0) throw new Error(`no bare root: ${made.stderr.slice(-2_000)}`);
  const run = (command: readonly string[], as?: RunAs) => runIn(path, command, as);
  const succeed = (command: readonly string[], as?: RunAs) => {
    const ended = run(command, as);
    if (ended.status !== 0) throw new Error(`${command.join(' ')}: ${JSON.stringify(ended)}`);
    return ended.stdout;
  };
  const install = (deb: string) => {
    cpSync(deb, join(path, 'root/package.deb'));
    succeed(['dpkg', '-i', '/root/package.deb']);
  };
  return { path, run, succeed, install };
}

/** With a /proc that goes when the command ends, whatever happens to the test. */
function runIn(path: string, command: readonly string[], as?: RunAs): Ended {
  const user = as === undefined ? [] : [`--userspec=${as.user}`, `--groups=${as.group}`];
  const args = [`--mount-proc=${path}/proc`, 'chroot', ...user, path, ...command];
  const env = {
    PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    DEBIAN_FRONTEND: 'noninteractive',
    LC_ALL: 'C',
    ...as?.env,
  };
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', input: '', env });
  return { status, stdout, stderr };
}

/** Every file of it with what tells a change, apart from dpkg's own books and logs. */
export function listRoot({ path }: BareRoot): readonly string[] {
  const books = ['./dev', './proc', './tmp', './root', './var/lib/dpkg', './var/cache', './var/log', './run'];
  const skip = books.flatMap(book => ['-path', book, '-prune', '-o']);
  const print = ['-type', 'd', '-printf', '%p %M %u\n', '-o', '-printf', '%p %M %u %s %l\n'];
  const found = execFileSync('find', ['.', ...skip, ...print], { cwd: path, encoding: 'utf8' });
  return found
    .split('\n')
    .filter(line => !/\/etc\/\S+- /.test(line))
    .sort();
}
