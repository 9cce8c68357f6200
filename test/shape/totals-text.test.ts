import { expect, test } from 'vitest';
import { parseTotals } from '../../src/shape/totals-text.ts';

test.each([
  ['{"format":"hap-monitor totals 1",', 'it is not JSON'],
  ['', 'it is not "hap-monitor totals 1"'],
  ['null', 'it is not "hap-monitor totals 1"'],
  ['{"format":"hap-monitor totals 1","timestamp":1,"processes":[{}]}', 'it is not "hap-monitor totals 1"'],
])('totals that read %j are refused', (text, message) => {
  expect(() => parseTotals(text)).toThrow(message);
});
