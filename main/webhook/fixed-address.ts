import { Failure } from '../domain/failure.ts';
import type { TunnelProvider } from '../domain/ports.ts';
import { publicAddressProblem } from '../domain/public-address.ts';

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
  const problem = publicAddressProblem(address);
  if (problem !== null) throw new Failure('configuration', `The public address in the settings ${problem}.`);
  return new URL(address).origin;
}
