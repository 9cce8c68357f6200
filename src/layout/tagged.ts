import type { Tags } from '../plan.ts';
import type { ProcessSubject } from '../types.ts';
import { hapMonitor } from './hap-monitor.ts';
import type { ProcessLayout } from './layout.ts';
import { cleaner } from './name.ts';
import { processNamer } from './process-name.ts';
import { rootTags, TAGS, tagPlace } from './tags.ts';

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
    const root = rootTags(naming);
    return subject => {
      const own = new Map([...root, ['process', nameOf(subject.snapshot)], ...listTags(subject)]);
      return [tagPlace(naming.scope, [...own])];
    };
  },
};

function listTags(subject: ProcessSubject): Tags {
  switch (subject.kind) {
    case 'process':
      return [['type', 'process']];
    case 'frontend':
    case 'backend':
      return [
        ['proxy', subject.proxy],
        ['type', subject.kind],
      ];
    case 'server':
    case 'listener':
      return [
        ['proxy', subject.proxy],
        [subject.kind, subject.service],
        ['type', subject.kind],
      ];
    case 'resolver':
      return [
        ['resolvers', subject.resolvers],
        ['nameserver', subject.nameserver],
        ['type', 'resolver'],
      ];
    case 'table':
      return [
        ['table', subject.table],
        ['type', 'table'],
      ];
  }
}
