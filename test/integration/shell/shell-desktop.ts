import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Desktop, type LaunchOptions, startDesktop } from '../../electron-double/desktop.ts';
import { buildPreload, buildRenderer } from './built.ts';
import type { Script } from './main.ts';

/** Preload and page as they ship, a desktop to run them on, and a core that does as a script says. */
export interface ShellDesktop {
  readonly desktop: Desktop;
  /** What the core does from the next start on. */
  write(script: Script): Promise<void>;
  launchOptions(more?: Partial<LaunchOptions>): LaunchOptions;
  /** Ends what runs, and what it has left on the screen. */
  clear(): Promise<void>;
  stop(): Promise<void>;
}

export async function startShellDesktop(): Promise<ShellDesktop> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-shell-'));
  await buildPreload(join(folder, 'preload'));
  await buildRenderer(join(folder, 'renderer'));
  const desktop = await startDesktop();
  const scriptFile = join(folder, 'script.json');
  return {
    desktop,
    write: (script) => writeFile(scriptFile, JSON.stringify(script)),
    launchOptions: (more = {}) => ({
      main: join(import.meta.dirname, 'main.ts'),
      ...more,
      env: { SHELL_TEST_BUILT: folder, SHELL_TEST_SCRIPT: scriptFile, ...more.env },
    }),
    async clear() {
      desktop.allowToasts(true);
      await desktop.kill();
      for (const toast of desktop.toasts()) await desktop.closeToast(toast.id);
    },
    async stop() {
      await desktop.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
