import { mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkBatch, Damage, readBatch, writeBatch } from '../../src/spool/batch.ts';
import { packetsOf } from '../helpers/packets.ts';
import { tempDir } from '../helpers/temp-dir.ts';

const LINES = Array.from(
  { length: 5000 },
  (_, index) => `haproxy.lb1.1.app.s${index}.scur ${index} 1800000000\n`,
);

function fail(line: string): never {
  return expect.fail(`refused ${line}`);
}

async function written(packets: readonly string[] = LINES): Promise<string> {
  const path = join(await tempDir(), 'a.batch');
  writeBatch(path, 1_800_000_000, packetsOf(packets));
  return path;
}

test('a batch has a header that says what follows, and is private', async () => {
  const path = await written(['a 1 1800000000\n', 'b 2 1800000000\nc 3 1800000000\n']);
  expect(readFileSync(path, 'utf8')).toBe(
    'hap-monitor batch 1 timestamp=001800000000 datapoints=0000000003 bytes=00000000000045 crc32=f5009b7f\n' +
      'a 1 1800000000\nb 2 1800000000\nc 3 1800000000\n',
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test.each([300, 1432, 16_384, 1_000_000])(
  'a batch is read in packets of whole lines of at most %d bytes',
  async limit => {
    const packets = [...readBatch(await written(), limit, fail)];
    expect(packets.join('')).toBe(LINES.join(''));
    for (const packet of packets) {
      expect(packet.length).toBeLessThanOrEqual(limit);
      expect(packet.at(-1)).toBe(10);
    }
    const full = packets.slice(0, -1).filter(packet => packet.length > limit - 100);
    expect(full.length).toBe(packets.length - 1);
  },
);

test('a line that is too long for a packet is refused, its neighbours are not', async () => {
  const long = `${'x'.repeat(200_000)} 1 1800000000\n`;
  const refused = new Set<string>();
  const path = await written(['a 1 1800000000\n', long, 'b 2 1800000000\n']);
  const packets = [...readBatch(path, 1432, line => refused.add(line))];
  expect(packets.join('')).toBe('a 1 1800000000\nb 2 1800000000\n');
  expect([...refused]).toEqual(['x'.repeat(1432)]);
});

test('a whole batch passes', async () => {
  checkBatch(await written());
});

test('a batch that was cut is recognised', async () => {
  const path = await written();
  const { size } = statSync(path);
  truncateSync(path, size - 1);
  expect(() => checkBatch(path)).toThrow(`it has ${size - 1} bytes instead of ${size}`);
  truncateSync(path, 40);
  expect(() => checkBatch(path)).toThrow('it does not begin with "hap-monitor batch 1"');
  truncateSync(path, 0);
  expect(() => checkBatch(path)).toThrow('it does not begin with "hap-monitor batch 1"');
});

test('a batch with one changed byte is recognised, wherever it is', async () => {
  const path = await written();
  const whole = readFileSync(path);
  for (const at of [0, 30, 60, 98, 104, 5000, whole.length - 1]) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(() => checkBatch(path)).toThrow(/^it (does not begin|has \d+ bytes)|^its checksum is wrong$/);
  }
});

test('a batch of another version, a link and a directory are refused', async () => {
  const path = await written();
  writeFileSync(path, readFileSync(path, 'latin1').replace('batch 1', 'batch 2'));
  expect(() => checkBatch(path)).toThrow('it does not begin with "hap-monitor batch 1"');
  symlinkSync(await written(), `${path}.link`);
  expect(() => checkBatch(`${path}.link`)).toThrow('it is a symbolic link');
  mkdirSync(`${path}.dir`);
  expect(() => checkBatch(`${path}.dir`)).toThrow('it is not a file');
});

test('a file that the system does not let be read is not damaged', async () => {
  const error = (() => {
    try {
      checkBatch('/none');
    } catch (error) {
      return error;
    }
  })();
  expect(error).not.toBeInstanceOf(Damage);
  expect(error).toMatchObject({ code: 'ENOENT' });
});

test('an existing file or link is never written to', async () => {
  const path = await written();
  expect(() => writeBatch(path, 1, packetsOf(LINES))).toThrow('EEXIST');
  symlinkSync('/tmp/nowhere-hap-monitor', `${path}.link`);
  expect(() => writeBatch(`${path}.link`, 1, packetsOf(LINES))).toThrow('EEXIST');
});
