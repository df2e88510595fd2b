import { type Alert, type AlertAnnouncement, alertId, type MailChange } from './alert.ts';
import type { KnownMessage } from './ports.ts';

export interface MailJudgement {
  readonly alerts: readonly { readonly alert: Alert; readonly announcement: AlertAnnouncement }[];
  /** Alerts whose message was read elsewhere or has left the inbox. */
  readonly settle: readonly string[];
  readonly messages: readonly KnownMessage[];
}

/**
 * What a round of inbox changes means. A mail becomes an alert when its immutable id was never seen and it was received
 * at or after `newSince`; it is announced if it is still unread. So mail that is moved back, restored or marked unread
 * stays quiet, and so does everything that a first or repeated full round turns up from before.
 */
export function judgeMail(
  account: string,
  changes: readonly MailChange[],
  known: ReadonlyMap<string, KnownMessage>,
  newSince: Date,
): MailJudgement {
  const alerts: { alert: Alert; announcement: AlertAnnouncement }[] = [];
  const settle: string[] = [];
  const messages: KnownMessage[] = [];

  for (const change of lastOfEach(changes)) {
    if (change.kind === 'removed') {
      const before = known.get(change.id);
      if (before?.alertId) settle.push(before.alertId);
      continue;
    }
    const { message } = change;
    const before = known.get(message.id);
    if (before !== undefined) {
      if (message.isRead && before.alertId !== null) settle.push(before.alertId);
      if (message.isRead !== before.isRead) messages.push({ ...before, isRead: message.isRead });
      continue;
    }
    const isNew = message.receivedAt >= newSince;
    const id = isNew ? alertId('mail', account, message.id) : null;
    messages.push({ id: message.id, isRead: message.isRead, alertId: id });
    if (id === null) continue;
    alerts.push({
      announcement: message.isRead ? 'quiet' : 'waiting',
      alert: {
        id,
        account,
        kind: 'mail',
        itemId: message.id,
        who: message.from.name || message.from.address,
        subject: message.subject,
        detail: message.preview ?? '',
        at: message.receivedAt,
        startsAt: null,
        webLink: message.webLink,
        joinUrl: null,
        settled: message.isRead,
        mail: {
          senderAddress: message.from.address.toLowerCase(),
          conversationId: message.conversationId,
          isImportant: message.importance === 'high',
          isFocused: message.inferenceClassification === 'focused',
        },
      },
    });
  }
  return { alerts, settle, messages };
}

/** Delta may list an item several times; the last one is the truth. */
function lastOfEach(changes: readonly MailChange[]): MailChange[] {
  const last = new Map<string, MailChange>();
  for (const change of changes) {
    const id = change.kind === 'removed' ? change.id : change.message.id;
    last.delete(id);
    last.set(id, change);
  }
  return [...last.values()];
}
