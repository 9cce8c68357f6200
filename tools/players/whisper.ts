import { open, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

// The whisper format, all big-endian: u32 aggregation, u32 maxRetention, f32 xFilesFactor, u32 archives;
// for each archive u32 offset, u32 step, u32 points; then points of u32 timestamp (0 = empty) and f64 value.
const headerBytes = 16;
const archiveBytes = 12;
const pointBytes = 12;

/** Every point of a whisper file by timestamp, the finest archive's where two have it; empty without such a file. */
export async function readWhisper(file: string): Promise<Map<number, number>> {
  const points = new Map<number, number>();
  const data = await readFile(file).catch(ifMissing(Buffer.alloc(0)));
  // A file that is just being created ends anywhere: in its header, in the list of archives, or among the points.
  const listed = Math.floor((data.length - headerBytes) / archiveBytes);
  const archives = listed < 1 ? 0 : Math.min(data.readUInt32BE(12), listed);
  for (let archive = 0; archive < archives; archive++) {
    const at = headerBytes + archive * archiveBytes;
    const begin = data.readUInt32BE(at);
    const end = Math.min(begin + data.readUInt32BE(at + 8) * pointBytes, data.length - pointBytes + 1);
    for (let point = begin; point < end; point += pointBytes) {
      const timestamp = data.readUInt32BE(point);
      if (timestamp !== 0 && !points.has(timestamp)) points.set(timestamp, data.readDoubleBE(point + 4));
    }
  }
  return points;
}

/** The sorted metric paths below a whisper root that hold at least one point; `written` spares opening a file twice. */
export async function listWhisper(root: string, written = new Set<string>()): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(ifMissing([]));
  const metrics: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.wsp')) continue;
    const file = join(entry.parentPath, entry.name);
    if (!written.has(file) && !(await hasPoint(file))) continue;
    written.add(file);
    metrics.push(metricOf(relative(root, file)));
  }
  return metrics.sort();
}

// A file is created empty and written a moment later; the first point ever goes to the start of the first archive.
async function hasPoint(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const archive = await handle.read(Buffer.alloc(4), 0, 4, headerBytes);
    if (archive.bytesRead < 4) return false;
    const point = await handle.read(Buffer.alloc(4), 0, 4, archive.buffer.readUInt32BE(0));
    return point.bytesRead === 4 && point.buffer.readUInt32BE(0) !== 0;
  } finally {
    await handle.close();
  }
}

// A tagged series is kept as _tagged/xxx/yyy/NAME with its dots spelled out, any other one as a path of directories.
function metricOf(path: string): string {
  const name = path.slice(0, -'.wsp'.length);
  const parts = name.split('/');
  return parts[0] === '_tagged' ? parts.slice(3).join('/').replaceAll('_DOT_', '.') : parts.join('.');
}

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return error => {
    if (error.code !== 'ENOENT') throw error;
    return value;
  };
}
