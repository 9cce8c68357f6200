import type { Plan } from '../plan.ts';
import { oneLine } from '../report.ts';
import type { Streams } from '../streams.ts';

/** Prints lines about a run to stderr while it works. */
export interface Voice {
  /** Says a step; absent unless the run is verbose. */
  readonly tell?: (step: string) => void;
  /** Says each line that is sent; absent unless the run is very verbose. */
  readonly trace?: (line: string) => void;
  /** Says before each wait for another attempt, also to a person at a terminal: a mail does not ask what a run waits for. */
  tellWait(step: string): void;
}

/**
 * Returns the voice for the run's verbosity. Without `--verbose` it only says what the run waits for, and only to a terminal.
 */
export function makeVoice({ verbosity }: Plan, streams: Streams): Voice {
  const say = (text: string) => void streams.stderr.write(oneLine(text));
  return {
    ...(verbosity > 0 && { tell: say }),
    ...(verbosity > 1 && { trace: say }),
    tellWait: step => {
      if (verbosity > 0 || isTerminal(streams.stderr)) say(step);
    },
  };
}

function isTerminal(stream: NodeJS.WritableStream & { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
