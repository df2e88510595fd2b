/** What the product gets when it imports `electron` in the double. A name that is missing here fails at import. */
export { app } from './electron/app.ts';
export { BrowserWindow } from './electron/browser-window.ts';
export { ipcMain } from './electron/ipc-main.ts';
export { Menu, MenuItem } from './electron/menu.ts';
export { nativeImage } from './electron/native-image.ts';
export { Notification } from './electron/notification.ts';
export { protocol, session } from './electron/session.ts';
export { dialog, nativeTheme, net, powerMonitor, shell } from './electron/system.ts';
export { Tray } from './electron/tray.ts';
