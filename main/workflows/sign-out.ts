import type { Identity, Ledger, Log, Toasts } from '../domain/ports.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { KeepSubscribed } from './keep-subscribed.ts';

/** Offline, signing out waits no longer for Microsoft, in milliseconds. */
const limitMs = 3_000;
/** No desktop keeps more toasts of ours than this, counted from the newest alert. */
const toastsKept = 500;

/**
 * First the subscriptions at Microsoft, then tokens and everything kept here. Without a network it is done here alone,
 * and the person is told.
 *
 * @param world.atMost resolves when the work has settled or the time is up.
 */
export async function signOut(
  homeAccountId: string,
  subscribed: Pick<KeepSubscribed, 'live' | 'deleteAll'> | null,
  world: {
    identity: Identity;
    sessions: AccountSessions;
    toasts: Toasts;
    log: Log;
    atMost: (limitMs: number, work: Promise<unknown>) => Promise<void>;
    ledger: Pick<Ledger, 'alerts'>;
  },
): Promise<void> {
  const { identity, sessions, toasts, log } = world;
  let left = 0;
  if (subscribed !== null) {
    left = subscribed.live().length;
    const deleting = subscribed.deleteAll().then((notDeleted) => {
      left = notDeleted;
    });
    await world.atMost(limitMs, deleting);
  }
  const name = sessions.get(homeAccountId)?.account.username ?? 'The account';
  await identity.signOut(homeAccountId);
  // The desktop keeps what it was shown, and whoever sits here next would read it.
  for (const key of toastKeys(homeAccountId, world.ledger)) toasts.close(key);
  sessions.remove(homeAccountId);
  if (left === 0) return;
  log.warn('sign-out.local-only', { subscriptionsLeft: left });
  toasts.show({
    key: 'signed-out-here',
    title: 'Signed out on this computer',
    body: `${name} is signed out and its data is gone from here. Microsoft could not be told; what it still sends is refused and ends by itself within 7 days.`,
    urgent: false,
  });
}

/** Of the toasts that may still tell of this account; those for several items do not say whose they are. */
function toastKeys(account: string, ledger: Pick<Ledger, 'alerts'>): readonly string[] {
  const alerts = ledger.alerts({ limit: toastsKept }).filter((alert) => alert.account === account);
  return ['digest', `digest:${account}`, 'summary', 'reminders', ...alerts.map(({ id }) => id)];
}
