/** What tells a socket apart in metric paths: the path, or a part of it, without `.sock` or `.socket` at its end. */
export function nameSocket(path: string): string {
  return path.replace(/(?<=[^/])\.(sock|socket)$/, '');
}
