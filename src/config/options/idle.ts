// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${...} is the config file's own way to refer to an option.
import type { Option } from './option.ts';

/** Options of haproxystats without effect here. */
export const IDLE = {
  daemon: {
    kind: 'idle',
    keys: {
      'DEFAULT.loglevel': 'info',
      'pull.loglevel': undefined,
      'pull.pull-interval': '10',
      'pull.buffer-limit': '6291456',
      'pull.dst-dir': '${paths:base-dir}/incoming',
      'pull.tmp-dst-dir': '${paths:base-dir}/incoming.tmp',
      'pull.workers': '8',
      'pull.queue-size': '360',
      'process.loglevel': undefined,
      'process.src-dir': '${paths:base-dir}/incoming',
      'process.workers': '4',
      'process.liveness-check-interval': '10',
      'graphite.delay': '10',
    },
    help: 'only a daemon needs this, it does nothing here',
  },
  inherited: {
    kind: 'idle',
    keys: { 'DEFAULT.retries': '2', 'DEFAULT.timeout': '1', 'DEFAULT.interval': '2' },
    help: 'every section has a default of its own, so this does nothing',
  },
  unread: {
    kind: 'idle',
    keys: {
      'graphite.prefix_hostname': undefined,
      'graphite.prefix-name': undefined,
      'graphite.prefix_namespace': undefined,
      'graphite.timeout': undefined,
    },
    help: 'haproxystats itself passes this over, and so does hap-monitor',
  },
} as const satisfies Record<string, Option>;
