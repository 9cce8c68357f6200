// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${n} is statsd_exporter's own way to refer to a level.
import { MILLISECONDS, PROCESS_NAMES, PROXY_NAMES } from './names.ts';

const HEAD = `# StatsD names of hap-monitor, and of gunicorn itself, as Prometheus names and labels after HAProxy's own exporter:
# haproxy_server_current_sessions{host="lb1",process="1",proxy="app",server="one"}. See the README beside it.
# Written by tools/statsd-exporter/mapping.ts; of rules that match the first one counts.
defaults:
  match_type: glob
  ttl: 5m # a server that is gone is gone here soon
mappings:
`;

/** Prometheus counts seconds. */
const SCALED = { scale: '0.001' };
/** A counter that went away after some quiet minutes would begin anew. */
const KEPT = { ttl: '24h' };

/** gunicorn tells it only when it changes. */
const LASTING = { ttl: '8760h' };
/** gunicorn's `--backlog` is 2,048 connections unless set. */
const BUCKETS = {
  observer_type: 'histogram',
  histogram_options: '{ buckets: [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2048] }',
};

type Labels = Readonly<Record<string, string>>;

/** Where a layout puts the fields of one kind of object, and what the levels above the field are. */
interface Branch {
  readonly kind: 'process' | 'frontend' | 'backend' | 'server';
  readonly path: string;
  readonly labels: Labels;
}

const MERGED = { host: '$2', process: 'all' };
const SINGLE = { host: '$2', process: '$3' };

/** In the order of the rules: what has words of its own before what is all asterisks. */
const BRANCHES: readonly Branch[] = [
  { kind: 'process', path: '*.*.haproxy.daemon', labels: MERGED },
  { kind: 'process', path: '*.*.haproxy.daemon.process.*', labels: { ...MERGED, process: '$3' } },
  { kind: 'frontend', path: '*.*.haproxy.frontend.*', labels: { ...MERGED, proxy: '$3' } },
  { kind: 'backend', path: '*.*.haproxy.backend.*', labels: { ...MERGED, proxy: '$3' } },
  {
    kind: 'server',
    path: '*.*.haproxy.backend.*.server.*',
    labels: { ...MERGED, proxy: '$3', server: '$4' },
  },
  { kind: 'frontend', path: '*.*.*.*.FRONTEND', labels: { ...SINGLE, proxy: '$4' } },
  { kind: 'backend', path: '*.*.*.*.BACKEND', labels: { ...SINGLE, proxy: '$4' } },
  { kind: 'server', path: '*.*.*.*.*', labels: { ...SINGLE, proxy: '$4', server: '$5' } },
  { kind: 'process', path: '*.*.*', labels: SINGLE },
];

/** Beside HAProxy's own: requests of applications, numbers of the runs, servers over all backends. */
const OTHERS: readonly string[] = [
  rule('gunicorn.requests', 'gunicorn_requests', { app: '' }, KEPT),
  rule('*.gunicorn.requests', 'gunicorn_requests', { app: '$1' }, KEPT),
  rule('gunicorn.request.status.*', 'gunicorn_response_code', { app: '', status: '$1' }, KEPT),
  rule('*.gunicorn.request.status.*', 'gunicorn_response_code', { app: '$1', status: '$2' }, KEPT),
  rule('gunicorn.request.duration', 'gunicorn_request_duration', { app: '' }, KEPT),
  rule('*.gunicorn.request.duration', 'gunicorn_request_duration', { app: '$1' }, KEPT),
  rule('gunicorn.log.*', 'gunicorn_log_messages', { app: '', level: '$1' }, KEPT),
  rule('*.gunicorn.log.*', 'gunicorn_log_messages', { app: '$1', level: '$2' }, KEPT),
  rule('gunicorn.workers', 'gunicorn_workers', { app: '' }, LASTING),
  rule('*.gunicorn.workers', 'gunicorn_workers', { app: '$1' }, LASTING),
  rule('gunicorn.backlog', 'gunicorn_backlog', { app: '' }, BUCKETS),
  rule('*.gunicorn.backlog', 'gunicorn_backlog', { app: '$1' }, BUCKETS),
  // gunicorn may send more one day.
  rule('gunicorn.*', 'gunicorn_$1', { app: '' }),
  rule('*.gunicorn.*', 'gunicorn_$2', { app: '$1' }),
  rule('gunicorn.*.*', 'gunicorn_${1}_$2', { app: '' }),
  rule('*.gunicorn.*.*', 'gunicorn_${2}_$3', { app: '$1' }),
  rule('*.*.hooks.*.processing', 'hook_requests_processing', { host: '$2', app: '$3' }),
  rule('*.*.hooks.*.*', 'hook_requests_${4}_total', { host: '$2', app: '$3' }),
  rule('*.*.hooks.*.processing_time.count', 'hook_processing_time_count', { host: '$2', app: '$3' }),
  rule(
    '*.*.hooks.*.processing_time.*',
    'hook_processing_time_${4}_seconds',
    { host: '$2', app: '$3' },
    SCALED,
  ),
  rule('*.*.hooks.*.responses.*', 'hook_responses_total', { host: '$2', app: '$3', code: '$4' }),
  rule('*.*.hap-monitor.*.*', 'hap_monitor_${3}_$4', { host: '$2' }),
  rule('*.*.hap-monitor.*', 'hap_monitor_$3', { host: '$2' }),
  rule('*.hap-monitor.*.*', 'hap_monitor_${2}_$3', {}),
  rule('*.*.haproxy.haproxystats.*', 'haproxystats_$3', { host: '$2' }),
  rule('*.*.haproxy.server.*.status.*', 'haproxy_aggregated_server_status', {
    host: '$2',
    server: '$3',
    state: '$4',
  }),
  rule('*.*.haproxy.server.*.*', 'haproxy_aggregated_server_$4', { host: '$2', server: '$3' }),
];

/** Layout tagged has its labels already; which object a field is of stands in the label `type`. */
const TAGGED = [rule('*.hap-monitor.*', 'hap_monitor_$2', {}), rule('*.*', 'haproxy_$2', {})];

/** The mapping file of statsd_exporter. */
export function statsdMapping(): string {
  return HEAD + [...OTHERS, ...BRANCHES.flatMap(listRules), ...TAGGED].join('');
}

function listRules({ kind, path, labels }: Branch): readonly string[] {
  const names = kind === 'process' ? PROCESS_NAMES : PROXY_NAMES;
  const field = `$${path.split('*').length}`;
  const status = rule(`${path}.status.*`, `haproxy_${kind}_status`, { ...labels, state: field });
  return [
    ...(kind === 'process' ? [] : [status]),
    ...Object.entries(names).map(([name, prometheus]) => {
      const [, base = '', code] = /^(\w+)(?:{(\w+)})?$/.exec(prometheus) ?? [];
      const all = code === undefined ? labels : { ...labels, code };
      return rule(`${path}.${name}`, `haproxy_${kind}_${base}`, all, MILLISECONDS.test(name) ? SCALED : {});
    }),
    rule(`${path}.*`, `haproxy_${kind}_${field}`, labels),
  ];
}

/** `more`: further keys of the rule. */
function rule(
  match: string,
  name: string,
  labels: Labels,
  more: Readonly<Record<string, string>> = {},
): string {
  const keys = { match: quote(match), name: quote(name), ...more };
  const pairs = Object.entries(labels).map(([label, value]) => `${label}: ${quote(value)}`);
  const all = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  if (pairs.length > 0) all.push(`labels: { ${pairs.join(', ')} }`);
  return `- { ${all.join(', ')} }\n`;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
