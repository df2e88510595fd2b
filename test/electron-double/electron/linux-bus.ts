/**
 * What Electron on Linux says over the session's message bus, where a test gives the app one: the tray icon registers
 * itself once, when it is made; notifications are handed over by a call that waits on the main thread, as libnotify's does.
 */
import { spawnSync } from 'node:child_process';
import { type Bus, connectBus } from '../../desktop-double/dbus.ts';
import type { MenuNode } from '../wire.ts';

/** Null: nothing leaves this process but by the desktop that is drawn. */
export function busAddress(): string | null {
  const address = process.env.DBUS_SESSION_BUS_ADDRESS ?? '';
  return process.platform === 'linux' && address !== '' ? address : null;
}

// ── the tray icon ───────────────────────────────────────────────────────────────────────────────────────────────────

export interface TrayOnBus {
  changed(): void;
  gone(): void;
}
interface TrayFace {
  readonly id: number;
  readonly tooltip: () => string;
  readonly menu: () => readonly MenuNode[];
  readonly clicked: (itemId: number) => void;
  readonly activated: () => void;
}

const watcher = { destination: 'org.kde.StatusNotifierWatcher', path: '/StatusNotifierWatcher' };
const item = { name: 'org.kde.StatusNotifierItem', path: '/StatusNotifierItem' };
const menu = { name: 'com.canonical.dbusmenu', path: '/com/canonical/dbusmenu' };

/** Never fails: without a panel there is no icon, and the app is told nothing, as with Electron. */
export function trayOnBus(address: string, face: TrayFace): TrayOnBus {
  let isGone = false;
  let revision = 1;
  const made = register(
    address,
    face,
    () => revision,
    () => isGone,
  ).catch(() => null);
  return {
    changed() {
      revision += 1;
      void made.then((bus) => {
        bus?.signal(item.path, item.name, 'NewToolTip', '');
        bus?.signal(menu.path, menu.name, 'LayoutUpdated', 'ui', revision, 0);
      });
    },
    gone() {
      isGone = true;
      void made.then((bus) => bus?.close());
    },
  };
}

async function register(
  address: string,
  face: TrayFace,
  revision: () => number,
  isGone: () => boolean,
): Promise<Bus | null> {
  const bus = await connectBus(address);
  bus.export(
    item.path,
    {
      name: item.name,
      methods: { Activate: ['ii', ''], ContextMenu: ['ii', ''], SecondaryActivate: ['ii', ''] },
      properties: {
        ...{ Category: 's', Id: 's', Title: 's', Status: 's', IconName: 's', IconPixmap: 'a(iiay)' },
        ...{ ToolTip: '(sa(iiay)ss)', ItemIsMenu: 'b', Menu: 'o', WindowId: 'i' },
      },
    },
    {
      ...{ Category: 'ApplicationStatus', Id: `double_${face.id}`, Title: 'Electron', Status: 'Active' },
      // Pictures stay at home: a panel's drawing of them is not played.
      ...{ IconName: '', IconPixmap: [], ItemIsMenu: false, Menu: menu.path, WindowId: 0 },
      get ToolTip() {
        return ['', [], face.tooltip(), ''];
      },
      Activate: () => face.activated(),
      ContextMenu: () => {},
      SecondaryActivate: () => face.activated(),
    },
  );
  bus.export(
    menu.path,
    {
      name: menu.name,
      methods: {
        GetLayout: ['iias', 'u(ia{sv}av)'],
        Event: ['isvu', ''],
        AboutToShow: ['i', 'b'],
        GetGroupProperties: ['aias', 'a(ia{sv})'],
      },
      signals: { LayoutUpdated: ['ui', 'revision', 'parent'] },
      properties: { Version: 'u', Status: 's', TextDirection: 's' },
    },
    {
      ...{ Version: 3, Status: 'normal', TextDirection: 'ltr' },
      GetLayout: () => [revision(), [0, [['children-display', ['s', 'submenu']]], face.menu().map(toChild)]],
      Event: (id: number, kind: string) => {
        if (kind === 'clicked') face.clicked(id);
      },
      AboutToShow: () => false,
      GetGroupProperties: () => [],
    },
  );
  const name = `org.kde.StatusNotifierItem-${process.pid}-${face.id}`;
  await bus.own(name);
  if (!isGone() && (await hasPanel(bus))) {
    const call = { ...watcher, interface: watcher.destination, member: 'RegisterStatusNotifierItem' };
    await bus.call({ ...call, signature: 's', body: [name] }).catch(() => {});
  }
  return bus;
}

async function hasPanel(bus: Bus): Promise<boolean> {
  try {
    const call = { ...watcher, interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss' };
    const [answer] = await bus.call({ ...call, body: [watcher.destination, 'IsStatusNotifierHostRegistered'] });
    return Array.isArray(answer) && Array.isArray(answer[1]) && answer[1][0] === true;
  } catch {
    return false;
  }
}

const toChild = (node: MenuNode): unknown => ['(ia{sv}av)', [node.id, propertiesOf(node), node.submenu.map(toChild)]];
function propertiesOf({ type, label, enabled, visible }: MenuNode): unknown[] {
  if (type === 'separator') return [['type', ['s', 'separator']]];
  return [
    ['label', ['s', label.replaceAll('_', '__').replaceAll(/&(&?)/g, (_all, second) => (second === '' ? '_' : '&'))]],
    ['enabled', ['b', enabled]],
    ['visible', ['b', visible]],
  ];
}

// ── notifications ───────────────────────────────────────────────────────────────────────────────────────────────────

/** As libnotify waits for a service: much longer than any person does, in milliseconds. */
const waitMs = 25_000;
const server = ['--dest', 'org.freedesktop.Notifications', '--object-path', '/org/freedesktop/Notifications'];

export interface NotificationOnBus {
  readonly title: string;
  readonly body: string;
  readonly urgency: 'low' | 'normal' | 'critical';
  readonly stays: boolean;
  readonly silent: boolean;
}

/** Waits for the answer without letting anything else run. Null when nothing took it. */
export function notifyOnBus({ title, body, urgency, stays, silent }: NotificationOnBus): number | null {
  const level = { low: 0, normal: 1, critical: 2 }[urgency];
  const sound = silent ? ", 'suppress-sound': <true>" : '';
  const answer = callServer('Notify', [
    ...["'Tidings'", 'uint32 0', "''", JSON.stringify(title), JSON.stringify(body), "['default', 'View']"],
    ...[`{'urgency': <byte ${level}>${sound}}`, `int32 ${stays ? 0 : -1}`],
  ]);
  const id = /uint32 (\d+)/.exec(answer ?? '')?.[1];
  return id === undefined ? null : Number(id);
}

export function closeOnBus(id: number): void {
  callServer('CloseNotification', [`uint32 ${id}`]);
}

function callServer(member: string, args: readonly string[]): string | null {
  const call = ['call', '--session', '--timeout', String(waitMs / 1_000), ...server];
  const method = ['--method', `org.freedesktop.Notifications.${member}`, ...args];
  const { status, stdout } = spawnSync('gdbus', [...call, ...method], { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}

/** Tells what people do with notifications, until the process ends. */
export async function watchNotifications(
  address: string,
  told: { clicked(id: number): void; closed(id: number): void },
): Promise<void> {
  const bus = await connectBus(address);
  const where = { path: '/org/freedesktop/Notifications', interface: 'org.freedesktop.Notifications' };
  await bus.onSignal({ ...where, member: 'ActionInvoked' }, ([id]) => told.clicked(Number(id)));
  await bus.onSignal({ ...where, member: 'NotificationClosed' }, ([id]) => told.closed(Number(id)));
}
