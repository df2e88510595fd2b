/** A panel with a tray, as seen on the bus: knows the icons, reads their menus, clicks in them. */
import { EventEmitter, once } from 'node:events';
import { type CallMessage, connectBus, dictionary } from './dbus.ts';

const watcherName = 'org.kde.StatusNotifierWatcher';
const watcherPath = '/StatusNotifierWatcher';
const itemInterface = 'org.kde.StatusNotifierItem';
const menuInterface = 'com.canonical.dbusmenu';

export interface TrayItem {
  /** Connection that shows it. */
  readonly owner: string;
  readonly service: string;
  readonly path: string;
}
export interface TrayItemFacts {
  readonly id: string;
  readonly title: string;
  readonly status: string;
  readonly tooltip: string;
  /** Sizes of the pictures that came with it, in pixels. */
  readonly iconSizes: readonly number[];
}
export interface TrayMenuEntry {
  readonly id: number;
  /** As a person reads it; `-` for a separator. */
  readonly label: string;
  readonly enabled: boolean;
  readonly children: readonly TrayMenuEntry[];
}

export interface TrayHost {
  items(): readonly TrayItem[];
  /** Resolves when there is an icon. */
  item(limitMs?: number): Promise<TrayItem>;
  read(item: TrayItem): Promise<TrayItemFacts>;
  menu(item: TrayItem): Promise<readonly TrayMenuEntry[]>;
  /** Rejects if the menu has no such entry. */
  clickMenu(item: TrayItem, label: string): Promise<void>;
  /** A left click. */
  activate(item: TrayItem): Promise<void>;
  /** As a panel that crashes: what it knew is gone with it. */
  stop(): void;
}

/** @param options.withPanel false: somebody keeps a list of icons, and nobody draws them. */
export async function startTrayHost(
  address: string,
  options: { readonly withPanel?: boolean } = {},
): Promise<TrayHost> {
  const { withPanel = true } = options;
  const bus = await connectBus(address);
  const items: TrayItem[] = [];
  const news = new EventEmitter();
  const key = ({ service, path }: TrayItem): string => `${service}${path}`;
  const watcher = {
    IsStatusNotifierHostRegistered: withPanel,
    ProtocolVersion: 0,
    RegisteredStatusNotifierItems: [] as string[],
    RegisterStatusNotifierHost: () => {},
    RegisterStatusNotifierItem(name: string, { sender }: CallMessage) {
      const [service, path] = name.startsWith('/') ? [sender, name] : [name, '/StatusNotifierItem'];
      items.push({ owner: sender, service, path });
      changed();
    },
  };
  const changed = (): void => {
    watcher.RegisteredStatusNotifierItems = items.map(key);
    news.emit('items');
  };
  bus.export(
    watcherPath,
    {
      name: watcherName,
      methods: { RegisterStatusNotifierItem: ['s', ''], RegisterStatusNotifierHost: ['s', ''] },
      signals: { StatusNotifierItemRegistered: ['s', 'service'], StatusNotifierHostRegistered: [''] },
      properties: { RegisteredStatusNotifierItems: 'as', IsStatusNotifierHostRegistered: 'b', ProtocolVersion: 'i' },
    },
    watcher,
  );
  await bus.onSignal(
    { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'NameOwnerChanged' },
    ([name, , owner]) => {
      if (owner !== '') return;
      const left = items.filter((item) => item.owner !== name && item.service !== name);
      if (left.length === items.length) return;
      items.splice(0, items.length, ...left);
      changed();
    },
  );
  await bus.own(watcherName);

  const properties = async ({ service, path }: TrayItem, iface: string) => {
    const [all] = await bus.call({
      destination: service,
      path,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'GetAll',
      signature: 's',
      body: [iface],
    });
    return dictionary(all);
  };
  const menuPath = async (item: TrayItem): Promise<string> => String((await properties(item, itemInterface)).Menu);
  const menu = async (item: TrayItem): Promise<readonly TrayMenuEntry[]> => {
    const [, root] = await bus.call({
      destination: item.service,
      path: await menuPath(item),
      interface: menuInterface,
      member: 'GetLayout',
      signature: 'iias',
      body: [0, -1, []],
    });
    return toEntry(root as RawEntry).children;
  };

  return {
    items: () => [...items],
    async item(limitMs = 10_000) {
      const signal = AbortSignal.timeout(limitMs);
      while (items[0] === undefined) {
        await once(news, 'items', { signal }).catch(() => {
          throw new Error(`no tray icon in ${limitMs} ms`);
        });
      }
      return items[0];
    },
    async read(item) {
      const all = await properties(item, itemInterface);
      const pictures = Array.isArray(all.IconPixmap) ? (all.IconPixmap as readonly (readonly [number])[]) : [];
      const tooltip = Array.isArray(all.ToolTip) ? String(all.ToolTip[2]) : '';
      return {
        ...{ id: String(all.Id), title: String(all.Title), status: String(all.Status), tooltip },
        iconSizes: pictures.map(([width]) => width),
      };
    },
    menu,
    async clickMenu(item, label) {
      const entry = flat(await menu(item)).find((each) => each.label === label && each.enabled);
      if (entry === undefined) throw new Error(`the tray's menu offers no “${label}”`);
      await bus.call({
        destination: item.service,
        path: await menuPath(item),
        interface: menuInterface,
        member: 'Event',
        signature: 'isvu',
        body: [entry.id, 'clicked', ['s', ''], 0],
      });
    },
    async activate({ service, path }) {
      await bus.call({
        ...{ destination: service, path, interface: itemInterface, member: 'Activate', signature: 'ii' },
        body: [0, 0],
      });
    },
    stop: () => bus.close(),
  };
}

type RawEntry = readonly [id: number, properties: unknown, children: readonly unknown[]];
function toEntry([id, properties, children]: RawEntry): TrayMenuEntry {
  const all = dictionary(properties);
  const label = all.type === 'separator' ? '-' : String(all.label ?? '');
  return {
    id,
    // An underscore marks the letter to press; two of them are one.
    label: label.replaceAll(/_(_?)/g, '$1'),
    enabled: all.enabled !== false,
    children: children.map((child) => toEntry(plainEntry(child))),
  };
}
/** A child is a variant that holds an entry, whose own properties stay variants. */
function plainEntry(child: unknown): RawEntry {
  const [, [entry]] = child as readonly [unknown, readonly [RawEntry]];
  return entry;
}
const flat = (entries: readonly TrayMenuEntry[]): readonly TrayMenuEntry[] =>
  entries.flatMap((entry) => [entry, ...flat(entry.children)]);
