/** The most bytes of a number, of e.g. -0.0000012345678901234567. */
export const LONGEST_NUMBER = 25;

const BILLION = 1e9;
const ZERO = 0x30;

/** Writes a number as JavaScript shows it, and gives where it ends. Integers by hand, which nearly all are. */
export function writeNumber(to: Buffer, at: number, value: number): number {
  if (value < 0 || !Number.isSafeInteger(value)) return at + to.write(String(value), at, 'latin1');
  if (value < BILLION) return writeDigits(to, at, value, 1);
  const billions = Math.floor(value / BILLION);
  return writeDigits(to, writeDigits(to, at, billions, 1), value - billions * BILLION, 9);
}

/** Of an integer below a billion, with zeros in front where it has too few. */
function writeDigits(to: Buffer, at: number, value: number, least: number): number {
  let end = at + least;
  for (let power = 10 ** least; power <= value; power *= 10) end++;
  let rest = value | 0;
  for (let place = end - 1; place >= at; place--) {
    const left = (rest / 10) | 0;
    to[place] = ZERO + rest - left * 10;
    rest = left;
  }
  return end;
}
