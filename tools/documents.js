// Writes what is made of the option table: the man page and the shells' completions.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const { outputFiles } = await build({
  entryPoints: ['tools/documents/all.ts'],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
});
const { documents } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
for (const [name, text] of Object.entries(documents)) {
  mkdirSync(dirname(`dist/${name}`), { recursive: true });
  writeFileSync(`dist/${name}`, text);
}
