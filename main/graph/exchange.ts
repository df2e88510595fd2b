/** One HTTP request and its answer: time limit, bounded body, no redirects. Knows nothing of Graph's meanings. */

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ExchangeLimits {
  /** From the first byte sent to the last byte read, in milliseconds. */
  readonly timeMs: number;
  readonly bodyBytes: number;
}
export type Exchange =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Headers; readonly body: Body }
  /** No whole answer: refused connection, DNS, TLS, time limit, cut off. */
  | { readonly kind: 'silence'; readonly cause: unknown };
export type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  /** HTML, broken JSON, bytes that are no text. */
  | { readonly kind: 'garbage' }
  | { readonly kind: 'tooLarge' };

/** Sends once and reads the whole answer. Never rejects. `stop` ends it early. */
export async function exchange(
  fetch: Fetch,
  url: string,
  init: { readonly method: string; readonly headers: Record<string, string>; readonly body?: string },
  limits: ExchangeLimits,
  stop: AbortSignal,
): Promise<Exchange> {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      cache: 'no-store',
      signal: AbortSignal.any([stop, AbortSignal.timeout(limits.timeMs)]),
    });
    const body = await readBody(response, limits.bodyBytes);
    return { kind: 'answer', status: response.status, headers: response.headers, body };
  } catch (cause) {
    return { kind: 'silence', cause };
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Body> {
  if (response.body === null) return { kind: 'empty' };
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream, so nothing more is downloaded.
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) return { kind: 'tooLarge' };
    chunks.push(chunk);
  }
  if (size === 0) return { kind: 'empty' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'garbage' };
  }
}

/** The system's word for what went wrong (`ECONNREFUSED`, `TimeoutError`, …), for the log. */
export function causeName(cause: unknown): string {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if ('code' in error && typeof error.code === 'string') return error.code;
    if (error.cause === undefined) return error.name;
  }
  return 'unknown';
}

/**
 * `Retry-After` in milliseconds: seconds, or an HTTP date measured against the server's own `Date`. Null when absent or
 * nonsense; never below zero, never above an hour, so that one bad header cannot silence us.
 */
export function retryAfterMs(headers: Headers, now: Date): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (text === '') return null;
  const asked = /^\d{1,9}$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - (serverDate(headers) ?? now).getTime();
  return Number.isNaN(asked) ? null : Math.min(Math.max(asked, 0), 3_600_000);
}

/** The server's `Date` header. */
export function serverDate(headers: Headers): Date | null {
  const at = Date.parse(headers.get('date') ?? '');
  return Number.isNaN(at) ? null : new Date(at);
}
