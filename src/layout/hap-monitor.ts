import type { ProcessLayout } from './layout.ts';
import { cleaner, nameRoot } from './name.ts';
import { levelField, placeBelow } from './place.ts';
import { processNamer } from './process-name.ts';

/**
 * HAP-Monitor's tree, one branch a process: SCOPE.HOST.PROCESS.INFOFIELD and
 * SCOPE.HOST.PROCESS.PROXY.SERVICE.FIELD. The fields sent by default are those its scripts send, and `rate`.
 */
export const hapMonitor: ProcessLayout = {
  defaults: {
    info: ['Idle_pct'],
    stat: [
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
  },
  fieldOf: levelField,
  places(naming) {
    const colons = naming.type === 'graphite';
    const clean = cleaner({ dots: naming.keepDots, colons });
    const level = cleaner({ dots: false, colons });
    const root = nameRoot(naming);
    const nameOf = processNamer(naming.endpoints, level);
    return ({ snapshot, row }) => {
      const process = `${root}.${nameOf(snapshot)}`;
      return [
        placeBelow(row === undefined ? process : `${process}.${clean(row.proxy)}.${clean(row.service)}`),
      ];
    };
  },
};
