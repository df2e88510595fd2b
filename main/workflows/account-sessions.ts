import { asFailure, Failure } from '../domain/failure.ts';
import type { AccountRecord, Clock, GraphTokenRequest, Identity, Log, Records, TokenSource } from '../domain/ports.ts';
import {
  type Account,
  type BlockedReason,
  isAboutPermissions,
  type Session,
  type SignInReason,
} from '../domain/session.ts';
import type { HealthBoard } from './health-board.ts';

/** How each account stands with the identity platform: one setter, which logs, stores and shows the change. */
export interface AccountSessions {
  list(): readonly AccountRecord[];
  get(homeAccountId: string): AccountRecord | null;
  /** True while quiet token requests make sense. */
  mayCallGraph(homeAccountId: string): boolean;
  /** Draws the conclusion from a failure of a token or Graph request, if it is about sign-in. */
  observe(homeAccountId: string, error: unknown): Failure;
  /** The person has signed in: the account is added, or its session mended. */
  signedIn(account: Account): void;
  /**
   * To be called once everything runs. Where other permissions are asked for than in the run before, what stopped for
   * want of those is tried again, once.
   */
  reconsider(): void;
  /** Signed in already, by a keyring that remembers more than our history. */
  adopt(account: Account, addedAt: Date): void;
  /** @throws {Failure} `storage` if the disk refuses; nothing has changed then. */
  remove(homeAccountId: string): void;
  /** Tokens for Graph; refuses at once, without a request, while only the person can help. */
  tokenSource(homeAccountId: string): TokenSource;
  /** Fires after a change was stored. */
  onChange(listener: (homeAccountId: string, session: Session | null, before: Session | null) => void): void;
}

/**
 * Knows everybody who was stored, and how they stood; shows it on the board at once.
 *
 * @throws {Failure} `storage` if the accounts cannot be read.
 */
