import { errorCode } from '../errors.ts';
import type { HookSeries } from '../types.ts';
import type { HookApplication } from './application.ts';
import { parseGstats } from './gstats.ts';
import type { Share } from './limits.ts';
import type { MergedPages } from './prometheus/multiprocess/merge.ts';
import { shapePage } from './prometheus/series.ts';
import { parsePrometheus } from './prometheus/text.ts';
import type { Yield } from './slices.ts';

/** Facts that a snapshot does not contain. */
export interface Context {
  /** The source's label. */
  readonly source: string;
  readonly app: string | undefined;
  /** The processes in the snapshot are those of this machine. */
  readonly local: boolean;
  /** Whether the workers are given one by one as well. */
  readonly workers: boolean;
  readonly share: Share;
  readonly takeTurn: Yield;
}

/** Recognises a snapshot's format and parses it. Throws an Error that says what the bytes are instead. */
export function parseSnapshot(bytes: Buffer, context: Context): Promise<readonly HookSeries[]> {
  // An async function would hold the bytes, as large as the text, to its end.
  return decode(bytes, context.share).then(text => parseText(text.trimStart(), context));
}

async function parseText(text: string, context: Context): Promise<readonly HookSeries[]> {
  const stranger = findStranger(text);
  if (stranger !== undefined) throw new Error(stranger);
  if (text.startsWith('{') && !isPrometheus(text)) return nameApplications(parseGstats(text), context);
  const page = await parsePrometheus(text, context.takeTurn, context.share);
  return await namePages({ page, processes: page }, context);
}

/** Shapes a page into the series of its application and, if the operator asked for workers, of each worker. */
export async function namePages(
  { page, processes = page }: MergedPages,
  { source, app, local, workers, takeTurn }: Context,
): Promise<readonly HookSeries[]> {
  const series = await shapePage(page, local, takeTurn);
  const whole = series.map(one => ({ ...one, app }));
  if (!workers) return whole;
  const { shapeWorkers } = await import('./prometheus/worker-series.ts');
  const each = await shapeWorkers(processes, local, takeTurn);
  return [...whole, ...each.map(({ id, ...one }) => ({ ...one, app, worker: { source, id } }))];
}

async function decode(bytes: Buffer, share: Share): Promise<string> {
  const plain = isGzip(bytes) ? await unpack(bytes, share) : bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (error) {
    throw new Error('is not a text in UTF-8', { cause: error });
  }
}

// RFC 1952, 2.3.1
function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Some servers compress unasked, and some programs write compressed snapshots. */
async function unpack(bytes: Buffer, share: Share): Promise<Buffer> {
  const { gunzip } = await import('node:zlib');
  return await new Promise((resolve, reject) => {
    gunzip(bytes, { maxOutputLength: share.bytes }, (error, text) => {
      if (error === null) resolve(text);
      else if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') reject(new Error(share.tooLarge));
      else reject(new Error('is compressed with gzip, and damaged or cut short', { cause: error }));
    });
  });
}

/** A page of Prometheus 3 may begin with a quoted name in braces; JSON has a colon after the first string. */
function isPrometheus(text: string): boolean {
  return /^\{[ \t]*"(?:[^"\\\n]|\\.){0,1024}"[ \t]*[,}]/.test(text);
}

/**
 * Returns applications their names. The operator's name is for a snapshot with a single application; with several, the path of
 * each would depend on how many there are today, so they keep their own names.
 */
export function nameApplications(
  applications: readonly HookApplication[],
  { source, app, workers }: Pick<Context, 'source' | 'app' | 'workers'>,
): readonly HookSeries[] {
  if (app !== undefined && applications.length > 1)
    throw new Error(`holds ${applications.length} applications with names of their own: leave out "${app}="`);
  return applications.flatMap(({ name, fields, workers: each = [] }) => {
    const series = { app: app ?? name, metric: undefined, labels: [], figures: fields };
    const live = workers ? each : [];
    return [series, ...live.map(one => ({ ...series, figures: one.fields, worker: { source, id: one.id } }))];
  });
}

/** Texts that are often found in place of a snapshot. */
function findStranger(start: string): string | undefined {
  const text = start.slice(0, 100).trimEnd();
  if (text === '') return 'is empty';
  if (text === 'null') return 'is null, the answer of gstats-collectd to RESET: STATS has to be asked';
  if (/^"?ERROR"?$/.test(text)) return 'is ERROR, the answer of gstats-collectd to what it does not know';
  if (text.startsWith('[')) return 'is a JSON array; expected one object with the applications by name';
  if (text.startsWith('<')) return 'is a page of HTML: is this the path of the snapshot?';
  return undefined;
}
