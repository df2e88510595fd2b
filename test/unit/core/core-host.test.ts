import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Core, createCoreHost } from '../../../main/core/host.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { Settings } from '../../../main/domain/settings.ts';
import type { Actions } from '../../../main/shell/shell.ts';
import { createSettingsDesk } from '../../../main/system/settings-desk.ts';
import { createSettingsFile } from '../../../main/system/settings-file.ts';
import { createManualClock } from '../../cloud/clock.ts';
import { idleActions } from '../shell/idle-actions.ts';
import { mail, stateWith } from '../shell/states.ts';
import { createRecordingLog } from '../store/fixtures.ts';

const noTunnel: Partial<Settings> = { tunnel: { kind: 'none' } };
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A host of cores that are scripts: `open` decides what the next one is. */
async function hostOf(script: {
  /** Called for each core, from 1; what it throws is what opening fails with. */
  readonly opening?: (number: number) => void | Promise<void>;
  readonly actions?: (number: number) => Partial<Actions>;
  readonly started?: (number: number) => void | Promise<void>;
}) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-host-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const clock = { ...createManualClock(), onJump: () => () => {} };
  const log = createRecordingLog();
  const settings = createSettingsDesk({
    file: createSettingsFile({ folder, env: {}, now: () => clock.now() }),
    log,
  });
  const happened: string[] = [];
  const told: string[] = [];
  const tellers: ((what: 'state' | 'alerts' | 'meetings') => void)[] = [];
  let opened = 0;
  const host = await createCoreHost({
    settings,
    clock,
    log,
    async open(): Promise<Core> {
      opened += 1;
      const number = opened;
      happened.push(`open ${number}`);
      await script.opening?.(number);
      settings.reopen();
      return {
        async start() {
          await script.started?.(number);
          happened.push(`start ${number}`);
        },
        actions: {
          ...idleActions,
          state: () => ({ ...stateWith([]), unreadCount: number }),
          onChange(listener) {
            tellers[number] = listener;
            return () => {
              delete tellers[number];
            };
          },
          async stop() {
            happened.push(`stop ${number}`);
          },
          ...script.actions?.(number),
        },
      };
    },
  });
  host.actions.onChange((what) => told.push(what));
  await host.start();
  return { host, settings, clock, happened, told, tellers, log };
}

test('a setting that takes effect at once touches no connection', async () => {
  const { host, settings, happened } = await hostOf({});
  await host.actions.changeSettings({ contentLevel: 'countOnly', theme: 'dark' });
  await turns();
  expect({ happened, current: settings.current().contentLevel, shown: host.actions.settings().settings.theme }).toEqual(
    {
      happened: ['open 1', 'start 1'],
      current: 'countOnly',
      shown: 'dark',
    },
  );
});

test('a setting that decides how Tidings connects ends the core and starts another one behind the same shell', async () => {
  const { host, settings, happened, told, tellers } = await hostOf({});
  await host.actions.changeSettings(noTunnel);
  expect(host.actions.settings().settings.tunnel).toEqual({ kind: 'none' });
  await turns();
  expect({ happened, told, core: host.actions.state().unreadCount, tunnel: settings.current().tunnel.kind }).toEqual({
    happened: ['open 1', 'start 1', 'stop 1', 'open 2', 'start 2'],
    told: ['state', 'state', 'alerts', 'meetings'],
    core: 2,
    tunnel: 'none',
  });
  told.length = 0;
  tellers[2]?.('alerts');
  expect([told, tellers[1]]).toEqual([['alerts'], undefined]);
});

test('between two cores the list stays as it was, the state says that Tidings gets ready, and clicks wait', async () => {
  const next = Promise.withResolvers<void>();
  const asked: string[] = [];
  const list = [mail('b', new Date('2026-11-21T09:05:00Z')), mail('a', new Date('2026-11-21T09:00:00Z'))];
  const { host } = await hostOf({
    opening: (number) => (number === 2 ? next.promise : undefined),
    actions: (number) => ({
      alerts: () => (number === 1 ? list : []),
      isVip: (alert) => alert.id === 'a',
      signIn: async (id) => void asked.push(`core ${number}: ${id}`),
    }),
  });
  await host.actions.changeSettings(noTunnel);
  await turns();
  const clicked = host.actions.signIn('ada-id');
  expect({
    health: host.actions.state().health.state,
    cause: host.actions.state().health.cause?.code,
    ids: host.actions.alerts({ limit: 10 }).map(({ id }) => id),
    older: host.actions.alerts({ limit: 10, before: new Date('2026-11-21T09:05:00Z') }).map(({ id }) => id),
    one: host.actions.alert('b')?.id,
    vips: list.filter((alert) => host.actions.isVip(alert)).map(({ id }) => id),
    paused: failureOf(() => host.actions.pause('oneHour')),
    asked: [...asked],
  }).toEqual({
    health: 'catchingUp',
    cause: 'starting',
    ids: ['b', 'a'],
    older: ['a'],
    one: 'b',
    vips: ['a'],
    paused: 'Tidings is just starting anew with the changed settings. Please try again in a moment.',
    asked: [],
  });
  next.resolve();
  await clicked;
  expect([asked, host.actions.alerts({ limit: 10 })]).toEqual([['core 2: ada-id'], []]);
});

