/** The app as a real process in plain Node, started, asked, killed and quit by the stage. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ToastButton } from '../../main/domain/ports.ts';
import type { SettingsValues } from '../../preload/contract.ts';
import { createLink, type Remote } from '../electron-double/link.ts';
import { scratchFolder } from '../tools/scratch-folder.ts';
import type {
  AppGlance,
  BugKind,
  BugPlace,
  CoreCalls,
  DyingMoment,
  ReminderAct,
  ShownToast,
  StageCalls,
} from './wire.ts';

/** What the stage needs of an app, whether it is drawn on a desktop or not. */
export interface AppDriver {
  readonly folder: string;
  /** How many looks in a row must find nothing under way before the world is at rest: more where less can be seen. */
  readonly quietRounds: number;
  start(nowMs: number): Promise<void>;
  running(): boolean;
  glance(): Promise<AppGlance>;
  clickMenu(label: string): Promise<void>;
  clickToast(key: string): Promise<void>;
  /** With the newest reminder of this subject, in the window. What it would say went wrong, or null. */
  actOnReminder(subject: string, act: ReminderAct): Promise<string | null>;
  machine(event: 'suspend' | 'resume' | 'networkChanged'): Promise<void>;
  quit(): Promise<void>;
  kill(): Promise<void>;
  /** Work under way in the app, after several turns of its event loop. 0 when it does not run. */
  busy(): Promise<number>;
  /**
   * Moves the app's time timer by timer. `onStep` after each, to take the rest of the world along; `isAtRest`: the app
   * is known to have nothing under way. `others`, where the driver can tell: who moves before each.
   */
  advance(
    untilMs: number,
    onStep: (nowMs: number, isAtRest?: boolean) => Promise<void>,
    others?: OtherClocks,
  ): Promise<void>;
  timeJump(toMs: number): Promise<void>;
  stop(): Promise<void>;
}
export interface OtherClocks {
  /** Whether something happens there until then, so that the app's clock has to be there first. */
  readonly isDue: (untilMs: number) => boolean;
  readonly move: (toMs: number) => Promise<void>;
}
export interface DriverEvents {
  readonly toastShown: (toast: ShownToast) => void;
  readonly toastClosed: (key: string) => void;
  readonly openExternal: (url: string) => void;
}

const processFile = new URL('./core-process.ts', import.meta.url);
const keyringFile = new URL('../tools/played-keyring.ts', import.meta.url);
/** What V8 and Node made of the sources, for the next start: it takes half the work. */
const compileCache = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url));
/** Real milliseconds. */
const startLimitMs = 20_000;
const quitLimitMs = 5_000;

/** What can be asked of the plain process alone. */
export interface CoreDriver extends AppDriver {
  dieAtNotification(when: DyingMoment): Promise<void>;
  failAt(place: BugPlace, kind: BugKind): Promise<void>;
  bugs(): Promise<number>;
  block(ms: number): Promise<void>;
  addAccount(): Promise<void>;
  signOut(username: string): Promise<void>;
  markRead(subject: string): Promise<string | null>;
  muteConversation(subject: string, muted: boolean): Promise<string | null>;
  pressToast(key: string, button: ToastButton): Promise<void>;
  runSelfTest(): Promise<void>;
  chooseFolders(username: string, names: readonly string[]): Promise<string | null>;
  changeSettings(change: Partial<SettingsValues>): Promise<string | null>;
  diagnostics(): Promise<string>;
  takeOver(username: string): Promise<void>;
}

