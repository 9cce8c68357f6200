import type { MergeOptions } from '../../plan.ts';
import { fieldSelector } from '../select.ts';
import { MERGES, type MergedField, mergeOf } from './rules.ts';

type MergeName = keyof typeof MERGES;
type MergedKind = 'daemon' | keyof MergeOptions['lists'];
type FieldTable = Readonly<Partial<Record<MergeName, string>>>;

const COMMON =
  'bin bout dresp hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other rate rate_max scur slim smax stot';

/** The fields that haproxystats sends of each kind, by its way to merge the processes. */
const TABLES: Readonly<Record<MergedKind, FieldTable>> = {
  daemon: {
    sum:
      'CompressBpsIn CompressBpsOut CompressBpsRateLim ConnRate ConnRateLimit CumConns CumReq CumSslConns CurrConns ' +
      'CurrSslConns Hard_maxconn MaxConnRate MaxSessRate MaxSslConns MaxSslRate MaxZlibMemUsage Maxconn Maxpipes ' +
      'Maxsock Memmax_MB PipesFree PipesUsed Run_queue SessRate SessRateLimit SslBackendKeyRate ' +
      'SslBackendMaxKeyRate SslCacheLookups SslCacheMisses SslFrontendKeyRate SslFrontendMaxKeyRate SslRate ' +
      'SslRateLimit Tasks Ulimit-n ZlibMemUsage',
    // A sum of percentages, which haproxystats sends of SslFrontendSessionReuse_pct, means nothing.
    mean: 'Idle_pct Uptime_sec SslFrontendSessionReuse_pct',
  },
  frontend: {
    sum:
      'comp_byp comp_in comp_out comp_rsp conn_rate conn_rate_max conn_tot dcon dses dreq ereq intercepted ' +
      `rate_lim req_rate req_rate_max req_tot ${COMMON}`,
  },
  backend: {
    sum:
      'chkdown cli_abrt comp_byp comp_in comp_out comp_rsp downtime dreq econ eresp intercepted lbtot qcur qmax ' +
      `req_tot srv_abrt wredis wretr ${COMMON}`,
    mean: 'act bck weight',
    'mean of busy': 'rtime ctime qtime ttime',
  },
  server: {
    sum: `chkfail chkdown cli_abrt econ eresp lbtot qcur qmax srv_abrt wredis wretr ${COMMON}`,
    mean: 'throttle weight',
    'mean of busy': 'ctime qtime rtime ttime',
  },
};

/**
 * Lists the fields of a kind to send, each with the way to merge it. haproxystats' lists choose among its sums; its means are
 * always sent. A field that haproxystats does not know is merged by its meaning, and its empty cells are no values.
 */
export function mergedFields(
  kind: MergedKind,
  { lists, aggregation }: MergeOptions,
  metrics: readonly string[],
  found: Iterable<string>,
): readonly MergedField[] {
  const named = fieldSelector(metrics, []);
  const list = kind === 'daemon' ? undefined : lists[kind];
  const isPreset = metrics.includes('default') || metrics.includes('wide');
  const known = readTable(TABLES[kind]);
  const own = Array.from(known, ([name, merge]) => ({ name, isSum: merge === 'sum', merge: MERGES[merge] }))
    .filter(
      ({ name, isSum }) => named(name) || (isPreset && (!isSum || list === undefined || list.has(name))),
    )
    .map(({ name, merge }) => ({ name, merge: aggregation === 'by-kind' ? mergeOf(name) : merge }));
  const isListed = (name: string): boolean => isPreset && (list?.has(name) ?? OF_MASTER.test(name));
  const others = [...found].filter(name => !known.has(name) && (named(name) || isListed(name)));
  return [...own, ...others.map(name => ({ name, merge: { ...mergeOf(name), empty: Number.NaN } }))];
}

/** A master tells these; haproxystats cannot read one, so it has no list for them. */
const OF_MASTER = /^old_workers\./;

function readTable(table: FieldTable): ReadonlyMap<string, MergeName> {
  return new Map(
    Object.entries(table).flatMap(([merge, names]) =>
      names.split(' ').map((name): [string, MergeName] => [name, merge as MergeName]),
    ),
  );
}
