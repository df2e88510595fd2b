import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { Log } from '../../domain/ports.ts';
import { isAppAddress } from '../app-files.ts';
import { answer, channels, type Handlers } from '../handlers.ts';
import type { AppWindow } from './window.ts';

/** Opens the contract's messages to our own page. Returns what closes them again. */
export function serveRequests(handlers: Handlers, window: AppWindow, log: Log): () => void {
  for (const channel of channels) {
    ipcMain.handle(channel, async (event, ...args: unknown[]) => {
      if (!isOurPage(event, window)) {
        log.warn('request.refused', { channel });
        throw new Error('refused');
      }
      return await answer(handlers, channel, args);
    });
  }
  return () => {
    for (const channel of channels) ipcMain.removeHandler(channel);
  };
}

/** The main frame of our window, still showing our own page. A frame that is gone meanwhile is null. */
function isOurPage({ sender, senderFrame }: IpcMainInvokeEvent, window: AppWindow): boolean {
  return senderFrame !== null && senderFrame.parent === null && window.owns(sender) && isAppAddress(senderFrame.url);
}
