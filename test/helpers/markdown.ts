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
  let [margin, follows] = [0, false];
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
    } else {
      if (!follows && indent(row) >= margin + 4)
        throw new Error(`${file}:${line}: an indented block of code; expected one between \`\`\``);
      for (const [, text = ''] of row.matchAll(/`([^`]+)`/g)) found.push({ file, line, text });
    }
    // Within a list four columns count from the item's text, and a row below text continues it.
    follows = row.trim() !== '';
    if (follows && indent(row) === 0) margin = 0;
    margin = /^ *(?:[-*+]|\d+\.) +/.exec(row)?.[0].length ?? margin;
  }
  return found;
}

/** Columns in front of the text, a tab being four of them; 0 of an empty row. */
function indent(row: string): number {
  return row.trim() === '' ? 0 : row.replaceAll('\t', '    ').search(/\S/);
}
