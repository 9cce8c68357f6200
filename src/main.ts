import manifest from '../package.json' with { type: 'json' };
import { run, type Streams } from './commands/run.ts';
import { parseCommandLine } from './config/command-line.ts';
import { renderDefaults } from './config/config-file.ts';
import type { Settings } from './config/options.ts';
import { makePlan, readConfig } from './config/plan.ts';
import { asFailure, Failure, isReaderGone } from './errors.ts';
import { exitCode, type Report, renderFailures } from './report.ts';
import { fieldNames } from './shape/merged/fields.ts';

/** The command as a process: its arguments, streams and signals → its exit code. */
export async function start(self: NodeJS.Process): Promise<void> {
  // A name look-up cannot be called off: a name server that is silent would hold the run long after its deadline.
  self.env.RES_OPTIONS ??= 'timeout:1 attempts:1';
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) {
    self.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }
  self.exitCode = await main(self.argv.slice(2), self, stop.signal);
}

/**
 * The command: arguments without node and script → exit code. Writes to the streams alone. When `stop` is aborted it ends
 * as soon as what was read is safe.
 */
export async function main(
  argv: readonly string[],
  given: Streams,
  stop: AbortSignal = new AbortController().signal,
): Promise<number> {
  const streams = openWhenUsed(given);
  if (argv[0] === 'check') return await performCheck(argv.slice(1), streams);
  const report = await perform(argv, streams, stop).catch(explain);
  if (report.failures.length > 0) streams.stderr.write(renderFailures(report));
  return exitCode(report);
}

/**
 * Most runs say nothing, and opening what nobody writes to is a tenth of their time. Errors are told by what writes to
 * stdout; whoever read stderr has gone, and there is nobody left to tell.
 */
function openWhenUsed(streams: Streams): Streams {
  const open = (name: 'stdout' | 'stderr'): NodeJS.WritableStream => {
    const stream = streams[name];
    return stream.listenerCount('error') > 0 ? stream : stream.on('error', () => undefined);
  };
  return {
    get stdin() {
      return streams.stdin;
    },
    get stdout() {
      return open('stdout');
    },
    get stderr() {
      return open('stderr');
    },
  };
}

async function perform(argv: readonly string[], streams: Streams, stop: AbortSignal): Promise<Report> {
  const settings = await parseCommandLine(argv);
  const said = await describe(settings);
  if (said !== undefined) return await print(streams, said);
  if (settings['print-defaults']) return await print(streams, renderDefaults());
  const config = readConfig(settings);
  if (settings['print-config']) return await print(streams, config.render());
  return await run(makePlan(settings, config, fieldNames), streams, stop);
}

/** What is asked of the command itself, whatever else is given. */
async function describe({ help, version }: Settings): Promise<string | undefined> {
  if (!help) return version ? `${manifest.version}\n` : undefined;
  const { renderHelp } = await import('./config/help.ts');
  return await renderHelp();
}

/** `hap-monitor check`: the options of a run, of which the endpoints and the spool are looked at. */
async function performCheck(argv: readonly string[], streams: Streams): Promise<number> {
  const { check, unknown } = await import('./commands/check.ts');
  const perform = async () => {
    const given = await parseCommandLine(argv);
    const said = await describe(given);
    if (said !== undefined) return { code: 0, line: said };
    // Nothing is sent, so a check by flags alone needs no backend.
    const backend = given.backend ?? (given.config || given['config-dir'] ? undefined : 'none');
    const settings = { ...given, backend };
    const plan = makePlan(settings, readConfig(settings), fieldNames);
    const range = (of: 'age' | 'depth') => ({
      warning: settings[`warning-${of}`],
      critical: settings[`critical-${of}`],
    });
    return await check(plan, { age: range('age'), depth: range('depth') }, () => streams.stdin);
  };
  const { code, line } = await perform().catch(unknown);
  streams.stdout.write(line);
  return code;
}

async function print({ stdout }: Streams, text: string): Promise<Report> {
  const error = await new Promise<Error | null | undefined>(resolve => stdout.write(text, resolve));
  if (!error || isReaderGone(error)) return { failures: [] };
  return { failures: [asFailure(error, 'deliver', 'standard output')] };
}

/** A Failure speaks for itself; anything else is a mistake in this program, and nothing was delivered. */
function explain(error: unknown): Report {
  if (error instanceof Failure) return { failures: [error] };
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { failures: [new Failure('deliver', 'internal error, please report it', what, error)] };
}
