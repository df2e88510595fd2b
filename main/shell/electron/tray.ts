import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, nativeTheme, Tray } from 'electron';
import type { HealthState } from '../../domain/health.ts';
import type { TrayCommand, TrayMenuItem, TrayView } from '../tray-view.ts';
import { type IconVariant, trayIcons } from './tray-icons.generated.ts';

/** Held here, or the garbage collector takes the icon off the panel. */
let tray: Tray | null = null;

export interface TrayIcon {
  /** Draws everything anew: Linux forgets a menu's changes unless it is set again. */
  show(view: TrayView): void;
  /** For a panel that came later, or began anew and does not know of it. */
  makeAnew(): void;
  dispose(): void;
}

/** Nothing is drawn before the first `show()`. To be called when Electron is ready. */
export function createTray(run: (command: TrayCommand) => void): TrayIcon {
  let shown: TrayView | null = null;
  let drawn = '';
  const draw = (view: TrayView): void => {
    shown = view;
    const variant = iconVariant();
    // Most news (an unread count, an account's name) concern a part: what is drawn already does not flicker.
    const drawing = JSON.stringify([variant, view]);
    if (drawing === drawn) return;
    drawn = drawing;
    const image = iconOf(view.icon, variant);
    if (tray === null) {
      tray = new Tray(image);
      // Where clicks are told at all (Windows): a click opens the window. On Linux and macOS it opens the menu.
      if (process.platform === 'win32') tray.on('click', () => run({ do: 'showView', view: 'today' }));
    } else tray.setImage(image);
    tray.setToolTip(view.tooltip);
    tray.setContextMenu(Menu.buildFromTemplate(view.menu.map((item) => menuItem(item, run))));
  };
  const redraw = (): void => {
    if (shown !== null) draw(shown);
  };
  nativeTheme.on('updated', redraw);
  return {
    show: draw,
    makeAnew() {
      tray?.destroy();
      tray = null;
      drawn = '';
      redraw();
    },
    dispose() {
      nativeTheme.off('updated', redraw);
      tray?.destroy();
      tray = null;
    },
  };
}

function menuItem(item: TrayMenuItem, run: (command: TrayCommand) => void): MenuItemConstructorOptions {
  if (item.kind === 'separator') return { type: 'separator' };
  const { command } = item;
  // A single ampersand would vanish and underline the letter after it.
  const label = item.label.replaceAll('&', '&&');
  return command === null ? { label, enabled: false } : { label, click: () => run(command) };
}

/** Linux does not tell the panel's colour, and GNOME's is dark in a light desktop: its icons carry their own outline. */
function iconVariant(): IconVariant {
  if (process.platform === 'darwin') return 'template';
  if (process.platform === 'linux') return 'outlined';
  return nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'onDark' : 'onLight';
}

function iconOf(state: HealthState, variant: IconVariant): NativeImage {
  const image = nativeImage.createEmpty();
  trayIcons[variant][state].forEach((png, index) => {
    image.addRepresentation({ scaleFactor: index + 1, buffer: Buffer.from(png, 'base64') });
  });
  if (variant === 'template') image.setTemplateImage(true);
  return image;
}
