import { readFileSync } from 'node:fs';

/** A fenced block of code, or code within a sentence, which has no language. */
export type Code = {
  readonly file: string;
  readonly line: number;
  readonly language?: string;
  readonly text: string;
};

/** The code of a Markdown file in its order; an indented block, which cannot say its language, is an error. */
export function readCode(file: string): Code[] {
  const found: Code[] = [];
  let block: { line: number; language: string; rows: string[] } | undefined;
  for (const [index, row] of readFileSync(file, 'utf8').split('\n').entries()) {
    const line = index + 1;
    const language = /^```(.*)$/.exec(row)?.[1];
    if (block !== undefined && language === '') {
      found.push({ file, line: block.line, language: block.language, text: block.rows.join('\n') });
      block = undefined;
    } else if (block !== undefined) {
      block.rows.push(row);
    } else if (language !== undefined) {
      block = { line, language, rows: [] };
    } else if (/^(?: {4}|\t)/.test(row)) {
      throw new Error(`${file}:${line}: an indented block of code; expected one between \`\`\``);
    } else {
      for (const [, text = ''] of row.matchAll(/`([^`]+)`/g)) found.push({ file, line, text });
    }
  }
  return found;
}
