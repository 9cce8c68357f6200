import { errorCode, Failure } from './errors.ts';

/**
 * Loads an npm package that operators install if they want it. Throws a Failure that says how to install it if it is missing.
 */
export async function loadOptional<T>(
  name: string,
  load: () => Promise<T>,
  fail: { readonly code: 'read' | 'deliver'; readonly where: string; readonly use: string },
): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const remedy = REMEDIES[isUncompiled(error) ? 'UNCOMPILED' : errorCode(error)];
    if (remedy === undefined) throw error;
    throw new Failure(
      fail.code,
      fail.where,
      `${fail.use} takes the npm package ${name}, ${remedy} ${name}`,
      error,
    );
  }
}

const NOT_INSTALLED = 'which is not installed: npm install -g';

const REMEDIES: Readonly<Record<string, string>> = {
  MODULE_NOT_FOUND: NOT_INSTALLED,
  ERR_MODULE_NOT_FOUND: NOT_INSTALLED,
  ERR_DLOPEN_FAILED: 'which was compiled for another Node: npm rebuild -g',
  UNCOMPILED: 'which was not compiled: install python3, make and g++, then npm rebuild -g',
  // The require() of a single executable knows only Node's own modules.
  ERR_UNKNOWN_BUILTIN_MODULE:
    'which the executable lacks: install Node 20.19 or later, and npm install -g hap-monitor',
};

/** The npm package `bindings`, which looks for what was compiled, has no code for that. */
function isUncompiled(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Could not locate the bindings file');
}
