import type { Alert } from '../domain/alert.ts';
import { asFailure, Failure } from '../domain/failure.ts';
import type { Ledger, Log, Mail, Toasts } from '../domain/ports.ts';
import { markReadScopes } from '../domain/settings.ts';
import type { AccountSessions } from './account-sessions.ts';
import type { Permission, SignIn } from './sign-in.ts';

/** Marks mail as read at Microsoft, and asks for the permission the first time that it is needed. */
export interface MarkRead {
  /**
   * Resolves when the message is marked, or when the browser is open for the permission: then the mark follows by
   * itself. Rejects with a Failure that says why the message stays unread.
   */
  mark(alertId: string): Promise<void>;
}

const permission: Permission = {
  // `Mail.ReadBasic` stays beside it: subscriptions are not granted on a permission to write.
  scopes: markReadScopes,
  declined: 'The message stays unread: without your permission Tidings cannot mark mail as read.',
  adminOnly:
    'The message stays unread: in your organisation an administrator must allow Tidings to mark mail as read. Everything else goes on as before.',
};

/**
 * @param world.mail null for an account that is gone.
 * @param world.marked after it was stored, so that its toast can go and the unread count be asked for anew.
 */
export function createMarkRead(world: {
  ledger: Pick<Ledger, 'alert' | 'settle'>;
  sessions: Pick<AccountSessions, 'mayCallGraph' | 'observe'>;
  signIn: Pick<SignIn, 'allow'>;
  mail: (account: string) => Pick<Mail, 'markRead'> | null;
  toasts: Pick<Toasts, 'show' | 'close'>;
  log: Log;
  marked: (alert: Alert) => void;
}): MarkRead {
  const { ledger, sessions, toasts, log } = world;
  /** What waits for the permission, by account. */
  const waiting = new Map<string, Map<string, Alert>>();
  /** How many pages were opened for it: one that was given up for a newer one has nothing to say any more. */
  const pages = new Map<string, number>();

  async function markNow(alert: Alert): Promise<void> {
    const mail = world.mail(alert.account);
    if (mail === null) throw gone();
    await mail.markRead(alert.itemId);
    log.info('mail.marked-read');
    try {
      ledger.settle([alert.id]);
    } catch (error) {
      // It is read at Microsoft; the next look at the mailbox settles it here.
      log.error('mail.mark-not-stored', { code: asFailure(error).code });
    }
    world.marked(alert);
  }

  async function ask(alert: Alert): Promise<void> {
    const { account } = alert;
    const mine = waiting.get(account) ?? new Map<string, Alert>();
    waiting.set(account, mine.set(alert.id, alert));
    const page = (pages.get(account) ?? 0) + 1;
    pages.set(account, page);
    const end = (): void => {
      if (pages.get(account) === page) waiting.delete(account);
    };
    const { granted } = await world.signIn.allow(account, permission).catch((error: unknown) => {
      end();
      throw error;
    });
    // In the background: whoever clicked has the browser in front of them now.
    void granted.then(async (yes) => {
      const due = yes ? [...mine.values()] : [];
      if (yes) mine.clear();
      end();
      await Promise.all(due.map(markLater));
    });
  }

  /** Nobody waits for this one any more, so a failure has to be told. */
  async function markLater(alert: Alert): Promise<void> {
    await markNow(alert).catch((error: unknown) => {
      const failure = judged(alert, error);
      toasts.show({ key: 'mark-read', title: 'Not marked as read', body: failure.userMessage, urgent: false });
    });
  }

  /** What it means for the person, and for the account where it means anything for that. */
  function judged(alert: Alert, error: unknown): Failure {
    const failure = asFailure(error);
    const { code, details } = failure;
    log.warn('mail.not-marked', { code, reason: details.reason ?? null, requestId: details.requestId ?? null });
    if (sessions.mayCallGraph(alert.account)) {
      // Whoever refuses more than before has not said a word about reading mail.
      if (details.reason === 'consent-needed') return new Failure(code, permission.declined, details);
      if (code === 'blocked') return new Failure(code, permission.adminOnly, details);
    }
    return explained(sessions.observe(alert.account, failure));
  }

  return {
    async mark(alertId) {
      const alert = ledger.alert(alertId);
      if (alert === null) throw gone();
      if (alert.kind !== 'mail') throw new Failure('unexpected', 'Only a message can be marked as read.');
      // Read elsewhere, or gone from the folder: there is nothing left to do.
      if (alert.settled) return toasts.close(alert.id);
      const signedIn = sessions.mayCallGraph(alert.account);
      try {
        await markNow(alert);
      } catch (error) {
        if (signedIn && asFailure(error).details.reason === 'consent-needed') return await ask(alert);
        throw judged(alert, error);
      }
    },
  };
}

const gone = (): Failure => new Failure('unexpected', 'This item is not in the list any more.');

/** The same failure in words about this message: elsewhere they promise that Tidings tries again by itself. */
function explained(failure: Failure): Failure {
  const say = (text: string): Failure =>
    new Failure(failure.code, `The message stays unread: ${text}`, failure.details);
  switch (failure.code) {
    case 'graph-unreachable':
    case 'identity-unreachable':
      return say('Microsoft cannot be reached just now. Please try again later.');
    case 'graph-busy':
    case 'identity-busy':
      return say('Microsoft is busy and asked us to wait. Please try again in a few minutes.');
    case 'graph-forbidden':
    case 'graph-refused':
      return say('Microsoft does not let Tidings change it.');
    default:
      return failure;
  }
}
