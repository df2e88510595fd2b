import { createHash, randomBytes } from 'node:crypto';
import type { Pushes } from '../../../preload/contract.ts';

/** Milliseconds: long enough for a browser to start, too short to be found lying about. */
export const codeLifeMs = 60_000;
/** The oldest gives way: nobody can fill the memory by asking for more. */
const max = { codes: 16, tokens: 32 } as const;

type Wanted = Pushes['view:show'];

export interface Access {
  /** For one page, once, within a minute; `show`: the view that its address is opened for. */
  newCode(show: Wanted): string;
  /** Null for a code that is unknown, too old or used. A code that comes twice may be stolen: its token ends as well. */
  redeem(code: string): { readonly token: string; readonly show: Wanted } | null;
  isToken(token: string): boolean;
}

/**
 * Who may talk to the server. A code travels in an address's fragment, which no request carries, and is traded for a
 * token that lives in one tab. Only hashes are kept, so that nothing can be learnt from how long a look-up takes.
 *
 * @param nowMs a clock that nobody can set back.
 */
export function createAccess(nowMs: () => number): Access {
  const codes = new Map<string, { readonly untilMs: number; readonly show: Wanted; token: string | null }>();
  const tokens = new Set<string>();
  return {
    newCode(show) {
      const code = randomBytes(32).toString('base64url');
      codes.set(digest(code), { untilMs: nowMs() + codeLifeMs, show, token: null });
      dropOldest(codes, max.codes);
      return code;
    },
    redeem(code) {
      const found = codes.get(digest(code));
      if (found === undefined || found.untilMs < nowMs()) return null;
      if (found.token !== null) {
        tokens.delete(found.token);
        return null;
      }
      const token = randomBytes(32).toString('base64url');
      found.token = digest(token);
      tokens.add(found.token);
      dropOldest(tokens, max.tokens);
      return { token, show: found.show };
    },
    isToken: (token) => tokens.has(digest(token)),
  };
}

/** SHA-256 of a secret, in base64url. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

function dropOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
