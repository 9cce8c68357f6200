import { Writable } from 'node:stream';
import { StatsD } from 'hot-shots';
import type { Encoder, Packet } from '../types.ts';

/**
 * StatsD gauges, `name:value|g`, written and packed by hot-shots. StatsD knows no timestamps.
 *
 * StatsD takes a leading sign for a change of the gauge. So a negative value goes out as two lines, zero and
 * the change from there, and as one value to hot-shots, which writes it as it is: one value is never split
 * over two packets.
 *
 * hot-shots writes to a stream that gathers its packets, not to a socket of its own: that one has no pace (a burst
 * over UDP is lost), no deadline, and cannot tell what was delivered.
 */
export const encodeStatsd: Encoder = function* (points, { limit, refuse }) {
  const packets: Packet[] = [];
  const client = openClient(packets, limit);
  try {
    for (const { path, value, tags = [] } of points) {
      const suffix = tags.length === 0 ? '' : `|#${tags.join()}`;
      const text = value < 0 ? `0|g${suffix}\n${path}:${value}` : `${value}`;
      if (path.length + text.length + suffix.length + 4 > limit) refuse(path);
      else client.gauge(path, text as unknown as number, [...tags]);
      yield* packets.splice(0);
    }
    client.flush();
    yield* packets.splice(0);
  } finally {
    client.close();
  }
};

function openClient(packets: Packet[], limit: number): StatsD {
  return new StatsD({
    protocol: 'stream',
    stream: new Writable({
      decodeStrings: false,
      write(packet: Packet, _encoding, done) {
        packets.push(packet);
        done();
      },
    }),
    maxBufferSize: limit - 1, // a newline is added to each packet
    // DD_* variables in the environment would add tags, fields and metrics of their own.
    datadog: false,
    includeDataDogTags: false,
    includeDatadogTelemetry: false,
  });
}
