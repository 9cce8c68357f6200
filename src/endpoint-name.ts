/**
 * Strips a final `.sock` or `.socket` from a socket's path, or from the part of it that names the socket. Does not clean it
 * for Graphite.
 */
export function nameSocket(path: string): string {
  return path.replace(/(?<=[^/])\.(sock|socket)$/, '');
}
