import { Failure } from '../errors.ts';
import type { Group, Groups } from '../plan.ts';
import type { Config } from './config.ts';
import { GROUP_SECTIONS, type GroupSection } from './options.ts';
import { expected } from './value.ts';

/** Reads `group-namespace` and the groups; one without the other is a Failure, as in haproxystats. */
export function readGroups(config: Config): Groups {
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
    frontend: readSection(config, 'frontend-groups'),
    backend: readSection(config, 'backend-groups'),
    server: readSection(config, 'server-groups'),
  };
}

function readSection(config: Config, section: GroupSection): readonly Group[] {
  return config.entries(section).map(([name, { value, where }]) => {
    const level = name.replace(/[^A-Za-z0-9_-]/gu, '_');
    // Python's inline flag is JavaScript's `i` flag; all else that operators write is the same in both.
    const [, inline, source = ''] = /^(\(\?i\))?(.*)$/s.exec(value) ?? [];
    try {
      return { name: level, pattern: new RegExp(source, inline === undefined ? '' : 'i') };
    } catch {
      throw expected(where, 'a regular expression', value);
    }
  });
}
