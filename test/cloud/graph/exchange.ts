/** One request carried out, wherever it came from: on its own, or as a part of a `$batch`. */
import type { TokenCheck } from '../types.ts';
import { type Answer, badRequest, GraphFailure } from './answers.ts';
import { type Call, scopeNames } from './call.ts';
import type { MailboxLimits } from './mailbox-limits.ts';
import { parsePrefer, pathSegments } from './odata.ts';

export type GoodToken = Extract<TokenCheck, { ok: true }>;

/** What somebody asks, with a token that was good. */
export interface Asked {
  readonly method: string;
  /** Path and query, `/v1.0/…`. */
  readonly target: string;
  readonly prefer: string | undefined;
  readonly contentType: string | undefined;
  readonly bodyText: string;
  readonly token: GoodToken;
}

export interface ExchangeContext {
  readonly limits: MailboxLimits;
  /** Answers a call below `/v1.0/{root}`; undefined when there is no such path. */
  answer(root: 'me' | 'subscriptions', call: Call): Promise<Answer | undefined> | Answer | undefined;
}

/**
 * @param inside runs while the request has its place at the mailbox; false keeps it from being carried out.
 * @returns the answer, or undefined when `inside` said so.
 * @throws GraphFailure
 */
export async function carryOut(
  { limits, answer }: ExchangeContext,
  asked: Asked,
  inside: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Answer | undefined> {
  const { token } = asked;
  const { pathname, searchParams } = readTarget(asked.target);
  const { root, segments } = place(pathname, token);
  const call = callOf(asked, segments, searchParams);
  const leave = root === 'me' ? limits.enter(token.clientId, token.account.oid) : () => {};
  try {
    if (!(await inside())) return undefined;
    const found = await answer(root, call);
    if (found === undefined) throw badRequest(`Resource not found for the segment '${segments.at(-1) ?? root}'.`);
    if (call.prefer.applied.length === 0) return found;
    return { ...found, headers: { ...found.headers, 'Preference-Applied': call.prefer.applied.join(', ') } };
  } finally {
    leave();
  }
}

export function readTarget(target: string): URL {
  const url = URL.parse(target, 'https://graph.microsoft.com');
  if (url === null) throw badRequest('The request address cannot be read.');
  return url;
}

/** @throws GraphFailure when the version is another one, or the mailbox somebody else's. */
function place(pathname: string, token: GoodToken) {
  const [version = '', ...rest] = pathname.split('/').filter((part) => part !== '');
  if (version.toLowerCase() !== 'v1.0') throw badRequest(`Invalid version: ${version}`);
  const [first = '', ...segments] = pathSegments(rest.join('/'));
  const name = first.toLowerCase();
  if (name === 'me' || name === 'subscriptions') return { root: name, segments } as const;
  if (name !== 'users') throw badRequest(`Resource not found for the segment '${first}'.`);
  const [who = '', ...behind] = segments;
  const { oid, username } = token.account;
  if (who !== oid && who.toLowerCase() !== username.toLowerCase()) {
    throw new GraphFailure(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  return { root: 'me', segments: behind } as const;
}

function callOf(asked: Asked, segments: readonly string[], query: URLSearchParams): Call {
  const { method, prefer, contentType, bodyText, token } = asked;
  return {
    method,
    segments,
    query,
    prefer: parsePrefer(prefer),
    account: token.account,
    scopes: scopeNames(token.scopes),
    clientId: token.clientId,
    tokenId: token.tokenId,
    tokenExpiresAt: token.expiresAt,
    contentType,
    bodyText,
  };
}
