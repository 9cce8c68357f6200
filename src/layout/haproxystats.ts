import type { Group, Groups } from '../plan.ts';
import type { MergedSubject } from '../types.ts';
import type { MergedLayout } from './layout.ts';
import { nameRoot } from './name.ts';
import { processNamer } from './process-name.ts';
import { levelCleaner, placeBelow, TREE } from './tree.ts';

/**
 * haproxystats' tree: NAMESPACE[.HOST].haproxy.KIND.NAME.FIELD, with groups
 * NAMESPACE[.HOST].haproxy.GROUP-NAMESPACE.GROUP.KIND.NAME.FIELD.
 */
export const haproxystats: MergedLayout = {
  ...TREE,
  merges: true,
  // Objects of one kind and clean name are merged, the kind is the first level, and a clean name is one level. A group may be
  // called as a backend, though.
  distinct:
    ({ groups }) =>
    ({ kind }) =>
      groups.namespace === undefined && (kind === 'frontend' || kind === 'backend' || kind === 'server'),
  places({ groups, ...naming }) {
    const clean = levelCleaner(naming);
    const root = `${nameRoot(naming)}.haproxy`;
    // haproxystats calls a single process 1, also one of a directory.
    const { list } = naming.endpoints;
    const nameOf = processNamer({ ...naming, endpoints: { list, single: list.length === 1 } }, clean);
    const below = (subject: MergedSubject): string => {
      switch (subject.kind) {
        case 'haproxystats':
          return 'haproxystats';
        case 'daemon':
          return subject.process === undefined ? 'daemon' : `daemon.process.${nameOf(subject.process)}`;
        case 'frontend':
        case 'backend':
          return `${subject.kind}.${subject.proxy}`;
        case 'server':
          return subject.proxy === undefined
            ? `server.${subject.server}`
            : `backend.${subject.proxy}.server.${subject.server}`;
        case 'resolver':
          return `resolvers.${clean(subject.resolvers)}.${clean(subject.nameserver)}`;
        case 'table':
          return `tables.${clean(subject.table)}`;
      }
    };
    return subject => {
      const group = findGroup(subject, groups);
      const ungrouped = placeBelow(`${root}.${below(subject)}`);
      if (group === undefined) return [ungrouped];
      const grouped = placeBelow(`${root}.${groups.namespace}.${group}.${below(subject)}`);
      return groups.doubleWrites ? [ungrouped, grouped] : [grouped];
    };
  },
};

/** Finds a subject's group; a server below a backend follows the backend's. */
function findGroup(subject: MergedSubject, groups: Groups): string | undefined {
  if (groups.namespace === undefined) return undefined;
  switch (subject.kind) {
    case 'frontend':
      return match(groups.frontend, subject.proxy);
    case 'backend':
      return match(groups.backend, subject.proxy);
    case 'server':
      return subject.proxy === undefined
        ? match(groups.server, subject.server)
        : match(groups.backend, subject.proxy);
    case 'daemon':
    case 'resolver':
    case 'table':
    case 'haproxystats':
      return undefined;
  }
}

function match(groups: readonly Group[], name: string): string | undefined {
  return groups.find(({ pattern }) => pattern.test(name))?.name;
}
