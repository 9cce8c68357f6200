import { now } from '../clock.ts';
import { growBuffer } from '../growing-buffer.ts';
import type { Refusal } from './answer.ts';
import { LONGEST_INFO } from './info.ts';

/** A line of commands, and how to tell what comes back. */
export interface Question<Answer> {
  readonly line: string;
  /** What the answer begins with. */
  readonly beginning: string;
  /** What is said instead, as soon as that can be told. Throws an Error for what can be no answer at all. */
  findRefusal(bytes: Buffer): Refusal | undefined;
  /** Throws an Error when the answer is not whole. */
  parse(bytes: Buffer): Answer;
}

/** What comes back, `answered` milliseconds after this process began. */
export type Reply<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly answered: number }
  | { readonly kind: 'refusal'; readonly refusal: Refusal };

/** Takes what a peer says. */
export interface Listener {
  add(chunk: Buffer): void;
  /** The peer says no more. */
  end(): void;
  /** Nobody listens any more. */
  stop(): void;
}

/** Milliseconds of silence after which what came may be all, though the peer keeps the connection. */
const QUIET = 20;

/** Each look at what came costs as much as reading all of it. */
const MOST_LOOKS = 16;

/** Listens until the answer is whole, or it is certain that there is none; calls `settle` or `fail` then, once or more. */
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
    if (!settleRefusal(bytes)) settle({ kind: 'answer', answer: question.parse(bytes), answered });
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
      // The empty line stands in quotes or after the first answer: the rest, or the end, is still to come.
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
