import type { BusAnswer, SessionBus } from './session-bus.ts';

/** `unknown`: there is no way to find out. */
export type ToastService = 'there' | 'absent' | 'unknown';
export type TrayStanding =
  | 'shown'
  /** Nothing on this desktop draws tray icons. */
  | 'noHost'
  /** Something does, and ours is not among them. */
  | 'notRegistered'
  | 'unknown';

/**
 * Whether something shows notifications: it has to answer. A bare desktop may have a service that is started on demand,
 * and one may hang; both would make Electron's own call wait for minutes, on the main thread.
 *
 * @see https://github.com/electron/electron/issues/48753
 */
export async function askToastService(bus: SessionBus): Promise<ToastService> {
  const answer = await bus.call({
    service: 'org.freedesktop.Notifications',
    path: '/org/freedesktop/Notifications',
    method: 'org.freedesktop.Notifications.GetServerInformation',
  });
  return answer.kind === 'answered' ? 'there' : answer.kind === 'refused' ? 'absent' : 'unknown';
}

/**
 * Whether our icon is on the panel: a watcher must be there, it must know of a panel, and have our icon on its list.
 *
 * @param pid the process that shows the icon.
 * @see https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/StatusNotifierWatcher/
 */
export async function askTray(bus: SessionBus, pid: number): Promise<TrayStanding> {
  const answer = await bus.call({
    service: 'org.kde.StatusNotifierWatcher',
    path: '/StatusNotifierWatcher',
    method: 'org.freedesktop.DBus.Properties.GetAll',
    args: ['org.kde.StatusNotifierWatcher'],
  });
  if (answer.kind !== 'answered') return answer.kind === 'refused' ? 'noHost' : 'unknown';
  const { hasHost, pids, connections } = readWatcher(answer.text);
  if (!hasHost) return 'noHost';
  if (pids.includes(pid)) return 'shown';
  for (const connection of connections) {
    const owner = await pidOf(bus, connection);
    if (owner === pid) return 'shown';
  }
  return 'notRegistered';
}

/** What the watcher's properties say, as any of the tools prints them. */
export function readWatcher(text: string): {
  readonly hasHost: boolean;
  /** Of those whose name holds one: `org.kde.StatusNotifierItem-4711-1`. */
  readonly pids: readonly number[];
  /** Of those that are known by their connection only: `:1.42`. */
  readonly connections: readonly string[];
} {
  const host = /IsStatusNotifierHostRegistered\W+(?:(?:variant|boolean|b)\W+)*(true|false)/.exec(text);
  return {
    // A watcher that does not say is one of the panel's own, as GNOME's extension was for long.
    hasHost: host?.[1] !== 'false',
    pids: [...text.matchAll(/StatusNotifierItem-(\d+)-\d+/g)].map(([, pid]) => Number(pid)),
    connections: [...new Set(text.match(/:\d+\.\d+/g) ?? [])],
  };
}

async function pidOf(bus: SessionBus, connection: string): Promise<number | null> {
  const answer: BusAnswer = await bus.call({
    service: 'org.freedesktop.DBus',
    path: '/org/freedesktop/DBus',
    method: 'org.freedesktop.DBus.GetConnectionUnixProcessID',
    args: [connection],
  });
  const digits = answer.kind === 'answered' ? /(\d+)\D*$/.exec(answer.text)?.[1] : undefined;
  return digits === undefined ? null : Number(digits);
}
