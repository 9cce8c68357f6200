import type { BigIntStats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { statPath } from './stat-path.ts';

/** The user who may not connect. */
interface User {
  readonly name: string;
  readonly uid: number;
  readonly groups: readonly number[];
}

/**
 * Explains why this user may not connect to a socket, and says what to do. To connect takes write permission on the socket,
 * and search permission on every directory above it (unix(7)).
 */
export async function explainPermission(path: string, user: User = currentUser()): Promise<string> {
  const obstacle = (await findClosedDirectory(path, user)) ?? path;
  const stats = await statPath(obstacle).catch(() => undefined);
  if (stats === undefined) return 'permission denied';
  if (obstacle === path && mayByMode(stats, WRITE, user)) return FORBIDDEN;
  const owner = await nameOf('/etc/passwd', stats.uid);
  const group = await nameOf('/etc/group', stats.gid);
  const bits = Number(stats.mode) & 0o7777;
  const mode = bits.toString(8).padStart(4, '0');
  const groupMayEnter = (bits & ((obstacle === path ? WRITE : SEARCH) << 3)) !== 0;
  const remedy =
    groupMayEnter && stats.gid !== 0n
      ? `add the user ${user.name} to the group ${group}`
      : obstacle === path
        ? 'open it to a group in haproxy.cfg ("stats socket PATH group GROUP mode 660 level user")'
        : `open the directory to a group (chgrp GROUP ${obstacle}; chmod g+x ${obstacle})`;
  const asOwner = stats.uid === 0n ? '' : `run as ${owner}, or `; // nobody should run this as root
  return `permission denied: ${obstacle} is owned by ${owner}, group ${group}, mode ${mode}: ${asOwner}${remedy}`;
}

const WRITE = 0o2;
const SEARCH = 0o1;

const FORBIDDEN =
  'permission denied, but the mode allows it, so SELinux, AppArmor or an ACL forbids it: "ausearch -m avc", dmesg or getfacl shows which';

/** Finds the uppermost directory that the user may not search. */
async function findClosedDirectory(path: string, user: User): Promise<string | undefined> {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = await findClosedDirectory(parent, user);
  if (above !== undefined) return above;
  const stats = await statPath(parent).catch(() => undefined);
  return stats === undefined || mayByMode(stats, SEARCH, user) ? undefined : parent;
}

/** Whether the mode permits it; access(2) would also ask SELinux. */
function mayByMode({ mode, uid, gid }: BigIntStats, bit: number, user: User): boolean {
  if (user.uid === 0) return true;
  const bits = Number(mode);
  if (Number(uid) === user.uid) return (bits & (bit << 6)) !== 0;
  return (bits & (user.groups.includes(Number(gid)) ? bit << 3 : bit)) !== 0;
}

/** The name of a number in /etc/passwd or /etc/group, or the number where there is none. */
async function nameOf(file: string, id: bigint): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const entries = text.split('\n').map(line => line.split(':'));
  return entries.find(([, , number]) => number === String(id))?.[0] ?? String(id);
}

function currentUser(): User {
  const uid = process.getuid?.() ?? -1;
  const groups = process.getgroups?.() ?? [];
  try {
    const { username, gid } = userInfo();
    return { name: username, uid, groups: [gid, ...groups] };
  } catch {
    return { name: String(uid), uid, groups }; // a user without an entry, as containers have them
  }
}
