// Runs the command of the directory that the first argument names with the others, and keeps the code of the files that it has
// loaded.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { keepCode } from './keep.js';

const [root] = process.argv.splice(2, 1);
process.on('exit', () => {
  for (const [filename, script] of Object.entries(scripts)) keepCode(filename, script);
});
const { scripts } = createRequire(import.meta.url)(join(root, 'bin/hap-monitor.js'));
