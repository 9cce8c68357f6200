import type { HookSeries } from '../types.ts';
import type { HookApplication } from './application.ts';
import { parseGstats } from './gstats.ts';
import { shapePage } from './prometheus/series.ts';
import { parsePrometheus } from './prometheus/text.ts';

/** What the text does not say itself. */
interface Context {
  readonly app: string | undefined;
  /** Its processes are those of this machine. */
  readonly local: boolean;
}

/** Recognises what a snapshot is written in and reads it. Throws an Error that says what it is instead. */
export function parseSnapshot(bytes: Buffer, { app, local }: Context): readonly HookSeries[] {
  const text = decode(bytes).trimStart();
  const stranger = findStranger(text.trimEnd());
  if (stranger !== undefined) throw new Error(stranger);
  if (text.startsWith('{')) return nameApplications(parseGstats(text), app);
  return shapePage(parsePrometheus(text), local).map(series => ({ ...series, app }));
}

/**
 * Applications name themselves. A name from the operator is for the one that does not, so for a snapshot of one; where there
 * are more a path would depend on how many there are today.
 */
export function nameApplications(
  applications: readonly HookApplication[],
  app: string | undefined,
): readonly HookSeries[] {
  if (app !== undefined && applications.length > 1)
    throw new Error(`holds ${applications.length} applications with names of their own: leave out "${app}="`);
  return applications.map(({ name, fields }) => ({
    app: app ?? name,
    metric: undefined,
    labels: [],
    figures: fields,
  }));
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error('is not a text in UTF-8', { cause: error });
  }
}

/** What is often found in a snapshot's place. */
function findStranger(text: string): string | undefined {
  if (text === '') return 'is empty';
  if (text === 'null') return 'is null, the answer of gstats-collectd to RESET: STATS has to be asked';
  if (/^"?ERROR"?$/.test(text)) return 'is ERROR, the answer of gstats-collectd to what it does not know';
  if (text.startsWith('[')) return 'is a JSON array; expected one object with the applications by name';
  if (text.startsWith('<')) return 'is a page of HTML: is this the path of the snapshot?';
  return undefined;
}
