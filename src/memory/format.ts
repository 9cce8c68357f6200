/**
 * Parses what an earlier run stored: a JSON object whose `format` is the given text. Throws an Error in words for any other
 * text.
 */
export function parseFormat(text: string, format: string): Readonly<Record<string, unknown>> {
  const value = Object(parseJson(text));
  if (value.format !== format) throw new Error(`it is not "${format}"`);
  return value;
}

/** Returns the value as an object. Throws an Error in words if it is none. */
export function toObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new Error('it holds no object where one should be');
}

/** Returns the value as a list. Throws an Error in words if it is none. */
export function toList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error('it holds no list where one should be');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('it is not JSON', { cause: error });
  }
}
