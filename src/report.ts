import type { Failure } from './errors.ts';
import { plainText } from './plain-text.ts';

/** What a run came to. */
export interface Report {
  /** In the order they happened; empty when all is well. */
  readonly failures: readonly Failure[];
  /** Failures that an earlier run has said: they count, and are not printed again. */
  readonly muted?: readonly Failure[];
}

/** Exit codes, the contract with cron: the highest that applies. */
const EXIT = { warning: 0, usage: 2, read: 1, spool: 1, kept: 3, deliver: 4 } as const;

/**
 * 0 all read and delivered, 1 not all could be read or the spool not be used, 2 usage, 3 not delivered but kept,
 * 4 datapoints were lost.
 */
export function exitCode({ failures, muted = [] }: Report): number {
  return Math.max(0, ...[...failures, ...muted].map(failure => EXIT[failure.code]));
}

/** A line for each failure. What others wrote (an HAProxy's answer, a file name) cannot break out of its line. */
export function renderFailures({ failures }: Report): string {
  return failures.map(failure => oneLine(`hap-monitor: ${failure.message}`)).join('');
}

/** A line that nothing in it can break, colour or flood, without a password. */
export function oneLine(text: string): string {
  return `${plainText(text)}\n`;
}
