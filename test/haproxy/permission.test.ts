import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainPermission } from '../../src/haproxy/permission.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const { username, uid, gid } = userInfo();

// Nobody is told to run it as root.
const asOwner = uid === 0 ? '' : `run as ${username}, or `;

/** Somebody else, of no group that this user has. */
const MONITOR = { name: 'monitor', uid: 54_321, groups: [54_321] };

const FORBIDDEN =
  'permission denied, but the mode allows it, so SELinux, AppArmor or an ACL forbids it: "ausearch -m avc", dmesg or getfacl shows which';

async function fileWithMode(mode: number): Promise<string> {
  const dir = await tempDir();
  await chmod(dir, 0o755);
  const path = join(dir, 's.sock');
  await writeFile(path, '');
  await chown(path, uid, gid);
  await chmod(path, mode);
  return path;
}

it('names the owner, the group, the mode and the setting that opens the socket to a group', async () => {
  const path = await fileWithMode(0o600);
  expect(await explainPermission(path, MONITOR)).toMatch(
    new RegExp(
      `^permission denied: ${path} is owned by ${username}, group \\S+, mode 0600: ${asOwner}open it to a group in haproxy.cfg`,
    ),
  );
});

it('proposes the group where the group may write', async () => {
  const path = await fileWithMode(0o660);
  await chown(path, uid, gid === 0 ? 1 : gid);
  expect(await explainPermission(path, MONITOR)).toMatch(
    new RegExp(`mode 0660: ${asOwner}add the user monitor to the group \\S+$`),
  );
});

it('names the directory where that is what is closed', async () => {
  const closed = join(await tempDir(), 'closed');
  await mkdir(closed);
  await chmod(join(closed, '..'), 0o755);
  await writeFile(join(closed, 's.sock'), '');
  await chmod(closed, 0o700);
  expect(await explainPermission(join(closed, 's.sock'), MONITOR)).toContain(`: ${closed} is owned by`);
});

it.each([
  ['everybody', 0o666, MONITOR],
  ['the group', 0o660, { ...MONITOR, groups: [54_321, gid] }],
  ['the owner', 0o600, { ...MONITOR, uid }],
  ['nobody but root, who it is', 0o000, { ...MONITOR, uid: 0 }],
])('says what else forbids it where the mode opens the socket to %s', async (_whom, mode, user) => {
  expect(await explainPermission(await fileWithMode(mode), user)).toBe(FORBIDDEN);
});

it('says that the group is closed to its members even if others may write', async () => {
  const path = await fileWithMode(0o606);
  expect(await explainPermission(path, { ...MONITOR, groups: [gid] })).toContain('mode 0606');
});
