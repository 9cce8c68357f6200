import { FILE_OPTIONS } from './file-options.ts';
import { OPTIONS, type Option } from './options.ts';

const USAGE = `Reads HAProxy statistics and pushes them once to Graphite or StatsD.
Usage: $0 [check] --sockets S... --backend B [--type G|S] [options]`;

const EPILOGUE = `Examples:
  One HAProxy to Graphite over TCP:
    $0 --sockets /run/haproxy/admin.sock --backend graphite.example.org:2003::lb --type G
  All HAProxies of the host to StatsD, every field:
    $0 --sockets '/run/haproxy/*.sock' --backend 127.0.0.1:8125 --type S --metrics all
  Print what a stats page would give, send nothing:
    $0 --sockets http://admin:secret@localhost:8404/stats --backend graphite --type G --dry-run

Exit codes: 0 all was read and delivered; 1 not all was read; 2 usage error; 3 not delivered, in the spool;
4 datapoints are lost. Silent unless something is wrong. check sends nothing: 0 OK, 1 warning, 2 critical.`;

/** The text of --help, from the option table. */
export async function renderHelp(): Promise<string> {
  const { default: yargs } = await import('yargs');
  const page = yargs([])
    .scriptName('hap-monitor')
    .usage(USAGE)
    .help(false)
    .version(false)
    .wrap(110)
    .epilogue(EPILOGUE);
  for (const [name, option] of Object.entries<Option>(OPTIONS)) {
    page.option(name, {
      group: `${option.group}:`,
      describe: describe(option),
      ...(option.short === undefined ? {} : { alias: option.short }),
      ...(option.kind === 'flag' ? { boolean: true } : { requiresArg: true }),
    });
  }
  return `${await page.getHelp()}\n`;
}

/** A text that the config file has by default is not in force without it, so it is not shown. */
function describe({ kind, help, default: preset, sets: [set = ''] = [] }: Option): string {
  const [section = '', name = ''] = set.split('.');
  const shown = preset ?? (kind === 'text' ? undefined : FILE_OPTIONS[section]?.[name]?.default);
  return shown === undefined ? help : `${help} [${shown}]`;
}
