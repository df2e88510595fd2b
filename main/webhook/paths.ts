import { createHash, timingSafeEqual } from 'node:crypto';
import type { ListenerSecrets } from '../domain/ports.ts';

export type Route = 'notification' | 'lifecycle' | 'probe';

/** 192 random bits as base64url are 32 characters. */
const leastSecretLength = 32;

/**
 * Where a secret last segment is found: `/SEGMENT` below the public address.
 *
 * @throws {RangeError} for a segment too short to be a secret, or with characters that a URL would change.
 */
export function pathOf(segment: string): string {
  if (segment.length < leastSecretLength || !/^[\w-]+$/.test(segment)) {
    throw new RangeError(`a public path needs at least ${leastSecretLength} base64url characters`);
  }
  return `/${segment}`;
}

/** Which of our paths this is, to the letter: no decoding, no trailing slash, no dot segments. Null for any other. */
export function routeOf(path: string, secrets: ListenerSecrets): Route | null {
  const asked = digest(path);
  let found: Route | null = null;
  // No early exit: how long a refusal takes says nothing about how much of a path was right.
  if (timingSafeEqual(asked, digest(pathOf(secrets.notificationPath)))) found = 'notification';
  if (timingSafeEqual(asked, digest(pathOf(secrets.lifecyclePath)))) found = 'lifecycle';
  if (timingSafeEqual(asked, digest(pathOf(secrets.probePath)))) found = 'probe';
  return found;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
