import { Writable } from 'node:stream';
import { StatsD } from 'hot-shots';
import type { Packet } from '../../types.ts';
import type { Encoder } from '../sink.ts';
import { type Notation, packLines } from './pack.ts';

/**
 * StatsD gauges, `name:value|g`, written by hot-shots. StatsD knows no timestamps.
 *
 * StatsD takes a leading sign for a change of the gauge. So a negative value goes out as two lines that stay together,
 * zero and the change from there.
 *
 * hot-shots is given a packet of gauges as one, the first name and all the rest as its value, which it writes as it is: a call
 * for each gauge costs five times as much as everything else that is done for it. It writes to a stream that gathers its packets, not
 * to a socket of its own: that one has no pace (a burst over UDP is lost), no deadline, and cannot tell what was delivered.
 */
export const encodeStatsd: Encoder = function* (points, encoding) {
  const packets: Packet[] = [];
  const client = openClient(packets, encoding.limits.packet);
  try {
    for (const packet of packLines(points, encoding, NOTATION)) {
      const lines = packet.toString('latin1');
      const [colon, end] = [lines.indexOf(':'), lines.lastIndexOf('|g')];
      const tags = lines.slice(end + '|g|#'.length, -1);
      const values = lines.slice(colon + 1, end);
      client.gauge(lines.slice(0, colon), values as unknown as number, tags === '' ? [] : tags.split(','));
      client.flush();
      yield* packets.splice(0);
    }
  } finally {
    client.close();
  }
};

const NOTATION: Notation = {
  between: () => ':',
  after: ({ before, after }, tag) => {
    const list = listTags(`${before}${after}${tag}`);
    return list.length === 0 ? '|g\n' : `|g|#${list.join()}\n`;
  },
  fromZero: true,
};

/** Graphite's notation → `tag:value` each. */
function listTags(tags: string): readonly string[] {
  return tags
    .split(';')
    .slice(1)
    .map(tag => tag.replace('=', ':'));
}

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
    closingFlushInterval: 1, // milliseconds that closing waits for more: nothing is on its way, each packet was taken at once
    // DD_* variables in the environment would add tags, fields and metrics of their own.
    datadog: false,
    includeDataDogTags: false,
    includeDatadogTelemetry: false,
  });
}
