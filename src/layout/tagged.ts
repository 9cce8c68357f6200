import { remember } from '../remember.ts';
import type { ProcessSubject } from '../types.ts';
import { hapMonitor } from './hap-monitor.ts';
import type { ProcessLayout } from './layout.ts';
import { cleaner } from './name.ts';
import { processNamer } from './process-name.ts';
import { placeWriter, rootTags, TAGS } from './tags.ts';

/**
 * Graphite's tags, SCOPE.FIELD;host=H;process=P;proxy=X;server=S;type=server, or DogStatsD's with the same
 * names. Tags are in alphabetical order, as Graphite stores them.
 */
export const tagged: ProcessLayout = {
  ...TAGS,
  merges: false,
  defaults: hapMonitor.defaults,
  places(naming) {
    const nameOf = processNamer(naming, cleaner({ dots: false, colons: true }));
    const writerOf = remember((kind: ProcessSubject['kind']) => {
      const root = [...rootTags(naming), ['type', kind] as const];
      return placeWriter(naming.scope, root, ['process', ...OWN[kind]]);
    });
    return subject => [writerOf(subject.kind)([nameOf(subject.snapshot), ...listValues(subject)])];
  },
};

/** The tags of each kind beside host, process and type. */
const OWN: Readonly<Record<ProcessSubject['kind'], readonly string[]>> = {
  process: [],
  frontend: ['proxy'],
  backend: ['proxy'],
  server: ['proxy', 'server'],
  listener: ['proxy', 'listener'],
  resolver: ['resolvers', 'nameserver'],
  table: ['table'],
};

/** Lists the values of these tags. */
function listValues(subject: ProcessSubject): readonly string[] {
  switch (subject.kind) {
    case 'process':
      return [];
    case 'frontend':
    case 'backend':
      return [subject.proxy];
    case 'server':
    case 'listener':
      return [subject.proxy, subject.service];
    case 'resolver':
      return [subject.resolvers, subject.nameserver];
    case 'table':
      return [subject.table];
  }
}
