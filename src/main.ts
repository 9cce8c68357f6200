import manifest from '../package.json' with { type: 'json' };
import { parseCommandLine } from './config/command-line.ts';
import { makePlan } from './config/plan.ts';
import { Failure } from './errors.ts';
import { exitCode, type Report, renderFailures } from './report.ts';
import { run, type Streams } from './run.ts';

/**
 * The command: arguments without node and script → exit code. Writes to the streams alone. When `stop` is aborted it ends
 * as soon as what was read is safe.
 */
export async function main(
  argv: readonly string[],
  streams: Streams,
  stop: AbortSignal = new AbortController().signal,
): Promise<number> {
  streams.stderr.on('error', () => undefined); // whoever read stderr has gone: there is nobody left to tell
  const report = await perform(argv, streams, stop).catch(explain);
  streams.stderr.write(renderFailures(report));
  return exitCode(report);
}

async function perform(argv: readonly string[], streams: Streams, stop: AbortSignal): Promise<Report> {
  const settings = await parseCommandLine(argv);
  if (settings.help) {
    const { renderHelp } = await import('./config/help.ts');
    streams.stdout.write(await renderHelp());
    return { failures: [] };
  }
  if (settings.version) {
    streams.stdout.write(`${manifest.version}\n`);
    return { failures: [] };
  }
  return await run(makePlan(settings), streams, stop);
}

/** A Failure speaks for itself; anything else is a mistake in this program, and nothing was delivered. */
function explain(error: unknown): Report {
  if (error instanceof Failure) return { failures: [error] };
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { failures: [new Failure('deliver', 'internal error, please report it', what, error)] };
}
