import { askForPage } from '../http.ts';
import type { ReadLimits } from '../plan.ts';
import type { PageEndpoint } from '../types.ts';
import { startPhases } from './phases.ts';

/** Asks a stats page for its CSV; resolves to the whole body. */
export async function askPage(
  endpoint: PageEndpoint,
  addresses: readonly string[],
  limits: ReadLimits,
  total: AbortSignal,
): Promise<Buffer> {
  return await askForPage(endpoint, {
    addresses,
    hint: 'is this the path of the stats page ("stats uri")?',
    watch: fail => startPhases(limits, total, fail),
    refuse: ({ headers }) =>
      /html/.test(headers['content-type'] ?? '')
        ? 'answered a page of HTML, not CSV: is this the stats page?'
        : undefined,
  });
}
