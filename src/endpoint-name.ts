/** A socket's name in metric paths: its path, or a part of it, without a final `.sock` or `.socket`. */
export function nameSocket(path: string): string {
  return path.replace(/(?<=[^/])\.(sock|socket)$/, '');
}
