/** A socket's name in metric paths: its path, or a part of it, without `.sock` or `.socket` at the end. */
export function nameSocket(path: string): string {
  return path.replace(/(?<=[^/])\.(sock|socket)$/, '');
}
