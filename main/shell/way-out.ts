import type { Settings } from '../domain/settings.ts';
import type { ProxyUse } from './shell.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What of Microsoft everything depends on, for the question which way leads there. */
export const farEnd = new URL('https://graph.microsoft.com/');

/**
 * How plain Node goes there: by the environment's proxy if it was told to heed it, else directly.
 *
 * @see https://nodejs.org/docs/latest-v24.x/api/cli.html#node_use_env_proxy1
 */
export function proxyOfNode(env: Env, execArgv: readonly string[]): ProxyUse {
  const proxy = env.https_proxy || env.HTTPS_PROXY || '';
  if (proxy === '' || isExcepted(env.no_proxy || env.NO_PROXY || '')) return 'none';
  const isHeeded = env.NODE_USE_ENV_PROXY === '1' || execArgv.includes('--use-env-proxy');
  return isHeeded ? 'environment' : 'environmentIgnored';
}

function isExcepted(exceptions: string): boolean {
  const { hostname } = farEnd;
  return exceptions.split(/[\s,]+/u).some((each) => {
    const name = each
      .toLowerCase()
      .replace(/:443$/u, '')
      .replace(/^\*?\./u, '');
    return each === '*' || (name !== '' && (hostname === name || hostname.endsWith(`.${name}`)));
  });
}

/** How Chromium would go there: what `resolveProxy()` says, the first choice first. */
export const proxyOfChromium = (resolved: string): ProxyUse => (/^\s*(?:DIRECT|$)/u.test(resolved) ? 'none' : 'system');

/** In a sentence, without names or passwords. The tunnel's sockets know no proxy: the relay's protocol has none. */
export function wayOutText(use: ProxyUse | null, tunnel: Settings['tunnel']['kind']): string {
  const alsoTunnel = tunnel === 'localtunnel' ? ' The tunnel itself connects to its relay without it.' : '';
  switch (use) {
    case 'none':
      return 'Directly.';
    case 'system':
      return `Through the system's proxy.${alsoTunnel}`;
    case 'environment':
      return `Through the proxy of the environment.${alsoTunnel}`;
    case 'environmentIgnored':
      return 'Directly. The environment names a proxy, which is used only with NODE_USE_ENV_PROXY=1.';
    case null:
      return '';
  }
}
