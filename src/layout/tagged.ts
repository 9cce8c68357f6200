import type { Place, ProcessLayout, ProcessSubject } from '../types.ts';
import { hapMonitor } from './hap-monitor.ts';
import { cleaner } from './name.ts';
import { nameProcess } from './process-name.ts';

/**
 * Graphite's tags, SCOPE.FIELD;host=H;process=P;proxy=X;server=S;type=server, or DogStatsD's with the same
 * names. Tags are in alphabetical order, as Graphite stores them.
 */
export const tagged: ProcessLayout = {
  defaults: hapMonitor.defaults,
  places({ scope, host, endpoints, type }) {
    const level = cleaner({ dots: false, colons: true });
    const place = type === 'graphite' ? graphitePlace : dogStatsdPlace;
    return ({ snapshot, row }) => {
      const process = nameProcess(snapshot, endpoints, level);
      const tags: Tags = {
        ...(host === undefined ? {} : { host }),
        process,
        ...(row === undefined ? { type: 'process' } : describe(row)),
      };
      return [place(scope, tags)];
    };
  },
};

type Tags = Readonly<Record<string, string>>;

function describe({ type, proxy, service }: NonNullable<ProcessSubject['row']>): Tags {
  const name = type === 'server' || type === 'listener' ? { [type]: service } : {};
  return { proxy, ...name, type: type ?? service };
}

function graphitePlace(scope: string, tags: Tags): Place {
  const text = join(tags, '=', ';');
  return {
    key: text,
    prefix: `${scope}.`,
    rest: ({ name, state }) => `${name};${state === undefined ? text : join({ ...tags, state }, '=', ';')}`,
  };
}

function dogStatsdPlace(scope: string, tags: Tags): Place {
  const list = join(tags, ':', ' ').split(' ');
  return {
    key: list.join(),
    prefix: `${scope}.`,
    rest: ({ name }) => name,
    tags: ({ state }) => (state === undefined ? list : [...list, `state:${state}`]),
  };
}

function join(tags: Tags, between: string, separator: string): string {
  return Object.entries(tags)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}${between}${cleanValue(value)}`)
    .join(separator);
}

/**
 * Graphite's rules for a tag's value: not empty, no `;`, no `~` in front. DogStatsD separates by `,` and `|`,
 * both protocols by white space, and neither is sure about what is not ASCII.
 */
export function cleanValue(value: string): string {
  return value.replace(/[^!-~]|[;,|#]|^~/gu, '_') || '_';
}
