import { spawn } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Input of the command; a variable set to undefined is taken out of the environment. */
export type RunOptions = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly stdin?: string | Buffer;
  readonly timeoutMs?: number;
  /** Another installation of the command; from the repository root. */
  readonly bin?: string;
};

/** The command's end, its output, its wall time and its largest memory (0 if it was too quick to tell). */
export type Ran = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly peakRssMb: number;
};

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the built command from the repository root to its end; SIGKILL ends it after the time limit (default 20 s). */
export async function runBin(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { uid, gid, stdin, timeoutMs = 20_000, bin = 'bin/hap-monitor.js' } = options;
  // A machine's own NODE_EXTRA_CA_CERTS costs every start of Node time and memory.
  const env = { ...process.env, ...options.env, NODE_EXTRA_CA_CERTS: undefined };
  const begin = performance.now();
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: root,
    env,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    stdio: 'pipe',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', chunk => stdout.push(chunk));
  child.stderr.on('data', chunk => stderr.push(chunk));
  child.stdin.on('error', () => child.stdin.destroy()); // a command that does not read its input may be gone first
  child.stdin.end(stdin);

  let peakKb = 0;
  const poll = setInterval(() => {
    peakKb = readPeakKb(child.pid) ?? peakKb;
  }, 10);
  try {
    return await new Promise<Ran>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({
          code,
          signal,
          stdout: Buffer.concat(stdout).toString(),
          stderr: Buffer.concat(stderr).toString(),
          seconds: (performance.now() - begin) / 1000,
          peakRssMb: peakKb / 1024,
        });
      });
    });
  } finally {
    clearInterval(poll);
  }
}

// The kernel keeps the high-water mark itself; the line is missing once the process has ended.
function readPeakKb(pid: number | undefined): number | undefined {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return found === null ? undefined : Number(found[1]);
  } catch {
    return undefined; // the process is gone, or this is not Linux
  }
}

/** Installs the command as npm would below DIR, from what is built here; gives what to run. */
export function installCommand(dir: string): string {
  const target = join(dir, 'node_modules/hap-monitor');
  for (const part of ['bin', 'dist', 'package.json']) cpSync(part, join(target, part), { recursive: true });
  return join(target, 'bin/hap-monitor.js');
}
