import { createHash, timingSafeEqual } from 'node:crypto';
import type { Watch } from '../domain/notification.ts';
import type { ExpectedClientState } from '../domain/ports.ts';

/** Whose `clientState` this is; null for nobody's. */
export type Recognise = (clientState: string) => Watch | null;

/**
 * Recognises subscriptions by the `clientState` they echo, for one POST. Only digests are compared, each in constant
 * time and all of them, so the time taken says nothing about how near a guess was. A subscription is recognised before
 * we know its id: Graph may notify before our create call returns.
 */
export function recogniser(expected: readonly ExpectedClientState[]): Recognise {
  const known = expected.map((entry) => ({ entry, digest: Buffer.from(entry.digest, 'hex') }));
  const seen = new Map<string, Watch | null>();
  return (clientState) => {
    const before = seen.get(clientState);
    if (before !== undefined) return before;
    const asked = createHash('sha256').update(clientState).digest();
    let found: Watch | null = null;
    for (const { entry, digest } of known) {
      if (digest.length === asked.length && timingSafeEqual(digest, asked)) found = entry;
    }
    const watch = found === null ? null : { account: found.account, resource: found.resource };
    seen.set(clientState, watch);
    return watch;
  };
}
