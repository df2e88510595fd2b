/**
 * What to do about one subscription (one resource of one account). Level-triggered on purpose: happenings only change
 * the facts (a challenge sets a mark, a 404 removes the record), and `decide` reads the facts. So nothing has to be
 * replayed after a crash, a sign-in or a wake: the same facts lead to the same next step, at any later time.
 */

/** Graph allows 10,080 minutes for basic Outlook subscriptions; 10,070 was found to be the practical ceiling. */
export const askedLifetimeMs = 10_000 * 60_000;
/**
 * Reauthorize and PATCH of one subscription within ten minutes can corrupt its state at Graph. By Graph's clock, which
 * we know by headers of whole seconds, and from when it carried them out: hence half a minute more.
 */
export const answersApartMs = 10.5 * 60_000;
/** A challenge that comes this soon after an answer was meant for the time before it. */
export const absorbMs = 60_000;

export interface SubscriptionFacts {
  readonly record: {
    readonly id: string;
    readonly host: string;
    readonly expiresAt: Date;
    /** Graph asked us to reauthorize and has not had its answer yet. */
    readonly challenged: boolean;
    /** Mail of all folders, not of the inbox alone. */
    readonly isWide?: boolean;
  } | null;
  /** The last answer that Graph accepted, since this process started. A create counts as a renewal. */
  readonly lastAnswer: { readonly kind: 'reauthorize' | 'renew'; readonly at: Date } | null;
  /** Not before this instant, because the last try failed. */
  readonly retryAt: Date | null;
}
export interface Surroundings {
  readonly now: Date;
  /** False while only the person can help: then Graph is left alone. */
  readonly mayCallGraph: boolean;
  /** Host that Graph can reach us at, or null while there is none. */
  readonly publicHost: string | null;
  /** More folders than the inbox are watched. */
  readonly isWide?: boolean;
}
export type SubscriptionStep =
  | { readonly do: 'create' }
  /** Delete first: creating first gives 409. */
  | { readonly do: 'remove'; readonly id: string; readonly why: 'otherHost' | 'otherFolders' | 'expired' }
  | { readonly do: 'renew'; readonly id: string }
  | { readonly do: 'reauthorize'; readonly id: string }
  /** The mark of the challenge may be taken away: it is answered. */
  | { readonly do: 'absorb' }
  /** Nothing now; look again at `until`, or when the facts change (null). */
  | { readonly do: 'wait'; readonly until: Date | null };

/** The next step. Decides, does nothing. */
export function decide(facts: SubscriptionFacts, around: Surroundings): SubscriptionStep {
  const { record, lastAnswer, retryAt } = facts;
  const { now, publicHost } = around;
  if (!around.mayCallGraph) return { do: 'wait', until: null };

  if (record === null) {
    if (publicHost === null) return { do: 'wait', until: null };
    return later(retryAt, now) ?? { do: 'create' };
  }
  if (record.expiresAt <= now) return later(retryAt, now) ?? { do: 'remove', id: record.id, why: 'expired' };
  if (publicHost !== null && record.host !== publicHost) {
    return later(retryAt, now) ?? { do: 'remove', id: record.id, why: 'otherHost' };
  }
  if (publicHost !== null && (record.isWide ?? false) !== (around.isWide ?? false)) {
    return later(retryAt, now) ?? { do: 'remove', id: record.id, why: 'otherFolders' };
  }

  const renewAt = halfLife(record.expiresAt, lastAnswer);
  const renewDue = renewAt <= now;
  if (record.challenged && lastAnswer !== null) {
    const agoMs = now.getTime() - lastAnswer.at.getTime();
    // Below zero the clock was set back: then nobody knows how long ago it was.
    if (agoMs >= 0 && agoMs < absorbMs) return { do: 'absorb' };
  }
  if (!record.challenged && !renewDue) return { do: 'wait', until: renewAt };

  const wanted = renewDue ? 'renew' : 'reauthorize';
  const apartAt = lastAnswer === null ? null : new Date(lastAnswer.at.getTime() + answersApartMs);
  if (lastAnswer !== null && apartAt !== null && apartAt > now && lastAnswer.kind !== wanted) {
    // After a PATCH another PATCH answers a challenge just as well; after a reauthorize a PATCH has to wait its turn.
    if (wanted === 'reauthorize') return later(retryAt, now) ?? { do: 'renew', id: record.id };
    return record.challenged
      ? (later(retryAt, now) ?? { do: 'reauthorize', id: record.id })
      : { do: 'wait', until: apartAt };
  }
  return later(retryAt, now) ?? { do: wanted, id: record.id };
}

/** Half of the life that Graph granted, which may be shorter than asked: renewing at once would never end. */
function halfLife(expiresAt: Date, lastAnswer: SubscriptionFacts['lastAnswer']): Date {
  const asked = expiresAt.getTime() - askedLifetimeMs / 2;
  if (lastAnswer?.kind !== 'renew') return new Date(asked);
  return new Date(Math.max(asked, (lastAnswer.at.getTime() + expiresAt.getTime()) / 2));
}

function later(retryAt: Date | null, now: Date): SubscriptionStep | null {
  return retryAt !== null && retryAt > now ? { do: 'wait', until: retryAt } : null;
}
