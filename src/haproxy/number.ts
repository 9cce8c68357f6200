/** Parses a number as HAProxy writes it: digits, perhaps a sign, perhaps a fraction. Returns undefined for any other text. */
export function parseNumber(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
