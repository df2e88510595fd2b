import type { GraphSubscription, Log, Records, Subscriptions } from '../domain/ports.ts';

/**
 * What Graph has against what we remember: leftovers go, changed expiries are taken over, and what Graph does not have
 * is forgotten. Creating beside a leftover would give 409.
 */
export async function adoptSubscriptions(world: {
  account: string;
  subscriptions: Subscriptions;
  records: Records;
  log: Log;
}): Promise<void> {
  const { account, subscriptions, records, log } = world;
  const listed = await subscriptions.list();
  for (const record of records.subscriptions().filter((r) => r.account === account)) {
    const found = listed.find((s) => s.id === record.id);
    if (found === undefined || !bothUrlsAt(found, record.host)) records.removeSubscription(record.id);
    else records.saveSubscription({ ...record, expiresAt: found.expiresAt });
  }
  const ours = new Set(records.subscriptions().map((r) => r.id));
  let leftovers = 0;
  for (const found of listed) {
    if (ours.has(found.id)) continue;
    await subscriptions.remove(found.id);
    leftovers += 1;
  }
  log.info('subscriptions.adopted', { adopted: ours.size, leftovers });
}

const bothUrlsAt = (found: GraphSubscription, host: string): boolean =>
  [found.notificationUrl, found.lifecycleNotificationUrl].every(
    (url) => url !== null && URL.canParse(url) && new URL(url).host === host,
  );
