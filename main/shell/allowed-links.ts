import { clouds, signInHosts } from '../domain/cloud.ts';
import { Failure } from '../domain/failure.ts';
import type { Log } from '../domain/ports.ts';

/**
 * The only places that Tidings ever asks the system's browser to open. Links come from Graph, which is trusted, about
 * mail that is not: so the host is looked up in a list, never matched by its ending.
 */
const all = Object.values(clouds);
const allowedHosts: ReadonlySet<string> = new Set([
  ...signInHosts,
  ...all.flatMap((cloud) => [...cloud.mailHosts, ...cloud.meetingHosts]),
]);

const maxLength = 2_048;
/** Sign-in addresses carry state, PKCE and perhaps a claims challenge, and are our own: they may be longer. */
const maxSignInLength = 8_192;
/** Anything but visible ASCII, and what no address has unencoded. */
const strange = /[^!-~]|["<>\\^`{|}]/;

/**
 * The address to open, as the platform's own parser spells it, or null if it is not one that Tidings opens.
 *
 * `https` on its usual port, a host on the list, no user or password, nothing that two parsers could read differently.
 */
export function allowedLink(text: string): string | null {
  if (text.length > maxSignInLength || strange.test(text) || !/^https:\/\/[a-z0-9]/i.test(text)) return null;
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.port !== '' || url.username !== '' || url.password !== '') return null;
  // An empty user part ("https://@host") leaves no trace in the parsed URL.
  if (text.slice('https://'.length).split(/[/?#]/, 1)[0]?.toLowerCase() !== url.host) return null;
  if (!allowedHosts.has(url.hostname)) return null;
  const isSignIn = signInHosts.has(url.hostname);
  return text.length > maxLength && !isSignIn ? null : url.href;
}

/** The system has no browser for an address that may be opened. */
export const browserMissing = (cause?: unknown): Failure =>
  new Failure('unexpected', 'Your web browser could not be opened. Is a default browser chosen?', { cause });

/**
 * As `allowedLink`, for whoever is about to open it.
 *
 * @throws {Failure} `unexpected` if the address is not on the list.
 */
export function vettedLink(url: string, log: Log): string {
  const link = allowedLink(url);
  if (link !== null) return link;
  log.warn('link.refused', { length: url.length });
  throw new Failure('unexpected', 'Tidings opens only Outlook, Teams and Microsoft sign-in pages, and this is none.');
}
