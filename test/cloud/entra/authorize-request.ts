/** Reading and judging a GET /{tenant}/oauth2/v2.0/authorize. Decides, answers nothing. */
import { graphsBehind } from '../clouds.ts';
import type { CloudAccount } from '../types.ts';
import { type EntraError, entraError } from './aadsts.ts';
import { audienceOf, type CloudApp, redirectUriMatches } from './accounts.ts';
import { readClaims } from './claims.ts';
import { type AskedScopes, readScopes } from './scopes.ts';

const prompts = ['login', 'select_account', 'consent', 'none', 'create'] as const;
export type Prompt = (typeof prompts)[number];

export type ResponseMode = 'form_post' | 'query';

export interface AuthorizeRequest {
  readonly tenant: string;
  /** Where the person signs in. */
  readonly host: string;
  readonly app: CloudApp;
  readonly isAllowed: (account: CloudAccount) => boolean;
  readonly redirectUri: string;
  readonly scopes: AskedScopes;
  readonly state: string | null;
  /** Empty when a confidential client leaves PKCE out. */
  readonly codeChallenge: string;
  /** `query` is for confidential clients only. */
  readonly responseMode: ResponseMode;
  readonly prompt: Prompt | null;
  readonly loginHint: string;
  /** `organizations`, `consumers`, a domain, or empty. */
  readonly domainHint: string;
  readonly nonce: string | null;
  readonly wantsClientInfo: boolean;
}

export type AuthorizeVerdict =
  | { readonly kind: 'ask'; readonly request: AuthorizeRequest }
  | {
      /** The redirect URI is not to be trusted: the person sees the error, the app hears nothing. */ readonly kind: 'page';
      readonly error: EntraError;
    }
  | {
      readonly kind: 'refuse';
      readonly error: EntraError;
      readonly to: Pick<AuthorizeRequest, 'redirectUri' | 'state' | 'responseMode'>;
    };

/** True for accounts that a `domain_hint` means. */
export function isHinted(domainHint: string, { kind, username }: CloudAccount): boolean {
  if (domainHint === '') return true;
  if (domainHint === 'organizations') return kind === 'work';
  if (domainHint === 'consumers') return kind === 'personal';
  return username.toLowerCase().endsWith(`@${domainHint}`);
}

export function judgeAuthorize(
  tenant: string,
  query: URLSearchParams,
  apps: readonly CloudApp[],
  accounts: readonly CloudAccount[],
  host: string,
): AuthorizeVerdict {
  const page = (aadsts: number, detail?: string): AuthorizeVerdict => ({
    kind: 'page',
    error: entraError(aadsts, detail ? { detail } : {}),
  });
  const isAllowed = audienceOf(tenant, accounts, host);
  if (!isAllowed) return page(90002);
  for (const name of new Set(query.keys())) if (query.getAll(name).length > 1) return page(9002313, `${name} twice`);
  const clientId = query.get('client_id');
  if (!clientId) return page(900144, 'client_id');
  const app = apps.find((known) => known.clientId === clientId);
  if (!app) return page(700016);
  const redirectUri = query.get('redirect_uri');
  if (!redirectUri) return page(900144, 'redirect_uri');
  if (!redirectUriMatches(app, redirectUri)) return page(50011);

  const state = query.get('state');
  const asked = query.get('response_mode') ?? (app.secret === undefined ? null : 'query');
  const responseMode = asked === 'query' && app.secret !== undefined ? asked : 'form_post';
  if (asked !== responseMode) {
    const allowed = app.secret === undefined ? 'form_post' : 'query or form_post';
    return page(70007, `response_mode must be ${allowed} here.`);
  }
  // From here on the app hears about its mistakes.
  const refuse = (aadsts: number, detail?: string): AuthorizeVerdict => ({
    kind: 'refuse',
    error: entraError(aadsts, detail ? { detail } : {}),
    to: { redirectUri, state, responseMode },
  });
  if (query.get('response_type') !== 'code') return refuse(70005, 'response_type must be code.');
  if (query.has('resource')) return refuse(901002);
  const challenge = query.get('code_challenge') ?? '';
  const needsPkce = app.secret === undefined || query.has('code_challenge') || query.has('code_challenge_method');
  if (needsPkce && !/^[A-Za-z0-9_-]{43}$/.test(challenge)) return refuse(50147);
  if (needsPkce && query.get('code_challenge_method') !== 'S256') return refuse(501491);
  const scopeText = query.get('scope');
  if (!scopeText) return refuse(900144, 'scope');
  const scopes = readScopes(scopeText, app.permissions);
  if (scopes.unknown.length > 0) return refuse(70011, scopes.unknown.join(' '));
  const behind = graphsBehind(host);
  const foreign = scopes.graphHosts.find((each) => !behind.includes(each));
  if (foreign !== undefined) return refuse(500011, foreign);
  if (!readClaims(query.get('claims'))) return refuse(9002313, 'claims');
  const promptText = query.get('prompt');
  const prompt = prompts.find((known) => known === promptText) ?? null;
  if (promptText && !prompt) return refuse(90023, 'prompt');
  // This cloud's browser keeps no session, so without a prompt there is nobody.
  if (prompt === 'none') return refuse(50058);
  return {
    kind: 'ask',
    request: {
      tenant,
      host,
      app,
      isAllowed,
      redirectUri,
      scopes,
      state,
      codeChallenge: challenge,
      responseMode,
      prompt,
      loginHint: prompt === 'select_account' ? '' : (query.get('login_hint') ?? ''),
      domainHint: (query.get('domain_hint') ?? '').toLowerCase(),
      nonce: query.get('nonce'),
      wantsClientInfo: query.get('client_info') === '1',
    },
  };
}
