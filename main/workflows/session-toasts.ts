import type { Toasts } from '../domain/ports.ts';
import { blockedReasonText, type Session, signInReasonText } from '../domain/session.ts';

/** Tells once, beside the tray, that an account has stopped; takes it back when it goes on or is gone. */
export interface SessionToasts {
  changed(homeAccountId: string, session: Session | null, before: Session | null): void;
}

/** @param accountName to tell accounts apart; null while there is only one. */
export function createSessionToasts(
  toasts: Toasts,
  accountName: (homeAccountId: string) => string | null,
): SessionToasts {
  const titled = (title: string, id: string): string => {
    const name = accountName(id);
    return name === null ? title : `${title}: ${name}`;
  };
  const close = (id: string): void => {
    toasts.close(signInKey(id));
    toasts.close(blockedKey(id));
  };
  return {
    changed(id, session, before) {
      if (session === null || session.kind === 'signedIn') return close(id);
      if (session.kind === before?.kind) return;
      if (session.kind === 'signInRequired') {
        toasts.show({
          key: signInKey(id),
          title: titled('Sign in needed', id),
          body: `${capitalised(signInReasonText(session.reason))}. Click to sign in again; nothing is lost meanwhile.`,
          urgent: true,
        });
      } else if (session.kind === 'blocked') {
        toasts.close(signInKey(id));
        toasts.show({
          key: blockedKey(id),
          title: titled('Blocked by your organisation', id),
          body: `${capitalised(blockedReasonText(session.reason))}. Open Tidings for a text to hand to your administrator.`,
          urgent: true,
        });
      }
    },
  };
}

/** The shells start a sign-in for the account that such a key names. */
const signInKey = (id: string): string => `sign-in:${id}`;
const blockedKey = (id: string): string => `blocked:${id}`;
const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
