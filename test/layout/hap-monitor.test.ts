import { describe, expect, it } from 'vitest';
import { hapMonitor } from '../../src/layout/hap-monitor.ts';
import type { Naming } from '../../src/layout/layout.ts';
import type { ProcessSubject } from '../../src/types.ts';
import { endpoint, NAMING, processAt } from '../helpers/processes.ts';

const A = endpoint('/run/a/stats.sock', 'stats');
const snapshot = processAt(A, { Nbproc: 1, Process_num: 1 });

function prefix(subject: ProcessSubject, naming: Partial<Naming> = {}): string | undefined {
  const endpoints = { list: [subject.snapshot.endpoint], single: true };
  return hapMonitor.places({ ...NAMING, endpoints, ...naming })(subject)[0]?.prefix;
}

describe("HAP-Monitor's paths", () => {
  it('are SCOPE.HOST.PROCESS and SCOPE.HOST.PROCESS.PROXY.SERVICE', () => {
    expect(prefix({ kind: 'process', snapshot })).toBe('lb.lb1.1.');
    expect(prefix({ kind: 'frontend', snapshot, proxy: 'web', service: 'FRONTEND' })).toBe(
      'lb.lb1.1.web.FRONTEND.',
    );
  });

  it('have name servers and stick tables below the process', () => {
    expect(prefix({ kind: 'resolver', snapshot, resolvers: 'dns', nameserver: 'ns.1' })).toBe(
      'lb.lb1.1.resolvers.dns.ns_1.',
    );
    expect(prefix({ kind: 'table', snapshot, table: 't' })).toBe('lb.lb1.1.tables.t.');
  });

  it('keep the host and the process one level even where dots are kept', () => {
    const dotted = processAt(endpoint('/run/a.b.sock', 'a.b'));
    const row = { kind: 'server', snapshot: dotted, proxy: 'be.api', service: 's.1' } as const;
    const endpoints = { list: [dotted.endpoint], single: false };
    expect(prefix(row, { host: 'lb1.example', keepDots: true, endpoints })).toBe(
      'lb.lb1_example.a_b.be.api.s.1.',
    );
  });

  it('write a state as one more level', () => {
    expect(hapMonitor.fieldOf({ name: 'status', state: 'UP' })).toEqual({ name: 'status.UP', tag: '' });
  });
});
