import { closeSync, constants, createWriteStream, fstatSync, openSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCode, Failure, reason } from '../../errors.ts';
import type { StoreBackend } from '../../plan.ts';
import { holdDirectory } from '../../private-directory.ts';
import type { Transport } from '../../types.ts';

/** Limits in bytes: each packet is one write, lines are as long as Graphite takes them over TCP. */
const LARGEST_WRITE = 16_384;

/**
 * Returns haproxystats' local store as a transport: it appends to DIRECTORY/<epoch>/stats, which nobody else can read or
 * exchange.
 */
export function fileTransport({ directory }: StoreBackend, timestamp: number): Transport {
  const where = join(directory, String(timestamp), 'stats');
  return {
    where,
    limits: { line: LARGEST_WRITE, packet: LARGEST_WRITE },
    async send(packets, signal) {
      try {
        await makeDirectory(directory);
        const folder = join(directory, String(timestamp));
        const held = holdDirectory(folder, folder, { name: 'store', code: 'deliver' });
        const file = openOwnFile(join(held, 'stats'));
        await pipeline(packets, createWriteStream('', { fd: file }), { signal });
      } catch (error) {
        if (error instanceof Failure) throw error;
        throw new Failure('deliver', where, reason(signal.aborted ? signal.reason : error), error);
      }
    },
  };
}

/** Makes a directory and those above it that are missing. Node's own `recursive` never ends below /proc. */
async function makeDirectory(path: string): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await makeDirectory(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch(error => {
    if (errorCode(error) !== 'EEXIST') throw error; // another run may have been quicker
  });
}

/** Opens a file that is neither a link nor a device nor a pipe, and does not wait for one. */
function openOwnFile(path: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  const stats = fstatSync(file);
  if (stats.isFile() && stats.uid === (process.getuid?.() ?? stats.uid)) return file;
  closeSync(file);
  throw new Error('it is not a file of this user');
}
