import { type Config, readConfig } from '../config/config.ts';
import { parseEndpoint } from '../config/endpoint.ts';
import { readFilter } from '../config/filter.ts';
import { readGroups } from '../config/groups.ts';
import { parseHookSources } from '../config/hook-source.ts';
import { readMergeOptions } from '../config/merge-options.ts';
import type { Settings } from '../config/options.ts';
import { lookAtPaths } from '../config/paths.ts';
import { chooseDestinations, listEndpoints, makePlan, readSources } from '../config/plan.ts';
import { readTags } from '../config/tags.ts';
import { countOf } from '../count.ts';
import { expectFailure, Failure } from '../errors.ts';
import type { Groups, Plan } from '../plan.ts';
import { oneLine, type Report } from '../report.ts';
import type { Streams } from '../streams.ts';

/**
 * `hap-monitor config`: reports every fault of a configuration at once, each with its flag or its file and line. Prints a
 * line to stdout for each oddity and, if there is no fault, one that sums up the run.
 */
export async function checkConfig(settings: Settings, { stdout }: Streams): Promise<Report> {
  const faults = new Map<string, Failure>();
  const onFault = (fault: Failure): void => void faults.set(fault.message, fault);
  const { config, plan } = await readPlan(settings, onFault);
  const notes = config && plan ? await lookAtPlan(config, plan, onFault) : [];
  for (const line of notes) stdout.write(oneLine(`note: ${line}`));
  if (plan !== undefined && faults.size === 0) stdout.write(oneLine(`OK: ${describePlan(plan)}`));
  return { failures: [...faults.values()] };
}

type OnFault = (fault: Failure) => void;

/** Reads as much as the faults allow; `plan` is absent if none can be made. */
async function readPlan(settings: Settings, onFault: OnFault): Promise<{ config?: Config; plan?: Plan }> {
  const attempt = async <T>(read: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      onFault(expectFailure(error));
      return undefined;
    }
  };
  const config = await attempt(() => readConfig(settings, onFault));
  if (config === undefined) return {};
  for (const { where, what } of config.warnings) onFault(new Failure('usage', where, what));
  for (const read of listReaders(settings, config)) await attempt(read);
  const plan = await attempt(() => makePlan('config', settings, config));
  return plan === undefined ? { config } : { config, plan };
}

/** Lists functions that read one part of a plan each, so that a fault of one part hides none of another. */
function listReaders(settings: Settings, config: Config): readonly (() => unknown)[] {
  const sources = config.get('hooks.sources') ?? [];
  return [
    ...listEndpoints(config).map(
      ({ text, where }) =>
        () =>
          parseEndpoint(text, where),
    ),
    ...sources.map(text => () => parseHookSources([text], config.where('hooks.sources'))),
    () => readSources(config),
    () => chooseDestinations(settings, config),
    () => readFilter(config),
    () => readMergeOptions(config),
    () => readTags(config),
    () => readGroups(config),
  ];
}

/** Looks at the paths and names of the plan; returns the oddities. */
async function lookAtPlan(config: Config, plan: Plan, onFault: OnFault): Promise<readonly string[]> {
  const paths = await lookAtPaths(config, plan);
  for (const fault of paths.faults) onFault(fault);
  for (const what of findAlike(plan)) onFault(new Failure('usage', config.where('hooks.sources'), what));
  for (const what of findAlikeGroups(plan.groups)) onFault(new Failure('usage', 'groups', what));
  return [...plan.notes, ...paths.notes];
}

/** Finds hook snapshots of one name: of two series with one path only the first would be sent. */
function findAlike({ hooks }: Plan): readonly string[] {
  const apps = hooks.flatMap(({ app }) => app ?? []);
  return findRepeated(apps).map(
    app => `two hook snapshots are called ${app}; give each its own name, APP=SRC`,
  );
}

function findAlikeGroups({ frontend, backend, server }: Groups): readonly string[] {
  return [frontend, backend, server].flatMap(groups =>
    findRepeated(groups.map(({ name }) => name)).map(
      name =>
        `two groups become the level ${name} in metric paths; only letters, digits, "_" and "-" tell them apart`,
    ),
  );
}

function findRepeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}

function describePlan({ endpoints, hooks, destinations, spool, layout }: Plan): string {
  const parts = [
    countOf(endpoints.length, 'endpoint'),
    ...(hooks.length > 0 ? [countOf(hooks.length, 'hook snapshot')] : []),
    countOf(destinations.length, 'destination'),
    `layout ${layout}`,
    spool === undefined ? 'no spool' : `spool ${spool}`,
  ];
  return parts.join(', ');
}
