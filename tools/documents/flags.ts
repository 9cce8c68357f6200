import { type Command, GROUPS, type Option } from '../../src/config/options/option.ts';
import { listFlags as listGroup } from '../../src/config/options.ts';

/** A flag with its row of the option table. */
export type FlagRow = readonly [name: string, option: Option];

/** The flags of a command in the order of its --help. */
export function listFlags(command: Command): readonly FlagRow[] {
  return GROUPS.flatMap(group => listGroup(command, group));
}

/** Names a flag's value in messages and pages. */
export function nameArgument({ kind, choices = [], argument }: Option): string {
  switch (kind) {
    case 'flag':
    case 'count':
    case 'idle':
      return '';
    case 'choice':
      return choices.join('|');
    case 'number':
    case 'seconds':
      return kind;
    case 'text':
      return argument ?? kind;
    case 'list':
    case 'words':
      return `${argument ?? kind}...`;
  }
}
