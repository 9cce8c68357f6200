import type { Everything } from '../../src/commands/read.ts';
import { makePlan } from '../../src/config/plan.ts';
import { parseAnswers } from '../../src/haproxy/answer.ts';
import { findProcesses } from '../../src/haproxy/processes.ts';
import type { Plan } from '../../src/plan.ts';
import type { HookSeries } from '../../src/types.ts';
import { readFlags } from './config.ts';
import { endpoint } from './processes.ts';

/** The plan of a run with these flags. */
export async function planOf(...argv: readonly string[]): Promise<Plan> {
  const { settings, config } = await readFlags(...argv);
  return await makePlan('run', settings, config);
}

/** An HAProxy's answer to `show info;show stat`; the header begins with `pxname,svname,type`. */
export function answerOf(info: readonly string[], header: string, ...rows: readonly string[]): string {
  return `${['Name: HAProxy', ...info].join('\n')}\n\n${[`# ${header}`, ...rows].map(line => `${line},`).join('\n')}\n\n`;
}

/** The outcome of reading the sockets /run/NAME.sock that gave these answers, and these hook series. */
export function everythingOf(
  answers: Readonly<Record<string, string>>,
  series: readonly HookSeries[] = [],
): Everything {
  const answered = Object.entries(answers).map(([name, text]) => ({
    endpoint: endpoint(`/run/${name}.sock`, name),
    answered: 0,
    ...parseAnswers(Buffer.from(text)),
  }));
  const endpoints = { list: answered.map(one => one.endpoint), single: answered.length === 1 };
  return {
    haproxy: { endpoints, answered, failures: [], ...findProcesses(answered) },
    hooks: { read: [], series, failures: [] },
    from: 0,
    until: 0,
  };
}
