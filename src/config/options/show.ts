import { type Option, SHOWING } from './option.ts';

/** The output of `hap-monitor show`. */
export const SHOW = {
  format: {
    kind: 'choice',
    commands: SHOWING,
    group: 'What to print',
    choices: ['table', 'json'],
    default: 'table',
    help: 'table for a person, json for a program',
  },
} as const satisfies Record<string, Option>;
