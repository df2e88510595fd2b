/** Reading and judging a GET /{tenant}/oauth2/v2.0/authorize. Decides, answers nothing. */
import type { CloudAccount } from '../types.ts';
import { type EntraError, entraError } from './aadsts.ts';
import { audienceOf, type CloudApp, redirectUriMatches } from './accounts.ts';
import { readClaims } from './claims.ts';
import { type AskedScopes, readScopes } from './scopes.ts';

const prompts = ['login', 'select_account', 'consent', 'none', 'create'] as const;
export type Prompt = (typeof prompts)[number];

export interface AuthorizeRequest {
  readonly tenant: string;
  readonly app: CloudApp;
  readonly isAllowed: (account: CloudAccount) => boolean;
  readonly redirectUri: string;
  readonly scopes: AskedScopes;
  readonly state: string | null;
  readonly codeChallenge: string;
  readonly prompt: Prompt | null;
  readonly loginHint: string;
  readonly nonce: string | null;
  readonly wantsClientInfo: boolean;
}

export type AuthorizeVerdict =
  | { readonly kind: 'ask'; readonly request: AuthorizeRequest }
  | {
      /** The redirect URI is not to be trusted: the person sees the error, the app hears nothing. */ readonly kind: 'page';
      readonly error: EntraError;
    }
  | { readonly kind: 'post'; readonly error: EntraError; readonly redirectUri: string; readonly state: string | null };

export function judgeAuthorize(
  tenant: string,
  query: URLSearchParams,
  apps: readonly CloudApp[],
  accounts: readonly CloudAccount[],
): AuthorizeVerdict {
  const page = (aadsts: number, detail?: string): AuthorizeVerdict => ({
    kind: 'page',
    error: entraError(aadsts, detail ? { detail } : {}),
  });
  const isAllowed = audienceOf(tenant, accounts);
  if (!isAllowed) return page(90002);
  for (const name of new Set(query.keys())) if (query.getAll(name).length > 1) return page(9002313, `${name} twice`);
  const clientId = query.get('client_id');
  if (!clientId) return page(900144, 'client_id');
  const app = apps.find((known) => known.clientId === clientId);
  if (!app) return page(700016);
  const redirectUri = query.get('redirect_uri');
  if (!redirectUri) return page(900144, 'redirect_uri');
  if (!redirectUriMatches(app, redirectUri)) return page(50011);

  // From here on the app hears about its mistakes.
  const state = query.get('state');
  const post = (aadsts: number, detail?: string): AuthorizeVerdict => ({
    kind: 'post',
    error: entraError(aadsts, detail ? { detail } : {}),
    redirectUri,
    state,
  });
  if (query.get('response_mode') !== 'form_post') return page(70007, 'response_mode must be form_post here.');
  if (query.get('response_type') !== 'code') return post(70007, 'response_type must be code.');
  if (query.has('resource')) return post(901002);
  const challenge = query.get('code_challenge') ?? '';
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) return post(50147);
  if (query.get('code_challenge_method') !== 'S256') return post(501491);
  const scopeText = query.get('scope');
  if (!scopeText) return post(900144, 'scope');
  const scopes = readScopes(scopeText);
  if (scopes.unknown.length > 0) return post(70011, scopes.unknown.join(' '));
  if (!readClaims(query.get('claims'))) return post(9002313, 'claims');
  const promptText = query.get('prompt');
  const prompt = prompts.find((known) => known === promptText) ?? null;
  if (promptText && !prompt) return post(90023, 'prompt');
  // This cloud's browser keeps no session, so without a prompt there is nobody.
  if (prompt === 'none') return post(50058);
  return {
    kind: 'ask',
    request: {
      tenant,
      app,
      isAllowed,
      redirectUri,
      scopes,
      state,
      codeChallenge: challenge,
      prompt,
      loginHint: prompt === 'select_account' ? '' : (query.get('login_hint') ?? ''),
      nonce: query.get('nonce'),
      wantsClientInfo: query.get('client_info') === '1',
    },
  };
}
