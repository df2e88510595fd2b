import { judgeMail } from '../domain/mail-judgement.ts';
import type { Clock, Ledger, Log, Mail } from '../domain/ports.ts';
import { earlier, foundBy, later, readDelta, skewMs } from './delta-round.ts';
import type { Found } from './push-watch.ts';

/** The very first round looks back so far: enough for a clock that is set to another zone, or to yesterday. */
const firstLookBackMs = 25 * 60 * 60_000;

/** Reads what changed in the inbox and stores it; resolves with what is new, and adds to `settled` what is done with. */
export function createMailRound(world: {
  account: string;
  addedAt: Date;
  mail: Mail;
  ledger: Ledger;
  clock: Pick<Clock, 'now'>;
  serverOffsetMs?: () => number | null;
  log: Log;
}): (settled: string[]) => Promise<readonly Found[]> {
  const { account, mail, ledger, clock, log } = world;
  return async (settled) => {
    const cursor = ledger.cursor(account, 'mail');
    const caughtUpAt = cursor?.caughtUpAt ?? world.addedAt;
    const beganAt = clock.now();
    const lookBackMs = cursor === null ? firstLookBackMs : skewMs;
    const { got, full } = await readDelta(
      { cursor, log, name: 'mail', drop: () => ledger.dropDeltaLink(account, 'mail') },
      (link) => mail.changes(link, new Date(Math.min(caughtUpAt.getTime(), beganAt.getTime()) - lookBackMs)),
    );
    // Only now, because it takes an answer to know Graph's clock.
    const baseline = cursor?.baseline ?? baselineOf(world.addedAt, world.serverOffsetMs?.() ?? 0);
    const ids = got.changes.map((change) => (change.kind === 'removed' ? change.id : change.message.id));
    const newSince = full && cursor !== null ? later(baseline, new Date(caughtUpAt.getTime() - skewMs)) : baseline;
    const verdict = judgeMail(account, got.changes, ledger.messages(account, ids), newSince);
    const added = ledger.apply({
      account,
      resource: 'mail',
      cursor: { deltaLink: got.deltaLink, baseline, caughtUpAt: earlier(beganAt, clock.now()), windowDay: null },
      alerts: verdict.alerts,
      settle: verdict.settle,
      messages: verdict.messages,
      events: [],
      forgetEvents: [],
    });
    settled.push(...verdict.settle);
    log.info('delta.read', { resource: 'mail', changes: got.changes.length, alerts: added.length, full });
    return foundBy('mail', verdict.alerts, added);
  };
}

/** The sign-in's own second, by Graph's clock: Graph's instants have no smaller parts. */
const baselineOf = (addedAt: Date, serverOffsetMs: number): Date =>
  new Date(Math.floor((addedAt.getTime() + serverOffsetMs) / 1_000) * 1_000);