test('a click does not wait for ever, and what was under way when its core ended is not blamed on the world', async () => {
  const underWay = Promise.withResolvers<void>();
  const { host, clock } = await hostOf({
    opening: (number) => (number === 2 ? new Promise(() => {}) : undefined),
    actions: () => ({ checkNow: () => underWay.promise }),
  });
  const before = host.actions.checkNow().catch((error: Failure) => error.userMessage);
  await host.actions.changeSettings(noTunnel);
  const after = host.actions.checkNow().catch((error: Failure) => error.userMessage);
  underWay.reject(new Failure('storage', 'The history is closed.'));
  await turns();
  await clock.advance(10_000);
  const sentence = 'Tidings is just starting anew with the changed settings. Please try again in a moment.';
  expect(await Promise.all([before, after])).toEqual([sentence, sentence]);
});

test('a core that cannot be opened is told in Health and tried again, later each time, and a change of settings tries at once', async () => {
  const { host, clock, happened } = await hostOf({
    opening(number) {
      if (number > 1 && number < 5) throw new Failure('storage', 'The folder is full.');
    },
  });
  await host.actions.changeSettings(noTunnel);
  await turns();
  const { health } = host.actions.state();
  expect({ state: health.state, cause: health.cause, happened: happened.slice(2) }).toEqual({
    state: 'configurationError',
    cause: {
      code: 'configuration',
      account: null,
      message: 'The folder is full. Tidings tries again by itself.',
      since: clock.now(),
    },
    happened: ['stop 1', 'open 2'],
  });
  await clock.advance(2_000);
  await turns();
  expect(happened.slice(4)).toEqual(['open 3']);
  await clock.advance(2_000);
  await turns();
  expect(happened.slice(5)).toEqual([]);
  await host.actions.changeSettings({ previews: true });
  await turns();
  await host.actions.changeSettings({ previews: false });
  await turns();
  expect({ happened: happened.slice(5), core: host.actions.state().unreadCount }).toEqual({
    happened: ['open 4', 'open 5', 'start 5'],
    core: 5,
  });
});

test('a core that does not start is ended before the next one is tried', async () => {
  const { host, clock, happened } = await hostOf({
    started(number) {
      if (number === 2) throw new Error('a bug');
    },
  });
  await host.actions.changeSettings(noTunnel);
  await turns();
  await clock.advance(2_000);
  await turns();
  expect(happened).toEqual(['open 1', 'start 1', 'stop 1', 'open 2', 'stop 2', 'open 3', 'start 3']);
});

test('two changes at once end with one core that has both', async () => {
  const { host, settings, happened } = await hostOf({});
  const changes = [host.actions.changeSettings(noTunnel), host.actions.changeSettings({ previews: true })];
  await Promise.all(changes);
  await turns();
  expect({ last: happened.at(-1), waits: settings.waits(), now: settings.current() }).toMatchObject({
    waits: false,
    now: { previews: true, tunnel: { kind: 'none' } },
  });
  expect(
    happened.filter((what) => what.startsWith('start')).length -
      happened.filter((what) => what.startsWith('stop')).length,
  ).toBe(1);
});

test('quitting while the next core is being opened leaves nothing running', async () => {
  const next = Promise.withResolvers<void>();
  const { host, happened } = await hostOf({ opening: (number) => (number === 2 ? next.promise : undefined) });
  await host.actions.changeSettings(noTunnel);
  await turns();
  const stopped = host.actions.stop();
  next.resolve();
  await stopped;
  await turns();
  expect(happened).toEqual(['open 1', 'start 1', 'stop 1', 'open 2', 'stop 1', 'stop 2']);
});

test('the very first core that cannot be opened is the caller’s to explain', async () => {
  await expect(
    hostOf({
      opening() {
        throw new Failure('storage', 'The folder is not yours.');
      },
    }),
  ).rejects.toThrow('The folder is not yours.');
});

function failureOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return error.userMessage;
    throw error;
  }
  return 'none';
}
