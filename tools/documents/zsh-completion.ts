import { describeOption } from '../../src/config/manual.ts';
import { COMMANDS, type Command, type Option, takesValue } from '../../src/config/options/option.ts';
import { listFlags, nameArgument } from './flags.ts';

/** A completion for zsh: a static file, like bash's. */
export function zshCompletion(): string {
  const [run = 'run', ...others] = COMMANDS;
  return `#compdef hap-monitor

# Behind the values of a list _arguments would take a flag that is being written for one more of them.
local more='*-*:'
[[ $PREFIX == -* ]] && more=

case $words[2] in
${others.map(command => `${command})\n${renderArguments(command)}  ;;\n`).join('')}*)
${renderArguments(run)}  ;;
esac
`;
}

function renderArguments(command: Command): string {
  const specs = listFlags(command).map(([name, option]) => `    ${renderOption(name, option)} \\\n`);
  return `  _arguments -s -S \\\n${specs.join('')}    '1::command:(${COMMANDS.join(' ')})'\n`;
}

function renderOption(name: string, option: Option): string {
  const { kind, short } = option;
  const description = `[${escapeBrackets(describeOption(option))}]`;
  if (kind === 'list' || kind === 'words')
    return `${quote(`*--${name}${description}:`)}$more${quote(renderArgument(option))}`;
  const long = `--${name}${takesValue(option) ? '=' : ''}`;
  const rest = !takesValue(option) ? description : `${description}:${renderArgument(option)}`;
  if (short === undefined) return quote(long + rest);
  return `'(-${short} --${name})'{-${short},${long}}${quote(rest)}`;
}

function renderArgument(option: Option): string {
  const { choices, argument = '' } = option;
  if (choices !== undefined) return `choice:(${choices.join(' ')})`;
  return `${nameArgument(option).replace('...', '')}:${FILES[argument] ?? ' '}`;
}

const FILES: Readonly<Record<string, string>> = {
  file: '_files',
  endpoint: '_files',
  directory: '_files -/',
};

/** _arguments ends a description at a bracket. */
function escapeBrackets(text: string): string {
  return text.replace(/[[\]\\]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
