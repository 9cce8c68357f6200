import { type Aspect, judge, type Range } from './finding.ts';

/** The limits of a spool. */
export interface SpoolRanges {
  /** Seconds that the oldest datapoints have waited. */
  readonly age: Range;
  /** Datapoints that wait. */
  readonly depth: Range;
  /** Seconds since the last run that delivered. */
  readonly run: Range;
}

/** The state of a spool; times in seconds. */
export interface SpoolNow {
  readonly where: string;
  /** Undefined if there is no such directory. */
  readonly state:
    | {
        readonly datapoints: number;
        readonly age: number;
        /** Directories that may not be read. */
        readonly closed: readonly string[];
        /** Reasons for which every run refuses it. */
        readonly refused: readonly string[];
      }
    | undefined;
  /** Seconds since the last run that delivered; undefined before the first. */
  readonly lastGood: number | undefined;
  readonly queueSize: number;
}

/** Judges how many datapoints wait in the spool, how long the oldest has waited, and when the last run succeeded. */
export function checkSpool({ where, state, lastGood, queueSize }: SpoolNow, ranges: SpoolRanges): Aspect {
  const { age, depth, run } = ranges;
  const { datapoints, age: waited, closed, refused } = state ?? NOTHING;
  return {
    findings: [
      ...(state === undefined
        ? [
            {
              code: 1 as const,
              what: `${where}: there is no such spool; a run makes it or says why it cannot`,
            },
          ]
        : []),
      ...refused.map(what => ({ code: 1 as const, what })),
      ...closed.map(path => ({ code: 1 as const, what: `${path} may not be read by this user` })),
      ...judge(waited, age, `the oldest datapoints in the spool are ${waited} s old`),
      ...judge(datapoints, depth, `${datapoints} datapoints wait in the spool`),
      ...(lastGood === undefined
        ? []
        : judge(lastGood, run, `the last run that delivered was ${lastGood} s ago: does cron still run it?`)),
    ],
    good: `${datapoints} datapoints wait in the spool`,
    data: [
      `spool_age=${waited}s;${showRange(age)};0`,
      `spool_datapoints=${datapoints};${showRange(depth)};0;${queueSize}`,
      ...(lastGood === undefined ? [] : [`last_run=${lastGood}s;${showRange(run)};0`]),
    ],
  };
}

const NOTHING = { datapoints: 0, age: 0, closed: [], refused: [] };

function showRange({ warning = '', critical = '' }: { warning?: unknown; critical?: unknown }): string {
  return `${warning};${critical}`;
}
