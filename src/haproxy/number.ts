/** What HAProxy writes as a number: digits, perhaps a sign, perhaps a fraction. Anything else is text. */
export function parseNumber(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
