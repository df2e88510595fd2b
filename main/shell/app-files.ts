import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The origin of our only page: a scheme of its own, never `file:`. */
export const appScheme = 'app';
export const appHost = 'tidings';

/**
 * What every answer to our page carries. All it loads is a file of the package, it talks to nobody but main, and it
 * runs no inline code.
 *
 * @param connect whom `fetch` may reach: nobody where a bridge leads to main, its own server in the browser shell.
 */
export const pageHeaders = (connect: "'none'" | "'self'"): Readonly<Record<string, string>> => ({
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
});

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

/** Answers requests for `app://tidings/…` from one folder. */
export function createAppFiles(folder: string): (request: { url: string; method: string }) => Promise<Response> {
  return async ({ url, method }) => {
    const file = isAppAddress(url) && method === 'GET' ? await readPageFile(folder, new URL(url).pathname) : null;
    return file === null ? respond(404, 'text/plain; charset=utf-8', 'Not found') : respond(200, file.type, file.body);
  };
}

/**
 * A file of the page with its type, or null. Names are plain ASCII as our bundler writes them; anything else, encoded
 * characters included, is not found, so no path can lead out of the folder.
 */
export async function readPageFile(
  folder: string,
  path: string,
): Promise<{ readonly type: string; readonly body: Uint8Array<ArrayBuffer> } | null> {
  const match = /^\/((?:[\w-]+\/)*[\w-]+(?:\.[\w-]+)*\.([a-z]+))$/.exec(path);
  const type = types[match?.[2] ?? ''];
  if (match?.[1] === undefined || type === undefined) return null;
  try {
    return { type, body: await readFile(join(folder, match[1])) };
  } catch {
    return null;
  }
}

function respond(status: number, type: string, body: string | Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { status, headers: { 'Content-Type': type, ...pageHeaders("'none'") } });
}
