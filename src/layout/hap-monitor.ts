import type { ProcessSubject } from '../types.ts';
import type { ProcessLayout } from './layout.ts';
import { cleaner, nameRoot } from './name.ts';
import { processNamer } from './process-name.ts';
import { levelCleaner, placeBelow, TREE } from './tree.ts';

/**
 * HAP-Monitor's tree, one branch a process: SCOPE.HOST.PROCESS.INFOFIELD and
 * SCOPE.HOST.PROCESS.PROXY.SERVICE.FIELD. The default fields are those its scripts send, `rate`, and
 * what a master tells of old workers.
 */
export const hapMonitor: ProcessLayout = {
  ...TREE,
  merges: false,
  defaults: [
    'Idle_pct',
    'old_workers.count',
    'old_workers.CurrConns',
    'old_workers.oldest_seconds',
    'scur',
    'qcur',
    'chkfail',
    'status',
    'hrsp_1xx',
    'hrsp_2xx',
    'hrsp_3xx',
    'hrsp_4xx',
    'hrsp_5xx',
    'req_rate',
    'qtime',
    'ctime',
    'rtime',
    'ttime',
    'rate',
  ],
  places(naming) {
    const clean = cleaner({ dots: naming.keepDots, colons: naming.type === 'graphite' });
    const root = nameRoot(naming);
    const nameOf = processNamer(naming, levelCleaner(naming));
    const below = (subject: ProcessSubject): string => {
      switch (subject.kind) {
        case 'process':
          return '';
        case 'resolver':
          return `.resolvers.${clean(subject.resolvers)}.${clean(subject.nameserver)}`;
        case 'table':
          return `.tables.${clean(subject.table)}`;
        case 'frontend':
        case 'backend':
        case 'server':
        case 'listener':
          return `.${clean(subject.proxy)}.${clean(subject.service)}`;
      }
    };
    return subject => [placeBelow(`${root}.${nameOf(subject.snapshot)}${below(subject)}`)];
  },
};
