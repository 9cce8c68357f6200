import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../../src/haproxy/answer.ts';
import { findProcesses } from '../../src/haproxy/processes.ts';
import type { Snapshot } from '../../src/types.ts';

const NOW = 1_800_000_000;

function snapshot(label: string, info: Record<string, string | number>): Snapshot {
  const lines = Object.entries({ Name: 'HAProxy', ...info }).map(([field, value]) => `${field}: ${value}\n`);
  return {
    endpoint: { kind: 'socket', label, name: label, address: { path: label } },
    ...parseAnswers(Buffer.from(`${lines.join('')}\n# pxname,svname,\n\n`)),
  };
}

function labels(...snapshots: Snapshot[]): string[] {
  return findProcesses(snapshots, NOW).distinct.map(({ endpoint }) => endpoint.label);
}

describe('two endpoints of one process are counted once', () => {
  const one = { Pid: 7, node: 'lb1', Start_time_sec: 1000 };

  it('when Pid, node and start time are the same', () => {
    const { distinct, repeated } = findProcesses([snapshot('a', one), snapshot('b', one)], NOW);
    expect(distinct.map(({ endpoint }) => endpoint.label)).toEqual(['a']);
    expect(repeated.map(({ snapshot, of }) => [snapshot.endpoint.label, of.endpoint.label])).toEqual([
      ['b', 'a'],
    ]);
  });

  it('when an HAProxy before 2.4 says its uptime alone, which may tick between two readings', () => {
    const old = { Pid: 7, node: 'lb1' };
    expect(
      labels(snapshot('a', { ...old, Uptime_sec: 50 }), snapshot('b', { ...old, Uptime_sec: 51 })),
    ).toEqual(['a']);
  });

  it.each([
    ['Pid', { ...one, Pid: 8 }],
    ['node', { ...one, node: 'lb2' }],
    ['start time', { ...one, Start_time_sec: 1100 }],
  ])('but not when the %s differs', (_what, other) => {
    expect(labels(snapshot('a', one), snapshot('b', other))).toEqual(['a', 'b']);
  });

  it('but not when nothing is known of them, as of a stats page', () => {
    expect(labels(snapshot('a', {}), snapshot('b', {}))).toEqual(['a', 'b']);
  });
});
