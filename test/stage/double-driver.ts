/** The real built Electron app on the drawn desktop: clicks are made on the drawn tray and toasts. */
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AlertPage, AppView, MeetingView, Outcome, TidingsApi } from '../../preload/contract.ts';
import { type Desktop, startDesktop } from '../electron-double/desktop.ts';
import type { AppDriver, DriverEvents } from './core-driver.ts';

const mainBundle = new URL('../../out/main/start-electron.js', import.meta.url);
const appIcon = new URL('../../packaging/icons/tidings.svg', import.meta.url);
const keyringFile = new URL('../tools/played-keyring.ts', import.meta.url);

export interface DoubleDriver extends AppDriver {
  readonly desktop: Desktop;
  /** Milliseconds; waits in real time, for what needs no virtual time to happen. */
  readonly appFolder: string;
}

declare global {
  interface Window {
    readonly tidings: TidingsApi;
  }
}

/** Of the played cloud's authority: the person's browser trusts it, as it trusts the real ones. */
function keyHashOf(caFile: string): string {
  const key = new X509Certificate(readFileSync(caFile)).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

export async function createDoubleDriver(
  env: Readonly<Record<string, string>>,
  events: DriverEvents,
  options: {
    readonly start: Date;
    readonly theme?: 'light' | 'dark';
    readonly size?: { width: number; height: number };
    readonly scale?: number;
    /** Real windows, where they can be had. */
    readonly headed?: boolean;
    /** IANA name; default Europe/Berlin, so that every machine plays the same story. */
    readonly timeZone?: string;
    readonly handlesSignals?: boolean;
    /** Another main bundle than the one just built, absolute: for example one taken out of a package. */
    readonly main?: string;
    /** Plays a run of the installed app, with these switches. */
    readonly packaged?: { readonly args: readonly string[] };
  },
): Promise<DoubleDriver> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-desktop-'));
  const authority = env.NODE_EXTRA_CA_CERTS;
  const desktop = await startDesktop({
    ...(options.size === undefined ? {} : { size: options.size }),
    appIcon: fileURLToPath(appIcon),
    scale: options.scale ?? 1,
    theme: options.theme ?? 'light',
    headed: options.headed ?? false,
    handlesSignals: options.handlesSignals ?? false,
    // What the app is given, the person's browser believes as well.
    ...(authority === undefined ? {} : { authorityPem: readFileSync(authority, 'utf8') }),
    timeZone: options.timeZone ?? 'Europe/Berlin',
    trustedKeyHashes: [keyHashOf(env.NODE_EXTRA_CA_CERTS ?? '')],
    time: { start: options.start, mode: 'manual' },
  });
  desktop.onOpenExternal(events.openExternal);
  let known = new Set<string>();
  desktop.onChange(() => {
    const shown = desktop.toasts();
    for (const { id, title, body } of shown) if (!known.has(id)) events.toastShown({ key: id, title, body });
    const now = new Set(shown.map(({ id }) => id));
    for (const id of known) if (!now.has(id)) events.toastClosed(id);
    known = now;
  });
  const running = (): boolean => desktop.app?.isRunning() ?? false;

  const driver: DoubleDriver = {
    desktop,
    folder,
    appFolder: join(folder, '.config', 'tidings'),
    // The double's process tells of its requests, not of all that it waits for (a thread that starts, a page that draws).
    quietRounds: 3,
    async start() {
      await desktop.launch({
        main: options.main ?? fileURLToPath(mainBundle),
        userData: folder,
        ...(options.packaged === undefined ? {} : { packaged: true, args: options.packaged.args }),
        env: {
          ...env,
          TIDINGS_PLAYED_KEYRING: join(folder, 'keyring.json'),
          NODE_OPTIONS: `--import=${keyringFile.href} --disable-warning=ExperimentalWarning --disable-warning=DEP0169`,
        },
      });
      await desktop.until(() => desktop.tray(), 'the tray icon');
    },
    running,
    async glance() {
      const tray = desktop.tray();
      if (tray === null) throw new Error('there is no tray icon');
      let page = desktop.window();
      if (page === null) {
        await desktop.clickMenuItem('Open Tidings');
        page = await desktop.waitForWindow();
      }
      const app: AppView = await page.evaluate(() => window.tidings.getApp());
      const { alerts }: AlertPage = await page.evaluate(() => window.tidings.listAlerts(null, ''));
      const meetings: readonly MeetingView[] = await page.evaluate(() => window.tidings.listMeetings());
      return { app, tooltip: tray.tooltip, menu: tray.labels, alerts, meetings };
    },
    async clickMenu(label) {
      const found = desktop.tray()?.labels.find((each) => each.startsWith(label));
      if (found === undefined) throw new Error(`the tray's menu offers no “${label}”`);
      await desktop.clickMenuItem(found);
      await desktop.idle();
    },
    clickToast: (key) => desktop.clickToast(key),
    async actOnReminder(subject, act) {
      const { alerts } = await driver.glance();
      const found = alerts.find((each) => each.kind === 'reminder' && each.subject === subject);
      const page = desktop.window();
      if (found === undefined || page === null) throw new Error(`the list has no reminder “${subject}”`);
      const outcome: Outcome<null> = await page.evaluate(
        ([id, what]) => {
          const { tidings } = window;
          if (what === 'join') return tidings.joinFromAlert(id);
          return what === 'dismiss' ? tidings.dismiss(id) : tidings.snooze(id, what);
        },
        [found.id, act] as const,
      );
      return outcome.ok ? null : outcome.userMessage;
    },
    machine: async (event) => {
      if (event === 'suspend') await desktop.suspend();
      else if (event === 'resume') await desktop.resume();
    },
    async quit() {
      await desktop.clickMenuItem('Quit Tidings');
      await desktop.app?.exited;
    },
    async kill() {
      await desktop.kill();
    },
    async busy() {
      return running() ? await desktop.idle() : 0;
    },
    advance: async (untilMs, onStep) => await desktop.time.advance(untilMs - desktop.time.now().getTime(), { onStep }),
    timeJump: async (toMs) => await desktop.time.set(toMs),
    async stop() {
      await desktop.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return driver;
}
