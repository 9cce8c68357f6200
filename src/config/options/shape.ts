import { type Option, SENDING } from './option.ts';

/** Which numbers are sent, and what they are called. */
export const SHAPE = {
  layout: {
    kind: 'choice',
    choices: ['hap-monitor', 'haproxystats', 'tagged'],
    commands: SENDING,
    group: 'What to send',
    keys: { 'process.layout': undefined },
    help: 'shape of the paths [hap-monitor; haproxystats when --config has a [graphite] section]',
  },
  metrics: {
    kind: 'words',
    argument: 'field',
    commands: SENDING,
    group: 'What to send',
    keys: { 'process.metrics': ['default'] },
    help: "default (the layout's), all (every numeric field), or HAProxy field names",
  },
  hostname: {
    kind: 'text',
    argument: 'name',
    commands: SENDING,
    group: 'What to send',
    keys: { 'process.hostname': undefined },
    help: "the host's part of the path [first label of this machine's name]",
  },
  'keep-dots': {
    kind: 'flag',
    commands: SENDING,
    group: 'What to send',
    keys: { 'process.keep-dots': false },
    help: 'keep dots of HAProxy names as path levels, as HAP-Monitor did',
  },
  'self-metrics': {
    kind: 'flag',
    commands: SENDING,
    group: 'What to send',
    keys: { 'process.self-metrics': false },
    help: 'numbers about the run itself, below hap-monitor',
  },
  'field-lists': {
    kind: 'words',
    argument: 'field',
    keys: {
      'process.frontend-metrics': undefined,
      'process.backend-metrics': undefined,
      'process.server-metrics': undefined,
    },
    help: "fields of a kind that are summed over the processes [haproxystats'], layout haproxystats",
  },
  'aggr-server-metrics': {
    kind: 'flag',
    keys: { 'process.aggr-server-metrics': false },
    help: 'servers once more, summed over all backends, layout haproxystats',
  },
  exclusions: {
    kind: 'text',
    argument: 'file',
    keys: { 'process.exclude-frontends': undefined, 'process.exclude-backends': undefined },
    help: 'a file with the name of a proxy on each line; those are left out',
  },
  'per-process-metrics': {
    kind: 'flag',
    keys: { 'process.per-process-metrics': false },
    help: 'the numbers of each process as well, layout haproxystats',
  },
  'calculate-percentages': {
    kind: 'flag',
    keys: { 'process.calculate-percentages': false },
    help: 'how much of a limit is used, in percent, layout haproxystats',
  },
  aggregation: {
    kind: 'choice',
    choices: ['haproxystats', 'by-kind'],
    keys: { 'process.aggregation': 'haproxystats' },
    help: 'by-kind: the maximum of maxima and means by weight, in place of sums, layout haproxystats',
  },
  'status-metrics': {
    kind: 'flag',
    keys: { 'process.status-metrics': true },
    help: 'how many processes see a backend or server in which state, layout haproxystats',
  },
  'prefix-hostname': {
    kind: 'flag',
    keys: { 'graphite.prefix-hostname': true },
    help: "the host's name behind the namespace, layout haproxystats",
  },
  fqdn: {
    kind: 'flag',
    keys: { 'graphite.fqdn': true },
    help: 'its full name, with dots as underscores; its first label otherwise',
  },
  'group-namespace': {
    kind: 'text',
    argument: 'name',
    keys: { 'graphite.group-namespace': undefined },
    help: 'the level that groups stand below',
  },
  'group-namespace-double-writes': {
    kind: 'flag',
    keys: { 'graphite.group-namespace-double-writes': false },
    help: 'the path without the group as well',
  },
} as const satisfies Record<string, Option>;
