import { accessSync, constants, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { statPath } from './path.ts';

/**
 * Says why a socket may not be connected to and what to do about it. Connecting needs write permission on
 * the socket, and search permission on every directory above it (unix(7)).
 */
export function explainPermission(path: string): string {
  const obstacle = findClosedDirectory(path) ?? path;
  const stats = statPath(obstacle);
  if (stats === undefined) return 'permission denied';
  const owner = nameOf('/etc/passwd', stats.uid);
  const group = nameOf('/etc/group', stats.gid);
  const bits = Number(stats.mode) & 0o7777;
  const mode = bits.toString(8).padStart(4, '0');
  const groupMayEnter = (bits & (obstacle === path ? 0o020 : 0o010)) !== 0;
  const remedy =
    groupMayEnter && stats.gid !== 0n
      ? `add the user ${currentUser()} to the group ${group}`
      : obstacle === path
        ? 'open it to a group in haproxy.cfg ("stats socket PATH group GROUP mode 660 level user")'
        : `open the directory to a group (chgrp GROUP ${obstacle}; chmod g+x ${obstacle})`;
  const asOwner = stats.uid === 0n ? '' : `run as ${owner}, or `; // nobody should run this as root
  return `permission denied: ${obstacle} is owned by ${owner}, group ${group}, mode ${mode}: ${asOwner}${remedy}`;
}

function findClosedDirectory(path: string): string | undefined {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = findClosedDirectory(parent);
  if (above !== undefined) return above;
  try {
    accessSync(parent, constants.X_OK);
    return undefined;
  } catch {
    return parent;
  }
}

/** The name of a number in /etc/passwd or /etc/group, or the number where there is none. */
function nameOf(file: string, id: bigint): string {
  const entries = readLines(file).map(line => line.split(':'));
  return entries.find(([, , number]) => number === String(id))?.[0] ?? String(id);
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.()); // a user without an entry, as containers have them
  }
}
