import { align, type Heap, openHeap } from '../../kernel/heap.ts';
import type { Packet, PacketLimits } from '../../types.ts';
import type { RowBlock } from './rows.ts';

/** Some rows in the kernel's memory, and the packet that their lines go to. */
export interface Sheet {
  readonly heap: Heap;
  /** Writes lines of a row, from a field on. Returns the field whose line is too long or does not fit, or the number of fields. */
  write(index: number, field: number): number;
  /** Bytes of the line that `write` stopped for. */
  stopped(): number;
  /** Bytes in the packet. */
  size(): number;
  /** Takes the packet out; the next line begins a new one. */
  cut(): Packet;
  /** The number of lines so far, those of the sheet before included. */
  lines(): number;
}

/** Address of the packet, behind the integers that the kernel keeps: where the next line goes, the lines, the last line's size. */
const PACKET = 16;

/** Most bytes of a number, as of -0.0000012345678901234567. */
const LONGEST_NUMBER = 25;

/**
 * Copies the texts and numbers of rows, whose lines all end with `end`, into the kernel's memory. Lines are added to the
 * packet that the sheet before has begun.
 */
export function laySheet(
  { table, rows }: RowBlock,
  end: string,
  limits: PacketLimits,
  before?: Sheet,
): Sheet {
  const { fields, values } = table;
  const texts: string[] = [];
  for (const { place } of rows) texts.push(place.prefix, place.before, `${place.after} `);
  for (const { name, tag } of fields) texts.push(name, tag);
  texts.push(end);
  const text = texts.join('');
  const [first, last] = [rows[0]?.row ?? 0, rows.at(-1)?.row ?? -1];
  const span = last + 1 - first;

  const packetEnd = PACKET + limits.packet;
  const numbers = align(packetEnd + text.length + LONGEST_NUMBER); // behind the longest line
  const starts = numbers + 8 * span * fields.length;
  const chars = starts + 4 * (texts.length + 1);
  const work = chars + text.length - numbers;
  const heap = enlarge(chars + text.length, work, before);
  const { buffer, kernel } = heap;

  const bytes = Buffer.from(buffer);
  bytes.write(text, chars, 'latin1');
  new Int32Array(buffer, starts, texts.length + 1).set(startsOf(texts, chars));
  const columns = new Float64Array(buffer, numbers, span * fields.length);
  for (let field = 0; field < fields.length; field++)
    columns.set(values[field]?.subarray(first, last + 1) ?? [], span * field);
  const state = new Int32Array(buffer, 0, 3);
  return {
    heap,
    write: (index, field) =>
      kernel.writeLines(
        starts + 12 * index,
        starts + 12 * rows.length,
        numbers + 8 * ((rows[index]?.row ?? 0) - first),
        8 * span,
        field,
        fields.length,
        limits.line,
        packetEnd,
        0,
      ),
    stopped: () => state[2] ?? 0,
    size: () => (state[0] ?? 0) - PACKET,
    cut: () => {
      const packet = Buffer.from(bytes.subarray(PACKET, state[0]));
      state[0] = PACKET;
      return packet;
    },
    lines: () => state[1] ?? 0,
  };
}

/** The heap of the sheet before, or a larger one with its packet. */
function enlarge(size: number, work: number, before: Sheet | undefined): Heap {
  if (before !== undefined && before.heap.buffer.byteLength >= size) return before.heap;
  const heap = openHeap(2 * size, work);
  if (before === undefined) new Int32Array(heap.buffer)[0] = PACKET;
  else new Uint8Array(heap.buffer).set(new Uint8Array(before.heap.buffer, 0, PACKET + before.size()));
  return heap;
}

/** The address of each text, and of the end of the last, where the first one is at `at`. */
function startsOf(texts: readonly string[], at: number): Int32Array {
  const starts = new Int32Array(texts.length + 1);
  let next = at;
  for (let index = 0; index < texts.length; index++) {
    starts[index] = next;
    next += texts[index]?.length ?? 0;
  }
  starts[texts.length] = next;
  return starts;
}
