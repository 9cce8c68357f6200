import { accessSync, constants, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';

/**
 * Says why a socket may not be connected to, and what to do: `permission denied: /run/haproxy/admin.sock
 * is owned by haproxy:haproxy with mode 0660: run as haproxy or root, or add the user cron to group haproxy`.
 * Connecting needs write permission on the socket and search permission on every directory above it (unix(7)).
 */
export async function explainPermission(path: string): Promise<string> {
  const obstacle = firstClosedDirectory(path) ?? path;
  const { uid, gid, mode } = statSync(obstacle);
  const owner = await nameOf('/etc/passwd', uid);
  const group = await nameOf('/etc/group', gid);
  const needed = obstacle === path ? 0o020 : 0o010;
  const remedy =
    mode & needed && gid !== 0
      ? `add the user ${currentUser()} to group ${group}`
      : `let HAProxy open it for a group ("stats socket ${path} group GROUP mode 660 level user")`;
  const bits = (mode & 0o7777).toString(8).padStart(4, '0');
  return `permission denied: ${obstacle} is owned by ${owner}, group ${group}, mode ${bits}: run as ${owner}, or ${remedy}`;
}

function firstClosedDirectory(path: string): string | undefined {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = firstClosedDirectory(parent);
  if (above !== undefined) return above;
  try {
    accessSync(parent, constants.X_OK);
    return undefined;
  } catch {
    return parent;
  }
}

/** The name that belongs to a number in /etc/passwd or /etc/group, or the number where there is none. */
async function nameOf(file: string, id: number): Promise<string> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  const line = lines.find(entry => entry.split(':')[2] === String(id));
  return line?.split(':')[0] ?? String(id);
}

function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.()); // a user without an entry, as containers have them
  }
}
