/** What a check found wrong. */
export interface Finding {
  /** 1 warning, 2 critical. */
  readonly code: 1 | 2;
  readonly what: string;
}

/** One thing that a check looks at. */
export interface Aspect {
  readonly findings: readonly Finding[];
  /** Part of the line when nothing is wrong; absent where there is nothing to say. */
  readonly good?: string;
  /** Performance data, `name=value;warning;critical;min;max`. */
  readonly data: readonly string[];
}

/** From where on a number is a warning or critical; absent where it is not judged. */
export interface Range {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
}

/** A finding when the value is as large as the range allows, or larger. */
export function judge(value: number, range: Range, what: string): readonly Finding[] {
  return find(
    range.critical !== undefined && value >= range.critical,
    value >= (range.warning ?? Infinity),
    what,
  );
}

/** A finding when the value is smaller than the range allows. */
export function judgeLow(value: number, range: Range, what: string): readonly Finding[] {
  return find(value < (range.critical ?? -Infinity), value < (range.warning ?? -Infinity), what);
}

function find(isCritical: boolean, isWarning: boolean, what: string): readonly Finding[] {
  if (isCritical) return [{ code: 2, what }];
  return isWarning ? [{ code: 1, what }] : [];
}
