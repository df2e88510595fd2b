import type { GraphSubscription, Log, Neighbours, Records, Subscriptions } from '../domain/ports.ts';

/**
 * What Graph has against what we remember: leftovers go, changed expiries are taken over, and what Graph does not have
 * is forgotten. Creating beside a leftover would give 409.
 *
 * Graph keeps one subscription for each mailbox, resource and app, so two computers of one person compete for it. What
 * points to a Tidings that answers is no leftover: it stays, unless the person wants this computer to take over.
 *
 * @returns how many subscriptions of another computer were left alone, and where those pointed that were not.
 */
export async function adoptSubscriptions(world: {
  account: string;
  subscriptions: Subscriptions;
  records: Records;
  neighbours: Neighbours;
  /** The host of our public address, or null while there is none. */
  host: string | null;
  takesOver: boolean;
  log: Log;
}): Promise<{ readonly elsewhere: number; readonly takenFrom: readonly string[] }> {
  const { account, subscriptions, records, host, log } = world;
  const listed = await subscriptions.list();
  for (const record of records.subscriptions().filter((r) => r.account === account)) {
    const found = listed.find((s) => s.id === record.id);
    if (found === undefined || !bothUrlsAt(found, record.host)) records.removeSubscription(record.id);
    else records.saveSubscription({ ...record, expiresAt: found.expiresAt });
  }
  const ours = new Set(records.subscriptions().map((r) => r.id));
  const unknown = listed.filter(({ id }) => !ours.has(id));
  const isOurs = ({ notificationUrl }: GraphSubscription): boolean => host !== null && hostOf(notificationUrl) === host;
  const isElsewhere = await Promise.all(
    unknown.map(async (found) => {
      if (world.takesOver || isOurs(found)) return false;
      return await world.neighbours.answers(found.notificationUrl);
    }),
  );
  const leftovers = unknown.filter((_, index) => isElsewhere[index] === false);
  for (const { id } of leftovers) await subscriptions.remove(id);
  const elsewhere = unknown.length - leftovers.length;
  log.info('subscriptions.adopted', { adopted: ours.size, leftovers: leftovers.length, elsewhere });
  const takenFrom = leftovers
    .filter((found) => world.takesOver && !isOurs(found))
    .map((found) => found.notificationUrl);
  return { elsewhere, takenFrom };
}

const hostOf = (url: string | null): string | null => (url !== null && URL.canParse(url) ? new URL(url).host : null);

const bothUrlsAt = (found: GraphSubscription, host: string): boolean =>
  [found.notificationUrl, found.lifecycleNotificationUrl].every((url) => hostOf(url) === host);
