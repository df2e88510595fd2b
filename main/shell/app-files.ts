import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The origin of our only page: a scheme of its own, never `file:`. */
export const appScheme = 'app';
export const appHost = 'tidings';

/** Everything the page loads is a file of the package; it talks to nobody but main, and runs no inline code. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};

/** Whether an address is one of our own page. Node gives custom schemes no `origin`, so both parts are compared. */
export function isAppAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === `${appScheme}:` && url.host === appHost && url.username === '' && url.password === '';
}

/**
 * Answers requests for `app://tidings/…` from one folder. Names are plain ASCII as our bundler writes them; anything
 * else, encoded characters included, is not found, so no path can lead out of the folder.
 */
export function createAppFiles(folder: string): (request: { url: string; method: string }) => Promise<Response> {
  return async ({ url, method }) => {
    const name = isAppAddress(url) && method === 'GET' ? new URL(url).pathname : '';
    const match = /^\/((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.([a-z]+))$/.exec(name);
    const type = types[match?.[2] ?? ''];
    if (match?.[1] === undefined || type === undefined) return notFound();
    try {
      return respond(200, type, await readFile(join(folder, match[1])));
    } catch {
      return notFound();
    }
  };
}

const notFound = (): Response => respond(404, 'text/plain; charset=utf-8', 'Not found');

function respond(status: number, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  return new Response(body, {
    status,
    headers: {
      'Content-Type': type,
      'Content-Security-Policy': contentSecurityPolicy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    },
  });
}
