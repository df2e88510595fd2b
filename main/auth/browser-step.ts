/** The person's part of a sign-in, in the system browser: opening it, and ending it early. */
import { request as httpRequest } from 'node:http';
import { cloudOfSignIn } from '../domain/cloud.ts';
import { Failure } from '../domain/failure.ts';
import { texts } from './verdict-texts.ts';

export interface BrowserStep {
  /** For MSAL. Opens the browser if the address is one we would send the person to. */
  readonly openBrowser: (url: string) => Promise<void>;
  /** Makes MSAL give up and close its port: MSAL itself offers no way. */
  cancel(): Promise<void>;
}

/** Some systems report back only when the browser is closed again; we do not wait for that. */
const OPEN_LIMIT_MS = 10_000;
const CANCEL_LIMIT_MS = 2_000;
/** What MSAL gets to end an attempt that was cancelled; what comes later is thrown away. */
const CANCEL_GRACE_MS = 3_000;

/** @param options.authority the only site the person is sent to. */
export function createBrowserStep(options: {
  readonly authority: string;
  readonly openBrowser: (url: string) => Promise<void>;
}): BrowserStep {
  let isCancelled = false;
  let stopWaiting: () => void = () => {};
  let waitingAt: { readonly redirectUri: string; readonly state: string } | null = null;

  return {
    async openBrowser(url) {
      if (isCancelled) throw cancelled();
      if (!isOurAuthority(url, options.authority)) {
        throw new Failure('configuration', texts.browser, { cause: new Error('not an address of the authority') });
      }
      const query = new URL(url).searchParams;
      const redirectUri = query.get('redirect_uri');
      const state = query.get('state');
      if (redirectUri && state) waitingAt = { redirectUri, state };

      const opened = options.openBrowser(url).catch((error: unknown) => {
        throw error instanceof Failure ? error : new Failure('unexpected', texts.browser, { cause: error });
      });
      let timer: NodeJS.Timeout | undefined;
      const longEnough = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, OPEN_LIMIT_MS);
        stopWaiting = resolve;
      });
      try {
        await Promise.race([opened, longEnough]);
      } finally {
        clearTimeout(timer);
        opened.catch(() => {});
      }
      if (isCancelled) throw cancelled();
    },
    async cancel() {
      isCancelled = true;
      stopWaiting();
      if (waitingAt) await postCancellation(waitingAt);
    },
  };
}

const cancelled = () => new Failure('sign-in-cancelled', texts.cancelled);

/** True for an https address on the host (and port) of the authority, or on another name of the same service. */
export function isOurAuthority(url: string, authority: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username } = new URL(url);
  const wanted = new URL(authority).host;
  const isSameHost = host === wanted || (cloudOfSignIn(wanted)?.signInHosts.includes(host) ?? false);
  return protocol === 'https:' && username === '' && isSameHost;
}

/** Plays the authorization endpoint saying "access denied" to MSAL's listener. Nobody there any more is fine. */
function postCancellation(waitingAt: { readonly redirectUri: string; readonly state: string }): Promise<void> {
  const { port } = new URL(waitingAt.redirectUri);
  const body = new URLSearchParams({ error: 'access_denied', state: waitingAt.state }).toString();
  return new Promise((resolve) => {
    const request = httpRequest(
      {
        // MSAL listens on IPv4 only; `localhost` may mean IPv6 first.
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/',
        agent: false,
        timeout: CANCEL_LIMIT_MS,
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) },
      },
      (response) => response.resume(),
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => {});
    request.on('close', () => resolve());
    request.end(body);
  });
}

/** The result, or a rejection soon after the abort, whether MSAL gives up or not. */
export async function untilAborted<T>(
  running: Promise<T>,
  signal: AbortSignal,
  cancel: () => Promise<void>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => {};
  const givenUp = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => reject(new Error('cancelled')), CANCEL_GRACE_MS);
      void cancel();
    };
  });
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([running, givenUp]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}

const page = (title: string, text: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 32rem; margin: 20vh auto 0; padding: 0 1rem; }
  @media (prefers-color-scheme: dark) { body { background: #1b1b1b; color: #eee; } }
</style>
<h1>${title}</h1>
<p>${text}</p>
</html>
`;

/** Shown before the code is redeemed, so it promises nothing: the tray tells how it went. */
export const successPage = page('Back to Tidings', 'You can close this tab and return to Tidings.');
export const errorPage = page(
  'Not signed in',
  'Microsoft did not complete the sign-in. You can close this tab and return to Tidings.',
);
