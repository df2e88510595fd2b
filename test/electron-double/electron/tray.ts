/** `Tray`: everything the app sets goes to the desktop's panel; what is clicked there comes back here. */
import type { EventEmitter } from 'node:events';
import { complete, electronClass, emitterOf } from './guard.ts';
import { host, needsReady, tell } from './host.ts';
import { busAddress, trayOnBus } from './linux-bus.ts';
import { type DoubleMenu, findItem, snapshot } from './menu.ts';
import { type DoubleImage, sharpestDataUrl, toImage } from './native-image.ts';

interface Entry {
  /** Weakly: an icon that nothing holds is taken off the panel, as in Electron. */
  readonly emitter: WeakRef<EventEmitter>;
  readonly menu: () => DoubleMenu | null;
}
const trays = new Map<number, Entry>();
const unheld = new FinalizationRegistry<number>((id) => {
  if (trays.delete(id)) tell(host().desktop.trayGone(id));
});
let nextId = 1;

const events = ['click', 'right-click', 'double-click', 'middle-click', 'mouse-enter', 'mouse-leave', 'mouse-move'];

function createTray(icon: DoubleImage | string, _guid?: string) {
  needsReady('Cannot create Tray');
  const id = nextId++;
  let image = toImage(icon);
  let tooltip = '';
  let menu: DoubleMenu | null = null;
  let shownMenu = snapshot(null);
  let isDestroyed = false;
  const live = () => {
    if (isDestroyed) throw new Error('Tray is destroyed');
  };
  let willShow = false;
  /** What the app sets in one go is shown in one go: nobody sees an icon without its tooltip. */
  const show = () => {
    if (willShow) return;
    willShow = true;
    queueMicrotask(() => {
      willShow = false;
      if (isDestroyed) return;
      onBus?.changed();
      tell(host().desktop.trayShown(id, { iconDataUrl: sharpestDataUrl(image), tooltip, menu: shownMenu }));
    });
  };

  const emitter = emitterOf('Tray', events);
  trays.set(id, { emitter: new WeakRef(emitter), menu: () => menu });
  unheld.register(emitter, id);
  const address = busAddress();
  const face = { id, tooltip: () => tooltip, menu: () => shownMenu };
  const acts = { clicked: (item: number) => clickTrayMenu(id, item), activated: () => activateTray(id) };
  const onBus = address === null ? null : trayOnBus(address, { ...face, ...acts });
  show();
  return complete(
    'Tray',
    Object.assign(emitter, {
      setImage: (next: DoubleImage | string) => {
        live();
        image = toImage(next);
        show();
      },
      setToolTip: (next: string) => {
        live();
        if (typeof next !== 'string') throw new TypeError('Error processing argument at index 0, conversion failure');
        tooltip = next;
        show();
      },
      setContextMenu: (next: DoubleMenu | null) => {
        live();
        menu = next;
        shownMenu = snapshot(next);
        show();
      },
      destroy: () => {
        if (isDestroyed) return;
        isDestroyed = true;
        trays.delete(id);
        onBus?.gone();
        tell(host().desktop.trayGone(id));
      },
      isDestroyed: () => isDestroyed,
    }),
  );
}

export const Tray = electronClass('Tray', createTray, {});

export function clickTrayMenu(trayId: number, itemId: number): void {
  const item = findItem(trays.get(trayId)?.menu() ?? null, itemId);
  if (item === null) throw new Error('That menu item is not in the tray menu any more');
  item.click();
}

export function activateTray(trayId: number): void {
  trays.get(trayId)?.emitter.deref()?.emit('click', {}, { x: 0, y: 0, width: 0, height: 0 }, { x: 0, y: 0 });
}
