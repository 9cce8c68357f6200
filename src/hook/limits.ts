// What a snapshot may hold. More than this is not a snapshot, or one that nobody could make use of.

export const MOST_BYTES = 32 * 1024 * 1024;
/** Rows of a Prometheus page that are kept; those folded while reading do not count. */
export const MOST_ROWS = 100_000;
export const MOST_LABELS = 64;
export const LONGEST_LABEL = 1024;
export const MOST_APPLICATIONS = 1000;

/** What is said of a source that goes on after the limit. */
export const TOO_LARGE = `holds more than ${MOST_BYTES} bytes, the limit for a hook snapshot`;
