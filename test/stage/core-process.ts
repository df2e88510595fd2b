/**
 * The app's process without a desktop: the real core, composed as the front doors do it, with a shell that only tells
 * the stage what it would draw. Its clock is the product's own, on virtual timers; everything else is real.
 */
import { flushCompileCache, registerHooks } from 'node:module';
import { createLink, type Remote } from '../electron-double/link.ts';
import { installVirtualTime, jumpTime, reachTime, stepTime } from '../electron-double/virtual-time.ts';
import { createMistakes } from './mistakes.ts';
import { createUnderWay } from './under-way.ts';
import { installVirtualLimits } from './virtual-limits.ts';
import type { AppGlance, CoreCalls, DyingMoment, StageCalls } from './wire.ts';

const clockFile = new URL('../../main/system/clock.ts', import.meta.url).href;
const virtualTimers = new URL('../electron-double/virtual-timers.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node:timers' && context.parentURL === clockFile
      ? { url: virtualTimers, shortCircuit: true }
      : next(specifier, context),
});
installVirtualTime({ startMs: Number(process.env.STAGE_START_MS), mode: 'manual' });
const limits = installVirtualLimits();

const { asFailure } = await import('../../main/domain/failure.ts');
const { compose } = await import('../../main/compose.ts');
const { openWorld } = await import('../../main/open-world.ts');
const { createCoreHost } = await import('../../main/core/host.ts');
const { aboutHere } = await import('../../main/system/about.ts');
const { createSettingsDesk } = await import('../../main/system/settings-desk.ts');
const { createSettingsFile } = await import('../../main/system/settings-file.ts');
const { createSystemClock } = await import('../../main/system/clock.ts');
const { createFileLog } = await import('../../main/system/log.ts');
const { allowedLink } = await import('../../main/shell/allowed-links.ts');
const { createHandlers } = await import('../../main/shell/handlers.ts');
const { createToastGestures } = await import('../../main/shell/toast-gestures.ts');
const { trayView } = await import('../../main/shell/tray-view.ts');
const { alertView, meetingView } = await import('../../main/shell/alert-views.ts');
const { appView } = await import('../../main/shell/views.ts');

const root = process.env.STAGE_FOLDER ?? '';
const { counted, count, rest, restNow } = createUnderWay();
let dyingMoment: DyingMoment | null = null;
/** As when the power goes: nothing of this process runs after this line. */
const dieAt = (moment: DyingMoment): void => {
  if (dyingMoment === moment) process.kill(process.pid, 'SIGKILL');
};
const mistakes = createMistakes();

const systemClock = createSystemClock({ onError: (error) => log.error('timer.failed', { error: String(error) }) });
const clock: typeof systemClock = {
  ...systemClock,
  after: (delayMs, run) =>
    systemClock.after(delayMs, () => {
      const done = run();
      mistakes.here('a timer');
      return done;
    }),
};
const log = createFileLog({ folder: `${root}/logs`, now: () => clock.now() });
mistakes.survive(log);
let stage: Remote<StageCalls> | null = null;

const folder = { root, logs: `${root}/logs` };
const settings = createSettingsDesk({
  file: createSettingsFile({
    folder: root,
    env: process.env,
    builtIn: {},
    policyPath: `${root}-policy.json`,
    now: () => clock.now(),
  }),
  log,
});
const door: Parameters<typeof openWorld>[0] = {
  folder,
  settings,
  // The body belongs to the request: it is under way until the last byte has come.
  fetch: (...args) =>
    counted(async () => {
      mistakes.here('asking Graph');
      const response = await fetch(...args);
      const body = [204, 304].includes(response.status) ? null : await response.arrayBuffer();
      return new Response(body, response);
    }),
  desktop: {
    isOnline: () => true,
    openExternal: async (url) => {
      mistakes.here('opening the browser');
      await stage?.openExternal(url);
    },
    toasts: {
      show(toast) {
        mistakes.here('showing a toast');
        void stage?.toastShown({ key: toast.key, title: toast.title, body: toast.body });
        return 'shown';
      },
      close: (key) => void stage?.toastClosed(key),
    },
  },
  clock,
  log,
  about: aboutHere('test', 'browser'),
};

