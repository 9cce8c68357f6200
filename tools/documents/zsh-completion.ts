import { describeOption } from '../../src/config/manual.ts';
import { OPTIONS, type Option } from '../../src/config/options.ts';

/** A completion for zsh: a static file, like bash's. */
export function zshCompletion(): string {
  const specs = Object.entries<Option>(OPTIONS).map(
    ([name, option]) => `  ${renderOption(name, option)} \\\n`,
  );
  return `#compdef hap-monitor

# Behind the values of a list _arguments would take a flag that is being written for one more of them.
local more='*-*:'
[[ $PREFIX == -* ]] && more=

_arguments -s -S \\
${specs.join('')}  '1::command:(check)'
`;
}

function renderOption(name: string, option: Option): string {
  const { kind, short } = option;
  const description = `[${escapeBrackets(describeOption(option))}]`;
  if (kind === 'list') return `${quote(`*--${name}${description}:`)}$more${quote(renderArgument(option))}`;
  const long = `--${name}${kind === 'flag' ? '' : '='}`;
  const rest = kind === 'flag' ? description : `${description}:${renderArgument(option)}`;
  if (short === undefined) return quote(long + rest);
  return `'(-${short} --${name})'{-${short},${long}}${quote(rest)}`;
}

function renderArgument({ kind, choices, argument }: Option): string {
  if (choices !== undefined) return `choice:(${choices.join(' ')})`;
  return argument === undefined ? `${kind}: ` : `${argument}:${FILES[argument] ?? ' '}`;
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
