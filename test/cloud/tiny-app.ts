/**
 * A desktop app reduced to the bone: the real MSAL with the production authority, the real localtunnel client, one
 * Graph subscription, in a process of its own that is told what to do over its parent's channel. It knows nothing of
 * the stand-in cloud; only its environment does.
 */
import { type AccountInfo, AuthError, PublicClientApplication, type SilentFlowRequest } from '@azure/msal-node';
import { watchInbox } from './tiny-app-watch.ts';

export type AppOrder =
  | {
      readonly id: number;
      readonly do: 'interactive';
      readonly scopes: string[];
      readonly prompt?: string;
      readonly loginHint?: string;
    }
  | {
      readonly id: number;
      readonly do: 'silent';
      readonly scopes: string[];
      readonly forceRefresh?: boolean;
      readonly claims?: string;
    }
  | { readonly id: number; readonly do: 'watch'; readonly scopes: string[]; readonly expiresAt: string };
export type AppNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'openBrowser'; readonly url: string }
  | { readonly kind: 'notification'; readonly body: string }
  | { readonly kind: 'watching'; readonly id: number; readonly status: number; readonly body: string }
  | {
      readonly kind: 'token';
      readonly id: number;
      readonly accessToken: string;
      readonly scopes: string[];
      readonly account: AccountInfo | null;
      readonly fromCache: boolean;
    }
  | {
      readonly kind: 'error';
      readonly id: number;
      readonly name: string;
      readonly errorCode: string;
      readonly subError: string;
      readonly errorNo: string;
    };

const [clientId = '', authority = ''] = process.argv.slice(2);
const msal = new PublicClientApplication({ auth: { clientId, authority, clientCapabilities: ['CP1'] } });
const tell = (news: AppNews) => process.send?.(news);

async function obey(order: AppOrder): Promise<void> {
  const { id } = order;
  switch (order.do) {
    case 'interactive': {
      const { scopes, prompt, loginHint } = order;
      const result = await msal.acquireTokenInteractive({
        scopes,
        openBrowser: async (url) => void tell({ kind: 'openBrowser', url }),
        ...(prompt ? { prompt } : {}),
        ...(loginHint ? { loginHint } : {}),
      });
      tell({ kind: 'token', id, ...pick(result) });
      return;
    }
    case 'silent': {
      const { scopes, forceRefresh = false, claims } = order;
      tell({ kind: 'token', id, ...pick(await silent({ scopes, forceRefresh, ...(claims ? { claims } : {}) })) });
      return;
    }
    case 'watch': {
      const { accessToken } = await silent({ scopes: order.scopes });
      const onNotification = (body: string) => void tell({ kind: 'notification', body });
      tell({ kind: 'watching', id, ...(await watchInbox(accessToken, new Date(order.expiresAt), onNotification)) });
    }
  }
}

async function silent(request: Omit<SilentFlowRequest, 'account'>) {
  const [account] = await msal.getTokenCache().getAllAccounts();
  if (!account) throw new Error('nobody is signed in');
  return msal.acquireTokenSilent({ ...request, account });
}

function pick({ accessToken, scopes, account, fromCache }: Awaited<ReturnType<typeof silent>>) {
  return { accessToken, scopes, account, fromCache };
}

process.on('message', (order: AppOrder) => {
  obey(order).catch((error: unknown) => {
    const known = error instanceof AuthError ? error : null;
    tell({
      kind: 'error',
      id: order.id,
      name: error instanceof Error ? error.name : 'unknown',
      errorCode: known?.errorCode ?? String(error),
      subError: known?.subError ?? '',
      errorNo: known && 'errorNo' in known ? String(known.errorNo ?? '') : '',
    });
  });
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready' });
