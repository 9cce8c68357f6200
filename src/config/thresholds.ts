import { Failure } from '../errors.ts';
import type { Option } from './options/option.ts';
import { OPTIONS, type Settings } from './options.ts';

/** The limits of a number. */
interface Limits {
  readonly warning: number | undefined;
  readonly critical: number | undefined;
}

type Limit = 'age' | 'depth' | 'run' | 'servers' | 'sessions';

/** Builds the thresholds of `hap-monitor check`. Throws a Failure if a warning limit is beyond its critical one. */
export function readThresholds(settings: Settings) {
  const read = (limit: Limit, critical: 'above' | 'below') => readRange(settings, limit, critical);
  return {
    age: read('age', 'above'),
    depth: read('depth', 'above'),
    run: read('run', 'above'),
    state: {
      down: settings['down-backend'],
      servers: read('servers', 'below'),
      sessions: read('sessions', 'above'),
    },
  };
}

/** Reads a warning and a critical limit; a default gives way to a given one. */
function readRange(settings: Settings, limit: Limit, side: 'above' | 'below'): Limits {
  const [low, high] = [`warning-${limit}`, `critical-${limit}`] as const;
  const { [low]: warning, [high]: critical } = settings;
  const isSound =
    warning === undefined ||
    critical === undefined ||
    (side === 'above' ? warning <= critical : warning >= critical);
  if (isSound) return { warning, critical };
  if (isDefault(low, warning)) return { warning: critical, critical };
  if (isDefault(high, critical)) return { warning, critical: warning };
  const accepted = `${side === 'above' ? 'no more' : 'no less'} than --${high} (${critical})`;
  throw new Failure('usage', `--${low}`, `expected ${accepted}, got ${warning}`);
}

function isDefault(name: `${'warning' | 'critical'}-${Limit}`, value: number): boolean {
  const row: Option = OPTIONS[name];
  return row.default === value;
}