export function createCoreDriver(env: Readonly<Record<string, string>>, events: DriverEvents): CoreDriver {
  const folder = scratchFolder('tidings-stage-');
  let child: ChildProcess | null = null;
  let link: Remote<CoreCalls> | null = null;
  let stderr = '';
  /** When the app's next timer is due, as it said last: undefined when that is not known. */
  let dueMs: number | null | undefined;

  const core = (): Remote<CoreCalls> => {
    if (link === null) throw new Error('the app does not run');
    return link;
  };

  async function start(nowMs: number): Promise<void> {
    const started = fork(processFile, [], {
      execArgv: ['--import', keyringFile.href, '--disable-warning=ExperimentalWarning', '--disable-warning=DEP0169'],
      env: {
        PATH: process.env.PATH ?? '',
        TZ: 'Europe/Berlin',
        NODE_COMPILE_CACHE: compileCache,
        ...env,
        STAGE_FOLDER: join(folder, 'app'),
        STAGE_START_MS: String(nowMs),
        TIDINGS_PLAYED_KEYRING: join(folder, 'keyring.json'),
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child = started;
    stderr = '';
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-4_000);
    });
    const loaded = Promise.withResolvers<void>();
    const limit = setTimeout(() => loaded.reject(new Error(`the app did not load in time\n${stderr}`)), startLimitMs);
    started.once('message', () => loaded.resolve());
    started.once('exit', (code) => {
      if (child === started) {
        child = null;
        link = null;
      }
      loaded.reject(new Error(`the app ended (${code}) before it was loaded\n${stderr}`));
    });
    const mine: StageCalls = events;
    await loaded.promise.finally(() => clearTimeout(limit));
    link = createLink<CoreCalls>(
      {
        send: (message) => {
          if (started.connected) started.send(message as object);
        },
        onMessage: (listener) => started.on('message', listener),
        onClose: (listener) => started.once('exit', listener),
      },
      mine,
      'the app',
    );
    await link.start();
  }

  async function ended(process: ChildProcess, limitMs: number): Promise<void> {
    if (process.exitCode !== null || process.signalCode !== null) return;
    const limit = setTimeout(() => process.kill('SIGKILL'), limitMs);
    await once(process, 'exit');
    clearTimeout(limit);
  }

  const driver: CoreDriver = {
    folder,
    quietRounds: 1,
    start,
    running: () => child !== null,
    glance: () => core().glance(),
    clickMenu: (label) => core().clickMenu(label),
    clickToast: (key) => core().clickToast(key),
    dieAtNotification: (when) => core().dieAtNotification(when),
    failAt: (place, kind) => core().failAt(place, kind),
    bugs: () => core().bugs(),
    block: (ms) => core().block(ms),
    addAccount: () => core().addAccount(),
    signOut: (username) => core().signOut(username),
    markRead: (subject) => core().markRead(subject),
    muteConversation: (subject, muted) => core().muteConversation(subject, muted),
    actOnReminder: (subject, act) => core().actOnReminder(subject, act),
    pressToast: (key, button) => core().pressToast(key, button),
    runSelfTest: () => core().runSelfTest(),
    chooseFolders: (username, names) => core().chooseFolders(username, names),
    changeSettings: (change) => core().changeSettings(change),
    diagnostics: () => core().diagnostics(),
    takeOver: (username) => core().takeOver(username),
    machine: (event) => core().machine(event),
    async quit() {
      const process = child;
      if (process === null) return;
      await core().quit();
      await ended(process, quitLimitMs);
    },
    async kill() {
      const process = child;
      if (process === null) return;
      process.kill('SIGKILL');
      await ended(process, quitLimitMs);
    },
    // It may die under the question; then nothing of it is under way any more.
    async busy() {
      const rest = await link?.rest().catch(() => null);
      dueMs = rest?.busy === 0 ? rest.dueMs : undefined;
      return rest?.busy ?? 0;
    },
    async advance(untilMs, onStep, others) {
      dueMs = undefined;
      for (let ended = false; !ended; ) {
        let reachedMs = Math.min(dueMs ?? untilMs, untilMs);
        if (link !== null && (dueMs === undefined || others?.isDue(reachedMs) === true))
          reachedMs = await link.timeReach(untilMs);
        // Before anything runs at that moment: a server's clock must not lag behind.
        await others?.move(reachedMs);
        const step = await link?.timeStep(reachedMs);
        dueMs = step?.busy === 0 ? step.dueMs : undefined;
        const nowMs = step?.nowMs ?? untilMs;
        await onStep(nowMs, step === undefined || step.busy === 0);
        ended = step?.ran !== true && nowMs >= untilMs;
      }
    },
    timeJump: async (toMs) => {
      if (link !== null) await link.timeJump(toMs);
    },
    async stop() {
      await driver.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return driver;
}
