import { app, type Event, session } from 'electron';
import type { Log } from '../../domain/ports.ts';
import { isAppAddress } from '../app-files.ts';

/** No page of ours goes anywhere, opens anything or embeds anything. For every web contents there will ever be. */
export function lockDownWebContents(log: Log): void {
  app.on('web-contents-created', (_created, contents) => {
    const stayHome = (event: Event<{ url: string }>): void => {
      if (isAppAddress(event.url)) return;
      event.preventDefault();
      log.warn('navigation.refused');
    };
    contents.on('will-navigate', stayHome);
    contents.on('will-frame-navigate', stayHome);
    contents.on('will-redirect', stayHome);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => {
      log.warn('window.refused');
      return { action: 'deny' };
    });
  });
}

/** Electron grants every permission unless told otherwise. The page needs none. Call after `ready`. */
export function denyPermissions(log: Log): void {
  const own = session.defaultSession;
  own.setPermissionRequestHandler((_contents, permission, callback) => {
    log.warn('permission.refused', { permission });
    callback(false);
  });
  own.setPermissionCheckHandler(() => false);
  own.setDevicePermissionHandler(() => false);
  own.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  own.on('will-download', (event) => {
    event.preventDefault();
    log.warn('download.refused');
  });
}
