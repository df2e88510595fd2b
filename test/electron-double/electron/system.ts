/** The small modules: `shell`, `net`, `powerMonitor`, `nativeTheme`, `dialog`. */
import type { PowerEvent } from '../wire.ts';
import { complete, emitterOf } from './guard.ts';
import { host, tell } from './host.ts';

export const shell = complete('shell', {
  openExternal: (url: string) => host().desktop.openExternal(url),
  /** Electron's answer is an error text, empty when the folder opened. */
  openPath: (path: string) => host().desktop.openPath(path),
  beep: () => {},
});

let isOnline: boolean | null = null;
export const net = complete('net', {
  // Electron goes through Chromium's network; here it is Node's fetch, proxy and certificates from the environment.
  fetch: (input: string | URL | Request, init?: RequestInit) => fetch(input, init),
  isOnline: () => isOnline ?? host().start.isOnline,
  get online() {
    return isOnline ?? host().start.isOnline;
  },
});
export function setOnline(next: boolean): void {
  isOnline = next;
}

const powerEvents: PowerEvent[] = [
  'suspend',
  'resume',
  'lock-screen',
  'unlock-screen',
  'shutdown',
  'on-ac',
  'on-battery',
];
const power = emitterOf('powerMonitor', [...powerEvents]);
export const powerMonitor = complete('powerMonitor', Object.assign(power, {}));

let isDark: boolean | null = null;
let source: 'system' | 'light' | 'dark' = 'system';
const theme = emitterOf('nativeTheme', ['updated']);
Object.defineProperties(theme, {
  shouldUseDarkColors: {
    get: () => (source === 'system' ? (isDark ?? host().start.isDark) : source === 'dark'),
    enumerable: true,
  },
  // The panel follows the system, whatever the app chose for its own windows.
  shouldUseDarkColorsForSystemIntegratedUI: { get: () => isDark ?? host().start.isDark, enumerable: true },
  themeSource: {
    get: () => source,
    set: (next: typeof source) => {
      source = next;
      theme.emit('updated');
    },
    enumerable: true,
  },
});
export const nativeTheme = complete('nativeTheme', Object.assign(theme, {}));
export function setDark(next: boolean): void {
  isDark = next;
  theme.emit('updated');
}

export const dialog = complete('dialog', {
  showErrorBox: (title: string, content: string) => {
    console.error(`${title}\n${content}`);
    tell(host().desktop.errorBox(title, content));
  },
});
