import { lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCode } from '../errors.ts';
import { type DirectoryUse, holdDirectory } from '../private-directory.ts';

const USE: DirectoryUse = { name: 'spool', code: 'spool' };

/**
 * Opens the directory in which the runs of one command line, or of one choice of series, remember, and creates it and the spool
 * if they are missing. Returns a path that leads there as long as this process runs. Throws a Failure if one of them cannot be
 * used.
 */
export function holdLine(root: string, line: string): string {
  const spool = holdDirectory(root, resolve(root), USE);
  const isNew = !list(spool, ANY).includes(line);
  const directory = holdDirectory(join(spool, line), join(resolve(root), line), USE);
  if (isNew) {
    takeOver(spool, directory, LINE.test(line) ? COMMON : TOTALS);
    removeUnused(spool);
  }
  return directory;
}

const LINE = /^line-[0-9a-f]{8}$/;
const ANY = /^(line|series)-[0-9a-f]{8}$/;

/** Lists the directories of command lines in a spool by name. Throws an Error. */
export function listLines(spool: string): readonly string[] {
  return list(spool, LINE);
}

function list(spool: string, names: RegExp): readonly string[] {
  const entries = readdirSync(spool, { withFileTypes: true });
  return entries.filter(entry => entry.isDirectory() && names.test(entry.name)).map(({ name }) => name);
}

/** Milliseconds for which a command line that no longer runs is remembered. */
const KEPT = 30 * 86_400_000;

function removeUnused(spool: string): void {
  for (const path of list(spool, ANY).map(line => join(spool, line))) {
    const used = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (Date.now() - used <= KEPT) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // another user's
    }
  }
}

/** Earlier checkouts had one memory for all command lines; the first line that runs goes on with it. */
function takeOver(spool: string, directory: string, names: RegExp): void {
  for (const name of readdirSync(spool).filter(name => names.test(name))) {
    try {
      renameSync(join(spool, name), join(directory, name));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error; // another line was quicker
    }
  }
}

const COMMON = /^(runs|histograms|workers)\.json$/;
const TOTALS = /^totals-.*\.json$/;
