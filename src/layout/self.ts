import type { Naming, Plan, Point } from '../types.ts';
import { cleaner } from './name.ts';

/** The run's own numbers: SCOPE[.HOST].hap-monitor.NAME, and in layout tagged the host as a tag. */
export function nameSelf(
  metrics: Iterable<readonly [name: string, value: number]>,
  layout: Plan['layout'],
  { scope, host, type }: Pick<Naming, 'scope' | 'host' | 'type'>,
): readonly Point[] {
  const level = host === undefined ? undefined : cleaner({ dots: false, colons: type === 'graphite' })(host);
  const inTags = layout === 'tagged' && level !== undefined;
  const root = `${scope}${inTags || level === undefined ? '' : `.${level}`}.hap-monitor`;
  return Array.from(metrics, ([name, value]) => {
    const path = `${root}.${name}`;
    if (!inTags) return { path, value };
    return type === 'graphite'
      ? { path: `${path};host=${level}`, value }
      : { path, value, tags: [`host:${level}`] };
  });
}