async function open() {
  const world = await openWorld(door);
  const { tunnel, store, identity } = world;
  const core = compose({
    ...world,
    // Not `signIn`, which waits for a person: the stage waits for that itself.
    identity: {
      ...identity,
      accessToken: (...args) =>
        counted(() => {
          mistakes.here('asking for a token');
          return identity.accessToken(...args);
        }),
      signOut: (id) => counted(() => identity.signOut(id)),
    },
    store: {
      ...store,
      ledger: {
        ...store.ledger,
        markAnnounced(ids, how) {
          if (how === 'shown') dieAt('before marking');
          mistakes.here('noting that something was told');
          store.ledger.markAnnounced(ids, how);
        },
        apply(...args) {
          mistakes.here('writing what a round found');
          return store.ledger.apply(...args);
        },
        waiting(...args) {
          mistakes.here('reading what waits to be told');
          return store.ledger.waiting(...args);
        },
      },
      queue: {
        ...store.queue,
        put(post) {
          dieAt('before storing');
          mistakes.here('storing a notification');
          store.queue.put(post);
          dieAt('before answering');
        },
      },
    },
    tunnel:
      tunnel === null
        ? null
        : {
            ...tunnel,
            open: (request) =>
              counted(() => {
                mistakes.here('opening the tunnel');
                return tunnel.open(request);
              }),
          },
  });
  return {
    actions: { ...core.actions, stop: () => counted(core.actions.stop) },
    start: () => counted(core.start),
  };
}
const app = await createCoreHost({ settings, clock, log, open: () => counted(open) });
const { state, alerts } = app.actions;

/** What the window would say went wrong, or null. */
async function saying(act: () => Promise<void>): Promise<string | null> {
  try {
    // Not counted: it may wait for time to pass, and the stage lets it.
    await act();
    return null;
  } catch (error) {
    return asFailure(error).userMessage;
  }
}

/** Everything a page may ask, without the page. */
const openLink = async (url: string): Promise<void> => {
  if (allowedLink(url) === null) throw new Error(`not a link that the app opens: ${url}`);
  await stage?.openExternal(url);
};
const handlers = createHandlers({
  actions: app.actions,
  version: 'test',
  log,
  openLink,
  openSettingsFolder: async () => {},
  loginItem: { read: () => 'unavailable', set: () => {} },
});
/** The last gesture's work; what fails is shown in a window, which this driver has not. */
let gesture: Promise<void> = Promise.resolve();
const gestures = createToastGestures({
  core: () => app.actions,
  act: (_core, _what, work) => {
    gesture = counted(work);
  },
  openLink,
  showWindow: () => {},
});

