/** MSAL behind our `Identity`: quiet tokens, sign-in in the system browser, sign-out. */
import { randomUUID } from 'node:crypto';
import { type AccountInfo, type AuthenticationResult, PromptValue, PublicClientApplication } from '@azure/msal-node';
import { Failure } from '../domain/failure.ts';
import type { Cancel, Clock, Identity, Log, SignInRequest, TokenRequest, TokenStorage } from '../domain/ports.ts';
import type { Account } from '../domain/session.ts';
import { defaultSettings, scopesFor } from '../domain/settings.ts';
import { createBrowserStep, errorPage, successPage, untilAborted } from './browser-step.ts';
import { createKeyring, type Keyring } from './keyring.ts';
import { missingScopes, toAccount } from './msal-account.ts';
import { createTokenCache } from './token-cache.ts';
import { createTransport, type Fetch } from './transport.ts';
import { usableClaims, verdict } from './verdict.ts';
import { badAuthorityText, badClientIdText, texts } from './verdict-texts.ts';

export interface MsalIdentityOptions {
  readonly clientId: string;
  /** For example `https://login.microsoftonline.com/common`. */
  readonly authority: string;
  readonly fetch: Fetch;
  /** For the keyring's marker files; also tells installations apart. */
  readonly cacheFolder: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Asked for when a token request names none. */
  readonly scopes?: readonly string[];
  readonly keyring?: Keyring;
}

export interface MsalIdentity extends Identity {
  /** Where tokens are kept at this moment: a keyring can lock, or open, while we run. */
  storage(): TokenStorage;
  onStorageChanged(listener: (storage: TokenStorage) => void): Cancel;
}

/** A token that is good now is handed out even if the keyring takes longer than this to store the refreshed one. */
const QUIET_SAVE_LIMIT_MS = 5_000;
const SIGN_IN_SAVE_LIMIT_MS = 20_000;

/** Failures after which the grant is dead: each further request with it would only be refused again. */
const deadGrant = new Set([
  'password-changed',
  'password-expired',
  'session-expired',
  'session-revoked',
  'session-limited',
  'sign-in-refused',
]);

/**
 * MSAL behind the port. Nothing is read before `open()`. A client id or an address that MSAL could not use does not throw
 * here: every call that needs them then rejects with `configuration`, saying which it is.
 */
