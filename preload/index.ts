/**
 * The bridge: what the page may ask of main, one named function per message. Built into a single CommonJS file, because
 * a sandboxed preload can load nothing but `electron`.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { createApi } from './api.ts';
import type { Pushes, Requests } from './contract.ts';

const ask =
  <C extends keyof Requests>(channel: C) =>
  (...args: Requests[C]['args']): Promise<Requests[C]['result']> =>
    ipcRenderer.invoke(channel, ...args);

/** The page gets the payload, never Electron's event: that would hand it the sender. */
const listen =
  <P extends keyof Pushes>(push: P) =>
  (listener: (payload: Pushes[P]) => void): (() => void) => {
    const heard = (_event: unknown, payload: Pushes[P]): void => listener(payload);
    ipcRenderer.on(push, heard);
    return () => {
      ipcRenderer.removeListener(push, heard);
    };
  };

contextBridge.exposeInMainWorld('tidings', createApi({ ask, listen }));
