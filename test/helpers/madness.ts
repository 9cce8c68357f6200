/** Ways to damage what a server answers or a program writes: made of the real thing, or of nothing at all. */
export const MADNESS: readonly ((real: Buffer, random: () => number) => Buffer)[] = [
  (_, random) => Buffer.from(Array.from({ length: random() * 5000 }, () => Math.floor(random() * 256))),
  (real, random) => real.subarray(0, Math.floor(random() * real.length)),
  changeBytes,
  moveText,
  real => Buffer.from(real.toString('latin1'), 'utf16le'),
  (real, random) => Buffer.concat([real.subarray(0, Math.floor(random() * real.length)), real]),
  (real, random) => insert(real, random, Buffer.alloc(1_000_000, random() < 0.5 ? 'x' : ',')),
  (real, random) => insert(real, random, Buffer.from('"'.repeat(1 + random() * 3))),
  (real, random) => insert(real, random, Buffer.from('\n'.repeat(1 + random() * 2))),
  (real, random) => insert(real, random, Buffer.from('é\u2028🐘;~a=b|c#\u0000\r,-1e400,NaN,0x10,')),
  real => Buffer.from(real.toString('latin1').replace(/,\d+/g, ',99999999999999999999999999')),
  real => Buffer.from(real.toString('latin1').replace('svname,', `svname,${'c,'.repeat(2000)}`)),
  real => Buffer.from(real.toString('latin1').replace(/^web/gm, 'w'.repeat(20_000))),
  real => Buffer.from(real.toString('latin1').replace(/FRONTEND/g, 'F'.repeat(70_000))),
];

/** Damages something in one to three ways. */
export function damage(real: Buffer, random: () => number): Buffer {
  let damaged = real;
  for (let times = 1 + random() * 2; times > 0; times--) {
    const way = MADNESS[Math.floor(random() * MADNESS.length)];
    damaged = way?.(damaged, random) ?? damaged;
  }
  return damaged;
}

function changeBytes(real: Buffer, random: () => number): Buffer {
  const changed = Buffer.from(real);
  for (let times = random() * 20; times > 0; times--)
    changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  return changed;
}

function moveText(real: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * real.length);
  return insert(real, random, real.subarray(at, at + Math.floor(random() * 500)));
}

function insert(real: Buffer, random: () => number, text: Buffer): Buffer {
  const at = Math.floor(random() * real.length);
  return Buffer.concat([real.subarray(0, at), text, real.subarray(at)]);
}
