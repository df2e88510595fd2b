/** Gets tokens for requests, and decides what to do when Graph refuses one: no request asks twice for the same thing. */
import { Failure } from '../domain/failure.ts';
import type { GraphTokenRequest, TokenSource } from '../domain/ports.ts';
import { parseWwwAuthenticate, type Refusal } from './www-authenticate.ts';

export type Verdict = { readonly refused: readonly Refusal[] } & (
  | { readonly next: 'retry' | 'giveUp' }
  /** The challenge was answered and came again: only the person can help. */
  | { readonly next: 'signIn'; readonly claims: string }
);

export interface RequestTokens {
  /** The token for the next attempt. Rejects with what the token source says. */
  next(): Promise<string>;
  /** Graph answered 401 to the last token. */
  refused(wwwAuthenticate: string | null, apiBase: string): Verdict;
}
export interface TokenDesk {
  /** @param extraScopes short names of permissions that this request needs beside the usual ones. */
  forOneRequest(extraScopes?: readonly string[]): RequestTokens;
}

interface Renewal {
  readonly refusedToken: string;
  readonly token: Promise<string>;
  /** What `token` resolved to. */
  renewed: string | null;
}
type Demand = { readonly claims: string } | { readonly forceRefresh: true };

/** Requests whose tokens were refused together share one renewal. */
export function createTokenDesk(tokens: TokenSource): TokenDesk {
  /** The last demands of each kind, so that requests whose token was refused together ask Entra once. */
  const renewals = new Map<string, Renewal>();

  function renew(demand: Demand, refusedToken: string, extra: Pick<GraphTokenRequest, 'extraScopes'>): Promise<string> {
    const kind = ['claims' in demand ? 'claims' : 'refresh', ...(extra.extraScopes ?? [])].join(' ');
    const known = renewals.get(kind);
    if (known !== undefined && known.refusedToken === refusedToken && known.renewed !== refusedToken)
      return known.token;
    const token = tokens.accessToken({ ...demand, ...extra }).then(
      (renewed) => {
        renewal.renewed = renewed;
        return renewed;
      },
      (error: unknown) => {
        renewals.delete(kind);
        throw 'claims' in demand ? withClaims(error, demand.claims) : error;
      },
    );
    const renewal: Renewal = { refusedToken, token, renewed: null };
    renewals.set(kind, renewal);
    return token;
  }

  return {
    forOneRequest(extraScopes = []) {
      const extra = extraScopes.length === 0 ? {} : { extraScopes };
      let current = '';
      let demand: Demand | null = null;
      let answeredClaims = false;
      let refreshed = false;
      return {
        async next() {
          current = demand === null ? await tokens.accessToken(extra) : await renew(demand, current, extra);
          demand = null;
          return current;
        },
        refused(wwwAuthenticate, apiBase) {
          const { challenge, refused } = parseWwwAuthenticate(wwwAuthenticate, apiBase);
          const claims = challenge?.claims ?? null;
          if (claims !== null) {
            if (answeredClaims) return { next: 'signIn', claims, refused };
            answeredClaims = true;
            demand = { claims };
            return { next: 'retry', refused };
          }
          if (refreshed) return { next: 'giveUp', refused };
          refreshed = true;
          demand = { forceRefresh: true };
          return { next: 'retry', refused };
        },
      };
    },
  };
}

/** Whoever signs in next must meet Graph's demand, also when Entra's own refusal did not repeat it. */
function withClaims(error: unknown, claims: string): unknown {
  if (!(error instanceof Failure) || error.code !== 'sign-in-required' || error.details.claims !== undefined) {
    return error;
  }
  return new Failure(error.code, error.userMessage, { ...error.details, claims, cause: error });
}
