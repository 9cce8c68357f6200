import type { Naming, Place, Plan, Points } from '../types.ts';
import { cleaner } from './name.ts';
import { placeBelow } from './place.ts';

/** The run's own numbers: SCOPE[.HOST].hap-monitor.NAME, and in layout tagged the host as a tag. */
export function nameSelf(
  metrics: readonly (readonly [name: string, value: number])[],
  layout: Plan['layout'],
  { scope, host, type }: Pick<Naming, 'scope' | 'host' | 'type'>,
): Points {
  const level = host === undefined ? undefined : cleaner({ dots: false, colons: type === 'graphite' })(host);
  const place =
    layout === 'tagged' && level !== undefined
      ? placeOfHost(`${scope}.hap-monitor`, level, type)
      : placeBelow(`${scope}${level === undefined ? '' : `.${level}`}.hap-monitor`);
  return { place, fields: metrics.map(([name]) => ({ name })), values: metrics.map(([, value]) => value) };
}

function placeOfHost(root: string, host: string, type: Naming['type']): Place {
  const place = { key: root, prefix: `${root}.` };
  if (type === 'graphite') return { ...place, rest: ({ name }) => `${name};host=${host}` };
  return { ...place, rest: ({ name }) => name, tags: () => [`host:${host}`] };
}
