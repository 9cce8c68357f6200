import { TYPES } from '../backends.ts';
import type { NetworkBackend, Receiver } from '../plan.ts';
import { chooseBackend, parseBackend } from './backend.ts';
import type { Said } from './config-file.ts';
import type { Value } from './options/option.ts';
import { type Key, ROWS, type Settings } from './options.ts';

/** The backend that `--backend`, `--type` and `--protocol` name together. */
export type GivenBackend = Receiver & { readonly scope: string };

/** Combines the values of `--backend`, `--type` and `--protocol`; undefined without `--backend`. Throws a Failure. */
export function readGivenBackend({ backend, type, protocol }: Settings): GivenBackend | undefined {
  if (backend === undefined) return undefined;
  const { scope, ...address } = parseBackend(backend);
  return { ...chooseBackend(address, typeOf(type), protocol), scope };
}

/** Returns the type of backend for the letter given to `--type`. */
export function typeOf(letter: Settings['type']): NetworkBackend['type'] | undefined {
  return (['graphite', 'statsd'] as const).find(type => TYPES[type].letter === letter);
}

/** Returns the values that flags give to keys of the config file, each with the flag's name for messages. */
export function listGiven(
  settings: Settings,
  backend: GivenBackend | undefined,
): ReadonlyMap<Key, Said<Value | undefined>> {
  const given = new Map<Key, Said<Value | undefined>>();
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    for (const key of Object.keys(ROWS[name]?.keys ?? {}))
      given.set(key as Key, { value, where: `--${name}` });
  }
  if (settings.sockets !== undefined) given.set('pull.socket-dir', { value: undefined, where: '--sockets' });
  if (backend !== undefined) {
    const { type, scope } = backend;
    const set = (key: Key, value: Value) => given.set(key, { value, where: '--backend' });
    if (backend.protocol === 'unix') set('statsd.server', `unix://${backend.path}`);
    else {
      set(`${type}.server`, backend.host);
      set(`${type}.port`, backend.port);
      set(`${type}.protocol`, backend.protocol);
    }
    set(type === 'graphite' ? 'graphite.namespace' : 'statsd.prefix', scope);
  }
  return given;
}