const mine: CoreCalls = {
  start: () => app.start(),
  dieAtNotification: (when) => {
    dyingMoment = when;
  },
  failAt: mistakes.failAt,
  bugs: mistakes.made,
  block(ms) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  },
  addAccount: () => app.actions.addAccount(),
  async signOut(username) {
    const found = state().accounts.find(({ account }) => account.username === username);
    if (found === undefined) throw new Error(`nobody called ${username} is signed in`);
    await app.actions.signOut(found.account.homeAccountId);
  },
  diagnostics: () => app.actions.diagnostics(),
  async takeOver(username) {
    const found = state().accounts.find(({ account }) => account.username === username);
    if (found === undefined) throw new Error(`nobody called ${username} is signed in`);
    await app.actions.takeOver(found.account.homeAccountId);
  },
  changeSettings: (change) => saying(() => app.actions.changeSettings(change)),
  async markRead(subject) {
    const alert = alerts({ limit: 500 }).find((each) => each.kind === 'mail' && each.subject === subject);
    if (alert === undefined) throw new Error(`the list has no message “${subject}”`);
    return await saying(() => app.actions.markRead(alert.id));
  },
  async muteConversation(subject, muted) {
    const alert = alerts({ limit: 500 }).find((each) => each.kind === 'mail' && each.subject === subject);
    if (alert === undefined) throw new Error(`the list has no message “${subject}”`);
    return await saying(async () => app.actions.muteConversation(alert.id, muted));
  },
  runSelfTest: () => app.actions.runSelfTest(),
  async chooseFolders(username, names) {
    const found = state().accounts.find(({ account }) => account.username === username);
    if (found === undefined) throw new Error(`nobody called ${username} is signed in`);
    const account = found.account.homeAccountId;
    const offered = await counted(() => app.actions.folders(account));
    const folders = names.map((name) => {
      const folder = offered.find((each) => each.name === name);
      if (folder === undefined) throw new Error(`the window offers no folder “${name}”`);
      return { account, id: folder.id, name };
    });
    const { mail } = app.actions.settings().settings;
    const others = mail.folders.filter((each) => each.account !== account);
    return await saying(() => app.actions.changeSettings({ mail: { ...mail, folders: [...others, ...folders] } }));
  },
  async glance(): Promise<AppGlance> {
    const now = state();
    const tray = trayView(now);
    return {
      app: appView(now, 'test'),
      tooltip: tray.tooltip,
      menu: tray.menu.flatMap((item) => (item.kind === 'item' ? [item.label] : [])),
      alerts: alerts({ limit: 500 }).map((alert) => alertView(alert, app.actions)),
      meetings: app.actions.meetings().map((meeting) => meetingView(meeting, app.actions)),
    };
  },
  async clickMenu(label) {
    const item = trayView(state()).menu.find((each) => each.kind === 'item' && each.label.startsWith(label));
    if (item?.kind !== 'item' || item.command === null) throw new Error(`the tray's menu offers no “${label}”`);
    const { command } = item;
    if (command.do === 'signIn') await app.actions.signIn(command.accountId);
    else if (command.do === 'cancelSignIn') app.actions.cancelSignIn();
    else if (command.do === 'checkNow') await app.actions.checkNow();
    else if (command.do === 'pause') app.actions.pause(command.choice);
    else throw new Error(`“${label}” needs a window, which this driver has not`);
  },
  async clickToast(key) {
    gestures.clicked(key);
    await gesture;
  },
  async pressToast(key, button) {
    gestures.pressed(key, button);
    await gesture;
  },
  async actOnReminder(subject, act) {
    const found = alerts({ limit: 500 }).find((each) => each.kind === 'reminder' && each.subject === subject);
    if (found === undefined) throw new Error(`the list has no reminder “${subject}”`);
    const outcome =
      act === 'join'
        ? await handlers['alert:join'](found.id)
        : act === 'dismiss'
          ? await handlers['alert:dismiss'](found.id)
          : await handlers['alert:snooze'](found.id, act);
    return outcome.ok ? null : outcome.userMessage;
  },
  machine: async (event) => app.actions.machine(event),
  async quit() {
    await app.actions.stop();
    setImmediate(() => process.disconnect());
  },
  rest,
  // What is still under way when time moves waits in vain, and is given up in time.
  timeReach: (untilMs) => reachTime(count() === 0 ? untilMs : Math.max(Date.now(), Math.min(untilMs, limits.next()))),
  async timeStep(untilMs) {
    const step = await stepTime(untilMs);
    limits.look();
    return { ...step, ...(await restNow()) };
  },
  async timeJump(toMs) {
    await jumpTime(toMs);
    limits.look();
  },
};

stage = createLink<StageCalls>(
  {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    onMessage: (listener) => process.on('message', listener),
    onClose: (listener) => process.on('disconnect', listener),
  },
  mine,
  'the stage',
);
// Whoever started us is gone: a test that was cut short must not leave processes behind.
process.on('disconnect', () => {
  log.close();
  process.exit(0);
});
process.send?.('loaded');
// Mostly we are killed, and what was compiled would be forgotten.
flushCompileCache();
