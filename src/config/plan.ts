import { hostname } from 'node:os';
import type { Plan, SendLimits } from '../types.ts';
import { chooseBackend, parseBackend } from './backend.ts';
import { parseEndpoint } from './endpoint.ts';
import type { Settings } from './options.ts';

/** HAP-Monitor's letters for the backends. */
const TYPES = { G: 'graphite', S: 'statsd' } as const;

/** Milliseconds between two tries to read an endpoint: haproxystats' `interval` of [pull]. */
const PULL_INTERVAL = 500;

/** Settings → everything a run needs to know, times in milliseconds. Throws a Failure for what cannot be. */
export function makePlan(settings: Settings): Plan {
  const address = parseBackend(settings.backend);
  const deadline = settings.deadline * 1000;
  return {
    endpoints: settings.sockets.map(parseEndpoint),
    destinations: [
      {
        backend: chooseBackend(address, settings.type && TYPES[settings.type], settings.protocol),
        scope: address.scope,
        limits: sendLimits(settings),
      },
    ],
    host: settings.hostname ?? hostname().split('.')[0] ?? '',
    keepDots: settings['keep-dots'],
    metrics: settings.metrics,
    read: {
      retries: settings['pull-retries'],
      connectTimeout: settings.timeout * 1000,
      interval: PULL_INTERVAL,
      // Half of the run at most, so that a silent endpoint never costs the others their delivery.
      total: Math.min(settings['pull-timeout'] * 1000, deadline / 2),
    },
    spool: settings.spool,
    queueSize: settings['queue-size'],
    dryRun: settings['dry-run'],
    verbose: settings.verbose,
    deadline,
  };
}

function sendLimits(settings: Settings): SendLimits {
  return {
    retries: settings.retries,
    interval: settings.interval * 1000,
    backoff: settings.backoff,
    connectTimeout: settings['connect-timeout'] * 1000,
    writeTimeout: settings['write-timeout'] * 1000,
    confirmTimeout: settings['confirm-timeout'] * 1000,
    confirm: settings.confirm,
    udpRate: settings['udp-rate'],
  };
}