export function createMsalIdentity(options: MsalIdentityOptions): MsalIdentity {
  const { clientId, authority, log, clock } = options;
  const defaultScopes = options.scopes ?? scopesFor(defaultSettings);
  const problem = configurationProblem(clientId, authority);
  const transport = createTransport({ fetch: options.fetch, clock });
  const client = new PublicClientApplication({
    auth: { clientId, authority: problem ? defaultSettings.authority : authority, clientCapabilities: ['cp1'] },
    system: { networkClient: transport.networkClient, loggerOptions: { piiLoggingEnabled: false } },
  });
  const msalCache = client.getTokenCache();
  const cache = createTokenCache({
    memory: {
      serialize: () => msalCache.serialize(),
      deserialize: (text) => msalCache.deserialize(text),
      hasChanged: () => msalCache.hasChanged(),
      clear: () => client.clearCache(),
      async check() {
        (await msalCache.getAllAccounts()).map(toAccount);
      },
    },
    keyring: options.keyring ?? createKeyring({ folder: options.cacheFolder, log }),
    log,
  });

  /** Token requests under way, so that equal ones are sent once. */
  const underWay = new Map<string, Promise<string>>();
  const deadGrants = new Map<string, Failure>();
  let signIns = 0;
  /** Signed out while the keyring was out of reach: to be removed when it opens. */
  const forgotten = new Set<string>();
  let attempt: { readonly end: AbortController; readonly ended: Promise<unknown> } | null = null;

  const find = (homeAccountId: string): Promise<AccountInfo | null> => msalCache.getAccountByHomeId(homeAccountId);

  async function remove(homeAccountId: string): Promise<void> {
    const info = await find(homeAccountId);
    if (info) await client.signOut({ account: info });
  }

  async function removeForgotten(): Promise<void> {
    for (const homeAccountId of [...forgotten]) {
      await remove(homeAccountId);
      forgotten.delete(homeAccountId);
    }
    await cache.save(QUIET_SAVE_LIMIT_MS);
  }
  cache.onStorageChanged((storage) => {
    if (storage.kind !== 'keyring' || forgotten.size === 0) return;
    removeForgotten().catch(() => log.error('sign-out.unfinished'));
  });

  function fail(during: 'silent' | 'interactive', thrown: unknown, correlationId: string, claims?: string): Failure {
    const answer = transport.takeAnswer(correlationId);
    const failure = verdict(thrown, { answer, busyForMs: transport.busyForMs(), claims });
    log.warn('token.refused', {
      during,
      code: failure.code,
      reason: failure.details.reason ?? null,
      error: failure.details.cause instanceof Error ? failure.details.cause.message : null,
      aadsts: failure.details.aadsts ?? null,
      status: failure.details.status ?? null,
      correlationId,
      traceId: answer?.trace?.id ?? null,
      answeredAt: answer?.trace?.timestamp ?? null,
    });
    return failure;
  }

  async function acquire(homeAccountId: string, scopes: readonly string[], request: TokenRequest): Promise<string> {
    const dead = deadGrants.get(homeAccountId);
    if (dead) throw dead;
    const account = await find(homeAccountId);
    if (!account) throw accountMissing(cache.storage());
    const correlationId = randomUUID();
    const signInsBefore = signIns;
    let result: AuthenticationResult;
    try {
      result = await client.acquireTokenSilent({
        account,
        scopes: [...scopes],
        correlationId,
        forceRefresh: request.forceRefresh ?? false,
        ...(request.claims !== undefined && { claims: request.claims }),
      });
    } catch (thrown) {
      const failure = fail('silent', thrown, correlationId, request.claims);
      const isDead = failure.code === 'sign-in-required' && deadGrant.has(failure.details.reason ?? '');
      // A refusal that comes after a new sign-in speaks of the old grant.
      if (isDead && signIns === signInsBefore) {
        deadGrants.set(homeAccountId, failure);
      }
      throw failure;
    } finally {
      transport.takeAnswer(correlationId);
      await cache.save(QUIET_SAVE_LIMIT_MS);
    }
    return grantedToken(result, scopes);
  }

  async function interact(request: SignInRequest, signal: AbortSignal): Promise<Account> {
    const before = new Set((await msalCache.getAllAccounts()).map((info) => info.homeAccountId));
    const correlationId = randomUUID();
    const step = createBrowserStep({ authority, openBrowser: request.openBrowser });
    // MSAL would refuse the person's code for as long as the platform wanted quiet requests to stay away.
    cache.forgetThrottling();
    const running = client.acquireTokenInteractive({
      scopes: [...request.scopes],
      correlationId,
      openBrowser: step.openBrowser,
      successTemplate: successPage,
      errorTemplate: errorPage,
      ...(request.account ? { loginHint: request.account.username } : { prompt: PromptValue.SELECT_ACCOUNT }),
      ...(request.claims !== undefined && { claims: request.claims }),
    });
    /** Throws away an account that this attempt brought and nobody will hear of. */
    const discard = async (result: AuthenticationResult): Promise<void> => {
      const homeAccountId = result.account?.homeAccountId;
      if (homeAccountId && !before.has(homeAccountId)) await remove(homeAccountId);
      await cache.save(QUIET_SAVE_LIMIT_MS);
    };

    let result: AuthenticationResult;
    try {
      result = await untilAborted(running, signal, () => step.cancel());
    } catch (thrown) {
      if (!signal.aborted) throw fail('interactive', thrown, correlationId, request.claims);
      running.then(discard, () => {}).catch(() => {});
      throw endedEarly(request.signal);
    } finally {
      transport.takeAnswer(correlationId);
    }
    if (signal.aborted) {
      await discard(result);
      throw endedEarly(request.signal);
    }
    if (!result.account) throw new Failure('unexpected', texts.unexpected);
    const missing = missingScopes(request.scopes, result.scopes);
    if (missing.length > 0) {
      await discard(result);
      log.warn('sign-in.scopes-missing', { scopes: missing.join(' ') });
      throw new Failure('sign-in-required', texts.scopesMissing, { reason: 'consent-needed' });
    }
    signIns += 1;
    deadGrants.delete(result.account.homeAccountId);
    forgotten.delete(result.account.homeAccountId);
    await cache.save(SIGN_IN_SAVE_LIMIT_MS);
    log.info('sign-in.done', { storage: cache.storage().kind, correlationId });
    return toAccount(result.account);
  }

  return {
    open: () => cache.open(),
    storage: () => cache.storage(),
    onStorageChanged: (listener) => cache.onStorageChanged(listener),
    async accounts() {
      return (await msalCache.getAllAccounts())
        .map(toAccount)
        .filter(({ homeAccountId }) => !forgotten.has(homeAccountId));
    },
    async accessToken(homeAccountId, request) {
      if (problem) throw problem;
      if (request.claims !== undefined && !usableClaims(request.claims)) {
        throw new Failure('unexpected', texts.unusableClaims);
      }
      const scopes = [...(request.scopes ?? defaultScopes)].sort();
      const key = JSON.stringify([homeAccountId, scopes, request.claims ?? null, request.forceRefresh ?? false]);
      let token = underWay.get(key);
      if (!token) {
        token = acquire(homeAccountId, scopes, request).finally(() => underWay.delete(key));
        underWay.set(key, token);
      }
      return token;
    },
    async signIn(request) {
      if (problem) throw problem;
      // A browser tab that was closed leaves an attempt behind; whoever starts anew has given that one up.
      while (attempt) {
        attempt.end.abort();
        await attempt.ended;
      }
      if (request.signal.aborted) throw endedEarly(request.signal);
      const end = new AbortController();
      const running = interact(request, AbortSignal.any([request.signal, end.signal]));
      const mine = { end, ended: running.catch(() => {}) };
      attempt = mine;
      try {
        return await running;
      } finally {
        if (attempt === mine) attempt = null;
      }
    },
    async signOut(homeAccountId) {
      forgotten.add(homeAccountId);
      deadGrants.delete(homeAccountId);
      await remove(homeAccountId);
      await cache.save(QUIET_SAVE_LIMIT_MS);
      if (cache.storage().kind === 'keyring') forgotten.delete(homeAccountId);
      log.info('sign-out.done', { storage: cache.storage().kind });
    },
  };
}

