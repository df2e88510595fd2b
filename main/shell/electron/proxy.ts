import { session } from 'electron';
import type { ProxyUse } from '../shell.ts';
import { farEnd, proxyOfChromium } from '../way-out.ts';

/** Which way Chromium takes, as it said when it was last asked; each look asks again, because networks change. */
export function createProxyWatch(): () => ProxyUse {
  let known: ProxyUse = 'none';
  const ask = (): void => {
    session.defaultSession.resolveProxy(farEnd.href).then(
      (resolved) => {
        known = proxyOfChromium(resolved);
      },
      () => {}, // what was known goes on to hold
    );
  };
  ask();
  return () => {
    ask();
    return known;
  };
}
