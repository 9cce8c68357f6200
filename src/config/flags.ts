import type { NetworkBackend } from '../plan.ts';
import { chooseBackend, parseBackend } from './backend.ts';
import { type IniSection, makeSections } from './ini/parse.ts';
import { escapeValue } from './ini/value.ts';
import { OPTIONS, type Option, type Settings } from './options.ts';

/** HAP-Monitor's letters for the backends. */
const TYPES = { G: 'graphite', S: 'statsd' } as const;

/** What `--backend`, `--type` and `--protocol` say together. */
export interface FlagBackend {
  readonly backend: NetworkBackend;
  readonly scope: string;
}

/** Reads the three flags of the backend; undefined when none is named. */
export function readFlagBackend(settings: Settings): FlagBackend | undefined {
  if (settings.backend === undefined) return undefined;
  const address = parseBackend(settings.backend);
  const type = settings.type && TYPES[settings.type];
  return { backend: chooseBackend(address, type, settings.protocol), scope: address.scope };
}

/**
 * The flags as sections of a config file, to lie on top of the others. What sets an option of both backends sets it
 * where there is one: a section that only the flags have would be one more backend.
 */
export function listFlags(
  settings: Settings,
  flagBackend: FlagBackend | undefined,
  hasSection: (section: string) => boolean,
): IniSection[] {
  const sections = new Map<string, Map<string, string>>();
  const set = (section: string, name: string, value: string): void => {
    sections.set(section, (sections.get(section) ?? new Map()).set(name, escapeValue(value)));
  };
  if (settings.sockets !== undefined) {
    set('pull', 'servers', settings.sockets.join(', '));
    set('pull', 'socket-dir', '');
  }
  if (flagBackend !== undefined) {
    const { type, host, port, protocol } = flagBackend.backend;
    set(type, 'server', host);
    set(type, 'port', String(port));
    set(type, 'protocol', protocol);
    set(type, type === 'graphite' ? 'namespace' : 'prefix', flagBackend.scope);
  }
  for (const [flag, { sets = [] }] of Object.entries<Option>(OPTIONS)) {
    const value = settings[flag as keyof Settings];
    if (value === undefined) continue;
    for (const [section = '', name = ''] of sets.map(option => option.split('.'))) {
      if (sets.length === 1 || sections.has(section) || hasSection(section))
        set(section, name, String(value));
    }
  }
  return makeSections('command line', sections);
}
