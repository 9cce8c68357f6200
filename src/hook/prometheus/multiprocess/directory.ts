import { join } from 'node:path';
import { asFailure } from '../../../errors.ts';
import { isUserProcess } from '../../../proc.ts';
import type { Share } from '../../limits.ts';
import type { Yield } from '../../slices.ts';
import type { Directory } from '../../source/directory.ts';
import { parseDb, usedBytes } from './db-file.ts';
import { type MergedPages, startMerge } from './merge.ts';

interface ReadingOptions {
  /** Keep the values of each process as well. */
  readonly workers: boolean;
  readonly share: Share;
  readonly takeTurn: Yield;
}

/** A file of one process: `counter_4711.db`, `gauge_livesum_4711.db`. */
const FILE = /^(counter|histogram|summary|gauge)(?:_([a-z]+))?_(\d+)\.db$/;

/** Whether a name is that of a file in prometheus_client's multiprocess mode. */
export function isDbFile(name: string): boolean {
  return FILE.test(name);
}

/**
 * Reads a directory of prometheus_client's multiprocess mode (PROMETHEUS_MULTIPROC_DIR) and builds the page that its
 * collector would. Gauges of live processes are taken from live processes alone, even if nobody called mark_process_dead for
 * the others.
 */
export async function readMultiprocess(
  directory: Directory,
  names: readonly string[],
  { workers, share, takeTurn }: ReadingOptions,
): Promise<MergedPages> {
  const merge = startMerge(workers, share);
  const files = names.flatMap(name => {
    const [, type = '', mode = '', pid = ''] = FILE.exec(name) ?? [];
    return type === '' ? [] : [{ name, type, mode, pid }];
  });
  const isGone = findGone(files.map(({ pid }) => pid));
  for (const { name, type, mode, pid } of files) {
    if (mode.startsWith('live') && isGone(pid)) continue;
    const bytes = await directory.read(name, usedBytes);
    if (bytes === undefined) continue; // mark_process_dead removed it meanwhile
    try {
      for (const [key, value, timestamp] of parseDb(bytes)) {
        merge.add({ type, mode, pid, key, value, timestamp });
        const turn = takeTurn();
        if (turn !== undefined) await turn;
      }
    } catch (error) {
      throw asFailure(error, 'read', join(directory.path, name));
    }
  }
  return merge.pages();
}

/** Makes the test whether a pid is gone; false for all if none of them runs: they are then those of a container, or no pids. */
function findGone(pids: readonly string[]): (pid: string) => boolean {
  const processes = new Map(pids.map(pid => [pid, isUserProcess(pid)]));
  const seesProcesses = Array.from(processes.values()).includes(true);
  return pid => seesProcesses && processes.get(pid) === false;
}
