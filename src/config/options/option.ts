/** The commands; the first is the default. */
export const COMMANDS = ['run', 'check', 'show', 'config'] as const;

export type Command = (typeof COMMANDS)[number];

// Sets of commands that take a flag: every command, those that read endpoints, that look into a spool, that send (`config` takes
// a run's flags to check them), the run alone, those that judge, that show.
export const EVERY = COMMANDS;
export const READING = COMMANDS;
export const KEEPING = ['run', 'check', 'config'] as const satisfies readonly Command[];
export const SENDING = ['run', 'config'] as const satisfies readonly Command[];
export const RUNNING = ['run'] as const satisfies readonly Command[];
export const CHECKING = ['check'] as const satisfies readonly Command[];
export const SHOWING = ['show'] as const satisfies readonly Command[];

/** The value of an option. */
export type Value = string | number | boolean | readonly string[];

/** One option: a flag, an option of the config file, or both. */
export interface Option {
  /**
   * `list`: on the command line several arguments, in a file separated by commas. `words`: separated by blanks or commas in both.
   * `seconds`: a number that a timer can count. `count`: a flag that may be given several times. `idle`: accepted for haproxystats' sake, without effect.
   */
  readonly kind: 'text' | 'list' | 'words' | 'number' | 'seconds' | 'choice' | 'flag' | 'count' | 'idle';
  /** The commands that take the option as a flag; absent if only the config file has it. */
  readonly commands?: readonly Command[];
  /** Its keys in the config file, `section.option`, each with its default. `${…}` refers to another option of the file. */
  readonly keys?: Readonly<Record<string, Value | undefined>>;
  /** The default of an option that only the command line has. */
  readonly default?: Value;
  readonly help: string;
  /** The heading of a flag in --help. */
  readonly group?: (typeof GROUPS)[number];
  /** One-letter form of a flag. */
  readonly short?: string;
  /** haproxystats' long form; accepted, not shown. */
  readonly also?: string;
  /** The sort of a text, or of each value of a list: its name in the man page, and the completion of shells. */
  readonly argument?: 'endpoint' | 'backend' | 'field' | 'name' | 'file' | 'directory';
  /** Accepted values of a choice, compared without regard to case. */
  readonly choices?: readonly string[];
  /** Smallest number accepted; absent: 0. */
  readonly min?: number;
  /** Largest number accepted; absent: LARGEST of `value.ts`. */
  readonly max?: number;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

/** Whether a flag is followed by a value. */
export function takesValue({ kind }: Option): boolean {
  return kind !== 'flag' && kind !== 'count';
}

/** The headings of --help, in order. */
export const GROUPS = [
  'What to read',
  'Where to send',
  'What to send',
  'Thresholds',
  'What to print',
  'Times (in seconds) and limits',
  'Config file',
  'Help',
] as const;
