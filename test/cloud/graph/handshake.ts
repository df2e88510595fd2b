/** The validation request: Graph asks an address to echo a token before it sends anything there. */
import { randomUUID } from 'node:crypto';
import type { PublicWeb } from '../types.ts';
import { badRequest } from './answers.ts';

/**
 * Asks `url` to echo a token.
 *
 * The token holds spaces, a plus, percent signs and a letter beyond ASCII, written as a form value, so that only a
 * receiver that decodes it as a form value answers right.
 *
 * @param limitMs real milliseconds the answer may take; Graph's limit is 10 s.
 * @throws GraphFailure 400 `ValidationError` unless the answer is 200, `text/plain`, and exactly the token.
 * @see https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
 */
export async function validateEndpoint(web: PublicWeb, url: string, limitMs: number): Promise<void> {
  const token = `Validation: Testing reachability a+b 100%25 é&=/ Request-Id: ${randomUUID()}`;
  const address = new URL(url);
  const query = new URLSearchParams({ validationToken: token }).toString();
  address.search = address.search === '' ? `?${query}` : `${address.search}&${query}`;
  const startedMs = performance.now();
  const answer = await web
    .send({
      url: address.href,
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8', 'request-id': randomUUID() },
      body: '',
      timeoutMs: limitMs,
    })
    .catch(() => undefined);
  const tookMs = performance.now() - startedMs;
  if (tookMs >= limitMs) throw refused('timed out.');
  if (answer === undefined) throw refused('failed. The notification endpoint could not be reached.');
  if (answer.status !== 200) throw refused('failed. The endpoint must answer 200 OK to the validation request.');
  const type = header(answer.headers, 'content-type') ?? '';
  if (!/^text\/plain\s*(;|$)/i.test(type)) throw refused('failed. The answer must be of type text/plain.');
  if (answer.body !== token) throw refused('failed. The answer must be exactly the validationToken query parameter.');
}

function refused(how: string) {
  return badRequest(`Subscription validation request ${how}`, 'ValidationError');
}

function header(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
