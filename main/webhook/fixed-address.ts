import { isIP } from 'node:net';
import { Failure } from '../domain/failure.ts';
import type { TunnelProvider } from '../domain/ports.ts';

/**
 * The person's own public address, which leads to our listener by means of their own (a reverse proxy, a tunnel they
 * run). There is nothing to open: the probe finds out whether it works.
 *
 * @throws {Failure} `configuration` if Microsoft could not call this address.
 */
export function createFixedAddressProvider(address: string): TunnelProvider {
  const publicUrl = fixedAddress(address);
  return {
    kind: 'fixedAddress',
    open: async () => ({ publicUrl, onClosed: () => {}, close: async () => {} }),
  };
}

/**
 * The address in the form `https://name.example`, with a port if one is named, no trailing slash.
 *
 * @throws {Failure} `configuration` with the reason in plain words.
 */
export function fixedAddress(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) throw unusable('is not a web address');
  if (url.protocol !== 'https:') throw unusable('must begin with https://');
  if (url.username !== '' || url.password !== '') throw unusable('must not contain a user name or password');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw unusable('must be a host name only, without a path');
  const isLiteral = isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
  const isLocalName = !url.hostname.includes('.') || /\.(?:local|localhost|internal|home\.arpa)\.?$/.test(url.hostname);
  if (isLiteral || isLocalName) throw unusable('must be a host name that Microsoft can reach from the internet');
  return url.origin;
}

function unusable(why: string): Failure {
  return new Failure('configuration', `The public address in the settings ${why}.`);
}
