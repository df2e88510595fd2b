/** The probes' app in the real Electron, through Playwright. Needs a binary, and on Linux a display. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright';
import { hasDisplay } from '../tools/chromium.ts';
import { type Env, findElectron } from '../tools/electron-binary.ts';
import type { ConformanceDriver, LaunchOptions } from './driver.ts';

const root = join(import.meta.dirname, '..', '..');
const folders = { probes: join(import.meta.dirname, 'app'), product: root };
const limitMs = 30_000;

/** Why the real Electron cannot run here, or null. */
export function missingForElectron(env: Env = process.env): string | null {
  if (findElectron(root, env).kind !== 'found') return 'no binary';
  return hasDisplay({ ...env }) ? null : 'no display';
}

export async function createElectronDriver(env: Env = process.env): Promise<ConformanceDriver> {
  const program = findElectron(root, env);
  if (program.kind !== 'found') throw new Error('there is no Electron binary');
  const profiles: string[] = [];

  function commandLine(profile: string, { args = [], app, busAddress }: LaunchOptions) {
    const { ELECTRON_RUN_AS_NODE: _, DBUS_SESSION_BUS_ADDRESS: __, ...rest } = env;
    const bus = busAddress === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: busAddress };
    const homes = { HOME: profile, XDG_CONFIG_HOME: join(profile, '.config'), APPDATA: profile, LOCALAPPDATA: profile };
    return {
      args: [folders[app ?? 'probes'], `--user-data-dir=${join(profile, 'data')}`, ...args],
      env: { ...rest, ...homes, ...bus } as Record<string, string>,
    };
  }

  return {
    name: 'Electron',
    async launch(options = {}) {
      const profile = await mkdtemp(join(tmpdir(), 'conformance-'));
      profiles.push(profile);
      const command = commandLine(profile, options);
      const app = await _electron.launch({ executablePath: program.path, ...command, timeout: limitMs });
      const child = app.process();
      let output = '';
      const say = (chunk: unknown): void => {
        output += String(chunk);
      };
      child.stdout?.on('data', say);
      child.stderr?.on('data', say);
      const exited = once(child, 'exit').then(([code]) => code as number | null);
      return {
        page: async () => app.windows().at(-1) ?? (await app.waitForEvent('window', { timeout: limitMs })),
        windowCount: () =>
          app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().filter((each) => each.isVisible()).length),
        closeWindow: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()),
        clickMenu: (label) =>
          app.evaluate((_electronModule, path) => {
            type Items = readonly { readonly label: string; readonly submenu?: { items: Items }; click(): void }[];
            const menu = (globalThis as unknown as { conformanceMenu: { items: Items } }).conformanceMenu;
            const find = (items: Items, [first, ...others]: readonly string[]): Items[number] | undefined => {
              const item = items.find((each) => each.label === first);
              return others.length === 0 ? item : find(item?.submenu?.items ?? [], others);
            };
            const item = find(menu.items, path);
            if (item === undefined) throw new Error(`the menu offers no “${path.join(' › ')}”`);
            // Later: a quit would take the answer with it.
            setTimeout(() => item.click(), 0);
          }, label.split(' › ')),
        output: () => output,
        async startAgain(args) {
          const again = commandLine(profile, { ...options, args });
          const second = spawn(program.path, again.args, { env: again.env, stdio: ['ignore', 'pipe', 'ignore'] });
          second.stdout.on('data', say);
          const [code] = (await once(second, 'exit', { signal: AbortSignal.timeout(limitMs) })) as [number | null];
          return code;
        },
        exited,
        async kill() {
          if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
          await exited;
        },
      };
    },
    async stop() {
      for (const profile of profiles) await rm(profile, { recursive: true, force: true });
    },
  };
}
