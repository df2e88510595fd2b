/** A notification server as a desktop has one: takes what is sent to it, and lets a test click it. */
import { EventEmitter, once } from 'node:events';
import { type Bus, connectBus, dictionary } from './dbus.ts';

const name = 'org.freedesktop.Notifications';
const path = '/org/freedesktop/Notifications';

/** As it came over the bus, nothing left out. */
export interface SentNotification {
  readonly id: number;
  readonly app: string;
  /** The id of the one it takes the place of, or 0. */
  readonly replaces: number;
  readonly icon: string;
  readonly title: string;
  /** Read as markup. */
  readonly body: string;
  /** Keys and labels, in turn. */
  readonly actions: readonly string[];
  readonly hints: Readonly<Record<string, unknown>>;
  /** Milliseconds; -1: as the server likes; 0: stays. */
  readonly expireTimeout: number;
}

export interface NotificationServer {
  /** All that ever came, oldest first. */
  readonly sent: readonly SentNotification[];
  /** What is on the screen. */
  shown(): readonly SentNotification[];
  /** Resolves with the next one whose text has these words, or with one on the screen that has them. */
  next(words: string): Promise<SentNotification>;
  /** A click on it (`default`), or on one of its buttons; it then leaves the screen. */
  click(id: number, action?: string): void;
  /** The person's own closing. */
  dismiss(id: number): void;
  /** It takes nothing any more: as a server that crashed. */
  stop(): void;
}

/** @param options.hangs it is there, and answers nothing. */
export async function startNotificationServer(
  address: string,
  options: { readonly hangs?: boolean; readonly waitLimitMs?: number } = {},
): Promise<NotificationServer> {
  const { hangs = false, waitLimitMs = 20_000 } = options;
  const bus: Bus = await connectBus(address);
  const sent: SentNotification[] = [];
  const onScreen = new Map<number, SentNotification>();
  const arrivals = new EventEmitter();
  let lastId = 0;
  const answer = <T>(value: T): T | Promise<never> => (hangs ? new Promise<never>(() => {}) : value);
  const gone = (id: number, reason: number): void => {
    if (onScreen.delete(id)) bus.signal(path, name, 'NotificationClosed', 'uu', id, reason);
  };

  bus.export(
    path,
    {
      name,
      methods: {
        GetServerInformation: ['', 'ssss'],
        GetCapabilities: ['', 'as'],
        Notify: ['susssasa{sv}i', 'u'],
        CloseNotification: ['u', ''],
      },
      signals: { NotificationClosed: ['uu', 'id', 'reason'], ActionInvoked: ['us', 'id', 'action_key'] },
    },
    {
      GetServerInformation: () => answer(['played', 'tests', '1', '1.2']),
      GetCapabilities: () => answer(['actions', 'body', 'body-markup']),
      Notify: (...call: readonly unknown[]) => {
        const [app, replaces, icon, title, body, actions, hints, expireTimeout] = call;
        if (Number(replaces) === 0) lastId += 1;
        const id = Number(replaces) === 0 ? lastId : Number(replaces);
        const notification: SentNotification = {
          ...{ id, app: String(app), replaces: Number(replaces), icon: String(icon), title: String(title) },
          ...{ body: String(body), actions: actions as readonly string[], hints: dictionary(hints) },
          expireTimeout: Number(expireTimeout),
        };
        sent.push(notification);
        onScreen.set(id, notification);
        arrivals.emit('one');
        return answer(id);
      },
      CloseNotification: (id: number) => {
        gone(id, 3);
        return answer(undefined);
      },
    },
  );
  await bus.own(name);

  const has = (words: string) => [...onScreen.values()].find(({ title, body }) => `${title}\n${body}`.includes(words));
  return {
    sent,
    shown: () => [...onScreen.values()],
    async next(words) {
      const signal = AbortSignal.timeout(waitLimitMs);
      for (;;) {
        const found = has(words);
        if (found !== undefined) return found;
        await once(arrivals, 'one', { signal }).catch(() => {
          throw new Error(`no notification with “${words}” in ${waitLimitMs} ms, but ${JSON.stringify(sent)}`);
        });
      }
    },
    click(id, action = 'default') {
      bus.signal(path, name, 'ActionInvoked', 'us', id, action);
      gone(id, 2);
    },
    dismiss: (id) => gone(id, 2),
    stop: () => bus.close(),
  };
}
