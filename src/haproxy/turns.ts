import type { Turn } from './read.ts';

/** Gives out turns, so many at a time, in the order they were asked for. */
export function makeTurns(places: number): Turn {
  let free = places;
  const waiting: (() => void)[] = [];
  return async work => {
    if (free > 0) free--;
    else await new Promise<void>(resolve => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
