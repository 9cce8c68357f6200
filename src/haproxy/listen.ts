import { now } from '../clock.ts';
import { growBuffer } from '../growing-buffer.ts';
import type { Refusal } from './answer.ts';
import { LONGEST_INFO } from './info.ts';

/** A line of commands, and how to recognise its answer. */
export interface Question<Answer> {
  readonly line: string;
  /** The beginning of every right answer. */
  readonly beginning: string;
  /** Finds a refusal in the bytes so far. Throws an Error for bytes that cannot be any answer. */
  findRefusal(bytes: Buffer): Refusal | undefined;
  /** Parses a whole answer that does not begin as a refusal does; throws an Error for anything else. */
  parse(bytes: Buffer): Answer;
}

/** The answer, `answered` milliseconds after this process began, or a refusal. */
export type Reply<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly answered: number }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

/** Takes the bytes that a peer sends. */
export interface Listener {
  add(chunk: Buffer): void;
  /** The peer has ended. */
  end(): void;
  /** Stops listening. */
  stop(): void;
}

/** Milliseconds of silence after which the answer may be whole although the peer keeps the connection. */
const QUIET = 20;

/** Most attempts to parse the bytes so far; each costs as much as parsing them all. */
const MOST_LOOKS = 16;

/**
 * Returns a listener that collects the peer's bytes until they are a whole answer, or certainly none. Calls `settle` with the
 * answer or a refusal, or `fail` with an error; may call them more than once.
 */
export function listen<Answer>(
  question: Question<Answer>,
  settle: (reply: Reply<Answer>) => void,
  fail: (error: unknown) => void,
): Listener {
  const received = growBuffer();
  let [head, tail, answered, looks, isHeadKnown] = ['', '', 0, 0, false];
  let quiet: NodeJS.Timeout | undefined;

  const settleRefusal = (bytes: Buffer): boolean => {
    const refusal = question.findRefusal(bytes);
    if (refusal !== undefined) settle({ kind: 'refusal', refusal });
    return refusal !== undefined;
  };
  const settleAll = (): void => {
    const bytes = received.bytes();
    if (!question.beginning.startsWith(head) && settleRefusal(bytes)) return;
    try {
      settle({ kind: 'answer', answer: question.parse(bytes), answered });
    } catch (error) {
      if (!settleRefusal(bytes)) throw error;
    }
  };
  const attempt = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      fail(error);
    }
  };
  const look = (): void => {
    if (tail !== '\n\n' && question.beginning.startsWith(head)) return;
    looks++;
    try {
      settleAll();
    } catch {
      // The empty line was in quotes or after the first answer: the rest, or the end, is still to come.
    }
  };

  return {
    add: chunk => {
      answered ||= now();
      head = (head + chunk.toString('latin1', 0, question.beginning.length)).slice(
        0,
        question.beginning.length,
      );
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - 2))).slice(-2);
      const length = received.add(chunk);
      clearTimeout(quiet);
      if (looks < MOST_LOOKS) quiet = setTimeout(look, QUIET);
      if (isHeadKnown || length < LONGEST_INFO) return;
      isHeadKnown = true;
      attempt(() => settleRefusal(received.bytes()));
    },
    end: () => attempt(settleAll),
    stop: () => clearTimeout(quiet),
  };
}
