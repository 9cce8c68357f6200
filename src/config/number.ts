/** What a number of an option may be. */
export interface NumberRange {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly whole?: boolean | undefined;
}

/** Whether a text is a number that the option accepts: digits with a fraction at most, no sign, no exponent. */
export function isNumberWithin(text: string, { min = 0, max = Infinity, whole }: NumberRange): boolean {
  const value = Number(text);
  const isInside = value >= min && value <= max && (!whole || Number.isInteger(value));
  return isInside && /^\d*\.?\d+$/.test(text);
}
