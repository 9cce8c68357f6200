import { Failure } from '../errors.ts';
import { quote } from '../plain-text.ts';
import { COMMANDS, type Command } from './options/option.ts';
import { suggest } from './suggest.ts';

/**
 * Splits the arguments into the command and its own arguments; without a command they belong to `run`. Throws a Failure for
 * an unknown command.
 */
export async function readCommand(
  argv: readonly string[],
): Promise<{ readonly command: Command; readonly rest: readonly string[] }> {
  const [first = '', ...rest] = argv;
  if (first === '' || first.startsWith('-')) return { command: 'run', rest: argv };
  const command = COMMANDS.find(name => name === first);
  if (command !== undefined) return { command, rest };
  const nearest = await suggest(first, COMMANDS);
  const hint =
    nearest === undefined ? `there are ${COMMANDS.join(', ')}; see --help` : `did you mean ${nearest}?`;
  throw new Failure('usage', 'command line', `unknown command ${quote(first)}; ${hint}`);
}
