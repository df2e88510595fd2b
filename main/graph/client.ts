/**
 * The one place that sends to Microsoft Graph, for one account: it adds the token, keeps to Graph's limits, answers
 * claims challenges, repeats what may be repeated and turns everything else into a Failure.
 */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { Failure } from '../domain/failure.ts';
import type { Cancel, Clock, Log, Random, TokenSource } from '../domain/ports.ts';
import { causeName, type Exchange, exchange, type Fetch, retryAfterMs, serverDate } from './exchange.ts';
import { type About, failureOf, graphError, unusable } from './failures.ts';
import { createLimiter } from './limiter.ts';
import { createTokenDesk } from './token-desk.ts';

export interface ClientOptions {
  readonly fetch: Fetch;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: Pick<Random, 'fraction'>;
  /** Root of the API, such as `https://graph.microsoft.com/v1.0`: tokens go to its host and nowhere else. */
  readonly baseUrl: string;
  /** For one attempt, in milliseconds of real time. */
  readonly attemptLimitMs?: number;
}

export interface GraphRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A path below the base (`/me/events`), or a whole link that Graph gave us. */
  readonly target: string;
  /** The path without ids and query, for the log. */
  readonly template: string;
  readonly about?: About;
  readonly prefer?: readonly string[];
  readonly body?: unknown;
  /** Short names of permissions that only this request needs. */
  readonly extraScopes?: readonly string[];
}

export interface GraphClient {
  /**
   * The answer's JSON, checked. Rejects with a Failure: one of the `graph-…` codes, or what the token source says.
   * Only GET, PATCH and DELETE are repeated after network trouble or 5xx; a POST may have worked.
   */
  json<T>(request: GraphRequest, schema: z.ZodType<T>): Promise<T>;
  /** For answers whose body does not matter (204). */
  run(request: GraphRequest): Promise<void>;
  /** Whether a link goes to the same host over the same protocol as the base, so that it may be given a token. */
  isOurs(link: string): boolean;
  /** How far the server's clock is ahead of ours, by its last `Date` header; null before the first answer. */
  serverOffsetMs(): number | null;
  /** Ends what is under way; resolves when nothing is. */
  close(): Promise<void>;
}

/** Outlook allows four requests at once for an app and mailbox; one is left for whoever else uses our app id. */
const slots = 3;
const maxAttempts = 3;
const firstBackOffMs = 500;
/** A longer `Retry-After` is handed to the caller: it knows better than to wait here. */
const longestWaitMs = 10_000;
const maxBodyBytes = 8 * 1024 * 1024;
const skewLimitMs = 5 * 60_000;

/**
 * One account's way to Graph: at most 3 requests at once, 20 s and 8 MiB for an attempt, 3 attempts with a back-off of
 * 500 ms at first. Once all three have failed each request has one, until Graph answers again. A `Retry-After` above 10 s
 * is the caller's to keep.
 *
 * @throws {TypeError} if `baseUrl` is no URL.
 */
