/** Changes that come twice, fifty times, and in any order: the real history, one alert for each thing. */
import type { MailChange, MailMessage } from '../../main/domain/alert.ts';
import { judgeMail } from '../../main/domain/mail-judgement.ts';
import { openStore } from '../../main/store/store.ts';
import type { Dice } from '../simulation/dice.ts';
import { testCipher } from '../unit/store/fixtures.ts';
import type { FaultTest } from './context.ts';

const startMs = Date.UTC(2026, 10, 21, 9);
const account = 'ada-home';

function shuffled<T>(from: readonly T[], dice: Dice): T[] {
  const all = [...from];
  for (let at = all.length - 1; at > 0; at -= 1) {
    const other = dice.whole(0, at);
    [all[at], all[other]] = [all[other] as T, all[at] as T];
  }
  return all;
}

function oneSequence(dice: Dice): { readonly items: number; readonly listed: number; readonly toldTwice: number } {
  const log = { info() {}, warn() {}, error() {} };
  const store = openStore({ file: ':memory:', cipher: testCipher, clock: { now: () => new Date(startMs) }, log });
  const items = dice.whole(1, 12);
  const messages = Array.from(
    { length: items },
    (_, at): MailMessage => ({
      id: `message-${at}`,
      subject: `Subject ${at}`,
      from: { name: 'Grace', address: 'grace@fabrikam.example' },
      receivedAt: new Date(startMs + at * 1_000),
      isRead: false,
      importance: 'normal',
      inferenceClassification: 'focused',
      conversationId: null,
      preview: null,
      webLink: null,
    }),
  );
  const all: MailChange[] = [];
  for (const message of messages) {
    for (let copy = dice.whole(2, 50); copy > 0; copy -= 1) {
      // Seen unread, read, gone and back: as rounds that overlap show it.
      const what = dice.next();
      if (what < 0.7) all.push({ kind: 'message', message });
      else if (what < 0.9) all.push({ kind: 'message', message: { ...message, isRead: true } });
      else all.push({ kind: 'removed', id: message.id });
    }
    all.push({ kind: 'message', message });
  }
  const changes = shuffled(all, dice);
  const told = new Map<string, number>();
  /** What was there at the end of some round; what came and went within one was never seen. */
  const there = new Set<string>();
  for (let from = 0; from < changes.length; ) {
    const batch = changes.slice(from, from + dice.whole(1, 30));
    from += batch.length;
    const last = new Map(batch.map((change) => [change.kind === 'message' ? change.message.id : change.id, change]));
    for (const [id, { kind }] of last) if (kind === 'message') there.add(id);
    const known = store.ledger.messages(
      account,
      batch.map((change) => (change.kind === 'message' ? change.message.id : change.id)),
    );
    const judged = judgeMail(account, batch, known, new Date(startMs - 1_000));
    store.ledger.apply({
      account,
      resource: 'mail',
      cursor: {
        deltaLink: `link-${from}`,
        baseline: new Date(startMs - 1_000),
        caughtUpAt: new Date(startMs),
        madeFor: null,
      },
      alerts: judged.alerts,
      settle: judged.settle,
      messages: judged.messages,
      events: [],
      forgetEvents: [],
    });
    const waiting = store.ledger.waiting();
    for (const { itemId } of waiting) told.set(itemId, (told.get(itemId) ?? 0) + 1);
    store.ledger.markAnnounced(
      waiting.map(({ id }) => id),
      'shown',
    );
  }
  const list = store.ledger.alerts({ limit: 1_000 });
  const listed = new Set(list.map(({ itemId }) => itemId)).size === list.length ? list.length : -1;
  store.close();
  return { items: there.size, listed, toldTwice: [...told.values()].filter((count) => count > 1).length };
}

export const sequences: readonly FaultTest[] = [
  {
    goals: ['Q3'],
    name: 'duplicates and disorder',
    async run({ dice, verdicts }) {
      const count = 1_000;
      let wrong = 0;
      let twice = 0;
      let items = 0;
      for (let sequence = 0; sequence < count; sequence += 1) {
        const result = oneSequence(dice);
        items += result.items;
        if (result.listed !== result.items) wrong += 1;
        twice += result.toldTwice;
      }
      verdicts.check(
        'Q3',
        `${count} shuffled sequences, each thing 2 to 50 times`,
        `${items} things, ${wrong} sequences with another list, ${twice} told twice`,
        'each in the list once, at most one toast',
        wrong === 0 && twice === 0,
      );
    },
  },
];
