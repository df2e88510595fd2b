/**
 * Reads `WWW-Authenticate` as Microsoft Graph sends it with a 401. Pure: it follows nothing and trusts nothing.
 *
 * A claims challenge looks like `Bearer realm="", authorization_uri="…", error="insufficient_claims", claims="<base64>"`;
 * parameters come in any order, several challenges may share a header, and values may hold commas and equals signs.
 *
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge
 */

import { cloudOfGraph, clouds } from '../domain/cloud.ts';

export interface BearerChallenge {
  readonly realm: string | null;
  /** Only if its host belongs to Microsoft's sign-in; never followed. */
  readonly authorizationUri: string | null;
  readonly error: string | null;
  /** Decoded JSON text, ready for a token request. */
  readonly claims: string | null;
}

export interface WwwAuthenticate {
  /** The Bearer challenge to answer: the first with claims, else the first. Null when there is none we accept. */
  readonly challenge: BearerChallenge | null;
  /** Why challenges or values were refused, for the log: fixed words, nothing of what was sent. */
  readonly refused: readonly Refusal[];
}
export type Refusal =
  | 'too-long'
  | 'malformed'
  | 'repeated-parameter'
  | 'foreign-authorization-uri'
  | 'foreign-resource-id'
  | 'undecodable-claims';

/** Resource ids under which Entra knows Microsoft Graph, beside its address. */
const graphAppId = '00000003-0000-0000-c000-000000000000';
const maxHeaderLength = 16_384;

/**
 * @param header all `WWW-Authenticate` headers of the answer; `Headers.get` joins them with commas, which is fine.
 * @param apiBase the address that was asked: a challenge for another resource is not ours to answer.
 */
export function parseWwwAuthenticate(header: string | null, apiBase: string): WwwAuthenticate {
  if (header === null) return { challenge: null, refused: [] };
  if (header.length > maxHeaderLength) return { challenge: null, refused: ['too-long'] };
  const refused: Refusal[] = [];
  const accepted: BearerChallenge[] = [];
  for (const raw of challenges(header, refused)) {
    if (raw.scheme !== 'bearer') continue;
    const challenge = accept(raw, apiBase, refused);
    if (challenge !== null) accepted.push(challenge);
  }
  return { challenge: accepted.find((c) => c.claims !== null) ?? accepted[0] ?? null, refused };
}

interface RawChallenge {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
  readonly repeated: boolean;
}

function accept(raw: RawChallenge, apiBase: string, refused: Refusal[]): BearerChallenge | null {
  const refuse = (why: Refusal): null => {
    refused.push(why);
    return null;
  };
  // Two values for one name: somebody may have slipped one in. Neither is believed.
  if (raw.repeated) return refuse('repeated-parameter');
  const authorizationUri = raw.params.get('authorization_uri') ?? null;
  if (authorizationUri !== null && !isTrustedAuthority(authorizationUri, apiBase))
    return refuse('foreign-authorization-uri');
  const resourceId = raw.params.get('resource_id') ?? null;
  if (resourceId !== null && !isOurResource(resourceId, apiBase)) return refuse('foreign-resource-id');

  const error = raw.params.get('error') ?? null;
  const encoded = raw.params.get('claims') ?? null;
  let claims: string | null = null;
  if (encoded !== null && (error === null || error === 'insufficient_claims')) {
    claims = decodeClaims(encoded);
    if (claims === null) refused.push('undecodable-claims');
  }
  return { realm: raw.params.get('realm') ?? null, authorizationUri, error, claims };
}

/** Only the sign-in of the cloud that was asked: another one's tokens are worth nothing there. */
function isTrustedAuthority(text: string, apiBase: string): boolean {
  const { signInHosts } = cloudOfGraph(new URL(apiBase).origin) ?? clouds.global;
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '') return false;
  return url.port === '' && signInHosts.includes(url.hostname);
}

function isOurResource(resourceId: string, apiBase: string): boolean {
  if (resourceId === graphAppId) return true;
  const resource = URL.parse(resourceId);
  const base = new URL(apiBase);
  return resource !== null && resource.protocol === base.protocol && resource.host === base.host;
}

/** Standard base64 of the JSON text of an object, padding optional; null for anything else. */
function decodeClaims(encoded: string): string | null {
  const text = encoded.trim();
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? json : null;
  } catch {
    return null;
  }
}

// A name, a quoted string, or one of the marks between them. Sticky: whatever it does not match is malformed.
const tokens = /[ \t]*(?:(?<mark>[,=])|"(?<quoted>(?:[^"\\]|\\.)*)"|(?<word>[^\s",=]+=*(?=[ \t]*(?:,|$))|[^\s",=]+))/sy;

interface Piece {
  readonly kind: 'mark' | 'quoted' | 'word';
  readonly text: string;
}

/**
 * Splits a header into challenges (RFC 9110 §11.6.1). A word followed by `=` is a parameter, any other word begins a
 * challenge; a lone word right after a scheme is that scheme's token (`Negotiate YII=`) and is passed over.
 */
function challenges(header: string, refused: Refusal[]): readonly RawChallenge[] {
  const pieces = split(header.trim());
  if (pieces === null) {
    refused.push('malformed');
    return [];
  }
  const found: { scheme: string; params: Map<string, string>; repeated: boolean }[] = [];
  for (let i = 0; i < pieces.length; i += 1) {
    const piece = pieces[i];
    if (piece === undefined || (piece.kind === 'mark' && piece.text === ',')) continue;
    const current = found.at(-1);
    const isParameter = piece.kind === 'word' && pieces[i + 1]?.text === '=' && pieces[i + 1]?.kind === 'mark';
    const value = isParameter ? pieces[i + 2] : undefined;
    const after = pieces[i + 3];
    const isEnded = after === undefined || (after.kind === 'mark' && after.text === ',');
    if (isParameter && current !== undefined && value !== undefined && value.kind !== 'mark' && isEnded) {
      const name = piece.text.toLowerCase();
      if (current.params.has(name)) current.repeated = true;
      current.params.set(name, value.text);
      i += 2;
    } else if (piece.kind === 'word' && !isParameter) {
      const before = pieces[i - 1];
      const isTokenOfScheme = before?.kind === 'word' && before.text.toLowerCase() === current?.scheme;
      if (!isTokenOfScheme) found.push({ scheme: piece.text.toLowerCase(), params: new Map(), repeated: false });
    } else {
      refused.push('malformed');
      return [];
    }
  }
  return found;
}

function split(header: string): readonly Piece[] | null {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < header.length) {
    tokens.lastIndex = at;
    const groups = tokens.exec(header)?.groups;
    if (groups === undefined) return null;
    at = tokens.lastIndex;
    if (groups.mark !== undefined) pieces.push({ kind: 'mark', text: groups.mark });
    else if (groups.quoted !== undefined) {
      pieces.push({ kind: 'quoted', text: groups.quoted.replace(/\\(.)/gs, '$1') });
    } else pieces.push({ kind: 'word', text: groups.word ?? '' });
  }
  return pieces;
}
