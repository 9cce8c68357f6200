import type { Readable } from 'node:stream';
import type { Aspect } from '../check/finding.ts';
import { checkOddities, type Oddities } from '../check/oddities.ts';
import { type Checked, conclude } from '../check/plugin.ts';
import { checkHooks, checkReading } from '../check/reading.ts';
import { checkSpool, type SpoolNow, type SpoolRanges } from '../check/spool.ts';
import { checkState, type StateRanges } from '../check/state.ts';
import { asFailure, Failure, reason } from '../errors.ts';
import type { Plan } from '../plan.ts';
import { ageOfOldest } from '../self-metrics.ts';
import { lookAt } from '../shape/overview.ts';
import { openLayout } from './points.ts';
import { type Everything, readEverything } from './read.ts';

/** The limits of all that a check judges. */
export interface Thresholds extends SpoolRanges {
  readonly state: StateRanges;
}

/**
 * `hap-monitor check`: reads every endpoint and hook snapshot, looks at the spool and the last run, and judges all of it by
 * the thresholds. Sends and changes nothing.
 */
export async function check(
  plan: Plan,
  thresholds: Thresholds,
  stdin: () => Readable,
  stop: AbortSignal,
): Promise<Checked> {
  const read = await readEverything(plan, stdin, stop);
  const { haproxy, hooks } = read;
  if (stop.aborted) throw new Failure('read', 'check', reason(stop.reason));
  const listRows = () => haproxy.distinct.flatMap(snapshot => lookAt(snapshot, '', plan.filter).rows);
  return conclude([
    ...(plan.endpoints.length === 0 ? [] : [checkReading(haproxy)]),
    ...(plan.hooks.length === 0 ? [] : [checkHooks(hooks.failures, plan.hooks.length)]),
    ...(plan.spool === undefined ? [] : [await checkSpoolAt(plan.spool, plan, thresholds)]),
    checkState(listRows, thresholds.state),
    checkOddities(await listOddities(plan, read)),
  ]);
}

/** A spool that cannot be looked at hides nothing of what was read. */
async function checkSpoolAt(where: string, plan: Plan, ranges: SpoolRanges): Promise<Aspect> {
  try {
    return checkSpool(await lookAtSpool(where, plan), ranges);
  } catch (error) {
    return { findings: [{ code: 1, what: asFailure(error, 'spool', where).message }], data: [] };
  }
}

async function lookAtSpool(where: string, { queueSize, deadline }: Plan): Promise<SpoolNow> {
  const { expectAnswer, measureSpool } = await import('../spool/open.ts');
  const { recallLastGood } = await import('../memory/runs.ts');
  await expectAnswer(where, deadline / 4);
  const timestamp = Math.floor(Date.now() / 1000);
  const spool = measureSpool(where);
  const lastGood = spool && recallLastGood(where);
  return {
    where,
    state: spool && { ...spool, age: ageOfOldest(spool, timestamp) },
    lastGood: lastGood === undefined ? undefined : Math.max(0, timestamp - lastGood),
    queueSize,
  };
}

/** Lists the oddities that a run would meet: names that become one path, unknown statuses and the like. */
async function listOddities(plan: Plan, read: Everything): Promise<Oddities> {
  const odd: Record<keyof Oddities, string[]> = { lost: [], kept: [...plan.notes] };
  const destination = plan.destinations[0] ?? NOWHERE;
  const namePoints = await openLayout(plan.layout);
  for (const _ of namePoints(plan, destination, read, (text, harm) => void odd[harm].push(text)));
  return odd;
}

/** Stands in for a destination where a check has none. */
const NOWHERE = {
  scope: 'haproxy',
  backend: { type: 'graphite', protocol: 'tcp', host: '', port: 0 },
} as const;
