/** What the workflow tests play the world with: a clock that stands still, a real store in memory, a scripted Graph. */
import type { CalendarChange, MailChange } from '../../../main/domain/alert.ts';
import { Failure, type FailureCode, type FailureDetails } from '../../../main/domain/failure.ts';
import type {
  Calendar,
  Clock,
  GraphSubscription,
  Identity,
  Mail,
  Neighbours,
  NewSubscription,
  Random,
  SignInRequest,
  Subscriptions,
  Toast,
  Toasts,
} from '../../../main/domain/ports.ts';
import type { Account, BlockedReason, SignInReason } from '../../../main/domain/session.ts';
import { openStore } from '../../../main/store/store.ts';
import { createAccountSessions } from '../../../main/workflows/account-sessions.ts';
import { createHealthBoard } from '../../../main/workflows/health-board.ts';
import { createManualClock } from '../../cloud/clock.ts';
import { createRecordingLog, testCipher } from '../store/fixtures.ts';

export const ada: Account = {
  homeAccountId: 'ada-home',
  tenantId: 'contoso-tenant',
  username: 'ada@contoso.example',
  name: 'Ada',
  kind: 'work',
};
export const grace: Account = { ...ada, homeAccountId: 'grace-home', username: 'grace@contoso.example', name: 'Grace' };

export const failure = (code: FailureCode, details: FailureDetails = {}): Failure =>
  new Failure(code, `It failed: ${code}.`, details);
export const signInNeeded = (reason: SignInReason, claims?: string): Failure =>
  failure('sign-in-required', claims === undefined ? { reason } : { reason, claims });
export const blockedBy = (reason: BlockedReason): Failure => failure('blocked', { reason, aadsts: 53003 });

/** Lets everything run that needs no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A promise that a test keeps or breaks when it likes. */
export interface Held<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}
export const held = <T>(): Held<T> => Promise.withResolvers<T>();

export function createWorld() {
  const manual = createManualClock();
  const jumps = new Set<(gapMs: number) => void>();
  const clock = {
    now: manual.now,
    after: manual.after,
    onJump(listener) {
      jumps.add(listener);
      return () => jumps.delete(listener);
    },
  } satisfies Clock;
  const log = createRecordingLog();
  let secrets = 0;
  const random = {
    fraction: () => 0.5,
    // Every secret another one, and long enough for a name.
    secret: (bytes) => Buffer.alloc(bytes, `secret${++secrets}`).toString('base64url'),
  } satisfies Random;
  const store = openStore({ file: ':memory:', cipher: testCipher, clock, log });
  const board = createHealthBoard(clock, log, () => {});
  return {
    clock,
    log,
    random,
    board,
    /** Of this person's other computers; nobody is there unless a test says so. */
    neighbours: { answers: async () => false, tellTakenOver: async () => {} } satisfies Neighbours as Neighbours,
    ...store,
    /** Moves time; what falls due runs at its own moment. */
    async pass(ms: number): Promise<void> {
      await settled();
      await manual.advance(ms);
      await settled();
    },
    /** Timers that still wait. */
    timers: () => manual.pending(),
    warnings: () =>
      board.health().warnings.map(({ code, account }) => (account === null ? code : `${code} ${account}`)),
    logged: (event: string) => log.entries.filter((entry) => entry.event === event).map(({ fields }) => fields),
  };
}
export type World = ReturnType<typeof createWorld>;

/** An identity platform whose answers a test sets. */
export function createIdentity() {
  const asked: { readonly account: string; readonly claims: string | null }[] = [];
  const signIns: SignInRequest[] = [];
  const signedOut: string[] = [];
  const script = {
    token: async (_account: string): Promise<string> => 'token-1',
    signIn: async (request: SignInRequest): Promise<Account> => {
      await request.openBrowser('https://login.microsoftonline.com/common/oauth2/v2.0/authorize');
      return ada;
    },
  };
  const identity = {
    open: async () => ({ kind: 'keyring' }) as const,
    accounts: async () => [],
    accessToken(account, request) {
      asked.push({ account, claims: request.claims ?? null });
      return script.token(account);
    },
    signIn(request) {
      signIns.push(request);
      return script.signIn(request);
    },
    async signOut(account) {
      signedOut.push(account);
    },
  } satisfies Identity;
  return { identity, script, asked, signIns, signedOut };
}

/** Ends a sign-in as MSAL's adapter does when its signal fires; else never. */
export const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const end = () => reject(failure(signal.reason === 'timeout' ? 'sign-in-timed-out' : 'sign-in-cancelled'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
  });

