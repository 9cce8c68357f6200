import { expect } from 'vitest';
import type { Failure } from '../../src/errors.ts';
import type { NetworkBackend } from '../../src/plan.ts';
import { openSpool } from '../../src/spool/open.ts';
import type { Batch, Packet, Spool } from '../../src/types.ts';
import { packetOf } from './packets.ts';

export const BACKEND: NetworkBackend = { type: 'graphite', protocol: 'tcp', host: 'graphite', port: 2003 };
export const DEAD = '1-1-4026531836'; // process 1 of this machine was not started one tick after boot

/** Opens the spool of a destination; `reports` takes its failures. */
export function openSpoolAt(root: string, reports: Failure[] = [], backend = BACKEND): Spool {
  return openSpool(root, backend, failure => reports.push(failure));
}

export function line(index: number, timestamp: number): string {
  return `a.b${index} ${index} ${timestamp}\n`;
}

export function packet(index: number, timestamp: number): Packet {
  return packetOf(line(index, timestamp));
}

/** The lines of a batch. */
export function text(batch: Batch | undefined): string {
  return batch === undefined ? '' : [...batch.packets(16_384, expect.fail)].join('');
}

/** Takes every batch and removes it; gives their lines. */
export function takeAll(spool: Spool): string[] {
  const texts: string[] = [];
  for (let batch = spool.takeOldest(); batch !== undefined; batch = spool.takeOldest()) {
    texts.push(text(batch));
    batch.remove();
  }
  return texts;
}
