/** What the server may be asked, decided from a request's head alone. */
export type Route = 'file' | 'start' | 'request' | 'events' | 'code';
export type Verdict =
  | { readonly kind: 'pass'; readonly route: Route; readonly path: string; readonly bearer: string }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string };

export interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Name and value in turn, as they came: merged headers would hide a second Host. */
  readonly rawHeaders: readonly string[];
}

const apiRoutes: Readonly<Record<string, { readonly route: Route; readonly method: string }>> = {
  '/api/start': { route: 'start', method: 'POST' },
  '/api/request': { route: 'request', method: 'POST' },
  '/api/code': { route: 'code', method: 'POST' },
  '/api/events': { route: 'events', method: 'GET' },
};

/**
 * Any page in the person's browser can send requests to 127.0.0.1. The exact Host stops names that were made to point
 * here, Origin and Sec-Fetch-Site stop other pages, and a type that no form can send stops what neither told.
 *
 * @param own host and port of the server, the only ones it answers to.
 */
export function judge({ method = '', url = '', rawHeaders }: RequestHead, own: string): Verdict {
  const refused = (status: number, why: string): Verdict => ({ kind: 'refused', status, why });
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (decisive.has(name) && headers.has(name)) return refused(400, 'header-twice');
    headers.set(name, rawHeaders[index + 1] ?? '');
  }
  if (headers.get('host') !== own) return refused(421, 'host');
  const origin = headers.get('origin');
  if (origin !== undefined && origin !== `http://${own}`) return refused(403, 'origin');
  // The page's own addresses are plain; whatever is encoded, relative or asks something is not ours.
  if (!/^\/(?:[\w-]+(?:[./][\w-]+)*)?$/.test(url)) return refused(404, 'address');

  const api = Object.hasOwn(apiRoutes, url) ? apiRoutes[url] : undefined;
  const site = headers.get('sec-fetch-site');
  // "none" is the person who opens the address; only the page itself talks to the interface behind it.
  if (site !== undefined && site !== 'same-origin' && !(site === 'none' && api === undefined)) {
    return refused(403, 'site');
  }
  if (method !== (api?.method ?? 'GET')) return refused(405, 'method');
  if (api?.method === 'POST' && headers.get('content-type') !== 'application/json') return refused(415, 'type');
  const bearer = /^Bearer ([\w-]{20,128})$/.exec(headers.get('authorization') ?? '')?.[1] ?? '';
  return { kind: 'pass', route: api?.route ?? 'file', path: url === '/' ? '/index.html' : url, bearer };
}

const decisive: ReadonlySet<string> = new Set(['host', 'origin', 'sec-fetch-site', 'content-type', 'authorization']);
