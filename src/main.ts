import manifest from '../package.json' with { type: 'json' };
import { now } from './clock.ts';
import type { Checked } from './commands/check.ts';
import { run } from './commands/run.ts';
import { parseCommandLine } from './config/command-line.ts';
import { renderDefaults } from './config/config-file.ts';
import type { Settings } from './config/options.ts';
import { makePlan, readConfig } from './config/plan.ts';
import { endInTime } from './deadline.ts';
import { asFailure, Failure, isReaderGone } from './errors.ts';
import { exitCode, type Report, renderFailures } from './report.ts';
import { fieldNames } from './shape/merged/fields.ts';
import { type OpenStreams, openWhenUsed, type Streams } from './streams.ts';
import { watch } from './watchdog.ts';

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
  if (argv[0] === 'check') return await performCheck(argv.slice(1), streams, stop);
  return await performRun(argv, streams, stop);
}

async function performRun(argv: readonly string[], streams: OpenStreams, stop: AbortSignal): Promise<number> {
  try {
    const settings = await parseCommandLine(argv);
    const said = await describe(settings);
    if (said !== undefined) return conclude(await print(streams, said), streams);
    return await withinDeadline(settings, streams, stop, async () =>
      conclude(await perform(settings, streams, stop).catch(explain), streams),
    );
  } catch (error) {
    return conclude(explain(error), streams);
  }
}

async function perform(settings: Settings, streams: Streams, stop: AbortSignal): Promise<Report> {
  if (settings['print-defaults']) return await print(streams, renderDefaults());
  const config = readConfig(settings);
  if (settings['print-config']) return await print(streams, config.render());
  return await run(makePlan(settings, config, fieldNames), streams, stop);
}

function conclude(report: Report, { stderr }: Streams): number {
  if (report.failures.length > 0) stderr.write(renderFailures(report));
  return exitCode(report);
}

/** Does what must not outlive the deadline, whatever it waits for and whoever does not read what it writes. */
async function withinDeadline(
  settings: Settings,
  streams: OpenStreams,
  stop: AbortSignal,
  work: () => Promise<number>,
): Promise<number> {
  const deadline = settings.deadline * 1000;
  const callOff = watch(deadline);
  try {
    const code = await endInTime(work(), deadline, stop);
    await streams.flush(deadline - now());
    return code;
  } finally {
    callOff();
  }
}

/** What is asked of the command itself, whatever else is given. */
async function describe({ help, version }: Settings): Promise<string | undefined> {
  if (!help) return version ? `${manifest.version}\n` : undefined;
  const { renderHelp } = await import('./config/help.ts');
  return await renderHelp();
}

/** `hap-monitor check`: the options of a run, of which the endpoints and the spool are looked at. */
async function performCheck(
  argv: readonly string[],
  streams: OpenStreams,
  stop: AbortSignal,
): Promise<number> {
  const { check, unknown } = await import('./commands/check.ts');
  const say = ({ code, line }: Checked): number => {
    streams.stdout.write(line);
    return code;
  };
  try {
    const given = await parseCommandLine(argv);
    const said = await describe(given);
    if (said !== undefined) return say({ code: 0, line: said });
    // Nothing is sent, so a check by flags alone needs no backend.
    const backend = given.backend ?? (given.config || given['config-dir'] ? undefined : 'none');
    const settings = { ...given, backend };
    const range = (of: 'age' | 'depth') => ({
      warning: settings[`warning-${of}`],
      critical: settings[`critical-${of}`],
    });
    return await withinDeadline(settings, streams, stop, async () => {
      const plan = makePlan(settings, readConfig(settings), fieldNames);
      return say(await check(plan, { age: range('age'), depth: range('depth') }, () => streams.stdin, stop));
    });
  } catch (error) {
    return say(unknown(error));
  }
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
