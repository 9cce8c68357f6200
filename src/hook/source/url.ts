import { askForPage, type Watch } from '../../http.ts';
import type { UrlSource } from '../../plan.ts';
import type { Share } from '../limits.ts';

/** Plain text, since that is what every exporter has; what comes compressed or as OpenMetrics is asked for by nobody. */
const HEADERS = { accept: 'text/plain, application/json', 'accept-encoding': 'identity' };

/** Requests a page; resolves to its body. */
export async function readUrl(source: UrlSource, share: Share, signal: AbortSignal): Promise<Buffer> {
  return await askForPage(source, {
    headers: HEADERS,
    signal,
    hint: 'is this the path of the snapshot?',
    watch: fail => limitSize(share, fail),
  });
}

function limitSize({ bytes: most, tooLarge }: Share, fail: (what: string) => void): Watch {
  let size = 0;
  return {
    received: bytes => {
      size += bytes;
      if (size > most) fail(tooLarge);
    },
  };
}
