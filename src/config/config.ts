import { Failure } from '../errors.ts';
import type { NetworkBackend } from '../plan.ts';
import type { ConfigFile, OnFault } from './config-file.ts';
import { type GivenBackend, listGiven, readGivenBackend } from './flags.ts';
import { KEYS, type Key, SECTIONS, type Section, type Setting, type Settings } from './options.ts';

/** The settings in force: the flags on top of the files on top of the defaults. */
export interface Config extends Pick<ConfigFile, 'has' | 'entries' | 'warnings' | 'notes'> {
  get<K extends Key>(key: K): Setting<K>;
  /** Names the place of a key's value for messages: a flag, or file, line, section and option. */
  where(key: Key): string;
  /** Whether the operator set the key, in a file or with a flag. */
  isGiven(key: Key): boolean;
  /** The types of the backends: the one of the flags, or else those of the files. */
  readonly backends: readonly NetworkBackend['type'][];
  /** Whether the section is in force; some sections are by their mere presence. */
  uses(section: Section): boolean;
}

const NO_FILE: ConfigFile = {
  has: () => false,
  find: () => undefined,
  isGiven: () => false,
  entries: () => [],
  warnings: [],
  notes: [],
};

/**
 * Reads the config files that the flags name, and puts the flags on top. Throws a Failure for a file that cannot be read.
 * Calls `onFault`, which throws unless another is given, for each value that is not accepted.
 */
export async function readConfig(settings: Settings, onFault: OnFault = raise): Promise<Config> {
  const backend = readGivenBackend(settings);
  const given = listGiven(settings, backend);
  const file = await loadFiles(settings, onFault);
  checkType(settings, file);
  const backends = listBackends(backend, file);
  const find = (key: Key) =>
    given.get(key) ?? file.find(key) ?? { value: KEYS.get(key)?.default, where: key };
  return {
    ...file,
    backends,
    get: <K extends Key>(key: K) => find(key).value as Setting<K>,
    where: key => find(key).where,
    isGiven: key => given.has(key) || file.isGiven(key),
    uses: section => SECTIONS[section] === 'always' || isUsed(section, backends, given, file),
  };
}

/** Loads the INI reader only if there is a file. */
async function loadFiles(
  { config, 'config-dir': directory }: Settings,
  onFault: OnFault,
): Promise<ConfigFile> {
  if (config === undefined && directory === undefined) return NO_FILE;
  const { loadConfigFile } = await import('./config-file.ts');
  return await loadConfigFile(config, directory, onFault);
}

function raise(fault: Failure): never {
  throw fault;
}

function checkType({ backend, type }: Settings, file: ConfigFile): void {
  if (backend === undefined || type !== undefined || !file.has('graphite')) return;
  throw new Failure(
    'usage',
    '--type',
    'the config file has [graphite], and without --type StatsD is meant: say --type G (Graphite) or --type S (StatsD)',
  );
}

function listBackends(given: GivenBackend | undefined, file: ConfigFile): readonly NetworkBackend['type'][] {
  if (given !== undefined) return [given.type];
  return (['graphite', 'statsd'] as const).filter(type => file.has(type));
}

function isUsed(
  section: Section,
  backends: readonly NetworkBackend['type'][],
  given: ReadonlyMap<Key, unknown>,
  file: ConfigFile,
): boolean {
  if (section === 'graphite' || section === 'statsd') return backends.includes(section);
  return file.has(section) || [...given.keys()].some(key => key.startsWith(`${section}.`));
}
