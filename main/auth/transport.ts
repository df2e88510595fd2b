/** MSAL's way to the network: a handed-in `fetch` with a limit on time and size, and a memory of the last answer. */
import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import type { Clock } from '../domain/ports.ts';

/** The part of `fetch` we use, so that Electron's, Node's and a test's all fit. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What the identity platform said last in one attempt, as far as MSAL's errors leave it out. */
export interface Answer {
  /** Null when there was no usable answer: no network, cut off, too late, a captive portal. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** First AADSTS number of the body. */
  readonly aadsts: number | null;
  readonly claims: string | null;
  /** What Microsoft's support asks for, beside the correlation id: which answer it was, and when by their clock. */
  readonly trace?: { readonly id: string | null; readonly timestamp: string | null };
}

export interface Transport {
  readonly networkClient: INetworkModule;
  /** The last answer to this attempt, once: reading forgets it. Null when the attempt sent nothing. */
  takeAnswer(correlationId: string): Answer | null;
  /** How long the platform still wants to be left alone, in milliseconds; 0 when it does not. */
  busyForMs(): number;
}

const REQUEST_LIMIT_MS = 20_000;
const BODY_LIMIT_BYTES = 1024 * 1024;
/** MSAL keeps away for no longer than this, whatever is asked for. */
const LONGEST_WAIT_MS = 60 * 60_000;
/** How long MSAL keeps away when the platform is busy and names no time. */
const USUAL_WAIT_MS = 60_000;

/** Looking up an authority belongs to no attempt by MSAL's account; it comes right before the attempt that needs it. */
const DISCOVERY = '';

/** Something answered, but not the identity platform: a proxy, a captive portal, a broken gateway. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
}

/** @param options.limitMs for the whole of one request, its body included. */
export function createTransport(options: {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, 'now'>;
  readonly limitMs?: number;
  readonly bodyLimitBytes?: number;
}): Transport {
  const { fetch, clock, limitMs = REQUEST_LIMIT_MS, bodyLimitBytes = BODY_LIMIT_BYTES } = options;
  const answers = new Map<string, Answer>();
  let busyUntilMs = 0;

  async function send<T>(
    method: 'GET' | 'POST',
    url: string,
    request: NetworkRequestOptions = {},
  ): Promise<NetworkResponse<T>> {
    const note = (answer: Answer): void => {
      answers.set(request.correlationId ?? DISCOVERY, answer);
    };
    note({ status: null, retryAfterMs: null, aadsts: null, claims: null });
    const { response, text } = await withinLimit(limitMs, async (signal) => {
      const response = await fetch(url, {
        method,
        signal,
        // Tokens are sent to the authority and nowhere else: a redirect would carry them along.
        redirect: 'error',
        ...(request.headers && { headers: request.headers }),
        ...(request.body !== undefined && { body: request.body }),
      });
      return { response, text: await readBounded(response, bodyLimitBytes) };
    });

    const { status } = response;
    const isBusy = status === 429 || status >= 500;
    const retryAfterMs = readRetryAfterMs(response.headers.get('retry-after'), clock.now());
    if (isBusy) {
      busyUntilMs = clock.now().getTime() + Math.min(retryAfterMs ?? USUAL_WAIT_MS, LONGEST_WAIT_MS);
    }

    let body = asRecord(text);
    if (!body || (method === 'POST' && !hasErrorOrToken(body))) {
      // Thrown, it is "no network" to MSAL. A busy gateway keeps its status, so that MSAL stays away for a while.
      if (!isBusy) throw new UnusableAnswer(`HTTP ${status} without a usable body`);
      body = { error: 'temporarily_unavailable', error_description: `HTTP ${status} without a usable body` };
    }
    const trace = { id: textOrNull(body.trace_id), timestamp: textOrNull(body.timestamp) };
    note({
      status,
      retryAfterMs,
      aadsts: firstNumber(body.error_codes),
      claims: textOrNull(body.claims),
      ...((trace.id !== null || trace.timestamp !== null) && { trace }),
    });

    const headers = Object.fromEntries(response.headers);
    // MSAL reads seconds only, and takes a date for nothing.
    if (retryAfterMs !== null) headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000));
    return { status, headers, body: body as T };
  }

  return {
    networkClient: {
      sendGetRequestAsync: (url, request) => send('GET', url, request),
      sendPostRequestAsync: (url, request) => send('POST', url, request),
    },
    takeAnswer(correlationId) {
      const answer = answers.get(correlationId) ?? answers.get(DISCOVERY) ?? null;
      answers.delete(correlationId);
      answers.delete(DISCOVERY);
      return answer;
    },
    busyForMs: () => Math.max(0, Math.min(LONGEST_WAIT_MS, busyUntilMs - clock.now().getTime())),
  };
}

/** Ends the work after `limitMs`, also when it does not listen to its signal. */
async function withinLimit<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`no whole answer within ${limitMs} ms`);
      reject(error);
      controller.abort(error);
    }, limitMs);
  });
  try {
    return await Promise.race([work(controller.signal), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function readBounded(response: Response, limitBytes: number): Promise<string> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > limitBytes) {
      reader.cancel().catch(() => {});
      throw new UnusableAnswer(`more than ${limitBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Seconds or an HTTP date, as milliseconds from now; null when absent, past or nonsense. */
export function readRetryAfterMs(value: string | null, now: Date): number | null {
  const text = value?.trim();
  if (!text) return null;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : null;
}

function asRecord(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** MSAL takes `{}` for a success with an empty token, so a body must hold one or the other. */
function hasErrorOrToken(body: Record<string, unknown>): boolean {
  return textOrNull(body.error) !== null || textOrNull(body.access_token) !== null;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function firstNumber(value: unknown): number | null {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return typeof first === 'number' && Number.isSafeInteger(first) ? first : null;
}
