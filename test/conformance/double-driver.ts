/** The probes' app in the double. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppRun, startDesktop } from '../electron-double/desktop.ts';
import type { ConformanceDriver, LaunchOptions } from './driver.ts';

const mains = {
  probes: join(import.meta.dirname, 'app', 'main.js'),
  product: join(import.meta.dirname, '..', '..', 'out', 'main', 'start-electron.js'),
};

export async function createDoubleDriver(): Promise<ConformanceDriver> {
  const desktop = await startDesktop();
  const folders: string[] = [];

  async function start(userData: string, { args = [], app, busAddress }: LaunchOptions): Promise<AppRun> {
    const env = busAddress === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: busAddress };
    return await desktop.launch({ main: mains[app ?? 'probes'], userData, args, env });
  }
  return {
    name: 'double',
    async launch(options = {}) {
      const userData = await mkdtemp(join(tmpdir(), 'conformance-'));
      folders.push(userData);
      const run = await start(userData, options);
      return {
        page: () => desktop.waitForWindow(),
        windowCount: async () => run.windows.list().filter(({ content }) => content.visible).length,
        closeWindow: () => desktop.closeWindow(),
        clickMenu: (label) => desktop.clickMenuItem(label),
        output: run.output,
        startAgain: async (args) => (await (await start(userData, { ...options, args })).exited).code,
        exited: run.exited.then(({ code }) => code),
        kill: async () => void (await run.kill()),
      };
    },
    async stop() {
      await desktop.stop();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}
