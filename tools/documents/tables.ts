import { describeOption } from '../../src/config/manual.ts';
import { COMMANDS, type Option } from '../../src/config/options/option.ts';
import { ROWS } from '../../src/config/options.ts';
import { nameArgument } from './flags.ts';

/** The tables of docs/configuration.md by the name in the comment that they stand behind. */
export const tables: Readonly<Record<string, () => string>> = { flags: flagTable, options: optionTable };

/** A page with its tables written anew: each stands between `<!-- table NAME -->` and `<!-- end -->`. */
export function fillTables(page: string): string {
  return page.replace(/(<!-- table (\w+) -->\n)[\s\S]*?(<!-- end -->)/g, (_, start, name, end) => {
    const table = tables[name];
    if (table === undefined) throw new Error(`there is no table ${name}`);
    return `${start}\n${table()}\n${end}`;
  });
}

function flagTable(): string {
  const flags = Object.entries(ROWS).filter(([, { commands }]) => commands !== undefined);
  return renderTable(
    ['flag', 'commands', 'in a config file', 'meaning', 'default'],
    flags.map(([name, option]) => {
      const argument = nameArgument(option);
      const written = `\`--${name}${argument === '' ? '' : ` ${argument}`}\``;
      const { commands = [], short, keys = {} } = option;
      return [
        short === undefined ? written : `${written}, \`-${short}\``,
        commands.length === COMMANDS.length ? 'all' : commands.join(', '),
        Object.keys(keys).map(showKey).join(', '),
        ...explain(option),
      ];
    }),
  );
}

/** The options that only a config file has. */
function optionTable(): string {
  const rows = Object.values(ROWS).filter(({ commands, kind }) => commands === undefined && kind !== 'idle');
  return renderTable(
    ['option', 'meaning', 'default'],
    rows.flatMap(option =>
      Object.entries(option.keys ?? {}).map(([key, preset]) => [
        showKey(key),
        explain(option)[0],
        preset === undefined ? explain(option)[1] : `\`${preset}\``,
      ]),
    ),
  );
}

/** `pull.timeout` as the file has it. */
function showKey(key: string): string {
  const [section, name] = key.split('.');
  return `\`[${section}] ${name}\``;
}

/** The help without the default in brackets at its end, and that. */
function explain(option: Option): readonly [meaning: string, preset: string] {
  const [, meaning = '', preset = ''] =
    /^(.*?)(?: \[([^[\]]*(?:\[[^\]]*\][^[\]]*)*)\])?$/s.exec(describeOption(option)) ?? [];
  if (option.kind === 'seconds' && preset !== '') return [meaning, `${preset} s`];
  return [meaning, option.kind === 'flag' ? preset || showSwitch(option) : preset];
}

function showSwitch({ keys = {} }: Option): string {
  const [preset] = Object.values(keys);
  return preset === undefined ? '' : preset ? 'on' : 'off';
}

function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows].map(cells => {
    const safe = cells.map(cell =>
      cell.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*'),
    );
    return `| ${safe.join(' | ')} |\n`;
  });
  return lines.join('');
}
