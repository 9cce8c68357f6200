import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const src = new URL('../src/', import.meta.url);

/** Files that may put rooms together; everything else is one room's business. */
const HOUSE = new Set(['start.ts', 'main.ts']);

function isHouse(file: string): boolean {
  return HOUSE.has(file) || room(file) === 'commands';
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));

function imports(file: string): string[] {
  const text = readFileSync(new URL(file, src), 'utf8');
  const paths = Array.from(text.matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g), ([, path = '']) => path);
  return paths.map(path => new URL(path, new URL(file, src)).pathname.slice(src.pathname.length));
}

function room(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

/** The room that the others may use: it knows nothing of them. */
const KERNEL = 'kernel';

test.each(files.filter(file => !isHouse(file)))(
  '%s imports from its own room, the kernel and the common files alone',
  file => {
    const rooms = new Set(imports(file).map(room));
    rooms.delete('');
    rooms.delete(KERNEL);
    if (room(file) !== '') rooms.delete(room(file));
    expect([...rooms]).toEqual([]);
    expect(imports(file).filter(isHouse)).toEqual([]);
  },
);

test('the process is touched by its start and its watchdog alone, and logged to by nobody', () => {
  for (const file of files.filter(file => file !== 'watchdog.ts')) {
    const text = readFileSync(new URL(file, src), 'utf8');
    expect([file, /(?<!['`])\bprocess\.(?!getuid|getgroups|uptime)\w+|\bconsole\./.exec(text)?.[0]]).toEqual([
      file,
      undefined,
    ]);
  }
});

const root = new URL('../', import.meta.url);
const OTHERS = new Set(['.git', 'node_modules', 'dist']);

function listFiles(directory: string): string[] {
  return readdirSync(new URL(directory, root), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => `${entry.parentPath}/${entry.name}`.slice(root.pathname.length));
}

test("no file holds a merge's marks", () => {
  const all = readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !OTHERS.has(name))
    .flatMap(entry => (entry.isDirectory() ? listFiles(entry.name) : entry.name));
  expect(all).toContain('src/main.ts');
  const marked = all.filter(file => /^(?:<{7}|>{7}) /m.test(readFileSync(new URL(file, root), 'latin1')));
  expect(marked).toEqual([]);
});
