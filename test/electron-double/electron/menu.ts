/** `Menu` and `MenuItem`: kept as objects, drawn by the desktop from a snapshot. */
import type { MenuNode } from '../wire.ts';
import { complete, electronClass } from './guard.ts';

type ItemType = MenuNode['type'];
export interface MenuItemOptions {
  id?: string;
  label?: string;
  type?: ItemType;
  role?: string;
  enabled?: boolean;
  visible?: boolean;
  checked?: boolean;
  icon?: unknown;
  click?: (item: DoubleMenuItem, window: unknown, event: object) => void;
  submenu?: MenuItemOptions[] | DoubleMenu;
}
export interface DoubleMenuItem {
  readonly commandId: number;
  readonly id: string;
  label: string;
  readonly type: ItemType;
  readonly role: string | undefined;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  readonly submenu: DoubleMenu | undefined;
  menu: DoubleMenu | undefined;
  click(): void;
}
export interface DoubleMenu {
  readonly items: DoubleMenuItem[];
  append(item: DoubleMenuItem): void;
  insert(position: number, item: DoubleMenuItem): void;
}

let nextCommandId = 1;
const roles = new Map<string, () => void>();

/** What choosing an item with this role does; roles without one do nothing. */
export function onRole(role: string, run: () => void): void {
  roles.set(role, run);
}

function createItem(options: MenuItemOptions): DoubleMenuItem {
  const type = options.type ?? (options.submenu === undefined ? 'normal' : 'submenu');
  if (type === 'submenu' && options.submenu === undefined) throw new Error('Invalid submenu');
  const submenu = Array.isArray(options.submenu) ? buildFromTemplate(options.submenu) : options.submenu;
  const item: DoubleMenuItem = complete('MenuItem', {
    commandId: nextCommandId++,
    id: options.id ?? '',
    label: options.label ?? options.role ?? '',
    type,
    role: options.role,
    enabled: options.enabled ?? true,
    visible: options.visible ?? true,
    checked: options.checked ?? false,
    submenu,
    menu: undefined,
    click: () => {
      if (!item.enabled) return;
      if (type === 'checkbox') item.checked = !item.checked;
      if (type === 'radio') {
        for (const other of item.menu?.items ?? []) if (other.type === 'radio') other.checked = false;
        item.checked = true;
      }
      const event = { triggeredByAccelerator: false, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false };
      if (options.click) options.click(item, undefined, event);
      else if (options.role !== undefined) roles.get(options.role)?.();
    },
  });
  return item;
}

function createMenu(): DoubleMenu {
  const items: DoubleMenuItem[] = [];
  const menu: DoubleMenu = complete('Menu', {
    items,
    append: (item) => menu.insert(items.length, item),
    insert: (position, item) => {
      item.menu = menu;
      items.splice(position, 0, item);
    },
  });
  return menu;
}

function buildFromTemplate(template: readonly (MenuItemOptions | DoubleMenuItem)[]): DoubleMenu {
  if (!Array.isArray(template)) throw new TypeError('Invalid template for Menu: Menu template must be an array');
  const menu = createMenu();
  for (const entry of template) menu.append('commandId' in entry ? entry : createItem(entry));
  return menu;
}

/** What a status-notifier host is told of a menu: values as they are now. */
export function snapshot(menu: DoubleMenu | null): MenuNode[] {
  return (menu?.items ?? []).map((item) => ({
    id: item.commandId,
    type: item.type,
    label: item.label,
    enabled: item.enabled,
    visible: item.visible,
    checked: item.checked,
    submenu: snapshot(item.submenu ?? null),
  }));
}

export function findItem(menu: DoubleMenu | null, commandId: number): DoubleMenuItem | null {
  for (const item of menu?.items ?? []) {
    const found = item.commandId === commandId ? item : findItem(item.submenu ?? null, commandId);
    if (found !== null) return found;
  }
  return null;
}

export const MenuItem = electronClass('MenuItem', createItem, {});
export const Menu = electronClass('Menu', createMenu, {
  buildFromTemplate,
  // Windows are drawn without a menu bar: there is no place for it.
  setApplicationMenu: () => {},
});
