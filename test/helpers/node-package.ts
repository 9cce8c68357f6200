import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Node that runs this test as the package nodejs, which Debian 12 has not got new enough. */
export function packNode(dir: string): string {
  const tree = join(dir, 'nodejs');
  for (const path of ['DEBIAN', 'usr/bin']) mkdirSync(join(tree, path), { recursive: true });
  cpSync(process.execPath, join(tree, 'usr/bin/node'));
  const lines = [
    'Package: nodejs',
    `Version: ${process.versions.node}`,
    'Architecture: all',
    'Maintainer: a test',
  ];
  writeFileSync(join(tree, 'DEBIAN/control'), `${[...lines, 'Description: Node'].join('\n')}\n`);
  return packTree(tree);
}

/** Packs what `dpkg-deb -R` unpacks; gives the file beside it. */
export function packTree(tree: string): string {
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, `${tree}.deb`]);
  return `${tree}.deb`;
}
