/** What the desktop page draws; the whole state each time. */
import type { MenuNode } from '../wire.ts';

export interface DrawnTray {
  readonly key: string;
  readonly iconDataUrl: string;
  readonly tooltip: string;
  readonly menu: readonly MenuNode[];
}
export interface DrawnToast {
  readonly id: string;
  readonly app: string;
  readonly appIconDataUrl: string;
  readonly title: string;
  readonly text: string;
  readonly iconDataUrl: string;
  readonly urgency: 'low' | 'normal' | 'critical';
  readonly when: string;
}
export interface DrawnWindow {
  readonly key: string;
  readonly kind: 'app' | 'browser';
  readonly title: string;
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** PNG of its content as a data URL; empty while no picture was taken. */
  readonly picture: string;
}
export interface DrawnDesktop {
  readonly theme: 'light' | 'dark';
  readonly date: string;
  readonly clock: string;
  readonly isOnline: boolean;
  readonly isLocked: boolean;
  readonly isAsleep: boolean;
  readonly trays: readonly DrawnTray[];
  readonly toasts: readonly DrawnToast[];
  readonly windows: readonly DrawnWindow[];
}

/** What the person does on the drawn desktop. */
export type DesktopGesture =
  | { readonly kind: 'menu-item'; readonly tray: string; readonly item: number }
  | { readonly kind: 'tray-activate'; readonly tray: string }
  | { readonly kind: 'toast-click'; readonly toast: string }
  | { readonly kind: 'toast-close'; readonly toast: string }
  | { readonly kind: 'window-close'; readonly window: string };