export function createSessions(world: World, identity: Identity = createIdentity().identity) {
  return createAccountSessions({ ...world, identity, scopes: () => ['Mail.ReadBasic', 'Calendars.Read'] });
}

/** Microsoft Graph for one account; each answer can be replaced. */
export function createGraph(clock: Clock) {
  const calls: string[] = [];
  const windows: { readonly from: Date; readonly to: Date }[] = [];
  const since: Date[] = [];
  let links = 0;
  const script = {
    mail: async (_link: string | null): Promise<readonly MailChange[]> => [],
    calendar: async (_link: string | null): Promise<readonly CalendarChange[]> => [],
    folder: async (_id: string, _link: string | null): Promise<readonly MailChange[]> => [],
    find: (async () => null) as Mail['find'],
    event: (async () => null) as Calendar['event'],
    unread: async (): Promise<number> => 0,
  };
  const mail = {
    async changes(link, from, folder = 'inbox') {
      const where = folder === 'inbox' ? 'mail' : `mail of ${folder}`;
      calls.push(link === null ? `${where} whole` : where);
      since.push(from);
      const found = folder === 'inbox' ? await script.mail(link) : await script.folder(folder, link);
      return { changes: found, deltaLink: `${where}-${++links}` };
    },
    async find(id) {
      calls.push(`find ${id}`);
      return script.find(id);
    },
    unreadCount: () => script.unread(),
    markRead: async () => {},
    folders: async () => [],
  } satisfies Mail;
  const calendar = {
    async changes(link, window) {
      calls.push(link === null ? 'calendar whole' : 'calendar');
      windows.push(window);
      return { changes: await script.calendar(link), deltaLink: `calendar-${++links}` };
    },
    event(id) {
      calls.push(`event ${id}`);
      return script.event(id);
    },
  } satisfies Calendar;

  const live = new Map<string, GraphSubscription>();
  let created = 0;
  const subscriptionCalls: string[] = [];
  const before = {
    /** Throws, waits, or lets it happen. */
    create: async (_asked: NewSubscription): Promise<void> => {},
    renew: async (_id: string): Promise<void> => {},
    reauthorize: async (_id: string): Promise<void> => {},
    list: async (): Promise<void> => {},
    remove: async (_id: string): Promise<void> => {},
  };
  const asked: NewSubscription[] = [];
  const granted = { lifeMs: Number.POSITIVE_INFINITY };
  const grant = (expiresAt: Date): Date =>
    new Date(Math.min(expiresAt.getTime(), clock.now().getTime() + granted.lifeMs));
  const found = (id: string): GraphSubscription => {
    const subscription = live.get(id);
    if (subscription === undefined) throw failure('graph-not-found');
    return subscription;
  };
  const subscriptions = {
    async create(request) {
      subscriptionCalls.push(`create ${request.resource}`);
      asked.push(request);
      await before.create(request);
      const subscription: GraphSubscription = {
        id: `${request.resource}-${++created}`,
        resource: request.resource,
        notificationUrl: request.notificationUrl,
        lifecycleNotificationUrl: request.lifecycleNotificationUrl,
        expiresAt: grant(request.expiresAt),
      };
      live.set(subscription.id, subscription);
      return subscription;
    },
    async renew(id, expiresAt) {
      subscriptionCalls.push(`renew ${id}`);
      await before.renew(id);
      const renewed = { ...found(id), expiresAt: grant(expiresAt) };
      live.set(id, renewed);
      return renewed;
    },
    async reauthorize(id) {
      subscriptionCalls.push(`reauthorize ${id}`);
      await before.reauthorize(id);
      found(id);
    },
    async list() {
      subscriptionCalls.push('list');
      await before.list();
      return [...live.values()];
    },
    async remove(id) {
      subscriptionCalls.push(`remove ${id}`);
      await before.remove(id);
      live.delete(id);
    },
  } satisfies Subscriptions;
  return {
    mail,
    calendar,
    script,
    calls,
    since,
    windows,
    subscriptions,
    subscriptionCalls,
    before,
    asked,
    granted,
    live,
  };
}

/** A desktop that remembers what it shows. */
export function createDesktop() {
  const shown: Toast[] = [];
  const closed: string[] = [];
  const desktop = { answer: 'shown' as 'shown' | 'unavailable' };
  const toasts = {
    show(toast) {
      shown.push(toast);
      return desktop.answer;
    },
    close: (key) => {
      closed.push(key);
    },
  } satisfies Toasts;
  return { toasts, shown, closed, desktop, titles: () => shown.map(({ title }) => title) };
}
