/**
 * The meaning of a field's number.
 *
 * - `identifier` names a thing, measures nothing.
 * - `counter` counts from the start of the process; `elapsed` counts seconds and goes on in all processes at once.
 * - `level` is a current number that adds up over processes: sessions, requests a second.
 * - `limit` is a limit, 0 for none. `setting` is equal in all processes.
 * - `max` is the largest since the start. `least` merges to the smallest. `age` is seconds since the last time, -1 for never.
 * - `mean` is percent or a weight. `time` is HAProxy's own mean over the last 1,024 requests. `throttle` is percent, empty for 100.
 */
export type Nature =
  | 'identifier'
  | 'counter'
  | 'elapsed'
  | 'level'
  | 'limit'
  | 'setting'
  | 'max'
  | 'least'
  | 'age'
  | 'mean'
  | 'time'
  | 'throttle';

/** Fields of `show info`, `show stat`, `show stat domain resolvers` and `show table`, HAProxy 1.3 to 3.5. */
const NAMES: Readonly<Record<Nature, string>> = {
  identifier: 'pid iid sid type srid Pid Process_num',
  counter:
    'stot bin bout dreq dresp ereq econ eresp wretr wredis chkfail chkdown lbtot hrsp_1xx hrsp_2xx hrsp_3xx hrsp_4xx ' +
    'hrsp_5xx hrsp_other hanafail req_tot cli_abrt srv_abrt comp_in comp_out comp_byp comp_rsp conn_tot intercepted ' +
    'dcon dses wrew connect reuse cache_lookups cache_hits cache_hint_hits eint sess_other h1sess h2sess h3sess ' +
    'req_other h1req h2req h3req reqbin reqbout resbin resbout sent send_error valid update cname cname_error any_err ' +
    'nx timeout refused other invalid too_big truncated outdated PoolFailed CumConns CumReq CumSslConns CumStreams ' +
    'SslCacheLookups SslCacheMisses DroppedLogs CumRecvLogs FailedResolutions TotalBytesOut TotalSplicdedBytesOut ' +
    'TotalSplicedBytesOut TotalWarnings BlockedTrafficWarnings DebugCommandsIssued MaxconnReached PatternsAdded PatternsFreed',
  elapsed: 'downtime',
  level:
    'qcur scur rate req_rate conn_rate srv_icur idle_conn_cur safe_conn_cur used_conn_cur need_conn_est priv_idle_cur ' +
    'h2_open_connections h2_backend_open_streams h1_open_connections h1_open_streams quic_conn_opening ' +
    'quic_half_open_conn agg_server_status agg_server_check_status agg_check_status PoolAlloc_MB PoolUsed_MB ' +
    'PoolAlloc_bytes PoolUsed_bytes Ulimit-n Maxsock Maxconn Hard_maxconn Maxpipes CurrConns CurrSslConns CurrStreams ' +
    'PipesUsed PipesFree ConnRate SessRate SslRate SslFrontendKeyRate SslBackendKeyRate CompressBpsIn CompressBpsOut ' +
    'BytesOutRate ZlibMemUsage Tasks Niced_tasks Run_queue Stopping Jobs Listeners ActivePeers ConnectedPeers ' +
    'old_workers.count old_workers.CurrConns size used',
  limit:
    'slim qlimit rate_lim src_ilim Memmax_MB Memmax_bytes MaxSslConns ConnRateLimit SessRateLimit SslRateLimit ' +
    'CompressBpsRateLim MaxZlibMemUsage',
  setting:
    'check_rise check_fall agent_rise agent_fall check_code agent_code Nbproc Nbthread NbThreadGroups BusyPolling BootTime_ms',
  max:
    'qmax smax rate_max req_rate_max conn_rate_max qtime_max ctime_max rtime_max ttime_max check_duration ' +
    'agent_duration MaxConnRate MaxSessRate MaxSslRate SslFrontendMaxKeyRate SslBackendMaxKeyRate old_workers.oldest_seconds',
  least: 'check_health agent_health lastchg Uptime_sec Start_time_sec',
  age: 'lastsess',
  mean: 'weight uweight act bck Idle_pct SslFrontendSessionReuse_pct',
  time: 'qtime ctime rtime ttime',
  throttle: 'throttle',
};

let natures: ReadonlyMap<string, Nature> | undefined;

/** Returns the meaning of a field's number; guessed by the name for a field that no known HAProxy has. */
export function natureOf(field: string): Nature {
  return readNames().get(field) ?? guessNature(field);
}

/** Whether a known HAProxy has numbers in the field. */
export function isField(name: string): boolean {
  return readNames().has(name) || MODULE.test(name);
}

function readNames(): ReadonlyMap<string, Nature> {
  natures ??= new Map(
    Object.entries(NAMES).flatMap(([nature, names]) =>
      names.split(' ').map((name): [string, Nature] => [name, nature as Nature]),
    ),
  );
  return natures;
}

/** Fields of HAProxy's modules are counters; every version adds some. */
const MODULE = /^(h[123]|quic|q?pack|ssl)_/;

function guessNature(field: string): Nature {
  if (MODULE.test(field)) return 'counter';
  if (/_max$|^Max/.test(field)) return 'max';
  return /_lim$|Limit$/.test(field) ? 'limit' : 'level';
}
