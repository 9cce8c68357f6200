import type { Layout, Naming, Snapshot } from '../types.ts';
import { asLevel } from './name.ts';

/**
 * HAP-Monitor's tree, one branch a process: SCOPE.HOST.PROCESS.INFOFIELD and
 * SCOPE.HOST.PROCESS.PROXY.SERVICE.FIELD. The fields sent by default are those its scripts send, and `rate`.
 */
export const hapMonitor: Layout = {
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
  prefixes(naming) {
    const processes = new Map<Snapshot, string>();
    const root = `${naming.scope}.${asLevel(naming.clean(naming.host))}`;
    return ({ snapshot, row }) => {
      let process = processes.get(snapshot);
      if (process === undefined) {
        process = `${root}.${asLevel(naming.clean(nameProcess(snapshot, naming)))}`;
        processes.set(snapshot, process);
      }
      return row === undefined
        ? process
        : `${process}.${naming.clean(row.proxy)}.${naming.clean(row.service)}`;
    };
  },
};

/**
 * Process_num tells the processes of one HAProxy apart (it is always 1 since 2.5). Independent HAProxies are
 * told apart by their endpoints' names, and by all that were given: a path must not depend on who answered.
 */
function nameProcess({ info, endpoint }: Snapshot, { endpoints, clean }: Naming): string {
  if (endpoints.single || (info.get('Nbproc')?.number ?? 1) > 1) return info.get('Process_num')?.text ?? '1';
  const isShared = endpoints.list.some(
    other => other !== endpoint && clean(other.name) === clean(endpoint.name),
  );
  return isShared ? endpoint.label : endpoint.name;
}
