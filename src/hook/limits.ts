// Limits of a snapshot. Beyond them it is none, or one that nobody could use.

/** Largest JSON in bytes: parsing takes fifty times its size of memory, and 1000 applications take 120 KiB. */
export const MOST_JSON = 1024 * 1024;
/** Largest number of labels in a row. */
export const MOST_LABELS = 64;
/** Longest name, and longest value of a label, in characters. */
export const LONGEST_LABEL = 1024;
/** Longest row in characters. */
export const LONGEST_LINE = 65_536;
export const MOST_APPLICATIONS = 1000;

/** The limits of one source: the sources of a run share the memory that a single one may take. */
export interface Share {
  readonly bytes: number;
  /** Rows of a Prometheus page that are kept; those folded while reading do not count. */
  readonly rows: number;
  /** Characters of those rows, each of which may take twenty bytes of memory. */
  readonly characters: number;
  /** The message about a source that goes on after the limit. */
  readonly tooLarge: string;
  readonly tooManyRows: string;
}

const MIB = 1024 * 1024;

/** Returns the limits of one of so many sources. */
export function shareOf(sources: number): Share {
  const part = (all: number): number => Math.floor(all / sources);
  const [bytes, rows, characters] = [part(32 * MIB), part(100_000), part(16 * MIB)];
  const limit = 'the limit for a hook snapshot';
  return {
    bytes,
    rows,
    characters,
    tooLarge: `holds more than ${bytes} bytes, ${limit}`,
    tooManyRows: `holds more than ${rows} rows, or ${characters} characters in them, ${limit}`,
  };
}
