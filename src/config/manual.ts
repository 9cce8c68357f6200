import { FILE_OPTIONS } from './file-options.ts';
import type { Option } from './options.ts';

// What --help and the man page both say beside the option table.

export const SUMMARY = 'reads HAProxy statistics and pushes them once to Graphite or StatsD';

export const SYNOPSIS = '[check] --sockets S... --backend B [--type G|S] [options]';

export const EXAMPLES: readonly { readonly what: string; readonly args: string }[] = [
  {
    what: 'One HAProxy to Graphite over TCP',
    args: '--sockets /run/haproxy/stats.sock --backend graphite.example.org:2003::lb --type G',
  },
  {
    what: 'All HAProxies of the host to StatsD, every field',
    args: "--sockets '/run/haproxy*/stats.sock' --backend 127.0.0.1:8125 --type S --metrics all",
  },
  {
    what: 'Print what a stats page would give, send nothing',
    args: '--sockets http://admin:secret@localhost:8404/stats --backend graphite --type G --dry-run',
  },
];

/** By code; the highest that applies is returned. */
export const EXIT_CODES = [
  'all was read and delivered',
  'not all was read',
  'usage error',
  'not delivered, in the spool',
  'datapoints are lost',
];

/** Of `hap-monitor check`, by code. */
export const CHECK_CODES = ['OK', 'warning', 'critical', 'unknown'];

/** An option's help with its default. A text that the config file has by default is not in force without it, so it is not shown. */
export function describeOption({ kind, help, default: preset, sets: [set = ''] = [] }: Option): string {
  const [section = '', name = ''] = set.split('.');
  const shown = preset ?? (kind === 'text' ? undefined : FILE_OPTIONS[section]?.[name]?.default);
  return shown === undefined ? help : `${help} [${shown}]`;
}
