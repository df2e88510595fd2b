/** Tidings reduced to its sign-in, in a process of its own: production code, real keyring, told what to do by its parent. */
import { createKeyring } from '../../../main/auth/keyring.ts';
import { createMsalIdentity } from '../../../main/auth/msal-identity.ts';
import { createSecretStore } from '../../../main/auth/secret-store.ts';
import { asFailure } from '../../../main/domain/failure.ts';
import type { Clock, LogFields } from '../../../main/domain/ports.ts';

export type Order =
  | { readonly do: 'open' | 'storage' | 'accounts' | 'signIn' }
  | { readonly do: 'accessToken'; readonly id: string; readonly forceRefresh?: boolean }
  | { readonly do: 'signOut'; readonly id: string }
  | { readonly do: 'damage'; readonly entry: string; readonly text: string }
  | { readonly do: 'readEntry'; readonly entry: string }
  | { readonly do: 'readSecret' | 'removeSecret'; readonly name: string }
  | { readonly do: 'writeSecret'; readonly name: string; readonly value: string };
export type News =
  | { readonly kind: 'openBrowser'; readonly url: string }
  | { readonly kind: 'log'; readonly event: string; readonly fields: LogFields }
  | { readonly kind: 'answer'; readonly order: number; readonly ok: true; readonly value: unknown }
  | {
      readonly kind: 'answer';
      readonly order: number;
      readonly ok: false;
      readonly code: string;
      readonly reason: string | null;
      readonly userMessage: string;
    };

const [clientId = '', folder = ''] = process.argv.slice(2);
const tell = (news: News): void => void process.send?.(news);
const note = (event: string, fields: LogFields = {}): void => tell({ kind: 'log', event, fields });
const log = { info: note, warn: note, error: note };
const clock: Clock = {
  now: () => new Date(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  onJump: () => () => {},
};
const identity = createMsalIdentity({
  clientId,
  authority: 'https://login.microsoftonline.com/common',
  fetch,
  cacheFolder: folder,
  log,
  clock,
});
const secrets = createSecretStore({ cacheFolder: folder, log });
const keyring = createKeyring({ folder, log });

async function entry(name: string) {
  const opened = await keyring(name);
  if (!opened.ok) throw new Error(`no entry: ${opened.why}`);
  return opened.entry;
}

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'open':
      return identity.open();
    case 'storage':
      return { tokens: identity.storage(), secrets: secrets.storage() };
    case 'accounts':
      return identity.accounts();
    case 'signIn':
      return identity.signIn({
        scopes: ['Mail.ReadBasic', 'Calendars.Read'],
        signal: AbortSignal.timeout(30_000),
        openBrowser: async (url) => tell({ kind: 'openBrowser', url }),
      });
    case 'accessToken':
      return identity.accessToken(order.id, { forceRefresh: order.forceRefresh ?? false });
    case 'signOut':
      return identity.signOut(order.id);
    case 'damage':
      return (await entry(order.entry)).save(order.text);
    case 'readEntry':
      return (await entry(order.entry)).load();
    case 'readSecret':
      return secrets.read(order.name);
    case 'writeSecret':
      return secrets.write(order.name, order.value);
    case 'removeSecret':
      return secrets.remove(order.name);
  }
}

process.on('message', async (message) => {
  const [order, what] = message as [number, Order];
  try {
    tell({ kind: 'answer', order, ok: true, value: (await obey(what)) ?? null });
  } catch (error) {
    const { code, details, userMessage } = asFailure(error);
    tell({ kind: 'answer', order, ok: false, code, reason: details.reason ?? null, userMessage });
  }
});
process.on('disconnect', () => process.exit(0));
