/** Hashes a text to eight hexadecimal digits (FNV-1a). node:crypto would cost each start milliseconds. */
export function hashText(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
