import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { ListenerSecrets, Probe, ProbeResult } from '../domain/ports.ts';
import { askingHeaders, type Fetch, readAtMost } from './fetch.ts';
import { probeAnswer } from './listener.ts';
import { pathOf } from './paths.ts';

/**
 * Asks our own public address, from outside, for an answer that only our listener can give.
 *
 * Only a 200 with another answer is `foreign`: a relay without our tunnel answers 404, 502 or 503 itself.
 *
 * @param given `limitMs`: for the whole exchange, milliseconds (default 10,000).
 */
export function createProbe(given: {
  readonly fetch: Fetch;
  readonly secrets: () => Pick<ListenerSecrets, 'probePath' | 'probeKey'>;
  readonly limitMs?: number;
}): Probe {
  async function ask(publicUrl: string): Promise<ProbeResult> {
    const { probePath, probeKey } = given.secrets();
    const nonce = randomBytes(24).toString('base64url');
    const response = await given.fetch(`${publicUrl}${pathOf(probePath)}?n=${nonce}`, {
      headers: askingHeaders,
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(given.limitMs ?? 10_000),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return 'unreachable';
    }
    const expected = Buffer.from(probeAnswer(probeKey, nonce));
    const answer = await readAtMost(response, expected.length);
    return answer?.length === expected.length && timingSafeEqual(answer, expected) ? 'reached' : 'foreign';
  }
  return { probe: (publicUrl) => ask(publicUrl).catch((): ProbeResult => 'unreachable') };
}
