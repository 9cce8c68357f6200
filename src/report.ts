import type { Failure } from './errors.ts';
import { plainText } from './plain-text.ts';

/** The result of a command. */
export interface Report {
  /** In the order they happened; empty when all is well. */
  readonly failures: readonly Failure[];
  /** Failures that an earlier run has printed: they count for the exit code and are not printed again. */
  readonly muted?: readonly Failure[];
}

/** Exit codes, the contract with cron: the highest that applies. */
const EXIT = { warning: 0, usage: 2, read: 1, spool: 1, kept: 3, deliver: 4 } as const;

/**
 * Returns the exit code: 0 all read and delivered, 1 something could not be read or the spool not used, 2 usage, 3 not
 * delivered but kept, 4 datapoints lost.
 */
export function exitCode({ failures, muted = [] }: Report): number {
  return Math.max(0, ...[...failures, ...muted].map(failure => EXIT[failure.code]));
}

/** Renders a line for each failure; text from elsewhere in it (an HAProxy's answer, a file name) cannot leave its line. */
export function renderFailures({ failures }: Report): string {
  return failures.map(failure => oneLine(`hap-monitor: ${failure.message}`)).join('');
}

/** Ends any text as one safe line with a newline, see `plainText`. */
export function oneLine(text: string): string {
  return `${plainText(text)}\n`;
}
