import { describeOption, MANUALS } from './manual.ts';
import { type Command, GROUPS, takesValue } from './options/option.ts';
import { listFlags } from './options.ts';

/** Renders a command's --help from the option table. */
export async function renderHelp(command: Command): Promise<string> {
  const { default: yargs } = await import('yargs');
  const { summary, synopsis } = MANUALS[command];
  const page = yargs([])
    .scriptName('hap-monitor')
    .usage(`$0 ${command === 'run' ? '' : `${command} `}${summary}.\nUsage: $0 ${synopsis}`)
    .help(false)
    .version(false)
    .wrap(110)
    .epilogue(renderEpilogue(command));
  for (const [name, option] of GROUPS.flatMap(group => listFlags(command, group))) {
    page.option(name, {
      group: `${option.group}:`,
      describe: describeOption(option),
      ...(option.short === undefined ? {} : { alias: option.short }),
      ...(!takesValue(option) ? { boolean: true } : { requiresArg: true }),
    });
  }
  return `${await page.getHelp()}\n`;
}

function renderEpilogue(command: Command): string {
  const { examples, codes } = MANUALS[command];
  const others = Object.keys(MANUALS).filter(name => name !== command);
  return `Examples:
${examples.map(({ what, args }) => `  ${what}:\n    $0 ${args}\n`).join('')}
Exit codes: ${Object.entries(codes)
    .map(pair => pair.join(' '))
    .join('; ')}.
Other commands: ${others.map(name => `$0 ${name} --help`).join(', ')}.`;
}
