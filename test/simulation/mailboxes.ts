/** What happens in the mailboxes and calendars by itself, day and night. */
import type { Graph } from '../cloud/graph/graph.ts';
import type { CloudAccount } from '../cloud/types.ts';
import type { Dice } from './dice.ts';
import { worldTime } from './world-time.ts';

const minute = 60_000;
const hour = 60 * minute;

export interface Arrived {
  readonly id: string;
  readonly username: string;
  readonly atMs: number;
  /** Of a meeting, as it was made. */
  readonly startsMs?: number;
}

export function createMailboxes(world: {
  readonly graph: Graph;
  readonly accounts: readonly CloudAccount[];
  readonly dice: Dice;
}) {
  const { graph, accounts } = world;
  const arrived: Arrived[] = [];
  const meetings: Arrived[] = [];
  let written = 0;
  let stopped = false;

  function deliver(account: CloudAccount): void {
    written += 1;
    const mail = graph.mailbox(account.username).deliver({ subject: `Letter ${written}` });
    arrived.push({ id: mail.immutableId, username: account.username, atMs: worldTime.nowMs() });
  }

  /** Reads, marks unread, moves, deletes and brings back: as people and their telephones do. */
  function disturb(account: CloudAccount, dice: Dice): void {
    const mailbox = graph.mailbox(account.username);
    const inbox = mailbox.messages();
    const deleted = mailbox.messages('deleteditems');
    const kept = mailbox.messages('archive');
    const what = dice.next();
    const any = inbox.length === 0 ? null : dice.pick(inbox.slice(0, 40)).immutableId;
    if (what < 0.5) any !== null && mailbox.markRead(any);
    else if (what < 0.6) any !== null && mailbox.markUnread(any);
    else if (what < 0.7) any !== null && mailbox.move(any, 'archive');
    else if (what < 0.8) any !== null && mailbox.remove(any);
    else if (what < 0.85) any !== null && mailbox.remove(any, { permanently: true });
    else if (what < 0.93) deleted.length > 0 && mailbox.restore(dice.pick(deleted).immutableId);
    else kept.length > 0 && mailbox.move(dice.pick(kept).immutableId, 'inbox');
  }

  function meet(account: CloudAccount, dice: Dice): void {
    const calendar = graph.calendar(account.username);
    const now = worldTime.nowMs();
    const coming = calendar.events().filter(({ start, isCancelled }) => start.getTime() > now + hour && !isCancelled);
    const what = dice.next();
    if (what < 0.5 || coming.length === 0) {
      written += 1;
      const start = new Date(now + Math.round(dice.between(2 * hour, 20 * 24 * hour) / (15 * minute)) * 15 * minute);
      const event = calendar.create({ subject: `Meeting ${written}`, start });
      meetings.push({ id: event.immutableId, username: account.username, atMs: now, startsMs: start.getTime() });
      return;
    }
    const { immutableId: id, start } = dice.pick(coming);
    if (what < 0.7) calendar.update(id, { start: new Date(start.getTime() + dice.pick([-1, 1, 24]) * hour) });
    else if (what < 0.8) calendar.update(id, { location: `Room ${dice.whole(1, 400)}` });
    else if (what < 0.9) calendar.cancel(id);
    else calendar.remove(id);
  }

  function often(dice: Dice, meanMs: () => number, run: (dice: Dice) => void): void {
    worldTime.after(dice.wait(meanMs()), () => {
      if (stopped) return;
      run(dice);
      often(dice, meanMs, run);
    });
  }
  const isNight = (): boolean => [22, 23, 0, 1, 2, 3, 4, 5].includes(worldTime.now().getUTCHours());

  return {
    arrived,
    meetings,
    deliver,
    start(): void {
      for (const account of accounts) {
        const dice = world.dice.fork(account.username);
        often(
          dice.fork('mail'),
          () => (isNight() ? 3 * hour : 40 * minute),
          () => deliver(account),
        );
        often(
          dice.fork('changes'),
          () => hour,
          (by) => disturb(account, by),
        );
        often(
          dice.fork('meetings'),
          () => 10 * hour,
          (by) => meet(account, by),
        );
        // Now and then many at once, as after somebody's long flight.
        often(
          dice.fork('bursts'),
          () => 48 * hour,
          (by) => {
            for (let count = by.whole(3, 40); count > 0; count -= 1) deliver(account);
          },
        );
      }
    },
    stop(): void {
      stopped = true;
    },
  };
}
export type Mailboxes = ReturnType<typeof createMailboxes>;
