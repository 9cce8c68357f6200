import { CHECK_CODES, describeOption, EXAMPLES, EXIT_CODES, SUMMARY, SYNOPSIS } from './manual.ts';
import { OPTIONS, type Option } from './options.ts';

const USAGE = `$0 ${SUMMARY}.
Usage: $0 ${SYNOPSIS}`;

const EPILOGUE = `Examples:
${EXAMPLES.map(({ what, args }) => `  ${what}:\n    $0 ${args}\n`).join('')}
Exit codes: ${list(EXIT_CODES)}. Silent unless something is wrong. Of check: ${list(CHECK_CODES)}.`;

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
      describe: describeOption(option),
      ...(option.short === undefined ? {} : { alias: option.short }),
      ...(option.kind === 'flag' ? { boolean: true } : { requiresArg: true }),
    });
  }
  return `${await page.getHelp()}\n`;
}

function list(codes: readonly string[]): string {
  return codes.map((meaning, code) => `${code} ${meaning}`).join('; ');
}
