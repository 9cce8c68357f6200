import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

/**
 * Keeps what V8 has made of a file by now, twice, and the file's source behind: bin/hap-monitor.js sees by the second copy, and
 * the source, that all is whole. A file whose code is kept already is passed over. Throws an Error if V8 would not take it.
 */
export function keepCode(filename, script) {
  if (existsSync(`${filename}.cache`)) return;
  const code = script.createCachedData();
  const source = readFileSync(filename);
  const again = new Script(source.toString('latin1'), { filename, cachedData: code });
  if (again.cachedDataRejected)
    throw new Error(`${filename}: V8 does not take its own code again: were its options changed in between?`);
  writeFileSync(`${filename}.cache`, Buffer.concat([code, code, source]));
}
