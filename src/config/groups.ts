import { Failure, reason } from '../errors.ts';
import { quote } from '../plain-text.ts';
import type { Group, Groups } from '../plan.ts';
import type { Config } from './config.ts';
import { GROUP_SECTIONS, type GroupSection } from './options.ts';
import { expected } from './value.ts';

/**
 * Builds the groups from `group-namespace` and the sections of groups. Throws a Failure if one is there without the other, as
 * in haproxystats.
 */
export async function readGroups(config: Config): Promise<Groups> {
  const namespace = config.get('graphite.group-namespace');
  const where = config.where('graphite.group-namespace');
  const named = GROUP_SECTIONS.find(section => config.entries(section).length > 0);
  if (namespace !== undefined && named === undefined) {
    throw new Failure('usage', where, `expected groups in one of [${GROUP_SECTIONS.join('], [')}]`);
  }
  if (namespace === undefined && named !== undefined) {
    const [, first] = config.entries(named)[0] ?? [];
    const accepted = 'expected group-namespace in [graphite], the level that groups stand below';
    throw new Failure('usage', first?.where ?? '', accepted);
  }
  if (namespace !== undefined && !/^[A-Za-z0-9_-]+$/.test(namespace)) {
    throw expected(where, 'letters, digits, "_" and "-"', namespace);
  }
  return {
    ...(namespace === undefined ? {} : { namespace }),
    doubleWrites: config.get('graphite.group-namespace-double-writes'),
    frontend: await readSection(config, 'frontend-groups'),
    backend: await readSection(config, 'backend-groups'),
    server: await readSection(config, 'server-groups'),
  };
}

async function readSection(config: Config, section: GroupSection): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for (const [name, { value, where }] of config.entries(section)) {
    const { readPythonPattern } = await import('./python/pattern.ts');
    try {
      groups.push({ name: name.replace(/[^A-Za-z0-9_-]/gu, '_'), pattern: readPythonPattern(value) });
    } catch (error) {
      const why = error instanceof RangeError ? 'its brackets stand too deep in each other' : reason(error);
      throw new Failure(
        'usage',
        where,
        `expected a regular expression as Python reads it, got ${quote(value)}: ${why}`,
      );
    }
  }
  return groups;
}
