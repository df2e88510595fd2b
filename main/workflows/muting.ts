import type { Alert } from '../domain/alert.ts';
import { Failure } from '../domain/failure.ts';
import type { Ledger, Log, Mutes, Toasts } from '../domain/ports.ts';

/** Conversations of which the person wants to hear no more: their mail is in the list, quietly. */
export interface Muting {
  /** @throws {Failure} `unexpected` when it is no mail of a conversation, `storage` if the disk refuses. */
  set(alertId: string, muted: boolean): void;
  isMuted(alert: Alert): boolean;
  /** A mail that would have been told, were it not muted. */
  mailCame(alert: Alert): void;
}

/** More toasts than a desktop keeps on the screen. */
const recentAlerts = 200;

/** @param world.changed the list shows something else now. */
export function createMuting(world: {
  ledger: Pick<Ledger, 'alert' | 'alerts'>;
  mutes: Mutes;
  toasts: Pick<Toasts, 'close'>;
  log: Log;
  changed: () => void;
}): Muting {
  const { ledger, mutes } = world;
  const conversationOf = ({ mail }: Alert): string | null => mail?.conversationId ?? null;
  return {
    set(alertId, muted) {
      const alert = ledger.alert(alertId);
      const conversation = alert === null ? null : conversationOf(alert);
      if (alert === null || conversation === null) {
        throw new Failure('unexpected', 'This item belongs to no conversation that could be muted.');
      }
      mutes.set(alert.account, conversation, muted);
      world.log.info('conversation.muted', { muted });
      if (muted) {
        for (const each of ledger.alerts({ limit: recentAlerts })) {
          if (each.account === alert.account && conversationOf(each) === conversation) world.toasts.close(each.id);
        }
      }
      world.changed();
    },
    isMuted(alert) {
      const conversation = conversationOf(alert);
      return conversation !== null && mutes.has(alert.account, conversation);
    },
    mailCame(alert) {
      const conversation = conversationOf(alert);
      if (conversation !== null) mutes.mailCame(alert.account, conversation, alert.at);
    },
  };
}
