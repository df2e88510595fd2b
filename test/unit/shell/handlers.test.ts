import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../main/domain/alert.ts';
import { Failure } from '../../../main/domain/failure.ts';
import type { Log } from '../../../main/domain/ports.ts';
import { answer, channels, createHandlers, type HandlerWorld } from '../../../main/shell/handlers.ts';
import type { Actions } from '../../../main/shell/shell.ts';
import { idleActions } from './idle-actions.ts';
import { mail, since } from './states.ts';

/** A core that writes down what it was asked to do. */
function setUp(alerts: readonly Alert[] = [], more: Partial<Actions> & Partial<HandlerWorld> = {}) {
  const asked: unknown[] = [];
  const logged: unknown[] = [];
  const note =
    (what: string) =>
    async (...args: unknown[]): Promise<void> => {
      asked.push([what, ...args]);
    };
  const log: Log = { info: () => {}, warn: (event, fields) => logged.push([event, fields]), error: () => {} };
  const actions: Actions = {
    ...idleActions,
    alerts: ({ before, limit }) => alerts.filter(({ at }) => before === undefined || at < before).slice(0, limit),
    alert: (id) => alerts.find((alert) => alert.id === id) ?? null,
    signIn: note('signIn'),
    addAccount: note('addAccount'),
    cancelSignIn: () => void note('cancelSignIn')(),
    signOut: note('signOut'),
    takeOver: note('takeOver'),
    checkNow: note('checkNow'),
    runSelfTest: note('runSelfTest'),
    markRead: note('markRead'),
    muteConversation: (...args) => void note('muteConversation')(...args),
    snooze: (...args) => void note('snooze')(...args),
    dismiss: (id) => void note('dismiss')(id),
    pause: (choice) => void note('pause')(choice),
    changeSettings: note('changeSettings'),
    ...more,
  };
  const handlers = createHandlers({
    actions,
    version: '1.2.3',
    log,
    openLink: note('openLink'),
    openSettingsFolder: note('openSettingsFolder'),
    loginItem: { read: () => 'off', set: (on) => void note('startAtLogin')(on) },
    ...more,
  });
  return { handlers, asked, logged, ask: (channel: string, ...args: unknown[]) => answer(handlers, channel, args) };
}
const done = { ok: true, value: null };

describe('what the page asks reaches the core', () => {
  test.each([
    ['session:sign-in', [null], ['signIn', null]],
    ['session:sign-in', ['ada-id'], ['signIn', 'ada-id']],
    ['session:add-account', [], ['addAccount']],
    ['session:cancel-sign-in', [], ['cancelSignIn']],
    ['session:sign-out', ['ada-id'], ['signOut', 'ada-id']],
    ['session:take-over', ['ada-id'], ['takeOver', 'ada-id']],
    ['health:check-now', [], ['checkNow']],
    ['health:self-test', [], ['runSelfTest']],
    ['alert:mark-read', ['a'], ['markRead', 'a']],
    ['alert:mute-conversation', ['a', true], ['muteConversation', 'a', true]],
    ['alert:snooze', ['a', 'untilStart'], ['snooze', 'a', 'untilStart']],
    ['alert:dismiss', ['a'], ['dismiss', 'a']],
    ['quiet:pause', ['oneHour'], ['pause', 'oneHour']],
    ['quiet:pause', [null], ['pause', null]],
    ['health:open-settings-folder', [], ['openSettingsFolder']],
  ])('%s %j', async (channel, args, call) => {
    const { ask, asked } = setUp();

    expect(await ask(channel, ...args)).toEqual(done);
    expect(asked).toEqual([call]);
  });

  test('an alert opens by its own link, a meeting is joined by its own', async () => {
    const joinUrl = 'https://teams.microsoft.com/l/meetup-join/1';
    const { ask, asked } = setUp([mail('a', since, { kind: 'meetingNew', joinUrl })]);

    expect([await ask('alert:open', 'a'), await ask('alert:join', 'a')]).toEqual([done, done]);
    expect(asked).toEqual([
      ['openLink', 'https://outlook.office365.com/owa/?ItemID=1'],
      ['openLink', joinUrl],
    ]);
  });
});

describe('failures cross as data', () => {
  test('an alert that is gone, or has no link, says so', async () => {
    const { ask, asked } = setUp([mail('a', since, { webLink: null })]);

    expect(await ask('alert:open', 'b')).toEqual({ ok: false, userMessage: 'This item is not in the list any more.' });
    expect(await ask('alert:open', 'a')).toEqual({ ok: false, userMessage: 'Microsoft gave no link for this item.' });
    expect(asked).toEqual([]);
  });

  test('a Failure gives the sentence for the person, and its code to the log', async () => {
    const { ask, logged } = setUp([], {
      checkNow: async () => {
        throw new Failure('graph-unreachable', 'Microsoft cannot be reached.');
      },
    });

    expect(await ask('health:check-now')).toEqual({ ok: false, userMessage: 'Microsoft cannot be reached.' });
    expect(logged).toEqual([['request.failed', { channel: 'health:check-now', code: 'graph-unreachable' }]]);
  });

  test('a bug tells the page nothing of itself', async () => {
    const { ask } = setUp([], {
      signIn: async () => {
        throw new Error('secret at /home/ada/tokens');
      },
    });

    const answered = await ask('session:sign-in', null);

    expect(answered).toEqual({
      ok: false,
      userMessage: 'Something went wrong that Tidings did not expect. Please try again.',
    });
  });
});

describe('arguments are what they claim, or nothing runs', () => {
  const payloads: readonly (readonly unknown[])[] = [
    [undefined],
    [42],
    [''],
    [{}],
    [[]],
    [{ toString: 'x' }],
    ['x'.repeat(5_000)],
    ['a', 'b'],
    [null, null],
    [true],
    [Number.NaN],
    [new Date(0)],
  ];
  test.each(channels)('%s', async (channel) => {
    for (const payload of payloads) {
      if (channel === 'settings:start-at-login' && payload[0] === true) continue;
      const { ask, asked } = setUp([mail('a', since)]);

      await expect(ask(channel, ...payload)).rejects.toThrow(new TypeError(`bad arguments for ${channel}`));
      expect(asked).toEqual([]);
    }
  });

  test.each(['alert:open', 'alert:join', 'session:sign-out'])('%s needs an id', async (channel) => {
    const { ask } = setUp();
    await expect(ask(channel)).rejects.toThrow('bad arguments');
    await expect(ask(channel, null)).rejects.toThrow('bad arguments');
  });

  test('a setting that does not exist cannot be changed', async () => {
    const { ask, asked } = setUp();
    for (const change of [{ colour: 'blue' }, { __proto__: null, toString: 1 }, { theme: 'x'.repeat(300_000) }]) {
      await expect(ask('settings:change', change)).rejects.toThrow('bad arguments');
    }
    expect(asked).toEqual([]);
  });

  test.each(['yesterday', '2026-11-21', '0', '2026-13-45T00:00:00Z'])('no list before %j', async (before) => {
    await expect(setUp().ask('alerts:list', before)).rejects.toThrow('bad arguments');
  });

  test.each(['', 'app:getx', '__proto__', 'constructor', 'toString'])('no message is called %j', async (channel) => {
    await expect(setUp().ask(channel)).rejects.toThrow('unknown message');
  });
});

test('every message of the contract has a handler', () => {
  expect(Object.keys(setUp().handlers).sort()).toEqual([...channels].sort());
});
