import { knownFailure } from '../errors.ts';
import { plainText } from '../plain-text.ts';
import type { Aspect } from './finding.ts';

/** One line with performance data and an exit code, as the Nagios plugin guidelines have them. */
export interface Checked {
  /** 0 OK, 1 warning, 2 critical, 3 unknown: the check itself is not possible. */
  readonly code: number;
  readonly line: string;
}

const STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'] as const;

/**
 * Combines all aspects into the plugin's line and exit code: the findings, the worst first, or the good news if there are
 * none.
 */
export function conclude(aspects: readonly Aspect[]): Checked {
  const findings = aspects.flatMap(({ findings }) => findings).sort((a, b) => b.code - a.code);
  const bad = findings.map(({ what }) => what).join('; ');
  const good = aspects.flatMap(aspect => aspect.good ?? []).join(', ');
  return renderLine(
    findings[0]?.code ?? 0,
    bad || good,
    aspects.flatMap(({ data }) => data),
  );
}

/**
 * Returns the line and exit code (UNKNOWN) of a check that could not be made: a mistake on the command line, an unreadable
 * spool.
 */
export function unknown(error: unknown): Checked {
  const what = knownFailure(error)?.message ?? `internal error: ${error}`;
  return renderLine(3, what, []);
}

/** A bar in the text would begin the performance data. */
function renderLine(code: number, text: string, data: readonly string[]): Checked {
  const perfdata = data.length === 0 ? '' : ` | ${data.map(plainText).join(' ')}`;
  const clean = plainText(text).replaceAll('|', ' ');
  return { code, line: `HAP-MONITOR ${STATES[code]} - ${clean}${perfdata}\n` };
}
