/** Sends bytes over a raw socket, and says what is wrong with what came back. */
import { setTimeout as delay } from 'node:timers/promises';
import { dial, type RawAnswer } from '../integration/webhook/raw.ts';
import type { Case } from './corpus/case.ts';

/** Within this time every connection is either answered or cut; the listener's own limit is 10 s. */
const answerLimitMs = 12_000;

export interface Outcome {
  readonly answers: readonly RawAnswer[];
  readonly tookMs: number;
  /** The other side neither answered nor closed in time. */
  readonly hung: boolean;
}

/**
 * @param options.closes our side is closed right after the last byte.
 */
export async function sendRaw(
  port: number,
  bytes: string | Uint8Array,
  options: { readonly expected?: number; readonly closes?: boolean } = {},
): Promise<Outcome> {
  const from = performance.now();
  const wire = await dial(port);
  const limit = new AbortController();
  const late = delay(answerLimitMs, 'late' as const, { signal: limit.signal }).catch(() => 'late' as const);
  wire.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  if (options.closes === true) wire.socket.end();
  const answers: RawAnswer[] = [];
  let hung = false;
  const hear = async (): Promise<'late' | 'closed' | 'heard'> => {
    const answer = await Promise.race([wire.answer(), late]);
    if (answer === 'late') return 'late';
    if (answer.status === 0) return 'closed';
    answers.push(answer);
    return 'heard';
  };
  let state = await hear();
  const tookMs = performance.now() - from;
  while (state === 'heard' && answers.length < (options.expected ?? 1)) state = await hear();
  if (state === 'heard') {
    // Whatever else it has to say, it says before it closes its side too.
    if (options.closes !== true) wire.socket.end();
    while (state === 'heard') state = await hear();
  }
  hung = state === 'late';
  limit.abort();
  wire.socket.destroy();
  return { answers, tookMs, hung };
}

/** Null, or what is wrong with the way an answer looks: no answer tells what we are, or may be stored or run. */
export function flawOf(answer: RawAnswer, body = ''): string | null {
  const { status, headers } = answer;
  const wanted: Readonly<Record<string, string>> = {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'",
  };
  for (const [name, value] of Object.entries(wanted)) {
    if (headers[name] !== value) return `${status} with ${name}: ${headers[name] ?? 'nothing'}`;
  }
  const known = new Set([
    ...Object.keys(wanted),
    'date',
    'connection',
    'keep-alive',
    'content-length',
    'allow',
    'retry-after',
  ]);
  const unknown = Object.keys(headers).filter((name) => !known.has(name));
  if (unknown.length > 0) return `${status} with ${unknown.join(', ')}`;
  if (status === 405 && headers.allow === undefined) return '405 without Allow';
  if ((status === 429 || status === 503) && headers['retry-after'] === undefined)
    return `${status} without Retry-After`;
  return answer.body === body ? null : `${status} with the body ${JSON.stringify(answer.body.slice(0, 100))}`;
}

/** Null, or what differs from what the case asks for. */
export function judge(one: Case, outcome: Outcome): string | null {
  if (outcome.hung) return 'neither answered nor cut';
  const wanted = one.answers.filter((answer) => answer !== 100).join(' ');
  const got = outcome.answers.map(({ status }) => status).join(' ') || 'cut';
  const isLost = got === 'cut' && wanted.endsWith('?');
  if (!isLost && got !== wanted.replace('?', '')) return `${got} in place of ${wanted}`;
  for (const [index, answer] of outcome.answers.entries()) {
    const isLast = index === outcome.answers.length - 1;
    const flaw = flawOf(answer, isLast ? (one.body ?? '') : '');
    if (flaw !== null) return flaw;
  }
  return null;
}
