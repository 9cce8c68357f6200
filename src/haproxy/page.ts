import { askForPage } from '../http.ts';
import type { PageEndpoint } from '../types.ts';
import { startPhases } from './phases.ts';
import type { Conversation } from './socket.ts';

/** Requests a stats page's CSV; resolves to the whole body. */
export async function askPage(conversation: Conversation<PageEndpoint>): Promise<Buffer> {
  const { endpoint, addresses, limits, total, room } = conversation;
  return await askForPage(endpoint, {
    addresses,
    hint: 'is this the path of the stats page ("stats uri")?',
    watch: fail => startPhases(limits, total, room, fail),
    refuse: ({ headers }) =>
      /html/.test(headers['content-type'] ?? '')
        ? 'answered a page of HTML, not CSV: is this the stats page?'
        : undefined,
  });
}
