import type { Command, Option } from './options/option.ts';

/** The words of --help and the man page beside the option table. */
export interface Manual {
  /** The end of a sentence that begins with the command's name. */
  readonly summary: string;
  /** The usual arguments. */
  readonly synopsis: string;
  readonly examples: readonly { readonly what: string; readonly args: string }[];
  /** The meaning of each exit code that there is. */
  readonly codes: Readonly<Record<number, string>>;
}

export const MANUALS: Readonly<Record<Command, Manual>> = {
  run: {
    summary: 'reads HAProxy statistics and pushes them once to Graphite or StatsD',
    synopsis: '[run] --sockets S... --backend B [--type G|S] [options]',
    examples: [
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
    ],
    codes: [
      'all was read and delivered',
      'not all was read',
      'usage error',
      'not delivered, in the spool',
      'datapoints are lost',
    ],
  },
  check: {
    summary:
      'is a plugin for Nagios and its like: it reads every endpoint, looks at the spool, sends and changes nothing, and prints one line',
    synopsis: 'check --sockets S... [--spool DIR] [options]',
    examples: [
      {
        what: 'Whether HAProxy can be read and the spool is empty',
        args: 'check --sockets /run/haproxy/stats.sock --spool /var/spool/hap-monitor',
      },
    ],
    codes: ['OK', 'warning', 'critical', 'unknown'],
  },
  show: {
    summary: 'prints what the endpoints say now, what is not up first; it sends and changes nothing',
    synopsis: 'show --sockets S... [--format table|json] [options]',
    examples: [
      { what: 'One HAProxy', args: 'show --sockets /run/haproxy/stats.sock' },
      {
        what: 'All HAProxies of the host, for a program',
        args: "show --sockets '/run/haproxy*/stats.sock' --format json",
      },
    ],
    codes: ['all was read', 'not all was read', 'usage error'],
  },
  config: {
    summary:
      'says whether a configuration is sound, each fault with its file and line; it asks no HAProxy and sends nothing',
    synopsis: 'config [--config FILE] [options of a run]',
    examples: [
      { what: 'A config file before it is put in place', args: 'config --config /etc/haproxystats.conf.new' },
    ],
    codes: { 0: 'sound', 2: 'something is wrong' },
  },
};

/**
 * Returns an option's help text, followed by its default in brackets if it has one: that of the flag, else of its key in a
 * config file, but not for a text or an on/off option, or if the help ends with brackets of its own.
 */
export function describeOption({ kind, help, default: preset, keys = {} }: Option): string {
  const [ofFile] = kind === 'text' || kind === 'flag' || help.endsWith(']') ? [] : Object.values(keys);
  const shown = preset ?? ofFile;
  return shown === undefined ? help : `${help} [${shown}]`;
}
