import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readWhisper } from '../../tools/players/whisper.ts';
import { tempDir } from '../helpers/temp-dir.ts';

/** Two archives, of three points and of two. */
function whisper(): Buffer {
  const file = Buffer.alloc(16 + 2 * 12 + 5 * 12);
  [0, 0, 0, 2, 40, 1, 3, 76, 1, 2].forEach((number, index) => void file.writeUInt32BE(number, 4 * index));
  for (let point = 0; point < 5; point++) {
    file.writeUInt32BE(100 + point, 40 + 12 * point);
    file.writeDoubleBE(point, 44 + 12 * point);
  }
  return file;
}

test('a whisper file that is being created, and so ends anywhere, has the points that are whole', async () => {
  const path = join(await tempDir(), 'a.wsp');
  const file = whisper();
  for (let size = 0; size <= file.length; size++) {
    await writeFile(path, file.subarray(0, size));
    const whole = Math.max(0, Math.floor((size - 40) / 12));
    const points = Array.from({ length: whole }, (_, point): [number, number] => [100 + point, point]);
    expect(await readWhisper(path), `${size} bytes`).toEqual(new Map(points));
  }
});
