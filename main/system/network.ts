import { networkInterfaces } from 'node:os';

/**
 * False only when this machine is sure to have no network. With a proxy the network is the proxy's business; without one,
 * no address but our own means none.
 */
export function hasNetwork(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.HTTPS_PROXY || env.https_proxy) return true;
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}
