// The app that the probes run against: the same files in the double and in the real Electron, nothing built in between.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { app, BrowserWindow, ipcMain, Menu, Notification, nativeImage, net, protocol, session, Tray } from 'electron';

const types = { html: 'text/html', js: 'text/javascript' };
const csp =
  "default-src 'none'; script-src 'self'; frame-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'";
// One transparent pixel: nobody looks at it.
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=';

let tray = null;
let window = null;
const held = new Set();
const mistakes = {};
const wrong = (name, run) => {
  try {
    run();
    mistakes[name] = null;
  } catch (error) {
    mistakes[name] = error.message;
  }
};
const tell = (...values) => {
  console.log(`told ${JSON.stringify(values)}`);
  if (window !== null && !window.isDestroyed()) window.webContents.send('told', ...values);
};

function openWindow() {
  if (window !== null) {
    window.show();
    return;
  }
  const opened = new BrowserWindow({
    width: 640,
    height: 480,
    show: false,
    title: 'Conformance',
    webPreferences: {
      preload: join(import.meta.dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  window = opened;
  opened.once('ready-to-show', () => opened.show());
  opened.on('close', () => console.log('window closing'));
  opened.once('closed', () => {
    window = null;
  });
  opened.loadURL('app://main/page.html').catch((error) => console.log(`load failed ${error.message}`));
}

function showTray() {
  tray = new Tray(nativeImage.createFromDataURL(pixel));
  tray.setToolTip('Conformance tray');
  const menu = Menu.buildFromTemplate([
    { label: 'All good', enabled: false },
    { type: 'separator' },
    { label: 'Open', click: openWindow },
    { label: 'Tell', click: () => tell('from the tray') },
    { label: 'Pause', submenu: [{ label: 'For an hour', click: () => tell('paused') }] },
    { role: 'quit', label: 'Quit' },
  ]);
  tray.setContextMenu(menu);
  // Where no bus leads to the tray, the driver clicks here.
  globalThis.conformanceMenu = menu;
}

async function answer({ url, method }) {
  const name = new URL(url).pathname.slice(1);
  const type = types[name.split('.').at(-1) ?? ''];
  if (type === undefined || method !== 'GET' || !/^[\w.]+$/.test(name)) return new Response('none', { status: 404 });
  const body = await readFile(join(import.meta.dirname, name)).catch(() => null);
  if (body === null) return new Response('none', { status: 404 });
  return new Response(body, { headers: { 'content-type': type, 'content-security-policy': csp } });
}

function serve() {
  ipcMain.handle('day-after', (_event, day) => new Date(day.getTime() + 86_400_000));
  ipcMain.handle('echo', (_event, ...args) => args);
  ipcMain.handle('sender', ({ senderFrame }) => [senderFrame?.url, senderFrame?.parent === null]);
  ipcMain.handle('fails', () => {
    throw new Error('no such thing');
  });
  ipcMain.handle('rejects', () => Promise.reject(new TypeError('later')));
  ipcMain.handle('function', () => () => 1);
  ipcMain.handle('mistakes', () => mistakes);
  ipcMain.handle('preferences', ({ sender }) => {
    const { sandbox, contextIsolation, nodeIntegration, webSecurity } = sender.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webSecurity };
  });
  ipcMain.handle('facts', () => ({
    name: app.getName(),
    version: app.getVersion(),
    isPackaged: app.isPackaged,
    isOnline: typeof net.isOnline(),
    hasToasts: typeof Notification.isSupported(),
    hasLock: app.hasSingleInstanceLock(),
    type: process.type,
    electron: process.versions.electron,
    windows: BrowserWindow.getAllWindows().length,
  }));
  ipcMain.handle('tell', (_event, ...values) => tell(...values));
  ipcMain.on('said', (_event, ...values) => tell('heard', ...values));
  ipcMain.handle('toast', (_event, title, body) => {
    const toast = new Notification({ title, body });
    held.add(toast);
    toast.on('click', () => tell('toast clicked', title));
    toast.show();
  });
}

wrong('early tray', () => new Tray(nativeImage.createEmpty()));
wrong('early window', () => new BrowserWindow());
wrong('early session', () => session.defaultSession);
wrong('subclass', () => new (class extends Menu {})());
wrong('call', () => Menu());

protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.enableSandbox();
app.on('web-contents-created', (_event, contents) => {
  contents.setWindowOpenHandler(({ url }) => {
    tell('denied', url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event) => {
    if (!event.url.startsWith('app://main/')) event.preventDefault();
    tell('navigating', event.url);
  });
});
app.on('window-all-closed', () => tell('all windows closed'));
app.on('second-instance', (_event, argv) => {
  tell('second instance', argv.includes('--marked'));
  openWindow();
});
app.on('before-quit', () => console.log('before quit'));
app.on('will-quit', () => console.log('will quit'));

if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(() => {
    wrong('late scheme', () => protocol.registerSchemesAsPrivileged([]));
    wrong('late sandbox', () => app.enableSandbox());
    session.defaultSession.setPermissionRequestHandler((_contents, _permission, done) => done(false));
    protocol.handle('app', answer);
    wrong('second scheme', () => protocol.handle('app', answer));
    serve();
    wrong('second handler', () => ipcMain.handle('echo', () => null));
    wrong('unknown path', () => app.getPath('nowhere'));
    showTray();
    if (!app.commandLine.hasSwitch('hidden')) openWindow();
    console.log('ready');
  });
} else {
  console.log('second');
  app.quit();
}
