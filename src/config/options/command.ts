import { EVERY, type Option, READING, RUNNING, SENDING } from './option.ts';

/** The command itself: its files, its deadline, its help. */
export const COMMAND = {
  deadline: {
    kind: 'seconds',
    commands: READING,
    group: 'Times (in seconds) and limits',
    default: 50,
    min: 0.1,
    help: 'the command ends by then, whatever happens',
  },
  config: {
    kind: 'text',
    argument: 'file',
    commands: EVERY,
    short: 'f',
    also: 'file',
    group: 'Config file',
    help: "an INI file, haproxystats' own accepted; flags win over it",
  },
  'config-dir': {
    kind: 'text',
    argument: 'directory',
    commands: EVERY,
    short: 'd',
    also: 'dir',
    group: 'Config file',
    help: 'its *.conf are read on top of --config',
  },
  'print-defaults': {
    kind: 'flag',
    commands: RUNNING,
    short: 'p',
    also: 'print',
    group: 'Config file',
    help: 'print the defaults as an INI file',
  },
  'print-config': {
    kind: 'flag',
    commands: RUNNING,
    short: 'P',
    also: 'print-conf',
    group: 'Config file',
    help: 'print what is in force, files and flags, as an INI file',
  },
  verbose: {
    kind: 'count',
    commands: SENDING,
    group: 'Help',
    help: 'say on stderr what is done; given twice, each datapoint as well',
  },
  version: { kind: 'flag', commands: EVERY, group: 'Help', help: 'print the version' },
  help: { kind: 'flag', commands: EVERY, short: 'h', group: 'Help', help: 'print this' },
} as const satisfies Record<string, Option>;
