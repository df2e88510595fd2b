import type { Identity } from '../domain/ports.ts';
import type { AccountSessions } from './account-sessions.ts';

/**
 * The keyring and our history can disagree after a crash, a damaged file or a keyring that was locked.
 *
 * @param lostSince since when our history may not know everybody (it began anew, or a row was hit): whoever has tokens was
 *   signed in then. Null for a history that is whole: tokens of an account it does not know are left over from a sign-out.
 */
export async function reconcileAccounts(
  identity: Identity,
  sessions: AccountSessions,
  lostSince: Date | null,
): Promise<void> {
  for (const account of await identity.accounts()) {
    const record = sessions.get(account.homeAccountId);
    if (record === null) {
      if (lostSince !== null) sessions.adopt(account, lostSince);
      else await identity.signOut(account.homeAccountId);
    } else if (record.session.kind === 'signInRequired' && record.session.reason === 'keyring-emptied') {
      sessions.signedIn(account);
    }
  }
}
