import { z } from 'zod';
import { askingHeaders, type Fetch, readAtMost } from './fetch.ts';

/** As many data sockets as the public relay allows; more are not asked for, whatever a relay offers. */
const mostSockets = 10;
/** Of an answer that takes two hundred bytes. */
const mostBytes = 64 * 1024;

/** The relay's own field names. */
const answerShape = z.object({
  id: z.string(),
  url: z.url({ protocol: /^https$/ }),
  port: z.number().int().min(1).max(65_535),
  max_conn_count: z.number().int().min(1).default(1),
  ip: z.union([z.ipv4(), z.ipv6()]).optional(),
});

/** What a relay has granted. */
export interface RelayGrant {
  /** An `https` origin under the name that was asked for. */
  readonly publicUrl: string;
  /** Where the data sockets connect to: plain TCP. */
  readonly dataHost: string;
  readonly dataPort: number;
  /** How many of them. */
  readonly sockets: number;
}
export type RelayAnswer =
  | { readonly kind: 'granted'; readonly grant: RelayGrant }
  | { readonly kind: 'otherName' }
  | { readonly kind: 'refused'; readonly why: string; readonly status: number };

/**
 * Asks a localtunnel relay for a name, once. The client's own asking goes on once a second for ever, cannot be stopped,
 * believes every answer, and brings twenty packages for it.
 *
 * @param host the relay's API as an origin.
 * @throws what `fetch` throws.
 */
export async function askRelay(
  { host, name }: { readonly host: string; readonly name: string },
  fetch: Fetch,
  signal: AbortSignal,
): Promise<RelayAnswer> {
  const response = await fetch(`${host}/${name}`, { headers: askingHeaders, signal, cache: 'no-store' });
  const { status } = response;
  if (status !== 200) {
    await response.body?.cancel();
    return { kind: 'refused', why: `the relay answered ${status}`, status };
  }
  const body = await readAtMost(response, mostBytes);
  const answer = answerShape.safeParse(parseJson(body)).data;
  if (answer === undefined) return { kind: 'refused', why: `the relay's answer (${status}) is unusable`, status };
  if (answer.id !== name) return { kind: 'otherName' };
  const publicUrl = originFor(name, answer.url);
  if (publicUrl === null) return { kind: 'refused', why: 'the relay gave an address that is not ours', status };
  const dataHost = answer.ip ?? new URL(host).hostname;
  const sockets = Math.min(answer.max_conn_count, mostSockets);
  return { kind: 'granted', grant: { publicUrl, dataHost, dataPort: answer.port, sockets } };
}

function parseJson(body: Buffer | null): unknown {
  try {
    return body === null ? undefined : JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** The origin if it is one for the name we asked for, else null. */
function originFor(name: string, url: string): string | null {
  const { hostname, origin, pathname, search, username, password } = new URL(url);
  const isBare = pathname === '/' && search === '' && username === '' && password === '';
  return isBare && hostname.startsWith(`${name}.`) ? origin : null;
}
