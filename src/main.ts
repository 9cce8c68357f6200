import manifest from '../package.json' with { type: 'json' };
import type { Checked } from './check/plugin.ts';
import { now } from './clock.ts';
import { run } from './commands/run.ts';
import { readCommand } from './config/command.ts';
import { parseCommandLine } from './config/command-line.ts';
import { readConfig } from './config/config.ts';
import type { Command } from './config/options/option.ts';
import type { Settings } from './config/options.ts';
import { makePlan } from './config/plan.ts';
import { endInTime } from './deadline.ts';
import { Failure, knownFailure } from './errors.ts';
import type { Plan } from './plan.ts';
import { exitCode, type Report, renderFailures } from './report.ts';
import { type OpenStreams, openWhenUsed, print, type Streams } from './streams.ts';
import { type Watchdog, watch } from './watchdog.ts';

/** Carries out a command with its arguments; returns the exit code. */
type Perform = (argv: readonly string[], streams: OpenStreams, stop: AbortSignal) => Promise<number>;

const COMMANDS: Readonly<Record<Command, Perform>> = {
  run: reporting('run', performRun),
  check: performCheck,
  show: reporting('show', performShow),
  config: reporting('config', performConfig),
};

/**
 * Runs the command: takes the arguments after node and script, returns the exit code. Writes to the given streams alone. If
 * `stop` is aborted it ends as soon as everything that was read is safe.
 */
export async function main(
  argv: readonly string[],
  given: Streams,
  stop: AbortSignal = new AbortController().signal,
): Promise<number> {
  const streams = openWhenUsed(given);
  try {
    const { command, rest } = await readCommand(argv);
    return await COMMANDS[command](rest, streams, stop);
  } catch (error) {
    return printReport(reportError(error), streams);
  }
}

/** Makes a command whose failures go to stderr of the function that works with the parsed arguments. */
function reporting(
  command: Command,
  perform: (settings: Settings, streams: Streams, stop: AbortSignal, watchdog: Watchdog) => Promise<Report>,
): Perform {
  return async (argv, streams, stop) => {
    const settings = await parseCommandLine(command, argv);
    const said = await answerAboutItself(command, settings);
    if (said !== undefined) return printReport({ failures: await print(streams, said) }, streams);
    return await withinDeadline(settings, streams, stop, async watchdog =>
      printReport(await perform(settings, streams, stop, watchdog).catch(reportError), streams),
    );
  };
}

async function performRun(
  settings: Settings,
  streams: Streams,
  stop: AbortSignal,
  watchdog: Watchdog,
): Promise<Report> {
  const config = await readConfig(settings);
  if (settings['print-config']) {
    const { renderConfig } = await import('./config/print.ts');
    return { failures: await print(streams, renderConfig(config)) };
  }
  const plan = await makePlan('run', settings, config);
  await guardPatterns(plan, watchdog);
  return await run(plan, streams, stop);
}

/** An operator's regular expression may take for ever over one name. */
async function guardPatterns({ groups }: Plan, watchdog: Watchdog): Promise<void> {
  if (groups.namespace !== undefined) await watchdog.start();
}

async function performShow(settings: Settings, streams: Streams, stop: AbortSignal): Promise<Report> {
  const { show } = await import('./commands/show.ts');
  const plan = await makePlan('show', settings, await readConfig(settings));
  return await show(plan, settings.format, streams, stop);
}

async function performConfig(settings: Settings, streams: Streams): Promise<Report> {
  const { checkConfig } = await import('./commands/config.ts');
  return await checkConfig(settings, streams);
}

/** Works until the deadline at most, whatever the work waits for, and even if nobody reads its output. */
async function withinDeadline(
  settings: Settings,
  streams: OpenStreams,
  stop: AbortSignal,
  work: (watchdog: Watchdog) => Promise<number>,
): Promise<number> {
  const deadline = settings.deadline * 1000;
  const watchdog = watch(deadline);
  try {
    const code = await endInTime(work(watchdog), deadline, stop);
    await streams.flush(stop.aborted ? 0 : deadline - now());
    return code;
  } finally {
    watchdog.callOff();
  }
}

/** The text that --help, --version or --print-defaults asks for; undefined without them. */
async function answerAboutItself(command: Command, settings: Settings): Promise<string | undefined> {
  if (settings.help) {
    const { renderHelp } = await import('./config/help.ts');
    return await renderHelp(command);
  }
  if (settings.version) return `${manifest.version}\n`;
  if (!settings['print-defaults']) return undefined;
  const { renderDefaults } = await import('./config/print.ts');
  return renderDefaults();
}

async function performCheck(
  argv: readonly string[],
  streams: OpenStreams,
  stop: AbortSignal,
): Promise<number> {
  const { check } = await import('./commands/check.ts');
  const { unknown } = await import('./check/plugin.ts');
  const say = async ({ code, line }: Checked): Promise<number> => {
    const failures = await print(streams, line);
    if (failures.length === 0) return code;
    printReport({ failures }, streams);
    return UNKNOWN;
  };
  try {
    const settings = await parseCommandLine('check', argv);
    const said = await answerAboutItself('check', settings);
    if (said !== undefined) return await say({ code: 0, line: said });
    return await withinDeadline(settings, streams, stop, async watchdog => {
      const { readThresholds } = await import('./config/thresholds.ts');
      const plan = await makePlan('check', settings, await readConfig(settings));
      await guardPatterns(plan, watchdog);
      return await say(await check(plan, readThresholds(settings), () => streams.stdin, stop));
    });
  } catch (error) {
    const { code, line } = unknown(error);
    streams.stdout.write(line); // not waited for: the deadline may be over
    return code;
  }
}

/** The exit code of a check that has not said what it found. */
const UNKNOWN = 3;

function printReport(report: Report, streams: Streams): number {
  if (report.failures.length > 0) streams.stderr.write(renderFailures(report));
  return exitCode(report);
}

/** An error that is no known failure is a mistake in this program, and nothing was delivered. */
function reportError(error: unknown): Report {
  const known = knownFailure(error);
  if (known !== undefined) return { failures: [known] };
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { failures: [new Failure('deliver', 'internal error, please report it', what, error)] };
}
