import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainPermission } from '../../src/haproxy/permission.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const { username, uid, gid } = userInfo();

// Nobody is told to run it as root.
const asOwner = uid === 0 ? '' : `run as ${username}, or `;

async function fileWithMode(mode: number): Promise<string> {
  const path = join(await tempDir(), 's.sock');
  await writeFile(path, '');
  await chown(path, uid, gid);
  await chmod(path, mode);
  return path;
}

it('names the owner, the group, the mode and the setting that opens the socket to a group', async () => {
  const path = await fileWithMode(0o600);
  expect(explainPermission(path)).toMatch(
    new RegExp(
      `^permission denied: ${path} is owned by ${username}, group \\S+, mode 0600: ${asOwner}open it to a group in haproxy.cfg`,
    ),
  );
});

it('proposes the group where the group may write', async () => {
  const path = await fileWithMode(0o660);
  await chown(path, uid, gid === 0 ? 1 : gid);
  expect(explainPermission(path)).toMatch(
    new RegExp(`mode 0660: ${asOwner}add the user ${username} to the group \\S+$`),
  );
});

it('names the directory where that is what is closed', async () => {
  const closed = join(await tempDir(), 'closed');
  await mkdir(closed);
  await writeFile(join(closed, 's.sock'), '');
  await chmod(closed, 0o000);
  const said = explainPermission(join(closed, 's.sock'));
  // root may enter any directory, so for root the socket itself is named.
  expect(said).toContain(uid === 0 ? join(closed, 's.sock') : `${closed} is owned by`);
  await chmod(closed, 0o700);
});