export function createClient(options: ClientOptions): GraphClient {
  const { clock, log } = options;
  const base = new URL(options.baseUrl);
  const root = options.baseUrl.replace(/\/+$/, '');
  const limits = { timeMs: options.attemptLimitMs ?? 20_000, bodyBytes: maxBodyBytes };
  const fraction = () => options.random?.fraction() ?? Math.random();
  const limiter = createLimiter(slots);
  const desk = createTokenDesk(options.tokens);
  const stopping = new AbortController();
  const stopped = new Failure('graph-unreachable', 'Tidings is closing its connection to Microsoft 365.');
  const waits = new Map<Cancel, (reason: Error) => void>();
  const underWay = new Set<Promise<unknown>>();
  /** Until when each service has asked us to stay away. */
  const busy = new Map<string, { readonly until: number; readonly askedMs: number }>();
  let offsetMs: number | null = null;
  /** The last request that ended got no answer of use: whoever asks next has a back-off of their own. */
  let isOutage = false;
  // What was measured against the clock from before says nothing about the one from now on.
  const forgetJumps = clock.onJump(() => {
    offsetMs = null;
  });

  function wait(delayMs: number): Promise<void> {
    if (stopping.signal.aborted) return Promise.reject(stopped);
    return new Promise((resolve, reject) => {
      const cancel = clock.after(delayMs, () => {
        waits.delete(cancel);
        resolve();
      });
      waits.set(cancel, reject);
    });
  }

  function isOurs(link: string): boolean {
    const url = URL.parse(link);
    return (
      url !== null &&
      url.protocol === base.protocol &&
      url.host === base.host &&
      url.username === '' &&
      url.password === ''
    );
  }

  function addressOf(request: GraphRequest): string {
    if (request.target.startsWith('/')) return `${root}${request.target}`;
    if (isOurs(request.target)) return request.target;
    log.error('request.link-refused', { path: request.template });
    throw unusable({});
  }

  /** Waits out, or reports, what an earlier answer asked of everybody. */
  async function obeyBusy(service: string): Promise<void> {
    const entry = busy.get(service);
    if (entry === undefined) return;
    // Never longer than asked, whatever the wall clock did meanwhile.
    const leftMs = Math.min(entry.until - clock.now().getTime(), entry.askedMs);
    if (leftMs > longestWaitMs) {
      throw failureOf({ status: 429, error: null, requestId: null, retryAfterMs: leftMs }, 'other');
    }
    if (leftMs > 0) await wait(leftMs);
    if (busy.get(service) === entry) busy.delete(service);
  }

  async function attempt(request: GraphRequest, url: string, token: string): Promise<Exchange> {
    const startedAt = performance.now();
    const clientRequestId = randomUUID();
    const headers: Record<string, string> = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'client-request-id': clientRequestId,
    };
    if (request.prefer !== undefined && request.prefer.length > 0) headers.prefer = request.prefer.join(', ');
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    const exchanging = exchange(
      options.fetch,
      url,
      {
        method: request.method,
        headers,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      },
      limits,
      stopping.signal,
    );
    underWay.add(exchanging);
    const outcome = await exchanging;
    underWay.delete(exchanging);
    if (stopping.signal.aborted) throw stopped;
    const fields = {
      method: request.method,
      path: request.template,
      clientRequestId,
      tookMs: Math.round(performance.now() - startedAt),
    };
    if (outcome.kind === 'silence') {
      log.warn('request.unanswered', { ...fields, cause: causeName(outcome.cause) });
      return outcome;
    }
    const at = serverDate(outcome.headers);
    if (at !== null) offsetMs = at.getTime() - clock.now().getTime();
    const write = outcome.status < 400 ? log.info : log.warn;
    write('request.answered', {
      ...fields,
      status: outcome.status,
      requestId: outcome.headers.get('request-id'),
    });
    return outcome;
  }

  async function send(request: GraphRequest): Promise<unknown> {
    const url = addressOf(request);
    // Their limits are counted apart.
    const service = request.template.startsWith('/subscriptions') ? 'subscriptions' : 'outlook';
    const repeatable = request.method !== 'POST';
    const about = request.about ?? 'other';
    const token = desk.forOneRequest(request.extraScopes);

    for (let attempts = 1; ; attempts += 1) {
      await obeyBusy(service);
      const outcome = await limiter.run(async () => attempt(request, url, await token.next()));

      if (outcome.kind === 'silence') {
        if (!repeatable || attempts >= mostAttempts()) {
          isOutage = true;
          throw unusable({ cause: outcome.cause });
        }
        await backOff(attempts);
        continue;
      }
      const { status, headers, body } = outcome;
      const requestId = headers.get('request-id');
      const details = { status, ...(requestId === null ? {} : { requestId }) };
      if (body.kind === 'tooLarge') {
        log.error('answer.too-large', { path: request.template, maxBodyBytes });
        throw unusable(details);
      }
      if (status >= 200 && status < 300) {
        isOutage = false;
        if (body.kind === 'garbage') throw unusable(details);
        return body.kind === 'json' ? body.value : null;
      }
      const error = body.kind === 'json' ? graphError(body.value) : null;
      const challenge = headers.get('www-authenticate');
      if (status === 401 && (error !== null || requestId !== null || challenge !== null)) {
        const verdict = token.refused(challenge, options.baseUrl);
        for (const why of verdict.refused) log.warn('challenge.refused', { path: request.template, why });
        log.warn('token.refused', { path: request.template, next: verdict.next, code: error?.code });
        if (verdict.next === 'signIn') throw sessionRevoked(verdict.claims, details);
        if (verdict.next === 'giveUp') throw tokenNotAccepted(details);
        // A refusal is not trouble on the way: it does not use up an attempt.
        attempts -= 1;
        continue;
      }
      const askedMs = status === 429 || status === 503 ? retryAfterMs(headers, clock.now()) : null;
      if (askedMs !== null) busy.set(service, { until: clock.now().getTime() + askedMs, askedMs });
      // 429 was not carried out, so even a POST may come again; a 5xx may hide a success.
      const mayRepeat = attempts < mostAttempts() && (status === 429 || (repeatable && isTransient(status)));
      if (!mayRepeat) isOutage = isTransient(status);
      if (!mayRepeat || (askedMs ?? 0) > longestWaitMs) {
        // Graph's code, not its message: that may name people.
        log.warn('request.refused', { path: request.template, status, code: error?.code, innerCode: error?.innerCode });
        throw failureOf({ status, error, requestId, retryAfterMs: askedMs }, about);
      }
      if (askedMs === null) await backOff(attempts);
    }
  }

  const mostAttempts = (): number => (isOutage ? 1 : maxAttempts);

  function backOff(attempts: number): Promise<void> {
    const delayMs = firstBackOffMs * 2 ** (attempts - 1);
    return wait(delayMs / 2 + delayMs * fraction());
  }

  /**
   * A token straight from Entra is refused without a reason: signing in again would give the same one, so it is trouble
   * on their side or a wrong clock on ours. Some minutes later we try again.
   */
  function tokenNotAccepted(details: { status: number; requestId?: string }): Failure {
    const retryAfterMs = Math.round(60_000 + fraction() * 240_000);
    if (offsetMs !== null && Math.abs(offsetMs) > skewLimitMs) {
      log.error('clock.skewed', { offsetMs });
      const minutes = Math.round(Math.abs(offsetMs) / 60_000);
      return new Failure(
        'graph-unreachable',
        `The clock of this computer is ${minutes} minutes ${offsetMs > 0 ? 'slow' : 'fast'}; correct it so that Microsoft 365 accepts it.`,
        { ...details, retryAfterMs },
      );
    }
    return new Failure(
      'graph-unreachable',
      'Microsoft 365 does not accept the sign-in just now; Tidings tries again in a few minutes.',
      { ...details, retryAfterMs },
    );
  }

  return {
    async json(request, schema) {
      const parsed = schema.safeParse(await send(request));
      if (parsed.success) return parsed.data;
      // Where it is odd, never what was there.
      log.error('answer.odd', { path: request.template, at: parsed.error.issues[0]?.path.join('.') });
      throw unusable({ cause: parsed.error });
    },
    async run(request) {
      await send(request);
    },
    isOurs,
    serverOffsetMs: () => offsetMs,
    async close() {
      forgetJumps();
      stopping.abort(stopped);
      limiter.stop(stopped);
      for (const [cancel, reject] of waits) {
        cancel();
        reject(stopped);
      }
      waits.clear();
      await Promise.all(underWay);
    },
  };
}

const isTransient = (status: number): boolean => status >= 500 || status === 408;

function sessionRevoked(claims: string, details: { status: number; requestId?: string }): Failure {
  return new Failure('sign-in-required', 'Your sign-in was revoked; sign in again to keep your alerts coming.', {
    ...details,
    reason: 'session-revoked',
    claims,
  });
}
