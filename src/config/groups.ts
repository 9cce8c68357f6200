import type { Group, Groups } from '../plan.ts';
import type { Config } from './config-file.ts';
import { GROUP_SECTIONS } from './file-options.ts';
import { failAt } from './ini/parse.ts';

/** Reads `group-namespace` and the groups; one without the other is a Failure, as in haproxystats. */
export function readGroups(config: Config): Groups {
  const namespace = config.text('graphite', 'group-namespace');
  const named = GROUP_SECTIONS.filter(section => config.entries(section).length > 0);
  const place = config.value('graphite', 'group-namespace');
  if (namespace !== undefined && named.length === 0 && place !== undefined) {
    throw failAt(
      place,
      `[graphite] group-namespace: expected groups in one of [${GROUP_SECTIONS.join('], [')}]`,
    );
  }
  const [, first] = config.entries(named[0] ?? '')[0] ?? [];
  if (namespace === undefined && first !== undefined) {
    throw failAt(
      first,
      `[${named[0]}]: expected group-namespace in [graphite], the level that groups stand below`,
    );
  }
  if (namespace !== undefined && place !== undefined && !/^[A-Za-z0-9_-]+$/.test(namespace)) {
    throw failAt(
      place,
      `[graphite] group-namespace: expected letters, digits, "_" and "-", got ${JSON.stringify(namespace)}`,
    );
  }
  return {
    ...(namespace === undefined ? {} : { namespace }),
    doubleWrites: config.flag('graphite', 'group-namespace-double-writes'),
    frontend: readSection(config, 'frontend-groups'),
    backend: readSection(config, 'backend-groups'),
    server: readSection(config, 'server-groups'),
  };
}

function readSection(config: Config, section: string): readonly Group[] {
  return config.entries(section).map(([name, place]) => {
    const level = name.replace(/[^A-Za-z0-9_-]/gu, '_');
    // Python's inline flag is JavaScript's `i` flag; all else that operators write is the same in both.
    const [, inline, source = ''] = /^(\(\?i\))?(.*)$/s.exec(place.value) ?? [];
    try {
      return { name: level, pattern: new RegExp(source, inline === undefined ? '' : 'i') };
    } catch {
      throw failAt(
        place,
        `[${section}] ${name}: expected a regular expression, got ${JSON.stringify(place.value)}`,
      );
    }
  });
}
