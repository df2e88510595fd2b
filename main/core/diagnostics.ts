import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { AppState } from '../domain/app-state.ts';
import { diagnosticsText } from '../domain/diagnostics.ts';
import type { Settings } from '../domain/settings.ts';
import type { World } from '../world.ts';

const logLines = 200;

/** The report for a question for help, from what the core knows at this moment. Never throws: it is for bad days. */
export function composeDiagnostics(
  { settings, store, recentLog, about }: Pick<World, 'settings' | 'store' | 'recentLog' | 'about'>,
  state: AppState,
  publicUrl: string | null,
): string {
  const { queue, ledger, records } = store;
  const now = settings.current();
  const subscriptions = whatever(() => records.subscriptions());
  return diagnosticsText({
    about,
    state,
    settings: now,
    managed: settings.managed(),
    counts: {
      alerts: whatever(() => ledger.alertCount()),
      'alerts waiting to be told': whatever(() => ledger.waiting().length),
      'notifications in the queue': whatever(() => queue.size()),
      subscriptions: subscriptions?.length ?? null,
    },
    log: recentLog(logLines),
    unsaid: [
      ...peopleIn(state),
      ...chosenIn(now),
      ...(publicUrl === null ? [] : hostsIn(publicUrl)),
      ...(subscriptions ?? []).flatMap(({ host }) => [host, host.split('.')[0] ?? '']),
      dirname(settings.path),
      homedir(),
    ],
  });
}

function whatever<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

const peopleIn = ({ accounts }: AppState): readonly string[] =>
  accounts.flatMap(({ account: { homeAccountId, tenantId, username, name } }) => [
    homeAccountId,
    ...homeAccountId.split('.'),
    tenantId,
    username,
    ...username.split('@'),
    ...(name === null ? [] : [name]),
  ]);

function chosenIn({ clientId, authority, mail, tunnel }: Settings): readonly string[] {
  const tenant = new URL(authority).pathname.slice(1);
  return [
    ...(clientId === null ? [] : [clientId]),
    ...(tenant.includes('.') || tenant.includes('-') ? [tenant] : []),
    ...mail.vips,
    ...mail.folders.flatMap(({ account, id, name }) => [account, id, name]),
    ...(tunnel.kind === 'fixedAddress' ? hostsIn(tunnel.url) : []),
  ];
}

/** With its port, without, and the first label of it: the name that a relay gave us. */
function hostsIn(url: string): readonly string[] {
  const { host, hostname } = new URL(url);
  return [host, hostname, hostname.split('.')[0] ?? ''];
}
