import { linkSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';
import { readPrivate, replacePrivate, unless } from './private-file.ts';

// Only one run at a time may count: it claims the file by a rename, and nobody else finds it until it gives it back.

/** A destination's totals, claimed by this process. */
export interface ClaimedTotals {
  /** The text that the run before left; undefined if there is none. */
  readonly before: string | undefined;
  /** Leaves a new text for the next run, or none if that fails. Throws an Error. */
  replace(text: string): void;
  /** Leaves the text as it was. */
  release(): void;
}

/** This process's unique name, and a test for whether the owner of a claimed file still runs. */
export interface Holder {
  readonly self: string;
  isAlive(owner: string, path: string): boolean;
}

const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Claims the stored totals of one name, so that no other run uses them; undefined while another run holds them. In a
 * directory that does not exist, as a dry run's before the first run, there are none. Throws an Error.
 */
export function claimTotals(
  directory: string,
  name: string,
  { self, isAlive }: Holder,
): ClaimedTotals | undefined {
  const path = join(directory, name);
  const claimed = `${path}.${self}`;
  const names = unless('ENOENT', () => readdirSync(directory)) ?? [];
  const found = names.find(entry => entry === name || isClaim(entry, name));
  if (found !== undefined) {
    const owner = found.slice(name.length + 1);
    if (owner !== '' && isAlive(owner, join(directory, found))) return undefined;
    if (!take(join(directory, found), claimed)) return undefined;
  }
  const release = (): void => {
    if (found !== undefined) renameSync(claimed, path);
  };
  try {
    const bytes = found === undefined ? undefined : readPrivate(claimed, MOST_BYTES);
    return {
      before: bytes?.toString(),
      release,
      replace: text => {
        try {
          replacePrivate(claimed, text);
        } catch (error) {
          unless('ENOENT', () => unlinkSync(claimed)); // what was sent would be counted again from there
          throw error;
        }
        if (found === undefined) putFirst(claimed, path);
        else renameSync(claimed, path);
      },
    };
  } catch (error) {
    unlinkSync(claimed);
    throw error;
  }
}

/** Reads the totals whose names begin so, but for those of one name; they may be claimed. Leaves out what cannot be read. */
export function readOthers(directory: string, prefix: string, own: string): readonly string[] {
  const names = unless('ENOENT', () => readdirSync(directory)) ?? [];
  return names
    .filter(name => name.startsWith(prefix) && !name.startsWith(own))
    .flatMap(name => {
      try {
        return readPrivate(join(directory, name), MOST_BYTES)?.toString() ?? [];
      } catch {
        return [];
      }
    });
}

/** Another first run may have been quicker, and a third have counted from there. */
function putFirst(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  unlinkSync(from);
}

function isClaim(entry: string, name: string): boolean {
  return entry.startsWith(`${name}.`) && /^\d+-\d+-\d+$/.test(entry.slice(name.length + 1));
}

/** One rename: of several processes that try, it succeeds for one. */
function take(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
