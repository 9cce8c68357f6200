import { expect, test } from 'vitest';
import { readCommand } from '../../src/config/command.ts';

test.each([
  [[], 'run', []],
  [['--sockets', '/s'], 'run', ['--sockets', '/s']],
  [['run', '--sockets', 'check'], 'run', ['--sockets', 'check']],
  [['check', '--sockets', '/s'], 'check', ['--sockets', '/s']],
])('%j is command %s', async (argv, command, rest) => {
  expect(await readCommand(argv)).toEqual({ command, rest });
});

test.each([
  ['chekc', 'command line: unknown command "chekc"; did you mean check?'],
  ['Run', 'command line: unknown command "Run"; did you mean run?'],
  [
    'graphite.host',
    'command line: unknown command "graphite.host"; there are run, check, show, config; see --help',
  ],
  ['__proto__', 'command line: unknown command "__proto__"; there are run, check, show, config; see --help'],
])('%j is a usage error', async (word, message) => {
  await expect(readCommand([word])).rejects.toMatchObject({ code: 'usage', message });
});
