/** `fetch`, handed in: Electron's `net.fetch` knows the system's proxy and certificates, Node's does not. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
