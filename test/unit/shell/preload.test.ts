import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { channels } from '../../../main/shell/handlers.ts';
import { buildPreload } from '../../integration/shell/built.ts';

// The preload as electron-vite builds it: same entry, same output options, into a folder of our own.
let folder = '';
let code = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidings-preload-'));
  await buildPreload(folder);
  code = await readFile(join(folder, 'index.cjs'), 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the built file as a sandboxed preload: it may require `electron` and nothing else. */
function run() {
  const invoked: unknown[][] = [];
  const listening = new Map<string, (...args: unknown[]) => void>();
  const exposed: Record<string, Record<string, (...args: unknown[]) => unknown>> = {};
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: Record<string, () => unknown>) => {
        exposed[name] = api;
      },
    },
    ipcRenderer: {
      invoke: async (...args: unknown[]) => void invoked.push(args),
      on: (channel: string, listener: () => void) => void listening.set(channel, listener),
      removeListener: (channel: string, listener: () => void) => {
        if (listening.get(channel) === listener) listening.delete(channel);
      },
    },
  };
  const required: string[] = [];
  const load = (name: string): unknown => {
    required.push(name);
    if (name !== 'electron') throw new Error(`a sandboxed preload cannot require ${name}`);
    return electron;
  };
  new Script(`(function (require, module, exports) {${code}\n})`).runInThisContext()(load, { exports: {} }, {});
  const api = exposed.tidings ?? {};
  return { api, exposed, invoked, listening, required };
}

test('is one CommonJS file that requires electron and nothing else', () => {
  expect(code).not.toMatch(/^\s*import\b|\bimport\(|^export\b/m);
  expect(run().required).toEqual(['electron']);
});

test('gives the page named functions, and no way to send anything else', () => {
  const { api, exposed } = run();

  expect(Object.keys(exposed)).toEqual(['tidings']);
  expect(Object.values(api).map((member) => typeof member)).toEqual(Object.keys(api).map(() => 'function'));
});

test('asks exactly the messages that main answers', async () => {
  const { api, invoked } = run();
  const questions = Object.entries(api).filter(([name]) => !name.startsWith('on'));
  for (const [, ask] of questions) await ask();

  expect(invoked.map(([channel]) => channel).sort()).toEqual([...channels].sort());
});

test('hands over payloads, never Electron’s event, and stops when told to', () => {
  const { api, listening } = run();
  const heard: unknown[][] = [];
  const stop = api.onAppChanged?.((...args: unknown[]) => heard.push(args)) as () => void;
  listening.get('app:changed')?.({ sender: 'ipcRenderer' }, 'view');
  stop();

  expect(heard).toEqual([['view']]);
  expect(listening.size).toBe(0);
});
