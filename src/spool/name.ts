/** The parts of a batch's file name: a spool is counted and put in order without opening a file. */
export interface Entry {
  /** The file's name without a claim. */
  readonly base: string;
  /** The file's name in the directory. */
  readonly name: string;
  /** Seconds since the epoch, of every datapoint in it. */
  readonly timestamp: number;
  readonly datapoints: number;
  /** The process that has claimed the batch. */
  readonly owner: string | undefined;
}

const NAME = /^((\d{10,12})-(\d+)-(\d+)-\d+-\d+-\d+\.batch)(?:\.(\d+-\d+-\d+))?$/;

/**
 * Returns a batch's file name, `TIMESTAMP-NUMBER-DATAPOINTS-WRITER.batch`; NUMBER puts the batches of one process in order.
 */
export function nameBatch(timestamp: number, number: number, datapoints: number, writer: string): string {
  return `${String(timestamp).padStart(10, '0')}-${number}-${datapoints}-${writer}.batch`;
}

/** Returns the name of a claimed batch; the file stays the same, so a claim is a rename. */
export function nameClaimed(base: string, owner: string): string {
  return `${base}.${owner}`;
}

/**
 * Lists the batches among a directory's names, oldest first, and each once: a batch that is renamed while the directory is read
 * may be there under both names. Other names are ignored.
 */
export function listEntries(names: readonly string[]): readonly Entry[] {
  const entries = new Map<string, Entry & { readonly number: number }>();
  for (const name of names) {
    const [, base, timestamp, number, datapoints, owner] = NAME.exec(name) ?? [];
    if (base === undefined) continue;
    entries.set(base, {
      base,
      name,
      timestamp: Number(timestamp),
      number: Number(number),
      datapoints: Number(datapoints),
      owner,
    });
  }
  return [...entries.values()].sort((a, b) => a.timestamp - b.timestamp || a.number - b.number);
}

/** Returns the name of a file that is being written: `NUMBER-WRITER.tmp`. */
export function nameTemporary(number: number, writer: string): string {
  return `${number}-${writer}.tmp`;
}

/** Returns the process that was writing a temporary file; undefined for any other file. */
export function writerOf(name: string): string | undefined {
  return /^\d+-(\d+-\d+-\d+)\.tmp$/.exec(name)?.[1];
}
