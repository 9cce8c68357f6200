import { type Aspect, type Finding, judge, judgeLow, type Range } from './finding.ts';

/** The part of a row that a check judges. */
interface Row {
  readonly proxy: string;
  readonly service: string;
  readonly type?: string;
  readonly state?: string;
  readonly sessions?: number;
  readonly sessions_limit?: number;
}

/** The limits of HAProxy's own state. */
export interface StateRanges {
  /** The meaning of a backend that is DOWN. */
  readonly down: 'ignore' | 'warning' | 'critical';
  /** Percent of a backend's servers that are up. */
  readonly servers: Range;
  /** Percent of a frontend's, backend's or server's session limit. */
  readonly sessions: Range;
}

/**
 * Judges backends that are DOWN, each backend's share of servers that are up, and the use of session limits; each only if
 * `ranges` asks for it. Calls `listRows` only then.
 */
export function checkState(listRows: () => readonly Row[], { down, servers, sessions }: StateRanges): Aspect {
  if (down === 'ignore' && !isAsked(servers) && !isAsked(sessions)) return { findings: [], data: [] };
  const rows = listRows();
  const aspects = [
    ...(down === 'ignore' ? [] : [checkDown(rows, down === 'critical' ? 2 : 1)]),
    ...(isAsked(servers) ? listShares(rows).map(share => checkShare(share, servers)) : []),
    ...(isAsked(sessions) ? rows.filter(hasLimit).map(row => checkSessions(row, sessions)) : []),
  ];
  return {
    findings: aspects.flatMap(({ findings }) => findings),
    data: aspects.flatMap(({ data }) => data),
  };
}

function isAsked({ warning, critical }: Range): boolean {
  return warning !== undefined || critical !== undefined;
}

function checkDown(rows: readonly Row[], code: Finding['code']): Aspect {
  const down = rows.filter(({ type, state }) => type === 'backend' && state === 'DOWN');
  return {
    findings: down.map(({ proxy }) => ({ code, what: `backend ${proxy} is DOWN` })),
    data: [`backends_down=${down.length};;;0`],
  };
}

interface ServersUp {
  readonly proxy: string;
  readonly up: number;
  readonly all: number;
}

/** Counts each backend's servers over all processes; those in maintenance are not up. */
function listShares(rows: readonly Row[]): readonly ServersUp[] {
  const shares = new Map<string, ServersUp>();
  for (const { proxy, type, state } of rows) {
    if (type !== 'server') continue;
    const { up, all } = shares.get(proxy) ?? { up: 0, all: 0 };
    shares.set(proxy, { proxy, up: up + Number(state === 'UP' || state === 'NOLB'), all: all + 1 });
  }
  return [...shares.values()];
}

function checkShare({ proxy, up, all }: ServersUp, range: Range): Aspect {
  const percent = toPercent(up, all);
  return {
    findings: judgeLow(percent, range, `${up} of ${all} servers of ${proxy} are up`),
    data: [
      `${toName(proxy)}_servers_up=${percent}%;${lowest(range.warning)};${lowest(range.critical)};0;100`,
    ],
  };
}

function hasLimit({ sessions, sessions_limit = 0 }: Row): boolean {
  return sessions !== undefined && sessions_limit > 0;
}

function checkSessions({ proxy, service, sessions = 0, sessions_limit = 0 }: Row, range: Range): Aspect {
  const percent = toPercent(sessions, sessions_limit);
  const name = `${toName(proxy)}_${toName(service)}_sessions`;
  return {
    findings: judge(percent, range, `${proxy}/${service} has ${sessions} of ${sessions_limit} sessions`),
    data: [`${name}=${percent}%;${range.warning ?? ''};${range.critical ?? ''};0`],
  };
}

function toPercent(part: number, whole: number): number {
  return Math.round((part / whole) * 1000) / 10;
}

/** Writes a threshold below which a value is bad, as the Nagios plugin guidelines do. */
function lowest(limit: number | undefined): string {
  return limit === undefined ? '' : `${limit}:`;
}

/** Cleans a name for performance data, where blanks, `=` and quotes separate. */
function toName(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/gu, '_');
}
