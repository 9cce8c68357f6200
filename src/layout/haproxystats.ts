import type { Group, Groups } from '../plan.ts';
import type { MergedSubject } from '../types.ts';
import type { Layout } from './layout.ts';
import { cleaner, nameRoot } from './name.ts';
import { levelField, placeBelow } from './place.ts';
import { processNamer } from './process-name.ts';

/**
 * haproxystats' tree: NAMESPACE[.HOST].haproxy.KIND.NAME.FIELD, with groups
 * NAMESPACE[.HOST].haproxy.GROUP-NAMESPACE.GROUP.KIND.NAME.FIELD.
 */
export const haproxystats: Layout<MergedSubject> = {
  fieldOf: levelField,
  places({ endpoints, groups, ...naming }) {
    const clean = cleaner({ dots: false, colons: naming.type === 'graphite' });
    const root = `${nameRoot(naming)}.haproxy`;
    const nameOf = processNamer(endpoints, clean);
    return subject => {
      if (subject.kind === 'haproxystats') return [placeBelow(`${root}.haproxystats`)];
      if (subject.kind === 'daemon') {
        const { process } = subject;
        const level = process === undefined ? '' : `.process.${nameOf(process)}`;
        return [placeBelow(`${root}.daemon${level}`)];
      }
      const group = findGroup(subject, groups);
      const ungrouped = `${root}.${describe(subject)}`;
      if (group === undefined) return [placeBelow(ungrouped)];
      const grouped = `${root}.${groups.namespace}.${group}.${describe(subject)}`;
      return (groups.doubleWrites ? [ungrouped, grouped] : [grouped]).map(placeBelow);
    };
  },
};

type Grouped = Exclude<MergedSubject, { kind: 'daemon' | 'haproxystats' }>;

function describe(subject: Grouped): string {
  if (subject.kind !== 'server') return `${subject.kind}.${subject.proxy}`;
  const server = `server.${subject.server}`;
  return subject.proxy === undefined ? server : `backend.${subject.proxy}.${server}`;
}

/** A server's metrics under a backend follow their backend's group. */
function findGroup(subject: Grouped, groups: Groups): string | undefined {
  if (groups.namespace === undefined) return undefined;
  if (subject.kind === 'frontend') return match(groups.frontend, subject.proxy);
  if (subject.proxy !== undefined) return match(groups.backend, subject.proxy);
  return subject.kind === 'server' ? match(groups.server, subject.server) : undefined;
}

function match(groups: readonly Group[], name: string): string | undefined {
  return groups.find(({ pattern }) => pattern.test(name))?.name;
}
