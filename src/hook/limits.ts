// Limits of a snapshot. Beyond them it is none, or one that nobody could use.

export const MOST_BYTES = 32 * 1024 * 1024;
/** Bytes of JSON, which takes fifty times its size when it is parsed. 1000 applications take 120 KiB. */
export const MOST_JSON = 1024 * 1024;
/** Rows of a Prometheus page that are kept; those folded while reading do not count. */
export const MOST_ROWS = 100_000;
/** Characters of those rows, each of which may take twenty bytes of memory. */
export const MOST_KEPT = 16 * 1024 * 1024;
/** Labels of a row. */
export const MOST_LABELS = 64;
/** Characters of a label's value, of a name. */
export const LONGEST_LABEL = 1024;
/** Characters of a row. */
export const LONGEST_LINE = 65_536;
export const MOST_APPLICATIONS = 1000;

/** The message about a source that goes on after the limit. */
export const TOO_LARGE = `holds more than ${MOST_BYTES} bytes, the limit for a hook snapshot`;
export const TOO_MANY_ROWS = `holds more than ${MOST_ROWS} rows, or ${MOST_KEPT} characters in them, the limit for a hook snapshot`;
