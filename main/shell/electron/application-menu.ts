import type { MenuItemConstructorOptions } from 'electron';

/**
 * The menu of the window on Windows and Linux, seen while Alt is pressed: only with a menu do the system's keys make
 * the page larger and smaller (WCAG 1.4.4). It has no reloading, no developer tools, nothing that leads elsewhere.
 */
export const applicationMenu: readonly MenuItemConstructorOptions[] = [
  {
    label: '&View',
    submenu: [
      { role: 'zoomIn', label: 'Larger' },
      // An item has one key alone, and + needs Shift on many keyboards: https://github.com/electron/electron/issues/44226
      { role: 'zoomIn', label: 'Larger', accelerator: 'CommandOrControl+=', visible: false },
      { role: 'zoomOut', label: 'Smaller' },
      { role: 'resetZoom', label: 'Usual size' },
      { type: 'separator' },
      { role: 'close', label: 'Close window' },
    ],
  },
];
