/** How an account stands: what an administrator or a policy holds against it, and what that means for tokens. */
import { type EntraError, type EntraErrorChoice, entraError } from './aadsts.ts';
import type { Grant, Person } from './memory.ts';

/** Refusals that only one account meets, until it signs in anew or somebody takes them back. */
export type RefreshRefusal = EntraErrorChoice & {
  readonly aadsts: number;
  /** `signIn` (default): the next interactive sign-in heals it. `takenBack`: only the returned function ends it. */
  readonly until?: 'signIn' | 'takenBack';
};

export interface Standing {
  isDisabled: boolean;
  isLocked: boolean;
  /** A second factor is demanded; `enrolled`: the person has set one up. */
  mfa: { enrolled: boolean } | null;
  /** Conditional access refuses with this number, whatever the person does. */
  blockedBy: number | null;
  /** A sign-in may be used this long, in cloud milliseconds. */
  signInFrequencyMs: number | null;
  /** The password must be changed at the next sign-in. */
  expiredPassword: { readonly aadsts: number; readonly refusesRefresh: boolean } | null;
  refusals: RefreshRefusal[];
}

export function goodStanding(): Standing {
  return {
    isDisabled: false,
    isLocked: false,
    mfa: null,
    blockedBy: null,
    signInFrequencyMs: null,
    expiredPassword: null,
    refusals: [],
  };
}

/** What a policy wants to see in the interactive request: MSAL passes it on as it is. */
const policyClaims = JSON.stringify({
  access_token: { capolids: { essential: true, values: ['3c2f9a51-6d0e-4b7c-8f52-1a2b3c4d5e6f'] } },
});

/** Why this sign-in may not be used any more to get tokens quietly, or null while it may. */
export function refusalOf({ standing }: Person, grant: Grant, now: Date): EntraError | null {
  if (standing.isDisabled) return entraError(50057);
  if (standing.isLocked) return entraError(50053);
  if (grant.revoked) {
    const { aadsts, suberror } = grant.revoked;
    return entraError(aadsts, suberror ? { suberror } : { noSuberror: true });
  }
  const [refusal] = standing.refusals;
  if (refusal) {
    const { aadsts, until: _, ...choice } = refusal;
    return entraError(aadsts, choice);
  }
  if (standing.blockedBy !== null) return entraError(standing.blockedBy, { claims: policyClaims });
  if (standing.expiredPassword?.refusesRefresh) return entraError(standing.expiredPassword.aadsts);
  const { signInFrequencyMs, mfa } = standing;
  if (signInFrequencyMs !== null && now.getTime() - grant.signedInAt.getTime() >= signInFrequencyMs) {
    return entraError(70043);
  }
  if (mfa && !grant.hasSecondFactor) return entraError(mfa.enrolled ? 50076 : 50079, { claims: policyClaims });
  return null;
}

/** An interactive sign-in heals what waited for one. */
export function heal({ standing }: Person): void {
  standing.refusals = standing.refusals.filter(({ until }) => until === 'takenBack');
}
