/** The `claims` parameter: capabilities a client declares, and challenges it passes back. */

export interface ReadClaims {
  /** The client understands claims challenges (`xms_cc` holds `cp1`). */
  readonly cp1: boolean;
  /** From a challenge: the access token must have been issued at or after this moment. */
  readonly notBefore: Date | null;
}

/**
 * Reads `claims`. Its mere presence is no challenge: MSAL always sends some, with an `id_token` part.
 *
 * @returns null if the text is not a JSON object of the expected shape.
 */
export function readClaims(text: string | null): ReadClaims | null {
  if (text === null || text === '') return { cp1: false, notBefore: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(parsed)) return null;
  const access = isRecord(parsed.access_token) ? parsed.access_token : {};
  const capabilities = isRecord(access.xms_cc) && Array.isArray(access.xms_cc.values) ? access.xms_cc.values : [];
  const cp1 = capabilities.some((value) => typeof value === 'string' && value.toLowerCase() === 'cp1');
  if (!isRecord(access.nbf)) return { cp1, notBefore: null };
  const seconds = Number(access.nbf.value);
  if (!Number.isFinite(seconds)) return null;
  return { cp1, notBefore: new Date(seconds * 1000) };
}

/** A challenge that only a token issued at or after `notBefore` meets, as the base64 that `WWW-Authenticate` carries. */
export function challengeFor(notBefore: Date): string {
  const value = String(Math.floor(notBefore.getTime() / 1000));
  return Buffer.from(JSON.stringify({ access_token: { nbf: { essential: true, value } } })).toString('base64');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