function grantedToken(result: AuthenticationResult, scopes: readonly string[]): string {
  if (!result.accessToken) throw new Failure('identity-unreachable', texts.unreachable);
  if (missingScopes(scopes, result.scopes).length > 0) {
    throw new Failure('sign-in-required', texts.scopesMissing, { reason: 'consent-needed' });
  }
  return result.accessToken;
}

/** We were asked for an account that we hold nothing for: the keyring is locked, or was emptied. */
function accountMissing(storage: TokenStorage): Failure {
  const isLocked = storage.kind === 'memory' && storage.why === 'keyring-locked';
  const text = isLocked ? texts.keyringLocked : storage.kind === 'memory' ? texts.noKeyring : texts.keyringEmptied;
  return new Failure('sign-in-required', text, { reason: 'keyring-emptied' });
}

function endedEarly(signal: AbortSignal): Failure {
  return signal.reason === 'timeout'
    ? new Failure('sign-in-timed-out', texts.timedOut)
    : new Failure('sign-in-cancelled', texts.cancelled);
}

function configurationProblem(clientId: string, authority: string): Failure | null {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(clientId)) {
    return new Failure('configuration', badClientIdText);
  }
  if (!URL.canParse(authority) || new URL(authority).protocol !== 'https:') {
    return new Failure('configuration', badAuthorityText);
  }
  return null;
}
