import { Writable } from 'node:stream';
import { StatsD } from 'hot-shots';
import type { Packet, Place } from '../../types.ts';
import type { Encoder } from '../sink.ts';
import { listRows, showPath } from './rows.ts';

/**
 * StatsD gauges, `name:value|g`, and counters, `name:value|c`, written and packed by hot-shots. StatsD knows no timestamps.
 *
 * StatsD takes a leading sign for a change of the gauge, so a negative value goes out as two gauges in one packet: zero, and the
 * change from there.
 *
 * hot-shots writes to a stream that gathers its packets, not to a socket of its own: that one has no pace (a burst over UDP is lost),
 * no deadline, and cannot tell what was delivered.
 */
export const encodeStatsd: Encoder = function* (points, encoding) {
  const { limits, refuse, packed } = encoding;
  const packets: Packet[] = [];
  const client = openClient(packets, limits.packet);
  let datapoints = 0;
  let filled = 0; // bytes that wait in hot-shots
  for (const { table, row, place } of listRows(points, encoding)) {
    const tagsOf = tagLister(place);
    for (const [index, field] of table.fields.entries()) {
      const value = table.values[index]?.[row] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const name = `${place.prefix}${field.name}`;
      const { tags, size } = tagsOf(field.tag);
      const line = (number: number): number => `${name}:${number}|g\n`.length + size;
      const needed = value < 0 && !field.counts ? line(0) + line(value) : line(value);
      if (needed > limits.line) {
        refuse(showPath(place, field), 1);
        continue;
      }
      if (filled + needed > limits.packet) {
        client.flush(); // it would do so itself, but perhaps between a zero and its negative value
        filled = 0;
      }
      if (field.counts) client.increment(name, value, tags);
      else {
        if (value < 0) client.gauge(name, 0, tags);
        client.gauge(name, value, tags);
      }
      filled += needed;
      datapoints++;
    }
    yield* packets.splice(0);
  }
  client.flush();
  yield* packets.splice(0);
  packed(datapoints);
};

/** DogStatsD's tags, `tag:value`, and the bytes that they take in a line. */
interface Tags {
  readonly tags: string[];
  readonly size: number;
}

/** Makes the function that lists the tags of a place with those of a field. */
function tagLister({ before, after }: Place): (tag: string) => Tags {
  const known = new Map<string, Tags>();
  return tag => {
    const found = known.get(tag) ?? listTags(`${before}${after}${tag}`);
    known.set(tag, found);
    return found;
  };
}

/** Turns Graphite's notation, `;tag=value` each, into DogStatsD's. */
function listTags(text: string): Tags {
  const [, ...tags] = text.split(';').map(tag => tag.replace('=', ':'));
  return { tags, size: tags.length === 0 ? 0 : `|#${tags.join()}`.length };
}

/** Opens a client that never needs closing; closing would wait, and print something if that took too long. */
function openClient(packets: Packet[], limit: number): StatsD {
  return new StatsD({
    protocol: 'stream',
    stream: new Writable({
      write(packet: Packet, _encoding, done) {
        packets.push(packet);
        done();
      },
    }),
    maxBufferSize: limit - 1, // a newline is added to each packet
    bufferFlushInterval: 2 ** 31 - 1, // milliseconds: a packet ends when it is full
    // DD_* variables in the environment would add tags, fields and metrics of their own.
    datadog: false,
    includeDataDogTags: false,
    includeDatadogTelemetry: false,
  });
}
