/** `fetch`, handed in: Electron's `net.fetch` knows the system's proxy and certificates, Node's does not. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How we ask public addresses. No browser's: the public relay shows browsers a reminder page in place of who is asked. */
export const askingHeaders = { 'user-agent': 'Tidings-reachability-check', accept: 'text/plain' } as const;
