/**
 * The real Electron shell around a core that is a script: what it is asked goes to standard output as `asked …`, and its
 * state comes from a JSON file beside the profile, read anew at every "check now". Run by the double as the product is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { Alert } from '../../../main/domain/alert.ts';
import type { Warning } from '../../../main/domain/health.ts';
import type { ToastButton } from '../../../main/domain/ports.ts';
import { prepareElectron } from '../../../main/shell/electron/prepare.ts';
import { createElectronShell } from '../../../main/shell/electron/shell.ts';
import type { Actions } from '../../../main/shell/shell.ts';
import { createSystemClock } from '../../../main/system/clock.ts';
import { idleActions } from '../../unit/shell/idle-actions.ts';
import { mail, since, stateWith } from '../../unit/shell/states.ts';

/** What a test writes into the script file. */
export interface Script {
  readonly warnings?: readonly Warning[];
  readonly alerts?: readonly { readonly id: string; readonly more?: Partial<Alert> }[];
  /** Shown as soon as the shell is attached. */
  readonly toasts?: readonly {
    readonly key: string;
    readonly title: string;
    readonly body: string;
    readonly urgent?: boolean;
    readonly buttons?: readonly ToastButton[];
  }[];
  /** The core never finishes stopping. */
  readonly hangs?: boolean;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const built = process.env.SHELL_TEST_BUILT ?? '';
const script = (): Script => JSON.parse(readFileSync(process.env.SHELL_TEST_SCRIPT ?? '', 'utf8'), revive);
/** Instants cross the file as text. */
const revive = (key: string, value: unknown): unknown => (key === 'since' ? new Date(String(value)) : value);
const log = {
  info: (event: string) => say(event),
  warn: (event: string, fields?: object) => say(`${event} ${JSON.stringify(fields ?? {})}`),
  error: (event: string, fields?: object) => say(`${event} ${JSON.stringify(fields ?? {})}`),
};

let startedByToast: string | null = null;
const hear = (id: string): void => {
  startedByToast = id;
};
if (prepareElectron({ appId: 'app.tidings.test', log, startedByToast: hear })) void app.whenReady().then(start);
else app.exit(0);

function start(): void {
  const shell = createElectronShell({
    clock: createSystemClock(),
    log,
    version: '1.2.3',
    rendererFolder: join(built, 'renderer'),
    preloadFile: join(built, 'preload', 'index.cjs'),
    startedByToast,
  });
  const listeners = new Set<Parameters<Actions['onChange']>[0]>();
  const alerts = (): readonly Alert[] =>
    (script().alerts ?? []).map(({ id, more }, index) =>
      mail(id, new Date(since.getTime() - index * 1_000), { startsAt: null, ...more }),
    );
  const actions: Actions = {
    ...idleActions,
    state: () => stateWith(script().warnings ?? [], { unreadCount: 2 }),
    alerts: ({ before, limit }) =>
      alerts()
        .filter(({ at }) => before === undefined || at < before)
        .slice(0, limit),
    alert: (id) => alerts().find((alert) => alert.id === id) ?? null,
    addAccount: async () => say('asked addAccount'),
    signIn: async (account) => say(`asked signIn ${account}`),
    cancelSignIn: () => say('asked cancelSignIn'),
    signOut: async (account) => say(`asked signOut ${account}`),
    markRead: async (id) => say(`asked markRead ${id}`),
    snooze: (id, choice) => say(`asked snooze ${id} ${choice}`),
    dismiss: (id) => say(`asked dismiss ${id}`),
    checkNow: async () => {
      say('asked checkNow');
      for (const listener of listeners) for (const what of ['state', 'alerts'] as const) listener(what);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    machine: (event) => say(`asked machine ${event}`),
    stop: () => {
      say('asked stop');
      return script().hangs === true ? new Promise(() => {}) : Promise.resolve();
    },
  };
  shell.onLacks?.((lacks) => say(`lacks [${[...lacks].join(' ')}]`));
  shell.attach(actions);
  for (const toast of script().toasts ?? []) say(`toast ${shell.toasts.show({ urgent: false, ...toast })}`);
}
