import type { MergeOptions } from '../../plan.ts';
import { MERGES, type MergedField } from './rules.ts';

type MergeName = keyof typeof MERGES;
type Kind = keyof MergeOptions['fields'];
type Table = Readonly<Partial<Record<MergeName, string>>>;

const COMMON =
  'bin bout dresp hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx hrsp_5xx hrsp_other rate rate_max scur slim smax stot';

/** What haproxystats sends of each kind and how it merges the processes. */
const TABLES: Readonly<Record<Kind, Table>> = {
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

/** What `aggregation = by-kind` merges otherwise: a maximum of maxima, a limit only where all have one. */
const BY_KIND: Table = {
  max:
    'smax qmax rate_max req_rate_max conn_rate_max downtime MaxConnRate MaxSessRate MaxSslRate ' +
    'SslFrontendMaxKeyRate SslBackendMaxKeyRate',
  min: 'Uptime_sec',
  limit:
    'slim rate_lim CompressBpsRateLim ConnRateLimit SessRateLimit SslRateLimit MaxSslConns MaxZlibMemUsage Memmax_MB',
  'mean by samples': 'qtime ctime rtime ttime',
  'mean of throttle': 'throttle',
};

/** The fields of a kind that are selected, with the way each is merged. */
export function mergedFields(kind: Kind, { fields, aggregation }: MergeOptions): readonly MergedField[] {
  const selection = fields[kind];
  const better = new Map(aggregation === 'by-kind' ? read(BY_KIND) : []);
  return read(TABLES[kind])
    .filter(([name]) => selection === 'all' || selection.has(name))
    .map(([name, merge]) => ({ name, merge: MERGES[better.get(name) ?? merge] }));
}

function read(table: Table): [name: string, merge: MergeName][] {
  return Object.entries(table).flatMap(([merge, names]) =>
    names.split(' ').map((name): [string, MergeName] => [name, merge as MergeName]),
  );
}
