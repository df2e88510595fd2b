/**
 * What may be written into a recording. Everything here lets through what is known to be harmless and names the rest by
 * its kind: a text that nobody thought of is left out, not let through.
 */
import { cloudNames, clouds } from '../../main/domain/cloud.ts';

const signInHosts = new Set(cloudNames.flatMap((name) => clouds[name].signInHosts));
const graphHosts = new Set(cloudNames.map((name) => new URL(clouds[name].graphOrigin).host));

/** `{sign-in}`, `{graph}`, … : the national clouds have other names for the same things. */
export type Place = '{sign-in}' | '{graph}' | '{relay}' | '{public}' | '{loopback}' | '{elsewhere}';

export function placeOf(host: string, own: { readonly relay: string | null; readonly isPublic: boolean }): Place {
  const name = host.toLowerCase();
  if (own.isPublic) return '{public}';
  if (signInHosts.has(name)) return '{sign-in}';
  if (graphHosts.has(name)) return '{graph}';
  if (name === own.relay) return '{relay}';
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(name) ? '{loopback}' : '{elsewhere}';
}

/** Words of paths that are the same for everybody. */
const pathWords = new Set(
  (
    'v1.0 v2.0 beta me users messages events event mailfolders inbox delta calendarview contacts subscriptions ' +
    'reauthorize $batch $metadata $entity common organizations consumers oauth2 token authorize discovery instance ' +
    'keys .well-known openid-configuration api status reminderview collection'
  ).split(' '),
);

/** `/v1.0/subscriptions/{id}`: ids, tenants, addresses and secrets gone, the spelling of what stays kept. */
export function safePath(path: string): string {
  return path.split('/').map(safeSegment).join('/');
}

function safeSegment(segment: string): string {
  if (segment === '') return '';
  const [, word = '', key] = /^([^(]*)(?:\((.*)\))?$/.exec(decoded(segment)) ?? [];
  const name = pathWords.has(word.toLowerCase()) ? word : '{id}';
  if (key === undefined) return name;
  return `${name}(${key === "'inbox'" ? key : '{id}'})`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Names of query parameters, in the order in which they came; their values are never kept. */
export function safeQuery(search: string): readonly string[] {
  return [...new URLSearchParams(search).keys()].map((name) => (isName(name) ? name : '{name}'));
}

/** Values that are the same for everybody, or say how the service behaves. */
const shownHeaders = new Set([
  'accept',
  'accept-encoding',
  'cache-control',
  'content-encoding',
  'content-type',
  'odata-version',
  'origin',
  'pragma',
  'prefer',
  'preference-applied',
  'retry-after',
  'strict-transport-security',
  'transfer-encoding',
  'user-agent',
  'vary',
  'x-content-type-options',
]);

/** Lower-case name → value, or null where the value is nobody's business. */
export type SafeHeaders = Readonly<Record<string, string | null>>;

export function safeHeaders(headers: Iterable<readonly [string, string]>): SafeHeaders {
  const safe: Record<string, string | null> = {};
  for (const [given, value] of headers) {
    const name = given.toLowerCase();
    if (!isName(name)) safe['{header}'] = null;
    else if (name === 'www-authenticate') safe[name] = challengeParts(value);
    else safe[name] = shownHeaders.has(name) && isHarmless(value) ? value : null;
  }
  return Object.fromEntries(Object.entries(safe).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The scheme and the names of the parameters: `Bearer realm authorization_uri claims`. */
function challengeParts(value: string): string {
  const scheme = /^[A-Za-z]{1,20}(?= |$)/.exec(value)?.[0] ?? '{scheme}';
  const names = [...value.replaceAll(/"[^"]*"/g, '""').matchAll(/([\w-]{1,40})\s*=/g)].map(([, name = '']) => name);
  return [scheme, ...names.map((name) => (isName(name) ? name : '{name}'))].join(' ');
}

/** Names of Graph's that do not look like words. */
const oddNames = new Set(['iCalUId', 'webPushEncryptionP256dhPublicKey']);

/** A name that a service gives a thing: short, plain, and made of words, as those of ids and tokens are not. */
export function isName(text: string): boolean {
  if (oddNames.has(text)) return true;
  if (!/^[\w$.:#-]{1,64}$/.test(text) || /^\d+(\.\d+){3}$/.test(text)) return false;
  return text.replaceAll(/\D/g, '').length <= 4 && text.split(/[$#.:_-]/).every(isMadeOfWords);
}

/** `notificationUrl`, `SKU`, `oauth2`, `IEEE754Compatible`: what a machine made up looks otherwise. */
function isMadeOfWords(text: string): boolean {
  if (!/^(?:[A-Z]{2,8}|[A-Z]?[a-z]+|\d{1,4})?(?:[A-Z][a-z]+|\d{1,4})*$/.test(text)) return false;
  const words = text.match(/[A-Z]{2,}|[A-Z]?[a-z]+|\d+/g) ?? [];
  return text.length <= 12 ? words.length <= 5 : text.length <= 48 && text.length / words.length >= 3.5;
}

/** A value without addresses, hosts of people, ids or tokens: words, versions and punctuation of headers. */
function isHarmless(value: string): boolean {
  if (value === 'null') return true;
  if (value.length > 160 || !/^[\w .,;:=*/+()"'-]*$/.test(value)) return false;
  if (/:\/\//.test(value)) return value.split('://')[1]?.split(/[/:]/)[0]?.endsWith('microsoftonline.com') === true;
  return value
    .split(/[\s,;:=/()"']+/)
    .every((word) => /^\d{1,9}$/.test(word) || word === '' || /^0?\.\d{1,3}$/.test(word) || isName(word));
}
