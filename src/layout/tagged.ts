import type { ProcessSubject } from '../types.ts';
import { hapMonitor } from './hap-monitor.ts';
import type { ProcessLayout } from './layout.ts';
import { cleaner } from './name.ts';
import { processNamer } from './process-name.ts';
import { tagField, tagPlace } from './tags.ts';

/**
 * Graphite's tags, SCOPE.FIELD;host=H;process=P;proxy=X;server=S;type=server, or DogStatsD's with the same
 * names. Tags are in alphabetical order, as Graphite stores them.
 */
export const tagged: ProcessLayout = {
  defaults: hapMonitor.defaults,
  fieldOf: tagField,
  places({ scope, host, endpoints }) {
    const nameOf = processNamer(endpoints, cleaner({ dots: false, colons: true }));
    return ({ snapshot, row }) => {
      const tags = {
        ...(host === undefined ? {} : { host }),
        process: nameOf(snapshot),
        ...(row === undefined ? { type: 'process' } : describe(row)),
      };
      return [tagPlace(scope, Object.entries(tags))];
    };
  },
};

function describe({ type, proxy, service }: NonNullable<ProcessSubject['row']>) {
  const name = type === 'server' || type === 'listener' ? { [type]: service } : {};
  return { proxy, ...name, type: type ?? service };
}