export function createAccountSessions(world: {
  identity: Identity;
  records: Records;
  clock: Clock;
  log: Log;
  board: HealthBoard;
  /** @param extra short names of what one request needs beside the usual ones. */
  scopes: (extra?: readonly string[]) => readonly string[];
}): AccountSessions {
  const { identity, records, clock, log, board } = world;
  const accounts = new Map(records.accounts().map((record) => [record.account.homeAccountId, record]));
  const listeners: Parameters<AccountSessions['onChange']>[0][] = [];

  const show = (id: string, session: Session): void => {
    for (const code of ['sign-in-required', 'blocked', 'configuration'] as const) {
      if (kindOf(code) !== session.kind) board.clear(code, id);
    }
    if (session.kind === 'signInRequired')
      board.raise({ code: 'sign-in-required', account: id, reason: session.reason });
    if (session.kind === 'blocked') board.raise({ code: 'blocked', account: id, reason: session.reason });
    if (session.kind === 'configurationError')
      board.raise({ code: 'configuration', account: id, message: session.message });
    showWhetherSetUp();
  };
  const showWhetherSetUp = (): void => {
    if (accounts.size === 0) board.raise({ code: 'not-set-up', account: null });
    else board.clear('not-set-up');
  };
  const set = (record: AccountRecord, session: Session): void => {
    const id = record.account.homeAccountId;
    const before = accounts.get(id)?.session ?? null;
    const next = { ...record, session };
    accounts.set(id, next);
    try {
      records.saveAccount(next);
    } catch (error) {
      // It holds for this run at least: a dead grant must not be tried again because a disk is full.
      log.error('session.not-stored', { code: asFailure(error).code });
      board.raise({ code: 'storage-failing', account: null });
    }
    log.info('session.changed', {
      from: before?.kind ?? 'none',
      to: session.kind,
      reason: 'reason' in session ? session.reason : null,
      claims: 'claims' in session ? session.claims !== null : null,
    });
    show(id, session);
    for (const listener of listeners) listener(id, session, before);
  };

  for (const record of accounts.values()) show(record.account.homeAccountId, record.session);
  showWhetherSetUp();

  const sessions: AccountSessions = {
    list: () => [...accounts.values()],
    get: (id) => accounts.get(id) ?? null,
    mayCallGraph: (id) => accounts.get(id)?.session.kind === 'signedIn',
    observe(id, error) {
      const failure = asFailure(error);
      const record = accounts.get(id);
      if (record === undefined) return failure;
      const since = clock.now();
      if (failure.code === 'sign-in-required') {
        const claims = failure.details.claims ?? null;
        if (record.session.kind === 'signInRequired') {
          // Already known. Newer claims replace older ones: the sign-in has to satisfy what was demanded last.
          if (claims !== null && record.session.claims !== claims) set(record, { ...record.session, claims });
          return failure;
        }
        const reason = (failure.details.reason ?? 'sign-in-refused') as SignInReason;
        set(record, { kind: 'signInRequired', reason, claims, since });
      } else if (failure.code === 'blocked' && record.session.kind !== 'blocked') {
        const reason = (failure.details.reason ?? 'policy') as BlockedReason;
        set(record, { kind: 'blocked', reason, aadsts: failure.details.aadsts ?? null, since });
      } else if (failure.code === 'configuration' && record.session.kind !== 'configurationError') {
        set(record, { kind: 'configurationError', message: failure.userMessage, since });
      }
      return failure;
    },
    signedIn(account) {
      const known = accounts.get(account.homeAccountId);
      set({ account, addedAt: known?.addedAt ?? clock.now(), session: { kind: 'signedIn' } }, { kind: 'signedIn' });
    },
    reconsider() {
      const asked = [...world.scopes()].sort().join(' ');
      const before = records.value('scopes');
      if (before === asked) return;
      records.setValue('scopes', asked);
      if (before === null) return;
      for (const record of [...accounts.values()]) {
        if (isAboutPermissions(record.session)) set(record, { kind: 'signedIn' });
      }
    },
    adopt: (account, addedAt) => set({ account, addedAt, session: { kind: 'signedIn' } }, { kind: 'signedIn' }),
    remove(id) {
      const before = accounts.get(id)?.session ?? null;
      // The disk first: where it refuses, the account is still listed, and signing out can be tried again.
      records.removeAccount(id);
      accounts.delete(id);
      board.clearAccount(id);
      showWhetherSetUp();
      log.info('account.removed');
      for (const listener of listeners) listener(id, null, before);
    },
    tokenSource: (id) => ({
      async accessToken({ extraScopes, ...request }: GraphTokenRequest = {}) {
        const session = accounts.get(id)?.session;
        if (session === undefined || session.kind !== 'signedIn') throw refusalFor(session);
        try {
          return await identity.accessToken(id, { ...request, scopes: world.scopes(extraScopes) });
        } catch (error) {
          const failure = withClaims(asFailure(error), request.claims);
          const now = accounts.get(id)?.session;
          if (failure.code === 'sign-in-required' && now?.kind === 'signedIn' && now !== session) {
            // The person signed in meanwhile: this speaks of the grant before.
            throw new Failure('identity-unreachable', 'Microsoft is asked again with the new sign-in.', {
              cause: failure,
            });
          }
          throw failure;
        }
      },
    }),
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
  return sessions;
}

const kindOf = (code: 'sign-in-required' | 'blocked' | 'configuration'): Session['kind'] =>
  code === 'sign-in-required' ? 'signInRequired' : code === 'blocked' ? 'blocked' : 'configurationError';

/** While only the person can help, the dead grant is not tried once more: this is the answer instead. */
function refusalFor(session: Session | undefined): Failure {
  if (session?.kind === 'blocked') {
    return new Failure('blocked', 'Your organisation does not allow this sign-in; ask your administrator.', {
      reason: session.reason,
    });
  }
  if (session?.kind === 'configurationError') return new Failure('configuration', session.message);
  return new Failure('sign-in-required', 'Please sign in again to keep your alerts coming.', {
    reason: session?.kind === 'signInRequired' ? session.reason : 'sign-in-refused',
  });
}

/** Claims that Graph demanded must reach the interactive sign-in, also when Entra's own refusal named none. */
function withClaims(failure: Failure, claims: string | undefined): Failure {
  if (failure.code !== 'sign-in-required' || claims === undefined || failure.details.claims !== undefined)
    return failure;
  return new Failure(failure.code, failure.userMessage, { ...failure.details, claims });
}
