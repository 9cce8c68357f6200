/** One thing that a check found wrong. */
export interface Finding {
  /** 1 warning, 2 critical. */
  readonly code: 1 | 2;
  readonly what: string;
}

/** The result of looking at one thing. */
export interface Aspect {
  readonly findings: readonly Finding[];
  /** A part of the line if nothing is wrong at all. */
  readonly good?: string;
  /** Performance data, `name=value;warning;critical;min;max`. */
  readonly data: readonly string[];
}

/** The limits of a number; one that is absent is not judged. */
export interface Range {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
}

/**
 * Returns a finding if the value is at or above the critical or the warning limit; none otherwise. `what` names the value in
 * it.
 */
export function judge(value: number, range: Range, what: string): readonly Finding[] {
  return toFindings(
    range.critical !== undefined && value >= range.critical,
    value >= (range.warning ?? Infinity),
    what,
  );
}

/**
 * Returns a finding if the value is below the critical or the warning limit; none otherwise. `what` names the value in it.
 */
export function judgeLow(value: number, range: Range, what: string): readonly Finding[] {
  return toFindings(value < (range.critical ?? -Infinity), value < (range.warning ?? -Infinity), what);
}

function toFindings(isCritical: boolean, isWarning: boolean, what: string): readonly Finding[] {
  if (isCritical) return [{ code: 2, what }];
  return isWarning ? [{ code: 1, what }] : [];
}
