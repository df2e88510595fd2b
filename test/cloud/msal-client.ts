/**
 * A desktop app reduced to its sign-in: the real MSAL with the production authority, in a process of its own, told
 * what to do over the parent's channel. It knows nothing of the stand-in cloud; only its environment does.
 */
import { type AccountInfo, AuthError, PublicClientApplication } from '@azure/msal-node';

export type ClientOrder =
  | {
      readonly id: number;
      readonly do: 'interactive';
      readonly scopes: string[];
      readonly prompt?: string;
      readonly loginHint?: string;
      readonly claims?: string;
    }
  | {
      readonly id: number;
      readonly do: 'silent';
      readonly scopes: string[];
      readonly forceRefresh?: boolean;
      readonly claims?: string;
    };
export type ClientNews =
  | { readonly kind: 'ready' }
  | { readonly kind: 'openBrowser'; readonly url: string }
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
const tell = (news: ClientNews) => process.send?.(news);

async function obey(order: ClientOrder): Promise<void> {
  try {
    const { id, do: what, ...request } = order;
    const account = (await msal.getTokenCache().getAllAccounts())[0];
    const result =
      what === 'interactive'
        ? await msal.acquireTokenInteractive({
            ...request,
            openBrowser: async (url) => void tell({ kind: 'openBrowser', url }),
          })
        : await msal.acquireTokenSilent({ ...request, ...(account ? { account } : {}) } as Parameters<
            typeof msal.acquireTokenSilent
          >[0]);
    const { accessToken, scopes, fromCache } = result;
    tell({ kind: 'token', id, accessToken, scopes, account: result.account, fromCache });
  } catch (error) {
    const known = error instanceof AuthError ? error : null;
    const errorNo = known && 'errorNo' in known ? String(known.errorNo ?? '') : '';
    tell({
      kind: 'error',
      id: order.id,
      name: error instanceof Error ? error.name : 'unknown',
      errorCode: known?.errorCode ?? String(error),
      subError: known?.subError ?? '',
      errorNo,
    });
  }
}

process.on('message', (order) => void obey(order as ClientOrder));
process.on('disconnect', () => process.exit(0));
tell({ kind: 'ready' });
